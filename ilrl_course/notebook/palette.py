"""The course's look as plain data: a color for each role, paper and ink, and type that reads from afar."""

COLORS = {  # Okabe and Ito's palette, which color-blind readers can tell apart
    "expert": "#0072B2",
    "weak": "#E69F00",
    "biased": "#CC79A7",
    "random": "#8A8A8A",
    "clone": "#D55E00",
    "dagger": "#009E73",
    "you": "#009E73",
    "training": "#56B4E9",
    "validation": "#D55E00",
}
METHOD_COLORS = {
    "BC": COLORS["clone"],
    "BC with noise": COLORS["weak"],
    "DAgger": COLORS["dagger"],
    "MaxEnt IRL": "#F0E442",
    "GAIL": COLORS["training"],
    "AIRL": COLORS["biased"],
    "PPO": COLORS["expert"],
    "BC, then PPO": "#882255",  # not in that palette, whose eighth color is black: as dark, but seen on black
}
PAPER, INK, FAINT = "#FDFCF9", "#222222", "#D9D6CE"
STYLE = {  # for matplotlib
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.12,  # inches
    "figure.constrained_layout.h_pad": 0.12,
    "font.family": "DejaVu Sans",
    "font.size": 15,
    "axes.titlesize": 17,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.labelsize": 15,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 3,
    "lines.solid_capstyle": "round",
}


def color_of(role: str) -> str:
    """The color of a role such as "expert"; any other color stays as it is."""
    return COLORS.get(role, role)


def contrast(rgb, other) -> float:
    """The contrast of two colors, each three numbers in [0, 1]: from 1 to 21 (WCAG 2.1)."""
    dark, light = sorted((_luminance(rgb), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
