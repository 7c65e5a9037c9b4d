"""Lesson 02, "The loss is not the return": what early stopping costs, with few episodes and with more."""

from collections import defaultdict

import numpy as np
import torch

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.clones import fresh_policy
from ilrl_course.data import Batch, split_by_episode, stack_steps
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import compare_paired
from ilrl_course.networks import Policy
from ilrl_course.rollout import collect_trajectories

SEEDS = list(range(1000, 1032))
NUM_EPISODES = (5, 10, 20)  # a fifth of them for validation
CHECKPOINTS = list(range(200, 2001, 200))  # updates
CRITERIA = {"likelihood": "validation loss", "squared error": "validation error"}


def run() -> dict:
    """What is measured along training, and the end minus the checkpoint of the lowest validation loss.

    The lowest loss is looked for twice: by the likelihood, which is trained, and by the squared error.
    """
    rows = []
    for num_episodes in NUM_EPISODES:
        runs = run_seeds(along_training, SEEDS, num_episodes=num_episodes)
        curves = {
            name: np.array([run[name] for run in runs]) for name in runs[0]
        }  # (seeds, checkpoints) each
        at_the_end = curves["return"][:, -1]  # (seeds,)
        row = {
            "training_episodes": num_episodes * 4 // 5,
            "curves": {name: values.round(5).tolist() for name, values in curves.items()},
        }
        for criterion, name in CRITERIA.items():
            stopped_at = curves[name].argmin(axis=1)  # (seeds,)
            stopped = curves["return"][np.arange(len(SEEDS)), stopped_at]
            row[criterion] = {
                "returns_when_stopped": stopped.tolist(),
                "end_minus_stopped": vars(compare_paired(at_the_end, stopped)),
                "median_update_of_lowest_loss": float(np.median(np.array(CHECKPOINTS)[stopped_at])),
            }
        rows.append(row)
    return {"seeds": SEEDS, "checkpoints": CHECKPOINTS, "rows": rows}


def along_training(seed: int, num_episodes: int) -> dict[str, list[float]]:
    """What is measured at each checkpoint of one training run; errors are root mean squares over actions."""
    expert = DRIVING.make_demonstrator("expert")
    episodes = collect_trajectories(expert, DRIVING.env_id, num_episodes, seed, **DRIVING.training_options)
    training, validation = map(stack_steps, split_by_episode(episodes, 0.2, seed))
    policy = fresh_policy(DRIVING, seed)
    curves = defaultdict(list)
    config = BCConfig(num_updates=CHECKPOINTS[-1])
    for number, _ in enumerate(train_bc(policy, training, config, seed), start=1):
        if number in CHECKPOINTS:
            with torch.no_grad():
                loss = bc_loss(policy, validation.obs, validation.actions).item()
            result = evaluate(policy.act, DRIVING.env_id, 100, seed, **DRIVING.test_options)
            curves["validation loss"].append(loss)
            curves["validation error"].append(error_on(validation, policy))
            curves["training error"].append(error_on(training, policy))
            curves["expected error"].append(policy.log_std.detach().exp().square().mean().sqrt().item())
            curves["return"].append(result.mean_return)
    return dict(curves)


def error_on(demos: Batch, policy: Policy) -> float:
    """Root mean square difference between the likeliest and the demonstrated actions."""
    with torch.no_grad():
        return (policy(demos.obs).mode - demos.actions).square().mean().sqrt().item()
