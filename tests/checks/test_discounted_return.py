"""Lesson 01, discounted return: right answers and mistakes, written independently of the bank."""

import math
from functools import reduce
from itertools import accumulate

import numpy as np
import pytest
import torch

from tests.checks.answers import hint_for


def return_by_accumulating(rewards, gamma):
    discount, total = 1.0, 0.0
    for reward in rewards:
        total += discount * reward
        discount *= gamma
    return total


def return_by_recursion(rewards, gamma):
    return 0.0 if len(rewards) == 0 else rewards[0] + gamma * return_by_recursion(rewards[1:], gamma)


RIGHT = [
    return_by_accumulating,
    return_by_recursion,
    lambda r, g: torch.tensor(np.polynomial.polynomial.polyval(g, r)),
    lambda r, g: np.dot(r, np.power(g, range(len(r)))),
    lambda r, g: list(accumulate(r[::-1], lambda later, now: now + g * later))[-1],
]


def return_before_the_end(rewards, gamma):
    total, discount = 0.0, 1.0
    for reward in rewards:
        total += discount * reward
        discount *= gamma
        return total
    return None


def discounts_before_adding(rewards, gamma):
    total, discount = 0.0, 1.0
    for reward in rewards:
        discount *= gamma
        total += discount * reward
    return total


def forgets_to_add(rewards, gamma):
    total = 0.0
    for t in range(len(rewards)):
        total = math.pow(gamma, t) * rewards[t]
    return total


def stops_too_early(rewards, gamma):
    return sum(rewards[t] * gamma**t for t in range(len(rewards) - 1))


def starts_at_one(rewards, gamma):
    return sum(rewards[t] * gamma**t for t in range(1, len(rewards)))


def mixes_up_step_and_reward(rewards, gamma):
    total = 0.0
    for reward, t in enumerate(rewards):
        total += gamma**t * reward
    return total


def takes_the_hat_for_a_power(rewards, gamma):
    total = 0.0
    for t, reward in enumerate(rewards):
        total += gamma ^ t * reward
    return total


def takes_the_hat_in_parentheses(rewards, gamma):
    return sum((gamma ^ t) * rewards[t] for t in range(len(rewards)))


WRONG = [
    ("step and reward are mixed up", mixes_up_step_and_reward),
    ("`^` is not a power", takes_the_hat_for_a_power),
    ("`^` is not a power", takes_the_hat_in_parentheses),
    ("gamma is fixed", lambda r, g: return_by_accumulating(r, 0.5)),
    ("gamma is fixed", lambda r, g: return_by_recursion(r, 0.99)),
    ("the first reward is discounted", discounts_before_adding),
    ("gamma has no effect", lambda r, g: reduce(lambda a, b: a + b, r)),
    ("the discount runs backwards", lambda r, g: reduce(lambda a, b: g * a + b, r)),
    ("only the last reward", forgets_to_add),
    ("only the first reward", return_before_the_end),
    ("this is a mean", lambda r, g: return_by_accumulating(r, g) / len(r)),
    ("the first reward is missing", starts_at_one),
    ("the last reward is missing", stops_too_early),
    ("gamma is multiplied by t", lambda r, g: (g * np.arange(len(r)) * r).sum()),
    ("every later reward is", lambda r, g: r[0] + sum(g * x for x in r[1:])),
    ("gamma is the part", lambda r, g: return_by_accumulating(r, 1 - g)),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("discounted_return", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("discounted_return", function).startswith(hint)
