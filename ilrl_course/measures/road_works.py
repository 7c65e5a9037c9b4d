"""How cars pass road works: on which side, and how often they crash on the way."""

from collections.abc import Sequence

import numpy as np

from ilrl_course.data import Trajectory
from ilrl_course.envs.driving import spec

GAP, PLACE = spec.OBJECTS, spec.OBJECTS + 1  # columns: the next works ahead


def gap_to_works(obs: np.ndarray) -> np.ndarray:
    """Meters from the middle of the car to that of the next works, for obs (B, obs_dim): (B,).

    Negative where they lie behind it; 50 where none are in sight.
    """
    return spec.SIGHT * obs[:, GAP]


def left_of_works(obs: np.ndarray) -> np.ndarray:
    """Meters that the car is to the left of the next works' middle, for obs (B, obs_dim): (B,)."""
    return spec.WIDTH_SCALE * obs[:, spec.WIDTH] * (obs[:, spec.OFFSET] - obs[:, PLACE])


def passings(drive: Trajectory) -> tuple[int, int]:
    """How many works this car has passed on their left, and on their right.

    It has passed where their middle comes to lie behind its own; a crash beside them comes too soon for that.
    """
    gap = gap_to_works(drive.obs)  # (T + 1,)
    passed = np.flatnonzero((gap[:-1] > 0) & (gap[1:] <= 0)) + 1
    is_left = left_of_works(drive.obs)[passed] > 0
    return int(is_left.sum()), int((~is_left).sum())


def measure_passing(drives: Sequence[Trajectory]) -> dict[str, float]:
    """How many drives crashed, their mean return, and the works passed on either side.

    And, of the works that cars met: "crash_rate", the share at which they crashed, or on the way to which;
    and "both_sides", 1 where half are passed on each side, 0 where none are passed on one of them.
    """
    left, right = np.sum([passings(drive) for drive in drives], axis=0).tolist()
    crashes = sum(drive.crashed for drive in drives)
    met = max(left + right + crashes, 1)
    return {
        "crashes": crashes,
        "return": float(np.mean([drive.total_reward for drive in drives])),
        "left": left,
        "right": right,
        "crash_rate": crashes / met,
        "both_sides": 2 * min(left, right) / met,
    }
