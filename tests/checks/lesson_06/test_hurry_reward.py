"""The hurry reward: right answers pass, and mistakes written independently of the bank get their hints."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from ilrl_course.checks.lesson_06 import survival_reward
from ilrl_course.checks.lesson_06._rewards import LARGE
from ilrl_course.checks.lesson_06.hurry_reward import right_reward
from tests.checks.answers import promises_of


def right(expert_logits):
    x = expert_logits
    d = torch.sigmoid(x)
    return torch.where(d < 0.5, x, 0.0) - torch.log1p(torch.exp(-torch.abs(x)))


def one_by_one(expert_logits):
    rewards = torch.zeros_like(expert_logits)
    for i, logit in enumerate(expert_logits):
        rewards[i] = F.logsigmoid(logit)
    return rewards


RIGHT = [
    one_by_one,
    "return torch.stack([torch.zeros_like(x), x], dim=-1).log_softmax(dim=-1)[..., 1]",
    "return torch.where(x < -20, x, x.sigmoid().log())",
    "return -F.softplus(-x)",
    "return x - F.softplus(x)",
    "return torch.nn.LogSigmoid()(x)",
    "return -torch.logaddexp(torch.zeros_like(x), -x)",
    "return -F.binary_cross_entropy_with_logits(x, torch.ones_like(x), reduction='none')",
    "return torch.distributions.Bernoulli(logits=x).log_prob(torch.ones_like(x))",
    "return torch.from_numpy(-np.logaddexp(0, -x.numpy()))",
    "return F.logsigmoid(x.double()).to(x)",
]
WRONG = {
    "this is -log(1 - D), the other": ["return F.softplus(x)", "return -torch.log(1 - d)"],
    "D and 1 - D are mixed up: log(1 - D)": ["return F.logsigmoid(-x)", "return torch.log(1 - d)"],
    "there is a minus too many": ["return -result", "return torch.log(1 + torch.exp(-x))"],
    "this is the logit itself": ["return torch.logit(d)"],
    "this is minus the logit": ["return -x"],
    "this holds both log D and log(1 - D), or D": ["return torch.log(d) + torch.log(1 - d)"],
    "there is no logarithm": ["return 1 / (1 + torch.exp(-x))", "return d - 1"],
    "the sigmoid is applied twice": ["return F.logsigmoid(d)"],
    "the logits are used as probabilities": ["return torch.log(x)"],
    "the logarithm has another base": ["return torch.log10(d)", "return result / math.log(2)"],
    "an exponential is left over": ["return torch.exp(-x)"],
    "D is rounded to a verdict": ["return result.exp().round()"],
    "this line has a kink": ["return x.clamp(max=0)"],
    "this is one number for the whole batch": ["return result.sum()", "return d.mean().log()"],
    "every step gets the same number": ["return result.mean() + 0 * x"],
    "the mean of the batch is subtracted": ["return result - result.sum() / len(result)"],
    "the steps of the batch compete": ["return torch.log_softmax(x, dim=0)"],
    "there is an axis too many": ["return result.reshape(1, -1)"],
    "with a single step it returns": ["return torch.squeeze(result)"],
    "Python's `math` and float() take one number": ["return math.log(1 / (1 + math.exp(-x)))"],
    "for large logits the reward is infinite or NaN": ["return -torch.log(1 + torch.exp(-x))"],
    "for large logits the reward is too close to 0": [
        *("return torch.log(d + 1e-8)", "return torch.log(d + 3e-9)"),
        *("return torch.clamp(result, min=-10)", "return torch.log(d.clamp(min=1e-30))"),
    ],
    "the result carries a gradient": ["return nn.Parameter(result)"],
    "it changes its inputs in place": ["expert_logits.neg_()"],
    "for a logit of 0.3 the reward should be about -0.5544, but it is -1.554.": ["return result - 1"],
}

NONSENSE = {
    "return inputs[0] / 0": "for a logit of 0.3 the reward should be about -0.5544, but it is inf",
    "return inputs[0].int()": "the result is of int32. It should be of float32",
    "inputs[0].zero_()\n    return inputs[0]": "it changes its inputs in place",
    "raise StopIteration": "it raised StopIteration",
}

TestAnswers = promises_of("hurry_reward", right, RIGHT, WRONG, NONSENSE)


def test_the_right_reward_is_that_of_known_probabilities_and_both_together_are_the_logit():
    """A logit of log 3 is D = 3/4, one of -log 4 is D = 1/5."""
    assert right_reward(np.array([math.log(3), -math.log(4)])) == pytest.approx(
        [math.log(3 / 4), math.log(1 / 5)]
    )
    logits = np.array(LARGE)
    assert right_reward(logits) + survival_reward.right_reward(logits) == pytest.approx(logits)
