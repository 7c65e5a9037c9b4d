"""Lesson 12, the robot arm: is it the hidden phase that plans make up for? A control, on eight seeds.

While the remembering script of `robots` closes the fingers, its hand still sinks by some millimeters, by
which one observation tells, to those who look closely, how long it has waited. A reviewer found this after
`robots` had run. So here is a script that moves its hand no more meanwhile (it drifts by a tenth of a
millimeter a step), and a history that is longer than the wait. It is an exploration, like `robots`, with the
same criterion, tries and seeds. The record holds

- "clones": teacher -> kind -> quantity -> (seeds, numbers), as in `robots`;
- "teachers": teacher -> quantity -> (seeds,);
- "tuned": teacher -> kind -> what was tried, and what was chosen.

Estimated for one busy core (CPU time): 72 pilot clones of 9 s, 96 clones with their episodes, 8 s each, and
32 sets of grasps, 5 s each; 26 minutes in all.
"""

from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.envs.arm import ROBOT_ARM, RememberingDemonstrator
from ilrl_course.envs.arm.demonstrators import CLOSE
from ilrl_course.rollout import collect_trajectories

ROBOTS = load_script(Path(__file__).parent, "robots")
GRASPING, CLONING = ROBOTS.GRASPING, ROBOTS.CLONING
Method, SQUARED = CLONING.Method, CLONING.SQUARED

SEEDS, PILOT_GRASPS = ROBOTS.SEEDS, ROBOTS.PILOT.NUM_GRASPS
NUMBERS = (25, 100)
SINKING, STILL = "its hand sinks while it waits", "its hand is still while it waits"
LONGER = "history of twelve"  # the wait lasts ten steps
METHODS = {
    "plain": GRASPING.PLAIN,
    "chunks": GRASPING.CHUNKS,
    "chunks of 16": GRASPING.LONG_CHUNKS,
    "history": GRASPING.HISTORY,
    LONGER: Method(SQUARED, history=12),
}
ARMS = {STILL: tuple(METHODS), SINKING: (LONGER,)}  # the other ones of the sinking hand are in `robots`


class StillDemonstrator(RememberingDemonstrator):
    """A script that remembers its phase, and does not move its hand while the fingers close."""

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """As an actor, obs (B, 28) -> actions (B, 4)."""
        actions = super().__call__(obs)
        actions[self.phase == CLOSE, :3] = 0.0
        return actions


def grasps(teacher: str, number: int, seed: int) -> list:
    """So many demonstrations of one of both scripts."""
    actor = StillDemonstrator() if teacher == STILL else RememberingDemonstrator()
    return collect_trajectories(actor, ROBOT_ARM.env_id, number, seed)


def tried(number: int, settings: tuple, teacher: str, kind: str) -> float:
    """The mean return in fresh episodes, with a setting and a pilot seed by their number."""
    setting, seed = CLONING.by_number(number, settings)
    return measured(grasps(teacher, PILOT_GRASPS, seed), kind, setting, seed)["return"]


def measured(demos: list, kind: str, setting, seed: int) -> dict[str, float]:
    """A clone of this kind, in fresh episodes."""
    method = METHODS[kind]
    clone = CLONING.clone(demos, method, setting, GRASPING.NUM_UPDATES, seed)
    return GRASPING.measured(clone.actor(seed, method.horizon), seed)


def learn(seed: int, teacher: str, kind: str, setting) -> dict[str, dict[str, list]]:
    """Clones of 25 and of 100 grasps: "whole" -> quantity -> (numbers,); and their "teacher"."""
    demos = grasps(teacher, max(NUMBERS), seed)
    rows = [measured(demos[:number], kind, setting, seed) for number in NUMBERS]
    whole = {quantity: [row[quantity] for row in rows] for quantity in rows[0]}
    return {"whole": whole, "teacher": GRASPING.outcomes(demos)}


def run() -> dict:
    """See above."""
    found: dict = {"seeds": SEEDS, "numbers": NUMBERS, "clones": {}, "teachers": {}, "tuned": {}}
    for teacher, kinds in ARMS.items():
        tuned = {
            kind: CLONING.tuned(tried, CLONING.SETTINGS[SQUARED], teacher=teacher, kind=kind)
            for kind in kinds
        }
        runs = {
            kind: ROBOTS.tables(
                run_seeds(
                    learn,
                    SEEDS,
                    teacher=teacher,
                    kind=kind,
                    setting=CLONING.Setting(**tuned[kind]["chosen"]),
                )
            )
            for kind in kinds
        }
        found["tuned"][teacher] = tuned
        found["clones"][teacher] = {kind: ways["whole"] for kind, ways in runs.items()}
        found["teachers"][teacher] = runs[LONGER]["teacher"]
    return found
