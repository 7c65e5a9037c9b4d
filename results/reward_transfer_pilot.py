"""Lesson 06b, on three pilot seeds: with which settings does a frozen reward teach best at home?

Each setting is the same for GAIL's judge and for AIRL's g. The criterion, fixed beforehand, is the mean of
the normalized scores at home of what both have taught, over both worlds.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
from torch.nn.functional import softplus

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.frozen import score_of, standardized

FULL = load_script(Path(__file__).parent, "reward_transfer")

SEEDS = [0, 1, 2]
DECAYS = (0.0, 0.1)  # of the judge's weights
SHARES = (0.5, 1.0)  # of remembered steps
PAYS = ("bounded", "survival")  # the standardized score, at most 3 deviations from 0; or its softplus


def composed(outer: Callable, inner: Callable) -> Callable:
    """First `inner`, then `outer`."""
    return lambda steps: outer(inner(steps))


def taught(seed: int, name: str, decay: float, share: float, pay: str) -> list[float]:
    """The points, at home, of new learners that are paid by GAIL's judge and by AIRL's g."""
    journey = FULL.JOURNEYS[name]
    demos = FULL.record(journey, seed)
    reference = FULL.reference_steps(journey, demos, seed)
    config = replace(journey.config, remembered_share=share, discriminator_weight_decay=decay)
    actors = [FULL.actor_of(journey, who, seed, {}) for who in ("random", "demonstrator")]
    scale = [FULL.outcome(journey, actor, seed, {})[0] for actor in actors]
    found = []
    for method in FULL.METHODS:
        _, discriminator = FULL.learn(journey, method, seed, config, demos)
        most = FULL.MOST if pay == "bounded" else np.inf
        score_fn = standardized(score_of(discriminator), reference, most)
        if pay == "survival":
            score_fn = composed(softplus, score_fn)
        policy = FULL.learn_anew(journey, {}, score_fn, seed)
        found.append(FULL.points(FULL.outcome(journey, policy.act, seed, {})[0], *scale))
    return found


def run() -> dict:
    """The points (seeds, 2) of both methods' pupils by world and setting, and the mean of each setting."""
    rows = []
    for decay, share, pay in product(DECAYS, SHARES, PAYS):
        settings = {"decay": decay, "share": share, "pay": pay}
        points = {
            name: np.round(run_seeds(taught, SEEDS, name=name, **settings), 2).tolist()
            for name in FULL.JOURNEYS
        }
        rows.append(settings | {"points": points, "mean": float(np.mean(list(points.values())))})
    return {"seeds": SEEDS, "rows": rows}
