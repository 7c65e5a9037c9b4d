"""Lesson 06b, on three pilot seeds: with which settings does a frozen reward teach best at home?

Each setting is the same for GAIL's judge and for AIRL's g. The criterion, fixed beforehand, is the mean of
the normalized scores at home of what both have taught, over both worlds.
"""

from itertools import product
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms import absorbing, airl, frozen, gail, ppo  # noqa: F401 (what the runs execute)

FULL = load_script(Path(__file__).parent, "reward_transfer")

SEEDS = [0, 1, 2]
SHARES = (0.5, 1.0)  # of remembered steps
PAYS = ("bounded", "survival")


def taught(seed: int, name: str, share: float, pay: str) -> list[float]:
    """The points, at home, of new learners that are paid by GAIL's judge and by AIRL's g."""
    trial = FULL.Trial(name, FULL.Setting(share, pay), seed)
    for method in FULL.METHODS:
        _, judge = trial.learn(method, share)
        trial.teach(method, trial.paid(judge), "home")
    outcomes = np.array([trial.found[f"home: {method}"][0] for method in FULL.METHODS])
    return FULL.points(outcomes, *FULL.scale(trial.journey, seed)).tolist()


def run() -> dict:
    """The points (seeds, 2) of both methods' learners by world and setting, and the mean of each setting."""
    rows = []
    for share, pay in product(SHARES, PAYS):
        setting = {"share": share, "pay": pay}
        found = {
            name: np.round(run_seeds(taught, SEEDS, name=name, **setting), 2).tolist()
            for name in FULL.JOURNEYS
        }
        rows.append(setting | {"points": found, "mean": float(np.mean(list(found.values())))})
    return {"seeds": SEEDS, "rows": rows}
