"""Lesson 04, "Variants": DAgger on Driving with a camera of 12 m, each variant from equally many labels."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.dagger import DAggerConfig, label_rollout, mixed_rollout, train_dagger
from ilrl_course.algorithms.dagger_variants import Guard, LabelBudget, UnreliableLabels
from ilrl_course.algorithms.dart import demonstrate_with_noise
from ilrl_course.clones import clone_of, demonstrate
from ilrl_course.data import Actor, Batch, Rollout
from ilrl_course.envs import DRIVING
from ilrl_course.envs.driving import is_safe
from ilrl_course.measures.driving_safety import SafetyLog
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import confidence_interval
from ilrl_course.networks import make_policy
from ilrl_course.rollout import make_batch

SEEDS = list(range(1000, 1024))
SHORT_SIGHT = (*range(8), *range(16, 22))
NUM_CARS = 15
NUM_UPDATES = 1000  # of a clone, and of the usual DAgger in all its rounds
USUAL = DAggerConfig(num_rounds=20, num_steps=10, num_updates=50, beta_decay=0.8)  # 3000 labels


@dataclass(frozen=True)
class Variant:
    """What differs from the usual way of asking."""

    config: DAggerConfig = USUAL
    guarded: bool = False
    num_labels: int | None = None  # in each round, instead of all
    at_random: bool = False  # are these few chosen by chance?
    faults: dict = field(default_factory=dict)  # of the labels
    inputs: tuple[int, ...] | None = SHORT_SIGHT


VARIANTS = {
    "usual": Variant(),
    "expert drives in the first round only": Variant(replace(USUAL, beta_decay=0.0)),
    "expert drives longer": Variant(replace(USUAL, beta_decay=0.9)),
    "from scratch": Variant(replace(USUAL, from_scratch=True)),
    "from scratch, 1000 updates a round": Variant(replace(USUAL, from_scratch=True, num_updates=1000)),
    "guard": Variant(guarded=True),
    "a fifth of the situations": Variant(replace(USUAL, num_steps=50), num_labels=150),
    "a fifth, by chance": Variant(replace(USUAL, num_steps=50), num_labels=150, at_random=True),
    "all of these situations": Variant(replace(USUAL, num_steps=50)),
    "labels 0.1 s late": Variant(faults={"delay": 1}),
    "labels 0.2 s late": Variant(faults={"delay": 2}),
    "labels 0.3 s late": Variant(faults={"delay": 3}),
    "labels with noise of 0.3": Variant(faults={"noise_std": 0.3}),
    "sees all": Variant(inputs=None),
    "sees all, half the labels": Variant(replace(USUAL, num_steps=5), inputs=None),
}
CLONES = {  # noise on the expert's actions, steps of each car, inputs
    "clone": (0.0, 200, SHORT_SIGHT),
    "clone, noise injected": (0.3, 200, SHORT_SIGHT),
    "clone, sees all": (0.0, 200, None),
    "clone, sees all, half the labels": (0.0, 100, None),
}


def label_some_by_chance(num_labels: int, seed: int) -> Callable:
    """A `label_fn` that labels some of the situations, whichever."""
    generator = torch.Generator().manual_seed(seed)

    def label_fn(expert: Actor, rollout: Rollout) -> Batch:
        obs = rollout.obs.flatten(0, 1)
        obs = obs[torch.randperm(len(obs), generator=generator)[:num_labels]]
        return Batch(obs, torch.from_numpy(expert(obs.numpy())))

    return label_fn


def outcomes(seed: int) -> dict[str, list[float]]:
    """For each variant and clone: crash rate in test drives; labels, crashes and takeovers in training."""
    expert = DRIVING.make_demonstrator("expert")
    envs = make_batch(DRIVING.env_id, NUM_CARS, **DRIVING.training_options)
    spaces = envs.single_observation_space, envs.single_action_space
    found = {}
    for name, variant in VARIANTS.items():
        policy = make_policy(*spaces, seed, inputs=variant.inputs)
        guard = Guard(is_safe)
        rollout_fn = guard if variant.guarded else mixed_rollout
        label_fn = label_rollout
        if variant.at_random:
            label_fn = label_some_by_chance(variant.num_labels, seed)
        elif variant.num_labels:
            label_fn = LabelBudget(variant.num_labels)
        elif variant.faults:
            label_fn = UnreliableLabels(**variant.faults, seed=seed)
        *_, last = train_dagger(policy, expert, envs, variant.config, seed, rollout_fn, label_fn)
        found[name] = [policy, last["labels"], last["crashes"], guard.takeovers]
    for name, (noise_std, num_steps, inputs) in CLONES.items():
        counted = SafetyLog(make_batch(DRIVING.env_id, NUM_CARS, **DRIVING.training_options))
        if noise_std:
            demos = demonstrate_with_noise(expert, counted, num_steps, noise_std, seed)
        else:
            demos = demonstrate(expert, counted, num_steps, seed)
        policy = clone_of(DRIVING, [demos], seed, NUM_UPDATES, make_policy(*spaces, seed, inputs=inputs))
        found[name] = [policy, len(demos), counted.off_road, 0]
    for row in found.values():
        row[0] = evaluate(row[0].act, DRIVING.env_id, 100, seed, **DRIVING.test_options).crash_rate
    return found


def run() -> dict:
    """The means of all variants and clones over the seeds, with the interval of the crash rate."""
    found = run_seeds(outcomes, SEEDS)
    rows = []
    for name in found[0]:
        crash_rate, labels, crashes, takeovers = np.array([seed[name] for seed in found]).T  # (seeds,) each
        rows.append(
            {
                "variant": name,
                "labels": float(labels.mean()),
                "crash_rate": float(crash_rate.mean()),
                "crash_interval": confidence_interval(crash_rate),
                "crash_rates": crash_rate.tolist(),
                "crashes_in_training": float(crashes.mean()),
                "takeovers": float(takeovers.mean()),
            }
        )
    return {"seeds": SEEDS, "rows": rows}
