"""One figure of both directions of a tie: a Gaussian near two hills, and actions before a fooled judge."""

import numpy as np

from ilrl_course.measures.two_ties import (
    covering_gaussian,
    seeking_gaussian,
    tied_by_forward_kl,
    tied_by_reverse_kl,
)
from ilrl_course.notebook import plotting
from ilrl_course.notebook.palette import FAINT, INK, color_of

VALUES = np.linspace(-6, 6, 601)
HILLS = ((0.6, -2.5), (0.4, 2.5))  # weight and place of what the clone does
SPREAD = 0.6  # of each
PAID = np.array([0.0, 0.5, 0.0, 3.0])  # by the judge, for each of four actions
RARE = 0.001  # the clone's chance of the one that is paid most
FORWARD, REVERSE = "you", "clone"  # colors
ALT = (
    "Left: the clone's density has two hills. The Gaussian of the forward tie is wide and lies over both, "
    "that of the reverse tie lies on the higher one. Right: the chances of four actions. With the forward "
    "tie the rare action that is paid most gets most of the chance, with the reverse tie it stays rare."
)


def tied_chances(rare: float = RARE, beta: float = 1.0) -> dict[str, np.ndarray]:
    """The chances (A,) of the actions on the right: the clone's, and those of a policy with either tie.

    To the action that is paid most the clone gives the chance `rare`; `beta` is the weight of both ties.
    """
    clone = np.array([0.6, 0.3, 0.1 - rare, rare])
    return {
        "the clone": clone,
        "forward tie": tied_by_forward_kl(clone, PAID, beta),
        "reverse tie": tied_by_reverse_kl(clone, PAID, beta),
    }


@plotting.course_style()
def tie_figure():
    """What each direction of the tie does, without a reward on the left, with one on the right."""
    figure, (left, right) = plotting.panels(2, width=12, height=4.5)
    _draw_gaussians(left)
    _draw_actions(right)
    return figure


def _gaussian(mean: float, std: float) -> np.ndarray:
    return np.exp(-0.5 * ((VALUES - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi))


def _draw_gaussians(axis) -> None:
    clone = sum(weight * _gaussian(place, SPREAD) for weight, place in HILLS)
    axis.fill_between(VALUES, clone, color=FAINT, linewidth=0)
    axis.text(HILLS[1][1], 0.29, "the clone", ha="center")
    covering = covering_gaussian(VALUES, clone)
    seeking = seeking_gaussian(VALUES, clone, start=HILLS[0][1])
    for color, fit, place, words in (
        (FORWARD, covering, (-1.2, 0.18), "forward tie:\ncovers both"),
        (REVERSE, seeking, (-1.6, 0.56), "reverse tie: seeks one"),
    ):
        axis.plot(VALUES, _gaussian(*fit), color=color_of(color))
        axis.text(*place, words, color=color_of(color), ha="left")
    axis.set(title="A Gaussian near two habits", xlabel="action", ylabel="density", ylim=(0, 0.75))


def _draw_actions(axis) -> None:
    colors = FAINT, color_of(FORWARD), color_of(REVERSE)
    for number, (name, chances) in enumerate(tied_chances().items()):
        axis.bar(np.arange(4) + 0.28 * (number - 1), chances, 0.26, color=colors[number])
        axis.text(0.8, 0.72 - 0.08 * number, name, color=colors[number] if number else INK)
    axis.set(title="A judge that loves a rare action", ylabel="chance", ylim=(0, 0.8))
    axis.set_xticks(range(4), [f"pays {pay:g}" for pay in PAID])
