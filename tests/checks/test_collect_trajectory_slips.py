"""Lesson 01, recording an episode: what is left of the three-step loop, and other slips."""

import copy

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.data import Trajectory
from ilrl_course.envs import DRIVING
from tests.checks.answers import hint_for
from tests.checks.test_collect_trajectory import (
    collect_by_appending,
    collect_by_stacking,
    collect_until,
    collect_with_for,
    either,
)

SEED = 0
expert = DRIVING.make_demonstrator("expert")
SEED_HINT, ACTOR_HINT, ENV_HINT = (
    "it starts from a seed of its own",
    "it lets somebody else act",
    "it plays in a world of its own",
)


def collect_from_the_seed_above(env, actor, seed):
    return collect_by_appending(env, actor, SEED)


def collect_with_the_expert_above(env, actor, seed):
    obs, _ = env.reset(seed=seed)
    for _ in range(3):
        action = expert(obs[None])[0]
        obs, *_ = env.step(action)


def collect_in_a_new_world(env, actor, seed):
    env = gym.make(DRIVING.env_id)
    return collect_by_stacking(env, actor, seed)


def collect_in_another_counting_world(env, actor, seed):
    return collect_by_stacking(copy.deepcopy(env), actor, seed)


def collect_at_random(env, actor, seed):
    return collect_by_stacking(env, lambda obs: np.array([env.action_space.sample()]), seed)


def collect_and_restart(env, actor, seed):
    observations, actions, rewards, terminated, truncated = [], [], [], False, False
    while not (terminated or truncated):
        obs, _ = env.reset(seed=seed)
        action = actor(obs[None])[0]
        observations.append(obs)
        obs, reward, terminated, truncated, _ = env.step(action)
        actions.append(action)
        rewards.append(reward)
    return Trajectory(
        np.array([*observations, obs]), np.array(actions), np.array(rewards), terminated, truncated
    )


WRONG = [
    *(("it stops before the episode", collect_until(either, cap=cap)) for cap in (1, 3, 4, 10, 500, 1000)),
    (SEED_HINT, collect_from_the_seed_above),
    (SEED_HINT, lambda env, actor, seed: collect_with_for(env, actor, 123)),
    (ACTOR_HINT, collect_with_the_expert_above),
    (ACTOR_HINT, collect_at_random),
    (ENV_HINT, collect_in_a_new_world),
    (ENV_HINT, collect_in_another_counting_world),
    ("the world is reset before every step", collect_and_restart),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_slip_is_named(hint, function):
    assert hint_for("collect_trajectory", function).startswith(hint)
