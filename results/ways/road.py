"""The road works of lesson 12: who shows how to pass them, and how clones drive there.

As in lesson 03: two obstacles about the middle of one road for each seed, demonstrations from scattered
starts, and 100 drives from the usual starts on the same road. Forty demonstrations in each place.
"""

import numpy as np

from ilrl_course.data import Actor, Trajectory
from ilrl_course.envs import DRIVING
from ilrl_course.envs.driving.early import make_early_driver
from ilrl_course.envs.driving.late import LateDriver
from ilrl_course.rollout import collect_trajectories, derive_seed

WORKS = {"road_works": 2, "road_width": 9.0}
SCATTERED = {"start_offset": 1.5, "start_heading": 0.2}
NUM_DRIVES, NUM_TESTS = 40, 100
DELAY = 2  # steps of 0.1 s, about the time that a person takes to react
GAP, ASIDE, MIDDLE = 16, 17, 0  # columns: the next works ahead, their offset, and the car's


def expert(side: str) -> Actor:
    """The expert, who decides when the works come into sight."""
    return DRIVING.make_demonstrator("expert", side=side)


PLACES = {  # who shows it; each is made anew for its drives
    "they differ": [lambda: expert("left"), lambda: expert("right")],
    "they differ early": [lambda: make_early_driver("left"), lambda: make_early_driver("right")],
    "they agree": [lambda: expert("left")],
    "they are late": [lambda: LateDriver(expert("left"), DELAY)],
}


def road(seed: int) -> dict:
    """The options of this seed's road."""
    return {"track": seed % 800, **WORKS}


def demonstrations(place: str, seed: int) -> list[Trajectory]:
    """The drives that are shown, as many by each driver."""
    drivers = PLACES[place]
    return [
        drive
        for make in drivers
        for drive in collect_trajectories(
            make(), DRIVING.env_id, NUM_DRIVES // len(drivers), seed, **road(seed), **SCATTERED
        )
    ]


def fresh_drives(actor: Actor, seed: int, **options) -> list[Trajectory]:
    """Fresh drives from the usual starts."""
    fresh_seed = derive_seed(seed, "evaluation")
    return collect_trajectories(actor, DRIVING.env_id, NUM_TESTS, fresh_seed, **road(seed), **options)


def passings(drive: Trajectory) -> tuple[int, int]:
    """How many works this car has passed on their left, and on their right.

    It has passed where their middle comes to lie behind its own; a crash beside them comes too soon for that.
    """
    gap = drive.obs[:, GAP]  # (T + 1,)
    passed = np.flatnonzero((gap[:-1] > 0) & (gap[1:] <= 0)) + 1
    is_left = drive.obs[passed, MIDDLE] > drive.obs[passed, ASIDE]
    return int(is_left.sum()), int((~is_left).sum())


def measured(drives: list[Trajectory]) -> dict[str, float]:
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
