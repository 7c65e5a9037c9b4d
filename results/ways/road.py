"""The road works of lesson 12: who shows how to pass them, and how clones drive there.

As in lesson 03: two obstacles about the middle of one road for each seed, demonstrations from scattered
starts, and 100 drives from the usual starts on the same road. Forty demonstrations in each place.
"""

from ilrl_course.data import Actor, Trajectory
from ilrl_course.envs import DRIVING
from ilrl_course.envs.driving.early import make_early_driver
from ilrl_course.envs.driving.late import LateDriver
from ilrl_course.rollout import collect_trajectories, derive_seed

WORKS = {"road_works": 2, "road_width": 9.0}
SCATTERED = {"start_offset": 1.5, "start_heading": 0.2}
NUM_DRIVES, NUM_TESTS = 40, 100
DELAY = 2  # steps of 0.1 s, about the time that a person takes to react


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
