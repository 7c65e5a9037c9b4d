"""Lesson 01, recording an episode: right answers and mistakes, written independently of the bank."""

from itertools import count

import numpy as np
import pytest

from ilrl_course.data import Trajectory
from tests.checks.answers import hint_for
from tests.checks.collecting import collect_by_stacking, collect_until


def collect_by_appending(env, actor, seed):
    first, _ = env.reset(seed=seed)
    obs, actions, rewards = [first], [], []
    while True:
        actions.append(actor(np.expand_dims(obs[-1], 0)).squeeze(0))
        after, reward, terminated, truncated, info = env.step(actions[-1])
        obs.append(after)
        rewards.append(reward)
        if terminated or truncated:
            break
    return Trajectory(
        np.stack(obs), np.stack(actions), np.array(rewards), bool(terminated), bool(truncated), **info
    )


def collect_with_for(env, actor, seed):
    obs, info = env.reset(seed=seed)
    steps, ends = [], (False, False)
    for _ in count():
        if any(ends):
            break
        action = actor(obs.reshape(1, -1))[0]
        after, reward, *ends, info = env.step(action)
        steps.append((obs, action, reward))
        obs = after
    return Trajectory(
        obs=np.array([step[0] for step in steps] + [obs]),
        actions=np.array([step[1] for step in steps]),
        rewards=np.array([step[2] for step in steps]),
        terminated=ends[0],
        truncated=ends[1],
        crashed=info["crashed"],
        success=info["success"],
    )


RIGHT = [
    collect_by_appending,
    collect_by_stacking,
    collect_with_for,
]


def changed(collect=collect_by_appending, **rules):
    """A right recording whose fields are then spoiled by rules."""

    def spoiled(env, actor, seed):
        fields = dict(vars(collect(env, actor, seed)))
        return Trajectory(**fields | {name: rule(fields) for name, rule in rules.items()})

    return spoiled


def collect_after_the_step(env, actor, seed):
    obs, _ = env.reset(seed=seed)
    observations, actions, rewards = [], [], []
    while True:
        action = actor(obs[None])[0]
        obs, reward, terminated, truncated, info = env.step(action)
        observations.append(obs)
        actions.append(action)
        rewards.append(reward)
        if terminated or truncated:
            return Trajectory(
                np.array(observations), np.array(actions), np.array(rewards), terminated, truncated, **info
            )


def collect_blindly(env, actor, seed):
    first, _ = env.reset(seed=seed)
    observations, actions, rewards, terminated, truncated = [first], [], [], False, False
    while not terminated and not truncated:
        actions.append(actor(first[None])[0])
        obs, reward, terminated, truncated, info = env.step(actions[-1])
        observations.append(obs)
        rewards.append(reward)
    return Trajectory(
        np.array(observations), np.array(actions), np.array(rewards), terminated, truncated, **info
    )


def either(terminated, truncated):
    return terminated or truncated


WRONG = [
    ("an observation is missing", collect_after_the_step),
    (
        "the observations are one step late",
        changed(obs=lambda f: f["obs"][[*range(1, len(f["obs"])), -1]]),
    ),
    (
        "the recorded observation never",
        changed(obs=lambda f: np.tile(f["obs"][0], (len(f["obs"]), 1))),
    ),
    ("it plays on after the time", collect_until(lambda te, tr: te)),
    ("it plays on after the world", collect_until(lambda te, tr: tr)),
    ("it waits until", collect_until(lambda te, tr: te and tr)),
    (
        "the episode cannot be repeated",
        collect_until(either, lambda env, seed: env.reset()),
    ),
    (
        "the actor got a single",
        collect_until(either, act=lambda actor, obs: actor(obs)),
    ),
    (
        "the actions keep the axis",
        collect_until(either, act=lambda actor, obs: actor(obs.reshape(1, -1))),
    ),
    ("the actor always sees", collect_blindly),
    (
        "`terminated` and `truncated` are swapped",
        changed(terminated=lambda f: f["truncated"], truncated=lambda f: f["terminated"]),
    ),
    (
        "`terminated` and `truncated` are merged",
        changed(terminated=lambda f: f["truncated"] or f["terminated"], truncated=lambda f: False),
    ),
    (
        "how the episode ended is lost",
        changed(terminated=lambda f: False, truncated=lambda f: False),
    ),
    ("the rewards are summed up", changed(rewards=lambda f: np.cumsum(f["rewards"]))),
    (
        "the rewards are one step late",
        changed(rewards=lambda f: np.roll(f["rewards"], 1) * (np.arange(len(f["rewards"])) > 0)),
    ),
    (
        "`crashed` and `success` were not",
        changed(crashed=lambda f: False, success=lambda f: False),
    ),
    (
        "`obs` should be an array of float32",
        changed(obs=lambda f: f["obs"].astype(float)),
    ),
    ("it should return a Trajectory, but it returns a tuple", lambda e, a, s: (1, 2)),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("collect_trajectory", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("collect_trajectory", function).startswith(hint)
