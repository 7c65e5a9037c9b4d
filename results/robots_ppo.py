"""Lesson 12, the robot arm refined by PPO on its sparse reward: C1, C2 and C4 once more, on eight seeds.

It is a replication, for which the rule of verdicts has no words. What is compared was written down before the
runs. The record holds "trained": arm -> quantity -> (seeds, examinations), and "compared".

For C2 the slow exploring is that of goals in the air, for which the block must be grasped; to a goal on the
table it can be pushed, and pushes happen by chance.

Estimated for one busy core (CPU time), which makes about 1,700 steps a second: 16 trainings of 999,424 steps,
11 minutes each, 2.9 hours in all.
"""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from ilrl_course.envs.arm import reference_scores
from ilrl_course.storage.files import load_results

PILOT = load_script(Path(__file__).parent, "robots_ppo_pilot")
REPLICATION = load_script(Path(__file__).parent / "shared", "replication")
REFINING, CLONING = PILOT.REFINING, PILOT.CLONING
NOTHING, CLONED = REFINING.NOTHING, REFINING.CLONED

SEEDS = list(range(7000, 7008))
LENGTH = REFINING.Length(num_iterations=488, every=61, num_tests=50, num_tests_at_ends=100)
EARLY = 250_000  # env steps
FROM_CLONE = "PPO from a clone of 25 grasps"
COMPARED = {  # claim, its part, what is measured, the arm that has more of it if the claim is true, the other
    "head start on the arm": ("C1", "", "score over the first quarter", FROM_CLONE, "PPO from nothing"),
    "where grasping is needed": (
        "C2",
        "",
        "what the clone adds to the success over the whole training, in points",
        "goals in the air",
        "goals on the table",
    ),
    "whole training on the arm": (
        "C4",
        "fewer",
        "score over the whole training",
        FROM_CLONE,
        "PPO from nothing",
    ),
    "improvement on the arm": ("C4", "improves", "score at the end", "the clone after PPO", "the clone"),
}


def scores(run: dict[str, list]) -> np.ndarray:
    """Normalized scores (seeds, examinations): random actions get 0, the expert 100, as it was recorded."""
    low, high = (reference_scores()[name] for name in ("random", "expert"))
    return 100 * (np.array(run["return"]) - low) / (high - low)


def compared(trained: dict[str, dict[str, list]]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """More and less (seeds,) of every comparison."""
    nothing, cloned = trained[NOTHING], trained[CLONED]
    is_early = np.array(cloned["env_steps"])[0] <= EARLY  # (examinations,)

    def added(goals: str) -> np.ndarray:
        both = (100 * np.array(run[f"success, {goals}"]).mean(axis=1) for run in (cloned, nothing))
        return np.subtract(*both)

    return {
        "head start on the arm": tuple(scores(run)[:, is_early].mean(axis=1) for run in (cloned, nothing)),
        "where grasping is needed": (added("in the air"), added("on the table")),
        "whole training on the arm": tuple(scores(run).mean(axis=1) for run in (cloned, nothing)),
        "improvement on the arm": (scores(cloned)[:, -1], scores(cloned)[:, 0]),
    }


def run() -> dict:
    """Every examination of every run, by arm and quantity; and the comparisons."""
    begun = PILOT.starts(load_results("robots_pilot")["arms tuned"])
    tuned = load_results("robots_ppo_pilot")["arms tuned"]
    settings = {arm: PILOT.Setting(**tuned[arm]["chosen"]) for arm in begun}
    trained = {arm: REFINING.trained(begun[arm], settings[arm], LENGTH, SEEDS) for arm in begun}
    found = compared(trained)
    return {
        "seeds": SEEDS,
        "settings": {arm: asdict(setting) for arm, setting in settings.items()},
        "trained": trained,
        "compared": {name: REPLICATION.described(COMPARED[name], *both) for name, both in found.items()},
    }
