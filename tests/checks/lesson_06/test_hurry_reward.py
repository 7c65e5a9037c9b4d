"""The hurry reward: right answers pass, and mistakes written independently of the bank get their hints."""

import math

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli
from torch.nn import functional as F

from ilrl_course.checks.lesson_06 import survival_reward
from ilrl_course.checks.lesson_06._rewards import LARGE
from ilrl_course.checks.lesson_06.hurry_reward import right_reward
from tests.checks.answers import hint_for, wrong_answers


def right(x):
    d = torch.sigmoid(x)
    return torch.where(d < 0.5, x, 0.0) - torch.log1p(torch.exp(-torch.abs(x)))


def one_by_one(expert_logits):
    rewards = torch.zeros_like(expert_logits)
    for i, logit in enumerate(expert_logits):
        rewards[i] = F.logsigmoid(logit)
    return rewards


def of_two_classes(expert_logits):
    both = torch.stack([torch.zeros_like(expert_logits), expert_logits], dim=-1)
    return both.log_softmax(dim=-1)[..., 1]


RIGHT = [
    right,
    one_by_one,
    of_two_classes,
    lambda x: torch.where(x < -20, x, x.sigmoid().log()),
    lambda x: -F.softplus(-x),
    lambda x: x - F.softplus(x),
    lambda x: torch.nn.LogSigmoid()(x),
    lambda x: -torch.logaddexp(torch.zeros_like(x), -x),
    lambda x: -F.binary_cross_entropy_with_logits(x, torch.ones_like(x), reduction="none"),
    lambda x: Bernoulli(logits=x).log_prob(torch.ones_like(x)),
    lambda x: torch.from_numpy(-np.logaddexp(0, -x.numpy())),
    lambda x: F.logsigmoid(x.double()).to(x),
]
WRONG = {
    "this is -log(1 - D), the other": ["return F.softplus(x)", "return -torch.log(1 - d)"],
    "D and 1 - D are mixed up: log(1 - D)": ["return F.logsigmoid(-x)", "return torch.log(1 - d)"],
    "there is a minus too many": ["return -result", "return torch.log(1 + torch.exp(-x))"],
    "this is the logit itself": ["return torch.logit(d)"],
    "this is minus the logit": ["return -x"],
    "there is no logarithm": ["return 1 / (1 + torch.exp(-x))", "return d - 1"],
    "the sigmoid is applied twice": ["return F.logsigmoid(d)"],
    "the logits are used as probabilities": ["return torch.log(x)"],
    "the logarithm has another base": ["return torch.log10(d)", "return result / math.log(2)"],
    "an exponential is left over": ["return torch.exp(-x)"],
    "D is rounded to a verdict": ["return result.exp().round()"],
    "this line has a kink": ["return x.clamp(max=0)"],
    "this is one number for the whole batch": ["return result.sum()", "return d.mean().log()"],
    "the rewards are normalized": ["return result - result.sum() / len(result)"],
    "the steps of the batch compete": ["return torch.log_softmax(x, dim=0)"],
    "there is an axis too many": ["return result.reshape(1, -1)"],
    "squeeze() takes one axis too many": ["return torch.squeeze(result)"],
    "Python's `math` and float() take one number": ["return math.log(1 / (1 + math.exp(-x)))"],
    "for large logits the reward is wrong": [
        "return torch.log(d)",
        "return x - torch.log(1 + torch.exp(x))",
        "return -torch.log(1 + torch.exp(-x))",
    ],
    "a clamp, or a small number": [
        "return torch.log(d + 1e-8)",
        "return torch.log(d + 3e-9)",
        "return torch.clamp(result, min=-10)",
        "return torch.log(d.clamp(min=1e-30))",
    ],
    "for a logit of 0.3 the reward should be about -0.5544, but it is -1.109.": ["return 2 * result"],
    "it changes its inputs in place": ["x.neg_()"],
}


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("hurry_reward", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("hurry_reward", function).startswith(hint)


def test_the_right_reward_is_that_of_known_probabilities():
    """A logit of log 3 is D = 3/4, one of -log 4 is D = 1/5."""
    rewards = right_reward(np.array([math.log(3), -math.log(4), 0.0]))
    assert rewards == pytest.approx([math.log(3 / 4), math.log(1 / 5), -math.log(2)])


def test_both_rewards_together_are_the_logit():
    logits = np.array(LARGE)
    assert right_reward(logits) + survival_reward.right_reward(logits) == pytest.approx(logits)
