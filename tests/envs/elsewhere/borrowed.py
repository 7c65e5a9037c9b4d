"""Worlds of Gymnasium's that need no further package, borrowed for tests; and how tests skip the others."""

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.envs.elsewhere import ELSEWHERE, borrow


def bang_bang(kind, seed=0, **options):
    return lambda obs: np.where(obs[:, 4] > 0, 2, 0)


def full_left(kind, seed=0, **options):
    return lambda obs: np.full((len(obs), 1), -9.0, dtype=np.float32)


SWING_UP = borrow(
    "TestAcrobot",
    lambda **options: gym.make("Acrobot-v1", **options),
    lambda reward, terminated, info: (False, terminated),
    bang_bang,
    max_steps=60,
    keys={"ArrowLeft": 0, "ArrowRight": 2},
    idle=1,
    pace=15.0,
)
PENDULUM = borrow(
    "TestPendulum",
    lambda **options: gym.make("Pendulum-v1", **options),
    lambda reward, terminated, info: (bool(reward < -9), bool(reward > -0.1)),
    full_left,
    max_steps=40,
)
LAKE = borrow(  # it ends in a hole or at the goal, after some steps at random
    "TestLake",
    lambda **options: gym.make("FrozenLake-v1", **options),
    lambda reward, terminated, info: (terminated and reward == 0, reward > 0),
    full_left,
    max_steps=30,
)
BORROWED = (SWING_UP, PENDULUM, LAKE)


def ready(world):
    """A parameter that skips where the world's package is missing, and says so."""
    return pytest.param(world, id=world.name, marks=needs(world))


def needs(world):
    return pytest.mark.skipif(bool(world.missing), reason=world.missing or "ready")


each_world = pytest.mark.parametrize("world", [ready(world) for world in ELSEWHERE.values()])
