"""Figures that can be read from the back of a room: fixed colors, direct labels, intervals as bands.

Every function draws on the given axis and returns it. Figures come from `panels`, and become pictures by
`png`; pyplot is not involved, so that nothing global changes.
"""

import io

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm, to_rgb
from matplotlib.figure import Figure
from scipy.optimize import isotonic_regression

from ilrl_course.measures.seeds import confidence_interval
from ilrl_course.notebook.palette import FAINT, INK, PAPER, STYLE, color_of, contrast


def course_style():
    """The course's look: `with course_style(): ...` for own drawings; nothing outside it changes."""
    return mpl.rc_context(STYLE)


@course_style()
def panels(columns: int = 1, rows: int = 1, width: float = 9, height: float = 4.5, **options):
    """A figure of width x height inches, and its axis, or an array of axes if there are several."""
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(rows, columns, **options)


@course_style()
def png(figure: Figure, dpi: int = 150) -> bytes:
    """The figure as a PNG file, with titles in the course's style and labels at line ends nudged apart."""
    for axis in figure.axes:
        if title := axis.get_title():
            axis.set_title("", loc="center")
            axis.set_title(title, loc="left")
    figure.draw_without_rendering()  # the layout must be known before anything is nudged
    for axis in figure.axes:
        _nudge_labels(axis)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, facecolor=PAPER, metadata={"Software": None})
    return buffer.getvalue()


@course_style()
def learning_curves(axis, x, runs, label: str, color: str):
    """Draw runs (seeds, len(x)): every seed faintly, their mean, a 95 % interval, and the label at the end.

    A single run gets no band. Here and below, `color` is a role or a color.
    """
    runs = np.atleast_2d(np.asarray(runs, dtype=float))  # (seeds, len(x))
    if runs.shape[1] != len(x):
        raise ValueError(f"runs have {runs.shape[1]} columns but x has {len(x)}: pass (seeds, len(x))")
    mean, shade = runs.mean(axis=0), color_of(color)  # (len(x),)
    if len(runs) > 1:
        axis.plot(x, runs.T, color=shade, alpha=0.25, linewidth=1)
        low, high = np.transpose([confidence_interval(column) for column in runs.T])  # (len(x),) each
        axis.fill_between(x, low, high, color=shade, alpha=0.2, linewidth=0)
    axis.plot(x, mean, color=shade)
    return _end_label(axis, None, mean[-1], label, color)


@course_style()
def reference_line(axis, value: float, label: str, color: str):
    """A dashed level to compare with, such as the expert's mean return, labeled at its end."""
    axis.axhline(value, color=color_of(color), linestyle=(0, (4, 3)), linewidth=2, zorder=1)
    return _end_label(axis, None, value, label, color)


@course_style()
def strip(axis, groups: dict[str, np.ndarray], roles: dict[str, str] | None = None):
    """A row of dots per group, one for each episode or seed, with the mean and its 95 % interval in black.

    A group takes the color of the role that `roles` gives it, or of the role that it is named after.
    """
    rng = np.random.default_rng(0)  # only spreads the dots
    for row, (name, values) in enumerate(groups.items()):
        values = np.asarray(values, dtype=float)  # (episodes,)
        height = row + rng.uniform(-0.22, 0.22, len(values))
        # A few dots lie above the interval, which would hide them, and many below: they would hide it.
        look = {"alpha": 0.6, "mew": 0.6, "zorder": 3} if len(values) <= 30 else {"alpha": 0.45, "mew": 0}
        axis.plot(values, height, "o", color=_color(name, roles), markersize=6, mec=PAPER, **look)
        if len(values) > 1:
            axis.plot(confidence_interval(values), [row, row], color=INK, linewidth=6, solid_capstyle="butt")
        axis.plot([values.mean()] * 2, [row - 0.3, row + 0.3], color=INK)
    return _group_rows(axis, groups, roles)


@course_style()
def distributions(axis, groups: dict[str, np.ndarray], roles: dict[str, str] | None = None, bins: int = 30):
    """A histogram per group, one above the other over the same values; each as tall as its row."""
    groups = {name: np.asarray(values, dtype=float) for name, values in groups.items()}
    edges = np.histogram_bin_edges(np.concatenate(list(groups.values())), bins)
    for row, (name, values) in enumerate(groups.items()):
        counts, _ = np.histogram(values, edges)
        top = row + 0.25 - 0.75 * counts / counts.max()  # rows run downward
        axis.stairs(top, edges, baseline=row + 0.25, fill=True, color=_color(name, roles), alpha=0.75)
        axis.axhline(row + 0.25, color=FAINT, linewidth=1, zorder=0)
        axis.plot([values.mean()] * 2, [row + 0.25, row + 0.33], color=INK, linewidth=3)
    return _group_rows(axis, groups, roles)


@course_style()
def density(axis, points, color: str, bins: int = 60, extent=None):  # ((x_min, x_max), (y_min, y_max))
    """Where points (n, 2) lie, darker for more, on a logarithmic scale; `extent` makes panels comparable."""
    points = np.asarray(points, dtype=float)  # (n, 2)
    shades = LinearSegmentedColormap.from_list(color, ["#FFFFFF00", color_of(color), INK])
    axis.hist2d(*points.T, bins=bins, range=extent, cmap=shades, norm=LogNorm(vmin=0.5), cmin=1)
    return axis


@course_style()
def visit_map(axis, visits, picture, color: str):
    """Counts of visits (rows, columns) over a world's picture (H, W, 3); cells with hardly any stay clear."""
    visits = np.asarray(visits, dtype=float)  # (rows, columns)
    extent = (0, visits.shape[1], visits.shape[0], 0)
    axis.imshow(picture, extent=extent, alpha=0.5)
    strength = np.log1p(visits) / max(np.log1p(visits).max(), 1e-9)  # in [0, 1]
    alpha = np.where(visits > visits.max() / 1000, 0.2 + 0.75 * strength, 0)  # so that few are not none
    axis.imshow(np.full((*visits.shape, 3), to_rgb(color_of(color))), alpha=alpha, extent=extent)
    axis.set_axis_off()
    return axis


def _color(name: str, roles: dict[str, str] | None) -> str:
    return color_of((roles or {}).get(name, name))


def _ink(role: str) -> tuple[float, ...]:
    """A role's color, darkened until it can be read as text on the paper."""
    rgb = to_rgb(color_of(role))  # in [0, 1]
    while contrast(rgb, to_rgb(PAPER)) < 4.5:  # the least for text (WCAG 2.1)
        rgb = tuple(0.95 * part for part in rgb)
    return rgb


def _group_rows(axis, groups, roles):
    axis.set(yticks=range(len(groups)), yticklabels=list(groups), ylim=(len(groups) - 0.45, -0.6))
    for name, text in zip(groups, axis.get_yticklabels(), strict=False):
        text.set(color=_ink(_color(name, roles)), fontweight="bold")
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    return axis


def _end_label(axis, x: float | None, y: float, label: str, color: str):
    """Write a label to the right of (x, y), or of the whole axis if x is None."""
    place = {"xy": (x, y)} if x is not None else {"xy": (1, y), "xycoords": axis.get_yaxis_transform()}
    text = axis.annotate(label, **place, xytext=(9, 0), textcoords="offset points", va="center")
    text.set(color=_ink(color), fontweight="bold", gid="end label", annotation_clip=False)
    return axis


def _nudge_labels(axis) -> None:
    """Move the labels at line ends up and down, as little as it takes, until none covers another."""
    labels = [text for text in axis.texts if text.get_gid() == "end label"]
    if len(labels) < 2:
        return
    scale = 72 / axis.figure.dpi  # points a pixel
    heights = np.array([axis.transData.transform((0, text.xy[1]))[1] for text in labels]) * scale  # (n,)
    order = np.argsort(heights, kind="stable")
    steps = 1.25 * labels[0].get_fontsize() * np.arange(len(labels))  # the least distances, in points
    places = isotonic_regression(heights[order] - steps).x + steps
    for place, index in zip(places, order, strict=True):
        labels[index].xyann = (9, place - heights[index])
