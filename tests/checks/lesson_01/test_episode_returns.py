"""Lesson 01, bug hunt: right answers and mistakes, written independently of the bank."""

import numpy as np

from ilrl_course.rollout import collect_trajectory
from tests.checks.answers import promises_of
from tests.checks.lesson_01.recording import recorded

SEED = 11


def right(env, actor, num_episodes, seed):
    returns = []
    for i in range(num_episodes):
        obs, _ = env.reset(seed=seed + i)
        total, terminated, truncated = 0.0, False, False
        while not (terminated or truncated):
            obs, reward, terminated, truncated, _ = env.step(actor(obs[None])[0])
            total += reward
        returns.append(total)
    return np.array(returns)


def in_an_array(env, actor, num_episodes, seed):
    returns = np.zeros(num_episodes)
    for i in range(num_episodes):
        returns[i] = collect_trajectory(env, actor, seed + i).rewards.sum()
    return returns


def in_a_list(env, actor, num_episodes, seed):
    return [recorded(env, actor, s).total_reward for s in range(seed, seed + num_episodes)]


def restarts(env, actor, num_episodes, seed):
    for i in range(num_episodes):
        while True:
            obs, _ = env.reset(seed=seed + i)
            env.step(actor(obs[None])[0])


RIGHT = [right, in_an_array, in_a_list]
ONE_SEED = "seed=seed + i => seed=seed"
CUTS = "while not (terminated or truncated) => for _ in range(100)"
BREAKS = "total += reward => total += reward\nif terminated or truncated:\n    break"
CUT = (CUTS, BREAKS)
SKIPS = "returns.append(total) => if not terminated:\n    returns.append(total)"
WRONG = {
    "three bugs are still in it. Start": [(ONE_SEED, *CUT, SKIPS)],
    "two bugs are still in it. The seed is one of them: are these different episodes? The other one leaves "
    "episodes out": [(ONE_SEED, SKIPS)],
    "two bugs are still in it. The seed is one of them: are these different episodes? The other one leaves "
    "steps out": [(ONE_SEED, *CUT)],
    "the seeds are right now, two": [(SKIPS, *CUT)],
    "one bug is left: every episode starts": [ONE_SEED],
    "one bug is left: the episodes that were": [
        SKIPS.replace("not terminated", condition)
        for condition in ("not terminated", "not _['crashed']", "total > 0")
    ],
    "one bug is left: long episodes": [
        *((CUTS.replace("100", cap), BREAKS) for cap in ("100", "105", "500", "777", "1000")),
    ],
    "the episodes with the seeds [3, 4, 5] are not counted": ["returns.append(total) => returns = [total]"],
    "the returns are right, but in another order": ["return np.sort(returns)"],
    "the array of returns should have the shape (4,), but it has (2,)": [
        "return np.mean(result), np.std(result)"
    ],
    "it should return an array, one number per episode, not a Tensor": ["return torch.tensor(returns)"],
    "the last reward of each": ["total += reward => total += reward * (not (terminated or truncated))"],
    "this is a mean over": [
        lambda e, a, n, s: [collect_trajectory(e, a, s + i).rewards.mean() for i in range(n)]
    ],
    "the returns lose": ["np.array(returns) => np.array(returns, dtype=int)"],
    "the actor always sees": ["obs, reward => _, reward"],
    "it plays on after the end": ["terminated or truncated => truncated"],
    "all episodes are played, but only their mean": ["return sum(result) / len(result)"],
    "only the best": ["return max(result)"],
    "the returns are added up": ["return [sum(result[:i + 1]) for i in range(len(result))]"],
    "a crash counts as 0": ["returns.append(total) => returns.append(0.0 if _['crashed'] else total)"],
    "the episodes are not seeded": ["seed=seed + i =>"],
    "this counts steps": ["total += reward => total += 1"],
    "only the last reward": ["total += reward => total = reward"],
    "the seeds begin at 0": ["seed=seed + i => seed=i"],
    "the seeds are one too high": ["seed=seed + i => seed=seed + i + 1"],
    "the episodes that the clock ended": [SKIPS.replace("terminated", "truncated")],
    "there is one number for every step": [
        ("returns.append(total) =>", "total += reward => total += reward\nreturns.append(total)")
    ],
    "only the first episode comes back": ["returns.append(total) => return np.array([total])"],
    "only the first episode is played": [
        (
            "total, terminated, truncated = (0.0, False, False) => total = 0.0",
            "terminated = truncated = False",
        )
    ],
    "the world is reset before every step": [restarts],
    "the seeds are fixed": ["seed=seed + i => seed=SEED + i"],
    "it plays in a world of its own": ["from copy import deepcopy\nenv = deepcopy(env)"],
    "it lets somebody else act": ["actor(obs[None])[0] => 0"],
    "the episodes should have the seeds [3, 4, 5, 6]": ["seed=seed + i => seed=seed + 2 * i"],
}


TestAnswers = promises_of("episode_returns", right, RIGHT, WRONG)
