"""Lesson 12, the robot arm, on three pilot seeds: four settings for every kind of clone, and which is best.

The criterion, fixed beforehand, is the mean return of 50 fresh episodes, from 25 demonstrations: it counts
the steps in which the block was at its goal, and tells clones apart that hardly ever succeed.

Estimated for one busy core (CPU time): 144 clones of 25 grasps, 9 s each, 22 minutes in all.
"""

from pathlib import Path

from course_tools.records.scripts import load_script

GRASPING = load_script(Path(__file__).parent / "robots", "grasping")
CLONING = GRASPING.CLONING

SEEDS = CLONING.PILOT_SEEDS
NUM_GRASPS = 25


def tried(number: int, settings: tuple, arm) -> float:
    """The mean return in fresh episodes, with a setting and a pilot seed by their number."""
    setting, seed = CLONING.by_number(number, settings)
    grasps = GRASPING.grasps(arm, NUM_GRASPS, seed)
    clone = CLONING.clone(grasps, arm.method, setting, GRASPING.NUM_UPDATES, seed)
    return GRASPING.measured(clone.actor(seed, arm.method.horizon), seed)["return"]


def run() -> dict:
    """What was tried with each kind of clone, and what is chosen."""
    found = {
        name: CLONING.tuned(tried, CLONING.SETTINGS[arm.method.answer], arm=arm)
        for name, arm in GRASPING.ARMS.items()
    }
    return {"seeds": SEEDS, "arms tuned": found}
