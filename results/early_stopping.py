"""Lesson 02, "The loss is not the return", with more data: does early stopping still cost return?"""

import gymnasium as gym
import numpy as np
import torch
from torch.nn.functional import mse_loss

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.data import split_by_episode, stack_steps
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import compare_paired
from ilrl_course.networks import make_policy
from ilrl_course.rollout import collect_trajectories

SEEDS = list(range(1000, 1032))
NUM_EPISODES = (5, 10, 20)  # a fifth of them for validation
CHECKPOINT = 200  # updates


def run() -> dict:
    """End of training minus the checkpoint of the lowest validation loss, for each number of episodes.

    The lowest loss is looked for twice: by the likelihood, which is trained, and by the squared error.
    """
    rows = []
    for num_episodes in NUM_EPISODES:
        curves = np.array(
            run_seeds(losses_and_return, SEEDS, num_episodes=num_episodes)
        )  # (seeds, checks, 3)
        at_the_end = curves[:, -1, 2]  # (seeds,)
        row = {"training_episodes": num_episodes * 4 // 5, "returns_at_the_end": at_the_end.tolist()}
        for column, criterion in enumerate(("likelihood", "squared error")):
            stopped_at = curves[..., column].argmin(axis=1)  # (seeds,)
            stopped = curves[np.arange(len(SEEDS)), stopped_at, 2]
            row[criterion] = {
                "returns_when_stopped": stopped.tolist(),
                "end_minus_stopped": vars(compare_paired(at_the_end, stopped)),
                "median_update_of_lowest_loss": float(np.median((stopped_at + 1) * CHECKPOINT)),
            }
        rows.append(row)
    return {"seeds": SEEDS, "rows": rows}


def losses_and_return(seed: int, num_episodes: int) -> list[tuple[float, float, float]]:
    """Negative log-likelihood, squared error and mean return of 100 episodes along one training run."""
    expert = DRIVING.make_demonstrator("expert")
    episodes = collect_trajectories(expert, DRIVING.env_id, num_episodes, seed, **DRIVING.training_options)
    training, validation = map(stack_steps, split_by_episode(episodes, 0.2, seed))
    env = gym.make(DRIVING.env_id)
    policy = make_policy(env.observation_space, env.action_space, seed)
    curve = []
    config = BCConfig(num_updates=10 * CHECKPOINT)
    for number, _ in enumerate(train_bc(policy, training, config, seed), start=1):
        if number % CHECKPOINT == 0:
            with torch.no_grad():
                loss = bc_loss(policy, validation.obs, validation.actions).item()
                error = mse_loss(policy(validation.obs).mode, validation.actions).item()
            result = evaluate(policy.act, DRIVING.env_id, 100, seed, **DRIVING.test_options)
            curve.append((loss, error, result.mean_return))
    return curve
