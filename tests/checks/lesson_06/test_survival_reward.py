"""The survival reward: right answers pass, and mistakes written independently of the bank get their hints."""

import math

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli
from torch.nn import functional as F

from ilrl_course.checks.lesson_06._rewards import LARGE
from ilrl_course.checks.lesson_06.survival_reward import right_reward
from tests.checks.answers import hint_for, wrong_answers


def right(x):
    d = torch.sigmoid(x)
    return torch.where(d > 0.5, x, 0.0) + torch.log1p(torch.exp(-torch.abs(x)))


def in_loops(expert_logits):
    return torch.stack([F.softplus(logit) for logit in expert_logits])


def stable_by_hand(expert_logits):
    return expert_logits.clamp(min=0) + (-expert_logits.abs()).exp().log1p()


def with_a_branch_for_large_ones(expert_logits):
    return torch.where(expert_logits > 30, expert_logits, torch.log1p(torch.exp(expert_logits)))


def filled_by_masks(expert_logits):
    rewards, high = torch.empty_like(expert_logits), expert_logits > 0
    rewards[high] = expert_logits[high] + torch.log1p(torch.exp(-expert_logits[high]))
    rewards[~high] = torch.log1p(torch.exp(expert_logits[~high]))
    return rewards


RIGHT = [
    right,
    in_loops,
    stable_by_hand,
    with_a_branch_for_large_ones,
    filled_by_masks,
    lambda x: -F.logsigmoid(-x),
    lambda x: torch.nn.Softplus()(x),
    lambda x: x - F.logsigmoid(x),
    lambda x: torch.logsumexp(torch.stack([x, torch.zeros_like(x)]), dim=0),
    lambda x: F.binary_cross_entropy_with_logits(x, torch.zeros_like(x), reduction="none"),
    lambda x: -Bernoulli(logits=x).log_prob(torch.zeros(len(x))),
    lambda x: F.softplus(x.double()).float(),
    lambda x: torch.from_numpy(np.logaddexp(0, x.numpy())),
    lambda x: F.softplus(x.clone().requires_grad_()),
]
WRONG = {
    "this is log D, the other": ["return F.logsigmoid(x)", "return torch.log(d)"],
    "D and 1 - D are mixed up: -log D": ["return -F.logsigmoid(x)", "return -torch.log(d)"],
    "the minus is missing": ["return F.logsigmoid(-x)", "return torch.log(1 - d)"],
    "this is the logit itself": ["return F.logsigmoid(x) - F.logsigmoid(-x)", "return x.clone()"],
    "this is minus the logit": ["return F.logsigmoid(-x) - F.logsigmoid(x)"],
    "there is no logarithm": ["return d", "return -(1 - d)"],
    "the sigmoid is applied twice": ["x = torch.sigmoid(x)", "return -torch.log(1 - torch.sigmoid(d))"],
    "the logits are used as probabilities": ["return -torch.log(1 - x)"],
    "the logarithm has another base": ["return -torch.log2(1 - d)"],
    "an exponential is left over": ["return 1 / (1 - d)", "return torch.exp(x)"],
    "D is rounded to a verdict": ["return (d > 0.5).float()", "return d > 0.5"],
    "this line has a kink": ["return x.clamp(min=0)"],
    "this is one number for the whole batch": ["return result.mean()", "return sum(result)"],
    "the rewards are normalized": ["return (result - result.mean()) / (result.std() + 1e-8)"],
    "the steps of the batch compete": ["return -torch.log(1 - torch.softmax(x, dim=0))"],
    "there is an axis too many": ["return result[:, None]"],
    "squeeze() takes one axis too many": ["return result[:, None].squeeze()"],
    "Python's `math` and float() take one number": ["return math.log(1 + math.exp(x))"],
    "for large logits the reward is wrong": [
        "return -torch.log(1 - d)",
        "return torch.log(1 + torch.exp(x))",
        "return -torch.log(1 - x.exp() / (x.exp() + 1))",
    ],
    "a clamp, or a small number": [
        "return -torch.log(1 - d + 1e-8)",
        "return -torch.log(1 - d + 3e-7)",
        "return -torch.log((1 - d).clamp(1e-9, 1))",
        "return result.clamp(max=40)",
        "x = x.clip(-7, 7)",
    ],
    "it should return a tensor of the shape (B,), one number a step, but returns a ndarray.": [
        "return result.numpy()"
    ],
    "it should return a tensor of the shape (B,)": ["return list(result)"],
    "the numbers of the lesson are float32": ["return result.double()"],
    "the result is of int64": ["return result.long()"],
    "for a logit of 0.3 the reward should be about 0.8544, but it is 1.854.": ["return result + 1"],
}


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("survival_reward", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("survival_reward", function).startswith(hint)


def test_the_right_reward_is_that_of_known_probabilities():
    """A logit of log 3 is D = 3/4, one of -log 4 is D = 1/5."""
    rewards = right_reward(np.array([math.log(3), -math.log(4), 0.0]))
    assert rewards == pytest.approx([-math.log(1 / 4), -math.log(4 / 5), math.log(2)])


def test_the_right_reward_is_never_below_0_and_never_infinite():
    rewards = right_reward(np.array(LARGE))
    assert (rewards >= 0).all()
    assert np.isfinite(rewards).all()
