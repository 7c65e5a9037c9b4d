"""Lesson 01, recording an episode: right answers and mistakes, written independently of the bank."""

from itertools import count

import gymnasium as gym
import numpy as np

from ilrl_course.data import Trajectory
from ilrl_course.envs import DRIVING
from tests.checks.answers import promises_of
from tests.checks.lesson_01.recording import recorded

SEED = 0
expert = DRIVING.make_demonstrator("expert")


def right(env, actor, seed):
    first, _ = env.reset(seed=seed)
    obs, actions, rewards = [first], [], []
    while True:
        action = actor(np.expand_dims(obs[-1], 0))[0]
        after, reward, terminated, truncated, info = env.step(action)
        obs.append(after)
        actions.append(action)
        rewards.append(reward)
        if terminated or truncated:
            break
    obs, actions, rewards = np.array(obs), np.array(actions), np.array(rewards)
    ends = terminated, truncated
    return Trajectory(obs, actions, rewards, *ends, info["crashed"], info["success"])


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


def by_generator(env, actor, seed):
    def steps():
        obs, _ = env.reset(seed=seed)
        ends = False, False
        while not any(ends):
            action = actor(obs[None]).squeeze(0)
            after, reward, *ends, info = env.step(action)
            yield obs, after, action, reward, ends, info
            obs = after

    before, after, actions, rewards, ends, infos = zip(*steps(), strict=True)
    outcome = infos[-1]["crashed"], infos[-1]["success"]
    return Trajectory(
        np.stack([*before, after[-1]]), np.stack(actions), np.float32(rewards), *ends[-1], *outcome
    )


def asks_twice(env, actor, seed):
    return recorded(env, lambda obs: (actor(obs), actor(obs))[1], seed)  # as a debug print does


RIGHT = [right, by_rows, recorded, by_generator, asks_twice]
ACT = "actor(np.expand_dims(obs[-1], 0))[0]"
ENDS, OUTCOME = "(terminated, truncated)", "info['crashed'], info['success']"
WRONG = {
    "an observation is missing": ["np.array(obs) => np.array(obs[1:])"],
    "the observations are one step late": ["np.array(obs) => np.array(obs[1:] + obs[-1:])"],
    "the observations lose": ["np.array(obs) => np.array(obs, dtype=int)"],
    "the recorded observation never": ["np.array(obs) => np.tile(first, (len(obs), 1))"],
    "`obs` should be an array of float32": ["np.array(obs) => np.array(obs, dtype=float)"],
    "`obs` should be an array, made by": [
        "np.array(obs) => obs",
        "np.array(obs) => torch.tensor(np.array(obs))",
    ],
    "the actions lose": ["np.array(actions) => np.array(actions, dtype=int)"],
    "the actions are one step early": [f"actions.append(action) => actions.append({ACT})"],
    "`actions` that are whole": ["np.array(actions) => np.array(actions, dtype=np.float32)"],
    "the rewards are summed up": ["np.array(rewards) => np.cumsum(rewards)"],
    "the rewards are one step late": ["np.array(rewards) => np.array([0.0, *rewards])[:-1]"],
    "the rewards lose": ["np.array(rewards) => np.array(rewards, dtype=int)"],
    "`rewards` and `actions` are swapped": ["obs, actions, rewards, *ends => obs, rewards, actions, *ends"],
    "it should return a Trajectory, but it returns a tuple": ["return (1, 2)"],
    "it plays on after the time": ["if terminated or truncated => if terminated"],
    "it plays on after the world": ["if terminated or truncated => if truncated"],
    "it waits until": ["if terminated or truncated => if terminated and truncated"],
    "the world is stepped on after the end": ["if terminated or truncated => if False"],
    "it stops before the episode": [
        *(f"while True => while len(rewards) < {cap}" for cap in (1, 3, 4, 10, 500, 1000))
    ],
    "the last step is missing": [
        "obs.append(after) => if terminated or truncated:\n    break\nobs.append(after)"
    ],
    "the world is reset before every step": ["action = => obs[-1], _ = env.reset(seed=seed)\naction ="],
    "the episode cannot be repeated": ["seed=seed =>", "seed = seed or None"],
    "it starts from a seed of its own": ["seed=seed => seed=SEED", "seed = 123", "seed = seed or 1"],
    "it plays in a world of its own": [in_a_new_world, "from copy import deepcopy\nenv = deepcopy(env)"],
    "it lets somebody else act": [three_steps_of_the_expert_above, f"{ACT} => env.action_space.sample()"],
    "the actor got a single": [f"{ACT} => actor(obs[-1])"],
    "the actions keep the axis": [f"{ACT} => actor(obs[-1].reshape(1, -1))"],
    "an action need not be a single": [f"{ACT} => {ACT}.item()"],
    "the actor always sees": ["obs[-1] => first"],
    "the actor is asked only once": [(f"action = {ACT} =>", f"while True => action = {ACT}\nwhile True")],
    "`terminated` and `truncated` are swapped": [f"{ENDS} => truncated, terminated"],
    "`terminated` and `truncated` are merged": [f"{ENDS} => terminated or truncated, False"],
    "`truncated` is not the reverse": [f"{ENDS} => terminated, not terminated"],
    "`terminated` should be True or False": [f"{ENDS} => [terminated], truncated"],
    "how the episode ended is lost": [f"{ENDS} => False, False"],
    "the episode was ended by the world, so": [f"{ENDS} => info['crashed'], truncated"],
    "`crashed` and `success` are swapped": [f"{OUTCOME} => info['success'], info['crashed']"],
    "`crashed` and `success` are wrong": [
        f"{OUTCOME} => terminated, info['success']",
        *(f"info['success'] => {guess}" for guess in ("not info['crashed']", "truncated", "terminated")),
    ],
    "`**info` hands over": [f"{OUTCOME} => **info"],
}


TestAnswers = promises_of("collect_trajectory", right, RIGHT, WRONG)
