"""How cars pass road works: on which side, and how often and where they crash on the way."""

from collections.abc import Sequence

import numpy as np

from ilrl_course.data import Trajectory
from ilrl_course.envs.driving import spec

GAP, PLACE = spec.OBJECTS, spec.OBJECTS + 1  # columns: the next works ahead
BESIDE = 10.0  # m: who crashes with works so near crashes at them


def gap_to_works(obs: np.ndarray) -> np.ndarray:
    """Meters from the middle of the car to that of the next works, for obs (B, obs_dim): (B,).

    Negative where they lie behind it; 50 where none are in sight.
    """
    return spec.SIGHT * obs[:, GAP]


def left_of_works(obs: np.ndarray) -> np.ndarray:
    """Meters that the car is to the left of the next works' middle, for obs (B, obs_dim): (B,)."""
    return spec.WIDTH_SCALE * obs[:, spec.WIDTH] * (obs[:, spec.OFFSET] - obs[:, PLACE])


def sides(drive: Trajectory) -> np.ndarray:
    """Whether this car was on the left of each of the works that it has passed, one after the other: (P,).

    It has passed where their middle comes to lie behind its own; a crash beside them comes too soon for that.
    """
    gap = gap_to_works(drive.obs)  # (T + 1,)
    passed = np.flatnonzero((gap[:-1] > 0) & (gap[1:] <= 0)) + 1
    return left_of_works(drive.obs)[passed] > 0


def passings(drive: Trajectory) -> tuple[int, int]:
    """How many works this car has passed on their left, and on their right."""
    is_left = sides(drive)
    return int(is_left.sum()), int((~is_left).sum())


def evenness(drives: Sequence[Trajectory]) -> float:
    """1 where each of the works is passed as often on its left as on its right, 0 where all keep to one side.

    Crashes do not count. The first works that a car passes are told apart from its second, and so on. Where
    none are passed it is 0, too.
    """
    passed = [sides(drive) for drive in drives]
    by_order = [[one[k] for one in passed if k < len(one)] for k in range(max(map(len, passed)))]
    both = sum(2 * min(sum(here), len(here) - sum(here)) for here in by_order)
    total = sum(map(len, passed))
    return both / max(total, 1)


def is_beside_works(drive: Trajectory) -> bool:
    """Did this drive end within 10 m of road works?"""
    return bool(np.abs(gap_to_works(drive.obs[-1:]))[0] < BESIDE)


def is_waiting(drive: Trajectory) -> bool:
    """Did this drive end before works that were in sight, without a crash?"""
    return bool(not drive.crashed and 0 < gap_to_works(drive.obs[-1:])[0] < spec.SIGHT)


def measure_passing(drives: Sequence[Trajectory]) -> dict[str, float]:
    """How many drives crashed, their mean return, and the works passed on either side.

    And, of the works that cars met: "crash_rate", the share at which they crashed, or on the way to which;
    and "both_sides", 1 where half are passed on each side, 0 where none are passed on one of them. Beside
    these, the "evenness" of the sides without the crashes, how many crashes happened "beside" works, and how
    many drives ended "waiting" before them.
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
        "evenness": evenness(drives),
        "beside": sum(drive.crashed and is_beside_works(drive) for drive in drives),
        "waiting": sum(map(is_waiting, drives)),
    }
