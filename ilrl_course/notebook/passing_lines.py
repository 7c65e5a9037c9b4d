"""The lines of cars past the first road works that they meet, seen from above."""

from collections.abc import Sequence

import numpy as np

from ilrl_course.data import Trajectory
from ilrl_course.envs.driving import spec
from ilrl_course.measures.road_works import gap_to_works, left_of_works
from ilrl_course.notebook import plotting

BEFORE, BEHIND, ASIDE = 30, 5, 3.5  # m that are shown


def passing_figure(panels: dict[str, Sequence[Trajectory]], colors: dict[str, str]):
    """A panel for each kind of drives, in its color or role; a dot where a car hits the works."""
    figure, axes = plotting.panels(
        columns=len(panels), width=1 + 6 * len(panels), height=4.5, sharey=True, squeeze=False
    )
    half_length, half_width = spec.WORKS_LENGTH / 2, spec.WORKS_WIDTH / 2
    for axis, (name, drives) in zip(axes[0], panels.items(), strict=True):
        for drive in drives:
            _draw(axis, drive, plotting.color_of(colors[name]))
        axis.fill(
            half_length * np.array([-1, 1, 1, -1]), half_width * np.array([-1, -1, 1, 1]), color="black"
        )
        axis.set(title=name, xlabel="m before (−) and behind the road works")
        axis.set(xlim=(-BEFORE, BEHIND), ylim=(-ASIDE, ASIDE))
    axes[0, 0].set_ylabel("m to the left of them")
    return figure


def first_works(drive: Trajectory) -> np.ndarray:
    """The steps of a drive, in order, in which the first works that it meets are near."""
    near = np.flatnonzero(gap_to_works(drive.obs) < BEFORE)
    apart = np.append(np.diff(near) > 1, True)
    return near[: np.argmax(apart) + 1]


def _draw(axis, drive: Trajectory, color: str) -> None:
    steps = first_works(drive)
    ahead, aside = -gap_to_works(drive.obs[steps]), left_of_works(drive.obs[steps])
    axis.plot(ahead, aside, color=color, alpha=0.5, linewidth=1.5)
    if drive.crashed and len(steps) and steps[-1] == len(drive):
        axis.plot(ahead[-1], aside[-1], "o", color="black", markersize=5)
