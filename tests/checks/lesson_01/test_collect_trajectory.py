"""Lesson 01, recording an episode: right answers and mistakes, written independently of the bank."""

from itertools import count

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.data import Trajectory
from ilrl_course.envs import DRIVING
from tests.checks.answers import hint_for, wrong_answers
from tests.checks.lesson_01.recording import recorded

SEED = 0
expert = DRIVING.make_demonstrator("expert")


def right(env, actor, seed):
    first, _ = env.reset(seed=seed)
    obs, actions, rewards = [first], [], []
    while True:
        actions.append(actor(np.expand_dims(obs[-1], 0))[0])
        after, reward, terminated, truncated, info = env.step(actions[-1])
        obs.append(after)
        rewards.append(reward)
        if terminated or truncated:
            break
    observations = np.array(obs)
    outcome = {name: info[name] for name in ("crashed", "success")}
    return Trajectory(observations, np.array(actions), np.array(rewards), terminated, truncated, **outcome)


def by_rows(env, actor, seed):
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


def in_a_new_world(env, actor, seed):
    env = gym.make(DRIVING.env_id)
    return recorded(env, actor, seed)


def three_steps_of_the_expert_above(env, actor, seed):
    obs, _ = env.reset(seed=seed)
    for _ in range(3):
        action = expert(obs[None])[0]
        obs, *_ = env.step(action)


RIGHT = [right, by_rows, recorded]
ENDS = "terminated, truncated, **outcome"
ACT = "actor(np.expand_dims(obs[-1], 0))[0]"
WRONG = {
    "an observation is missing": ["np.array(obs) => np.array(obs[1:])"],
    "the observations are one step late": ["np.array(obs) => np.array(obs[1:] + obs[-1:])"],
    "the recorded observation never": ["np.array(obs) => np.tile(first, (len(obs), 1))"],
    "it plays on after the time": ["if terminated or truncated => if terminated"],
    "it plays on after the world": ["if terminated or truncated => if truncated"],
    "it waits until": ["if terminated or truncated => if terminated and truncated"],
    "the episode cannot be repeated": ["seed=seed =>"],
    "the actor got a single": [f"{ACT} => actor(obs[-1])"],
    "the actions keep the axis": [f"{ACT} => actor(obs[-1].reshape(1, -1))"],
    "the actor always sees": ["obs[-1] => first"],
    "`terminated` and `truncated` are swapped": [f"{ENDS} => truncated, terminated, **outcome"],
    "`terminated` and `truncated` are merged": [f"{ENDS} => terminated or truncated, False, **outcome"],
    "how the episode ended is lost": [f"{ENDS} => False, False, **outcome"],
    "the rewards are summed up": ["np.array(rewards) => np.cumsum(rewards)"],
    "the rewards are one step late": ["np.array(rewards) => np.array([0.0, *rewards])[:-1]"],
    "`crashed` and `success` were not": [", **outcome =>"],
    "`obs` should be an array of float32": ["np.array(obs) => np.array(obs, dtype=float)"],
    "it should return a Trajectory, but it returns a tuple": ["return (1, 2)"],
    "it stops before the episode": [
        *(f"while True => while len(rewards) < {cap}" for cap in (1, 3, 4, 10, 500, 1000)),
    ],
    "it starts from a seed of its own": ["seed=seed => seed=SEED", "seed = 123"],
    "it lets somebody else act": [three_steps_of_the_expert_above, f"{ACT} => env.action_space.sample()"],
    "it plays in a world of its own": [in_a_new_world, "from copy import deepcopy\nenv = deepcopy(env)"],
    "the world is reset before every step": [
        "actions.append => obs[-1], _ = env.reset(seed=seed)\nactions.append",
    ],
}  # fmt: skip


@pytest.mark.parametrize("answer", RIGHT)
def test_unusual_right_answers_pass(answer):
    assert hint_for("collect_trajectory", answer) == ""


@pytest.mark.parametrize(("hint", "answer"), wrong_answers(right, WRONG))
def test_a_mistake_is_named(hint, answer):
    assert hint_for("collect_trajectory", answer).startswith(hint)
