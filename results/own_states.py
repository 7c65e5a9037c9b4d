"""Lessons 03 and 04: a clone, and DAgger with as many labels and gradient steps, in all three worlds."""

import numpy as np
import torch

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.dagger import DAggerConfig, train_dagger
from ilrl_course.clones import clone_of, demonstrate, fresh_policy
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.measures.evaluation import evaluate, reference_scores
from ilrl_course.measures.seeds import by_name
from ilrl_course.notebook.claims import plan
from ilrl_course.rollout import make_batch

SHORT_SIGHT = (*range(8), *range(16, 22))
ON_THE_ROAD = DAggerConfig(num_rounds=20, num_steps=10, num_updates=50, beta_decay=0.8)
SETTINGS = {  # world, copies of it, what the learner sees, and how it learns
    "CartPole": (CARTPOLE, 4, None, DAggerConfig(num_rounds=20, num_steps=5, num_updates=25)),
    "Driving": (DRIVING, 15, None, ON_THE_ROAD),
    "Driving, short sight": (DRIVING, 15, SHORT_SIGHT, ON_THE_ROAD),
    "Dungeon": (DUNGEON, 8, None, DAggerConfig(num_rounds=20, num_steps=10, num_updates=50)),
}
ROUNDS = (5, 10, 20)  # after which we look


def dagger_and_clone(seed: int, setting: str) -> dict[str, list[list[float]]]:
    """Both methods: normalized score, crash rate, success rate, crashes in training after `ROUNDS`: (3, 4).

    The clone's labels are drawn at random from the expert's drives, so that fewer labels are not just the
    first seconds of each drive.
    """
    world, num_envs, inputs, config = SETTINGS[setting]
    expert = world.make_demonstrator("expert")
    envs = make_batch(world.env_id, num_envs, **world.training_options)
    found = {"clone": [], "DAgger": []}
    learner = fresh_policy(world, seed, inputs)
    for i, metrics in enumerate(train_dagger(learner, expert, envs, config, seed), start=1):
        if i in ROUNDS:
            found["DAgger"].append([*outcome(learner, world, seed), metrics["crashes"]])
    demos = demonstrate(expert, envs, config.num_rounds * config.num_steps, seed)
    order = torch.randperm(len(demos), generator=torch.Generator().manual_seed(seed))
    for i in ROUNDS:
        drawn = demos[order[: i * config.num_steps * num_envs]]
        learner = fresh_policy(world, seed, inputs)
        clone_of(world, [drawn], seed, i * config.num_updates, learner)
        found["clone"].append([*outcome(learner, world, seed), 0])
    return found


def outcome(policy, world, seed: int) -> list[float]:
    """Normalized score from 0 to 100, crash rate and success rate in 100 fresh episodes."""
    result = evaluate(policy.act, world.env_id, 100, seed, **world.test_options)
    low, high = (reference_scores(world.name)[name] for name in ("random", "expert"))
    score = 100 * (result.mean_return - low) / (high - low)
    return [score, result.crash_rate, result.success_rate]


def run() -> dict:
    """For each setting both methods' outcomes, (seeds, sizes, 4), and the arms of the planned comparisons."""
    seeds = list(plan("own states in Driving").seeds)
    found = {name: by_name(run_seeds(dagger_and_clone, seeds, setting=name)) for name in SETTINGS}
    road, dungeon = (
        {name: values[:, -1] for name, values in found[world].items()} for world in ("Driving", "Dungeon")
    )  # (seeds, 4) each
    settings = {
        name: {
            "labels": [num_envs * config.num_steps * i for i in ROUNDS],
            **{method: np.round(values, 3).tolist() for method, values in found[name].items()},
        }
        for name, (_, num_envs, _, config) in SETTINGS.items()
    }
    return {
        "seeds": seeds,
        "settings": settings,
        "arms": {
            "own states in Driving": plan("own states in Driving").recorded(
                road["clone"][:, 1], road["DAgger"][:, 1]
            ),
            "own states in the Dungeon": plan("own states in the Dungeon").recorded(
                dungeon["DAgger"][:, 0], dungeon["clone"][:, 0]
            ),
        },
    }
