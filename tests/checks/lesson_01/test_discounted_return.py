"""Lesson 01, discounted return: right answers and mistakes, written independently of the bank."""

from functools import reduce
from itertools import accumulate

import numpy as np
import torch

from tests.checks.answers import promises_of


def right(rewards, gamma):
    discount, total = 1.0, 0.0
    for reward in rewards:
        total += discount * reward
        discount *= gamma
    return total


def by_recursion(rewards, gamma):
    return 0.0 if len(rewards) == 0 else rewards[0] + gamma * by_recursion(rewards[1:], gamma)


RIGHT = [
    right,
    by_recursion,
    lambda rewards, gamma: torch.tensor(np.polynomial.polynomial.polyval(gamma, rewards)),
    lambda rewards, gamma: np.dot(rewards, np.power(gamma, range(len(rewards)))),
    lambda rewards, gamma: list(accumulate(rewards[::-1], lambda later, now: now + gamma * later))[-1],
    lambda rewards, gamma: (torch.tensor(rewards).float() * gamma ** torch.arange(len(rewards))).sum(),
]
WRONG = {
    "step and reward are mixed up": [lambda r, g: sum(g**step * reward for reward, step in enumerate(r))],
    "`^` is not a power": [lambda r, g: sum(g ^ t * reward for t, reward in enumerate(r))],
    "gamma is fixed": ["gamma = 0.5", lambda r, g: by_recursion(r, 0.99)],
    "the first reward is discounted": ["discount, total = (1.0, 0.0) => discount, total = (gamma, 0.0)"],
    "gamma has no effect": ["discount *= gamma =>", lambda r, g: reduce(lambda a, b: a + b, r)],
    "the discount runs backwards": ["in rewards => in reversed(rewards)"],
    "only the last reward arrives in the result. Add each one to what you have so far.": [
        "total += => total ="
    ],
    "only the last reward arrives in the result. Add each one to what you have so far, and": [
        lambda r, g: next(reward for reward in reversed(r))
    ],
    "only the first reward": ["discount *= gamma => return total"],
    "there is one number for each step": [lambda r, g: np.cumsum(r * g ** np.arange(len(r)))],
    "this is a mean": ["return result / len(rewards)", "return (1 - gamma) * result"],
    "the first reward is missing": [lambda r, g: sum(r[t] * g**t for t in range(1, len(r)))],
    "the last reward is missing": [lambda r, g: sum(r[t] * g**t for t in range(len(r) - 1))],
    "gamma is multiplied by t": [lambda r, g: (g * np.arange(len(r)) * r).sum()],
    "every later reward is": ["discount *= gamma => discount = gamma"],
    "gamma is the part": ["gamma = 1 - gamma", "*= gamma => /= 1 + gamma"],
    "the powers of gamma are not": ["discount *= gamma => discount *= gamma\ngamma *= gamma"],
    "base and exponent are swapped": [lambda r, g: sum(t**g * reward for t, reward in enumerate(r))],
    "gamma = 0 has no logarithm": [lambda r, g: r @ np.exp(np.log(g) * range(len(r)))],
    "the rewards lose": ["discount * reward => discount * int(reward)"],
    "negative rewards": ["discount * reward => discount * abs(reward)"],
    "rewards [1.5, -2.25": [lambda r, g: right(r[:3], g)],
}


TestAnswers = promises_of("discounted_return", right, RIGHT, WRONG)
