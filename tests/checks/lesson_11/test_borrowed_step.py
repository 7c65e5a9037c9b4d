"""Exercise 11.1, one step in somebody else's world: right answers, mistakes apart from the bank's."""

import gymnasium as gym
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete

from tests.checks.answers import promises_of


def by_hand(env, action, ending):
    space = env.action_space
    action = action.item() if hasattr(space, "n") else within(action, space.low, space.high)
    obs, reward, terminated, truncated, info = env.step(action)
    row = laid_out(env.observation_space, obs)
    crashed, success = ending(reward, terminated, info)
    told = {"crashed": crashed, "success": success}
    return (row, reward, terminated, truncated, told)


def within(action, low, high):
    return np.minimum(np.maximum(action, low), high)


def laid_out(space, obs):
    if isinstance(space, Discrete):
        return np.eye(space.n, dtype=np.float32)[obs]
    if isinstance(space, Dict):
        return np.concatenate([laid_out(part, obs[name]) for name, part in space.items()])
    return np.array(obs, dtype=np.float32).reshape(-1)


def by_the_vectors_wrapper(env, action, ending):
    obs, reward, terminated, truncated, info = env.step(
        int(action) if isinstance(env.action_space, Discrete) else action.clip(*bounds(env.action_space))
    )
    outcome = dict(zip(("crashed", "success"), ending(reward, terminated, info), strict=True))
    row = gym.spaces.utils.flatten(env.observation_space, obs)
    return [np.float32(row), np.float64(reward), np.bool_(terminated), truncated, info | outcome]


def bounds(box: Box):
    return box.low, box.high


ROW, CLIPPED = "laid_out(env.observation_space, obs)", "within(action, space.low, space.high)"
JUDGED = "ending(reward, terminated, info)"
TOLD = "{'crashed': crashed, 'success': success}"
RIGHT = [
    by_the_vectors_wrapper,
    "return (*result[:4], result[4] | {'lives': 3})",
    "print(env.action_space)",
    f"{JUDGED} => ending(float(reward), bool(terminated), info)",
    "return (result[0], np.float32(result[1]), *result[2:])",
]
WRONG = {
    "an observation that is a number or a dict": [
        f"{ROW} => np.array(obs, dtype=np.float32)",
        f"{ROW} => np.float32(np.ravel(obs))",
        f"{ROW} => obs.astype('f4')",
        f"{ROW} => np.float32(obs)",
    ],
    "the row is laid out by the space of the actions": [
        f"{ROW} => np.float32(gym.spaces.flatten(env.action_space, obs))"
    ],
    "the row is a list, not an array": [f"{ROW} => {ROW}.tolist()"],
    "the row has an axis too many": [f"{ROW} => np.atleast_2d({ROW})"],
    "the row is not float32": [f"{ROW} => {ROW}.astype('f8')"],
    "the row is scaled or clipped": [f"{ROW} => np.float32({ROW} / 255)"],
    "the bounds are not kept": [f"{CLIPPED} => action"],
    "the bounds are not -1 and 1": [f"{CLIPPED} => action.clip(-1, 1)"],
    "one bound is taken for all": [
        f"{CLIPPED} => action.clip(min(space.low), max(space.high))",
        f"{CLIPPED} => within(action, space.low[0], space.high[0])",
    ],
    "the bounds are exchanged": [f"{CLIPPED} => np.clip(action, a_min=space.high, a_max=space.low)"],
    "the world is stepped twice": [
        f"row = laid_out => {again}env.step(action)\nrow = laid_out"
        for again in ("", "obs, reward, terminated, truncated, info = ")
    ],
    "the world is reset": ["env.reset(seed=0)"],
    "the reward is clipped": ["return (result[0], max(-1.0, min(1.0, result[1])), *result[2:])"],
    "the reward loses": ["return (result[0], int(result[1]), *result[2:])"],
    "`terminated` and `truncated` are swapped": [
        "reward, terminated, truncated, told => reward, truncated, terminated, told",
        "obs, reward, terminated, truncated, info = => obs, reward, truncated, terminated, info =",
    ],
    "`terminated` and `truncated` are merged": [
        "return (*result[:2], result[2] or result[3], result[2] or result[3], result[4])",
        "row = laid_out => truncated = terminated = truncated or terminated\nrow = laid_out",
    ],
    "a crash or a success ends the episode": [
        "(row, reward, terminated, => (row, reward, terminated or success or crashed,"
    ],
    "`truncated` is lost": ["reward, terminated, truncated, told => reward, terminated, False, told"],
    "`crashed` and `success` are swapped": [f"{TOLD} => {{'success': crashed, 'crashed': success}}"],
    "`ending` is asked only at the end": [
        f"{JUDGED} => {JUDGED} if terminated or truncated else (False, False)"
    ],
    "`ending` is not asked": [
        f"{JUDGED} => (terminated and reward < 0, terminated and reward > 0)",
        f"{JUDGED} => (info['crashed'], info['success'])",
    ],
    "`ending` hears of an end when": [
        f"{JUDGED} => ending(reward, truncated or terminated, info)",
        f"{JUDGED} => ending(reward, truncated, info)",
    ],
    "`ending` is given its arguments in another order": [f"{JUDGED} => ending(terminated, reward, info)"],
    "`crashed` is a tuple, where True or False": [
        f"{TOLD} => {{'crashed': (crashed, success), 'success': success}}"
    ],
    "`crashed` is a str, where True or False": [f"{TOLD} => {{'crashed': str(crashed), 'success': success}}"],
    "the last of the five things should be a dict, but it is a set": [f"{TOLD} => {{'crashed', 'success'}}"],
    "`ending` hears another reward": [f"{JUDGED} => ending(min(1.0, reward), terminated, info)"],
    "what the world itself calls": [f"{TOLD} => {TOLD} | info"],
    "the dict needs": [f"{TOLD} => info"],
    "it should return five things": [
        "return (*result[:2], result[2] or result[3], result[4])",
        "return result[:4]",
    ],
    "the world is not stepped": [
        "obs, reward, terminated, truncated, info = env.step(action) => "
        "obs, reward, terminated, truncated, info = env.answers[0].obs, 0.0, False, False, {'hits': 0}",
        "= env.step(action) => = env.unwrapped.step(action)",
    ],
    "the world gets a number of NumPy's": ["action.item() => action"],
    "it changes its inputs in place": [f"{CLIPPED} => np.clip(action, space.low, space.high, out=action)"],
    "the action that a world with two pedals gets": [f"{CLIPPED} => {CLIPPED} / 2"],
}
NONSENSE = {
    "return 'low'": "it should return five things, row, reward, terminated, truncated and a dict, but it "
    "returns a str.",
    "return 1, 2, 3, 4, {}": 'the dict needs "crashed" and "success"',
    "return MINE.step(0)": "it reads a world of the lesson",
}

TestAnswers = promises_of("borrowed_step", by_hand, RIGHT, WRONG, NONSENSE)
