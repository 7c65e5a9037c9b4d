"""Lesson 01, bug hunt: bugs that nobody put there."""

import copy

import numpy as np
import pytest

from ilrl_course.rollout import collect_trajectory
from tests.checks.answers import hint_for
from tests.checks.test_episode_returns import returns_in_a_list, returns_in_an_array


def played(env, actor, episodes, *, counted=lambda te, tr: True, add=lambda total, reward: total + reward):
    """The returns of some episodes in plain loops; `episodes` are their seeds."""
    returns = []
    for seed in episodes:
        obs, _ = env.reset(seed=seed)
        total = 0
        while True:
            obs, reward, terminated, truncated, _ = env.step(actor(obs[None])[0])
            total = add(total, reward)
            if terminated or truncated:
                break
        if counted(terminated, truncated):
            returns.append(total)
    return returns


def appends_all_the_time(env, actor, num_episodes, seed):
    returns = []
    for i in range(num_episodes):
        obs, _ = env.reset(seed=seed + i)
        total, episode_over = 0.0, False
        while not episode_over:
            obs, reward, terminated, truncated, _ = env.step(actor(obs[None])[0])
            total += reward
            episode_over = terminated or truncated
            returns.append(total)
    return np.array(returns)


def sets_flags_once(env, actor, num_episodes, seed):
    returns = np.zeros(num_episodes)
    episode_over = False
    for i in range(num_episodes):
        obs, _ = env.reset(seed=seed + i)
        while not episode_over:
            obs, reward, terminated, truncated, _ = env.step(actor(obs[None])[0])
            returns[i] += reward
            episode_over = terminated or truncated
    return returns


def restarts(env, actor, num_episodes, seed):
    for i in range(num_episodes):
        while True:
            obs, _ = env.reset(seed=seed + i)
            env.step(actor(obs[None])[0])


def cut_at(cap):
    return lambda env, actor, n, seed: [
        collect_trajectory(env, actor, seed + i).rewards[:cap].sum() for i in range(n)
    ]


SEED = 0


def from_the_seed_above(env, actor, num_episodes, seed):
    return returns_in_an_array(env, actor, num_episodes, SEED)


WRONG = [
    *(("one bug is left: long episodes", cut_at(cap)) for cap in (105, 500, 777, 1000)),
    (
        "this counts steps",
        lambda e, a, n, s: played(e, a, range(s, s + n), add=lambda total, reward: total + 1),
    ),
    ("this counts steps", lambda e, a, n, s: [len(collect_trajectory(e, a, s + i)) for i in range(n)]),
    (
        "only the last reward",
        lambda e, a, n, s: played(e, a, range(s, s + n), add=lambda total, reward: reward),
    ),
    ("the seeds begin at 0", lambda e, a, n, s: played(e, a, range(n))),
    ("the seeds are one too high", lambda e, a, n, s: played(e, a, range(s + 1, s + n + 1))),
    (
        "the episodes that the clock ended",
        lambda e, a, n, s: played(e, a, range(s, s + n), counted=lambda te, tr: not tr),
    ),
    ("there is one number for every step", appends_all_the_time),
    ("only the first episode comes back", lambda e, a, n, s: played(e, a, [s])),
    ("only the first episode is played", sets_flags_once),
    ("the world is reset before every step", restarts),
    ("the seeds are fixed", from_the_seed_above),
    ("it plays in a world of its own", lambda e, a, n, s: returns_in_a_list(copy.deepcopy(e), a, n, s)),
    ("it lets somebody else act", lambda e, a, n, s: returns_in_a_list(e, lambda obs: [0], n, s)),
    (
        "the episodes should have the seeds [3, 4, 5, 6]",
        lambda e, a, n, s: played(e, a, range(s, s + 2 * n, 2)),
    ),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_slip_is_named(hint, function):
    assert hint_for("episode_returns", function).startswith(hint)
