"""Lesson 04: what explains DAgger's advantage in Driving: its situations, its roads, its schedule?

A car that crashes starts anew, so DAgger's labels come from a few more roads than the clone's; and it learns
from few labels first. Each control changes one of these. All have 3000 labels and 1000 gradient steps.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.dagger import DAggerConfig, label_rollout, train_dagger
from ilrl_course.clones import clone_of, demonstrate, fresh_policy
from ilrl_course.data import Actor, Batch, Rollout
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import Policy
from ilrl_course.rollout import make_batch

SEEDS = list(range(1000, 1032))
EXPERT = DRIVING.make_demonstrator("expert")
NUM_UPDATES = 1000
USUAL = DAggerConfig(num_rounds=20, num_steps=10, num_updates=50, beta_decay=0.8)
DECAYS = {"DAgger": 0.8, "DAgger, the expert drives longer": 0.9}
EXPERT_ALONE = 1.0  # a decay with which the learner never drives


def arms(seed: int) -> dict[str, list[float]]:
    """Crash rate and mean return of each kind of learner, and the crashes while its data were collected."""
    found = {}
    for name, (num_cars, num_steps) in {"clone": (15, 200), "clone of 20 drives of 15 s": (20, 150)}.items():
        envs = make_batch(DRIVING.env_id, num_cars, **DRIVING.training_options)
        demos = demonstrate(EXPERT, envs, num_steps, seed)
        found[name] = examine(clone_of(DRIVING, [demos], seed, NUM_UPDATES), seed, 0)
    learner, _, crashes = dagger(seed, EXPERT_ALONE)
    found["clone, learning in DAgger's order"] = examine(learner, seed, crashes)
    for name, decay in DECAYS.items():
        learner, labeled, crashes = dagger(seed, decay)
        found[name] = examine(learner, seed, crashes)
        refitted = clone_of(DRIVING, labeled, seed, NUM_UPDATES)
        found[f"{name}, its labels learned in one go"] = examine(refitted, seed, crashes)
    return found


def dagger(seed: int, decay: float) -> tuple[Policy, list[Batch], int]:
    """A learner, all of its labels, and its crashes."""
    learner, labeled = fresh_policy(DRIVING, seed), []
    envs = make_batch(DRIVING.env_id, 15, **DRIVING.training_options)
    config = replace(USUAL, beta_decay=decay)
    *_, metrics = train_dagger(learner, EXPERT, envs, config, seed, label_fn=keeping(labeled))
    return learner, labeled, metrics["crashes"]


def keeping(labeled: list[Batch]) -> Callable[[Actor, Rollout], Batch]:
    """A `label_fn` that also keeps what it gives."""

    def label_fn(expert: Actor, rollout: Rollout) -> Batch:
        labeled.append(label_rollout(expert, rollout))
        return labeled[-1]

    return label_fn


def examine(policy: Policy, seed: int, crashes: int) -> list[float]:
    """Crash rate and mean return in 100 test drives, and the crashes in training."""
    result = evaluate(policy.act, DRIVING.env_id, 100, seed, **DRIVING.test_options)
    return [result.crash_rate, result.mean_return, crashes]


def run() -> dict:
    """The three values of each seed and kind: (seeds, 3)."""
    found = run_seeds(arms, SEEDS)
    return {
        "seeds": SEEDS,
        "learners": {name: np.round([seed[name] for seed in found], 4).tolist() for name in found[0]},
    }
