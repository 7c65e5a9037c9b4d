"""Lesson 06, "Traps": the same learners from 20 demonstrations, each with one thing done otherwise."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.airl import airl_reward, make_airl_discriminator, train_airl
from ilrl_course.algorithms.gail import hurry_reward, make_gail_discriminator, survival_reward, train_gail
from ilrl_course.clones import fresh_policy
from ilrl_course.data import stack_transitions
from ilrl_course.measures.dungeon_endings import examine_games
from ilrl_course.measures.seeds import by_name
from ilrl_course.networks import Policy, RewardNet, make_value_net
from ilrl_course.rollout import collect_trajectories, make_batch

PLAIN = load_script(Path(__file__).parent, "adversarial")

SEEDS = list(range(8))
REWARDS = {"survival": survival_reward, "hurry": hurry_reward, "logit": airl_reward}
UPDATES = (1, 4, 16, 64)  # of the discriminator, in each iteration
METHODS = {"GAIL": (make_gail_discriminator, train_gail), "AIRL": (make_airl_discriminator, train_airl)}


def learn(
    seed: int, place: str, method: str, reward_fn: Callable = survival_reward, standardized=True, **changes
) -> tuple[Policy, dict[str, float]]:
    """The policy in the end, and the last metrics."""
    arena = PLAIN.ARENAS[place]
    training, _ = arena.options(seed)
    expert = arena.world.make_demonstrator("expert", seed=seed)
    demos = stack_transitions(collect_trajectories(expert, arena.world.env_id, 20, seed, **training))
    envs = make_batch(arena.world.env_id, PLAIN.NUM_COPIES, **training)
    make, train = METHODS[method]
    discriminator = make(envs, demos, seed)
    for part in discriminator.modules():
        if isinstance(part, RewardNet) and not standardized:
            part.mean.fill_(0.0)
            part.std.fill_(1.0)
    policy, value_net = fresh_policy(arena.world, seed), make_value_net(envs.single_observation_space, seed)
    config = replace(arena.adversarial, **changes)
    *_, metrics = train(policy, value_net, discriminator, demos, envs, config, seed, reward_fn=reward_fn)
    return policy, metrics


def play_dungeon(seed: int, reward: str, absorbing: bool) -> dict[str, float]:
    """How games end after GAIL with this reward, and ends that stop or go on; and how many ended in lava."""
    policy, metrics = learn(seed, "Dungeon", "GAIL", REWARDS[reward], absorbing_ends=absorbing)
    _, test = PLAIN.ARENAS["Dungeon"].options(seed)
    outcome = examine_games(policy.act, seed, **test)
    return outcome | {"crashes": metrics["crashes"]}


def with_updates(seed: int, method: str, reward: str, updates: int) -> dict[str, float]:
    """CartPole, with a discriminator that takes so many steps in each iteration; how often it is right."""
    policy, metrics = learn(seed, "CartPole", method, REWARDS[reward], num_discriminator_updates=updates)
    right = (metrics["expert_accuracy"] + metrics["learner_accuracy"]) / 2
    return PLAIN.scores(policy, PLAIN.ARENAS["CartPole"], seed) | {"right": right}


def unstandardized(seed: int, place: str, method: str) -> dict[str, float]:
    """With a discriminator that sees observations in the world's own units."""
    policy, _ = learn(seed, place, method, standardized=False)
    return PLAIN.scores(policy, PLAIN.ARENAS[place], seed)


def run() -> dict:
    """Outcomes (seeds,) of every trap."""

    def table(function, **settings) -> dict[str, list[float]]:
        runs = by_name(run_seeds(function, SEEDS, **settings))
        return {name: np.round(values, 4).tolist() for name, values in runs.items()}

    return {
        "seeds": SEEDS,
        "ends": {
            f"{reward}, ends {'go on' if absorbing else 'stop'}": table(
                play_dungeon, reward=reward, absorbing=absorbing
            )
            for absorbing in (False, True)
            for reward in REWARDS
        },
        "strength": {
            f"{method}, {reward}": {
                str(updates): table(with_updates, method=method, reward=reward, updates=updates)
                for updates in UPDATES
            }
            for method, reward in (("GAIL", "survival"), ("AIRL", "survival"), ("AIRL", "logit"))
        },
        "unstandardized": {
            place: {method: table(unstandardized, place=place, method=method) for method in METHODS}
            for place in ("CartPole", "Driving")
        },
    }
