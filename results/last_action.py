"""Lesson 03, "Copycats": clones with and without a display of their own last action."""

import numpy as np
import torch

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.clones import clone_of, demonstrate
from ilrl_course.data import Batch
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import make_policy
from ilrl_course.rollout import make_batch

SEEDS = list(range(1000, 1032))
NUM_CARS, NUM_STEPS, NUM_UPDATES = 15, 200, 1000
SHOWN = {"show_last_action": True}
INPUTS = {"without": list(range(22)), "with": list(range(24))}  # the last two are steering and pedals


def drives(seed: int, options: dict) -> Batch:
    """The expert's steps, its last action shown."""
    envs = make_batch(DRIVING.env_id, NUM_CARS, **SHOWN, **options)
    return demonstrate(DRIVING.make_demonstrator("expert"), envs, NUM_STEPS, seed)


def clones(seed: int) -> dict[str, list[float]]:
    """Validation loss, validation error, crash rate, and the change of the action after a lie."""
    demos, unseen = drives(seed, DRIVING.training_options), drives(seed, DRIVING.test_options)
    order = torch.randperm(len(unseen), generator=torch.Generator().manual_seed(seed))
    lied_to = unseen.obs.clone()
    lied_to[:, 22:] = unseen.obs[order, 22:]  # the last action of some other moment
    envs = make_batch(DRIVING.env_id, 1, **SHOWN)
    found = {}
    for name, inputs in INPUTS.items():
        policy = make_policy(envs.single_observation_space, envs.single_action_space, seed, inputs=inputs)
        clone_of(DRIVING, [demos], seed, NUM_UPDATES, policy)
        with torch.no_grad():
            loss = bc_loss(policy, unseen.obs, unseen.actions).item()
            answers = policy(unseen.obs).mode
            error = (answers - unseen.actions).abs().mean().item()
            change = (policy(lied_to).mode - answers).abs().mean().item()
        result = evaluate(policy.act, DRIVING.env_id, 100, seed, **SHOWN, **DRIVING.test_options)
        found[name] = [loss, error, result.crash_rate, change]
    return found


def run() -> dict:
    """The four values of each seed and clone: (seeds, 4)."""
    found = run_seeds(clones, SEEDS)
    return {
        "seeds": SEEDS,
        "clones": {name: np.round([seed[name] for seed in found], 4).tolist() for name in INPUTS},
    }
