"""Lesson 01, bug hunt: right answers and mistakes, written independently of the bank."""

import numpy as np
import pytest

from ilrl_course.rollout import collect_trajectory
from tests.checks.answers import hint_for
from tests.checks.collecting import collect_by_stacking, collect_until


def returns_by_trajectory(env, actor, num_episodes, seed):
    return np.array([collect_trajectory(env, actor, seed + i).rewards.sum() for i in range(num_episodes)])


def returns_in_an_array(env, actor, num_episodes, seed):
    returns = np.zeros(num_episodes)
    for i in range(num_episodes):
        obs, _ = env.reset(seed=seed + i)
        episode_over = False
        while not episode_over:
            obs, reward, terminated, truncated, _ = env.step(actor(obs[None])[0])
            returns[i] += reward
            episode_over = terminated or truncated
    return returns


def returns_in_a_list(env, actor, num_episodes, seed):
    return [collect_by_stacking(env, actor, s).total_reward for s in range(seed, seed + num_episodes)]


RIGHT = [
    returns_by_trajectory,
    returns_in_an_array,
    returns_in_a_list,
]


def hunted(same_seed=False, skips=False, cuts=False, finish=np.array):
    """An evaluation on top of a recorded trajectory, with some of the bugs."""

    def returns(env, actor, num_episodes, seed):
        trajectories = [
            collect_by_stacking(env, actor, seed if same_seed else seed + i) for i in range(num_episodes)
        ]
        if cuts:
            trajectories = [(t, t.rewards[:100], t.terminated and len(t) <= 100) for t in trajectories]
        else:
            trajectories = [(t, t.rewards, t.terminated) for t in trajectories]
        return finish([rewards.sum() for _, rewards, crashed in trajectories if not (skips and crashed)])

    return returns


def either(terminated, truncated):
    return terminated or truncated


WRONG = [
    ("three bugs are still in it. Start", hunted(True, True, True)),
    (
        "two bugs are still in it. The seed is one of them: are these different episodes? "
        "The other one leaves episodes out",
        hunted(same_seed=True, skips=True),
    ),
    (
        "two bugs are still in it. The seed is one of them: are these different episodes? "
        "The other one leaves steps out",
        hunted(same_seed=True, cuts=True),
    ),
    ("the seeds are right now, two", hunted(skips=True, cuts=True)),
    ("one bug is left: every episode starts", hunted(same_seed=True)),
    ("one bug is left: the episodes that were", hunted(skips=True)),
    ("one bug is left: long episodes", hunted(cuts=True)),
    (
        "all episodes are played, but only their mean",
        hunted(finish=lambda r: sum(r) / len(r)),
    ),
    ("only the best", hunted(finish=max)),
    (
        "the returns are added up",
        hunted(finish=lambda r: [sum(r[: i + 1]) for i in range(len(r))]),
    ),
    (
        "a crash counts as 0",
        lambda env, actor, n, seed: [
            0.0 if (t := collect_trajectory(env, actor, seed + i)).crashed else t.total_reward
            for i in range(n)
        ],
    ),
    (
        "the episodes are not seeded",
        lambda env, actor, n, seed: [
            collect_until(either, lambda env, seed: env.reset())(env, actor, 0).total_reward for _ in range(n)
        ],
    ),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("episode_returns", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("episode_returns", function).startswith(hint)
