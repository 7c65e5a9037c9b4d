"""Lesson 02, "How many demonstrations does it take?": returns of clones by the number of demonstrations."""

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.clones import fresh_policy
from ilrl_course.data import stack_steps
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.rollout import collect_trajectories

SEEDS = list(range(1000, 1032))
NUM_UPDATES = 1500
WORLDS = {world.name: world for world in (CARTPOLE, DRIVING, DUNGEON)}
SIZES = {"CartPole": (1, 2, 5, 10), "Driving": (1, 5, 20, 80), "Dungeon": (5, 20, 80, 320)}


def returns_of_clones(seed: int, name: str) -> list[float]:
    """The mean return on 100 fresh episodes of a clone of each number of demonstrations."""
    world, returns = WORLDS[name], []
    expert = world.make_demonstrator("expert", seed=seed)
    episodes = collect_trajectories(expert, world.env_id, max(SIZES[name]), seed, **world.training_options)
    for size in SIZES[name]:
        policy = fresh_policy(world, seed)
        for _ in train_bc(policy, stack_steps(episodes[:size]), BCConfig(num_updates=NUM_UPDATES), seed):
            pass
        returns.append(evaluate(policy.act, world.env_id, 100, seed, **world.test_options).mean_return)
    return returns


def run() -> dict:
    """Mean returns (seeds, sizes) by world, with the numbers of demonstrations."""
    return {
        "seeds": SEEDS,
        "sizes": SIZES,
        "returns": {
            name: np.round(run_seeds(returns_of_clones, SEEDS, name=name), 4).tolist() for name in WORLDS
        },
    }
