"""The survival reward: right answers pass, and mistakes written independently of the bank get their hints."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from ilrl_course.checks.lesson_06._rewards import LARGE
from ilrl_course.checks.lesson_06.survival_reward import right_reward
from tests.checks.answers import promises_of


def right(expert_logits):
    x = expert_logits
    d = torch.sigmoid(x)
    return torch.where(d > 0.5, x, 0.0) + torch.log1p(torch.exp(-torch.abs(x)))


RIGHT = [
    "return torch.empty_like(x).masked_scatter(x > 0, x[x > 0] + (-x[x > 0]).exp().log1p()).masked_scatter("
    "x <= 0, x[x <= 0].exp().log1p())",
    "return torch.stack([F.softplus(logit) for logit in x])",
    "return torch.tensor([math.log1p(math.exp(v)) if v < 50 else v for v in x.tolist()])",
    "return torch.where(x > 30, x, torch.log1p(torch.exp(x)))",
    "return x.clamp(min=0) + (-x.abs()).exp().log1p()",
    "return -F.logsigmoid(-x)",
    "return torch.nn.Softplus()(x)",
    "return x - F.logsigmoid(x)",
    "return torch.logsumexp(torch.stack([x, torch.zeros_like(x)]), dim=0)",
    "return F.binary_cross_entropy_with_logits(x, torch.zeros_like(x), reduction='none')",
    "return -torch.distributions.Bernoulli(logits=x).log_prob(torch.zeros(len(x)))",
    "return F.softplus(x.double()).float()",
    "return torch.from_numpy(np.logaddexp(0, x.numpy()))",
]


def in_one_buffer(expert_logits):
    rewards = torch.zeros_like(expert_logits)
    for logit in expert_logits:
        rewards[:] = F.softplus(logit)
    return rewards


WRONG = {
    "this is log D, the other": ["return F.logsigmoid(x)", "return torch.log(d)"],
    "D and 1 - D are mixed up: -log D": ["return -F.logsigmoid(x)", "return -torch.log(d)"],
    "the minus is missing": ["return F.logsigmoid(-x)", "return torch.log(1 - d)"],
    "this is the logit itself": ["return F.logsigmoid(x) - F.logsigmoid(-x)", "return x.clone()"],
    "this is minus the logit": ["return F.logsigmoid(-x) - F.logsigmoid(x)"],
    "this holds both log D and log(1 - D), or D": ["return d * result", "return x - 2 * F.logsigmoid(x)"],
    "there is no logarithm": ["return d", "return -(1 - d)"],
    "the sigmoid is applied twice": ["return F.softplus(d)", "return -torch.log(1 - torch.sigmoid(d))"],
    "the logits are used as probabilities": ["return -torch.log(1 - x)"],
    "the logarithm has another base": ["return -torch.log2(1 - d)"],
    "an exponential is left over": ["return 1 / (1 - d)", "return torch.exp(x)"],
    "D is rounded to a verdict": ["return (d > 0.5).float()", "return d > 0.5"],
    "this line has a kink": ["return x.clamp(min=0)"],
    "the logits are scaled, centered": [f"return F.softplus({logits})" for logits in ("x / 2", "x.tanh()")],
    "the mean of the logits is taken first": ["return F.softplus(x - x.mean())"],
    "this is one number for the whole batch": [
        f"return {one}" for one in ("result.mean()", "sum(result)", "next(F.softplus(v) for v in x)")
    ],
    "every step gets the same number": [in_one_buffer, "return F.softplus(x[:1]).expand(len(x))"],
    "the first or the last step is left out": ["return torch.cat([torch.zeros(1), result[1:]])"],
    "the numbers have changed places": ["return torch.flip(result, dims=[0])"],
    "the mean of the batch is subtracted": ["return (result - result.mean()) / (result.std() + 1e-8)"],
    "the steps of the batch compete": ["return -torch.log(1 - torch.softmax(x, dim=0))"],
    "there is an axis too many": ["return result[:, None]"],
    "with a single step it returns": ["return result[:, None].squeeze()"],
    "the result holds 3 numbers for 4 steps": ["return result[1:]"],
    "Python's `math` and float() take one number": ["return math.log(1 + math.exp(x))"],
    "for large logits the reward is infinite or NaN": [
        *("return -torch.log(1 - d)", "return torch.log(1 + torch.exp(x))")
    ],
    "for large logits the reward is too close to 0": [
        *(f"return -torch.log(1 - d + {eps})" for eps in (1e-8, 3e-7)),
        *("return result.clamp(max=40)", "return F.softplus(x.clip(-7, 7))"),
    ],
    "for a logit of 12 the reward should be about 12, but it is 11.99. Is D rounded on the way?": [
        *("return torch.where(d < 1, -torch.log(1 - d), x)", "return -torch.log((1 - d).clamp(1e-9, 1))"),
    ],
    "it should return a tensor of the shape (B,), one number per step, but returns a NumPy array": [
        "return result.numpy()"
    ],
    "it should return a tensor of the shape (B,)": ["return list(result)"],
    "the result is of float64. It should be of float32": ["return result.double()"],
    "the result is of int64": ["return result.long()"],
    "the result carries a gradient": ["return result.requires_grad_()", "return nn.Parameter(result)"],
    "for a logit of 0.3 the reward should be about 0.8544, but it is 1.854.": ["return result + 1"],
}

NONSENSE = {
    "return 1.0": "it should return a tensor of the shape (B,), one number per step, but",
    "return inputs": "it should return a tensor of the shape (B,), one number per step, but",
    "return inputs[0] * float('nan')": "the result is NaN",
    "return inputs[0] * 1j": "the result is of complex64.",
    "return inputs[0][:2]": "the result holds 2 numbers for 4 steps.",
    "return np.log(logits)": "it reads a variable of the lesson's figure",
}

TestAnswers = promises_of("survival_reward", right, RIGHT, WRONG, NONSENSE)


def test_the_right_reward_is_that_of_known_probabilities_never_below_0_and_never_infinite():
    """A logit of log 3 is D = 3/4, one of -log 4 is D = 1/5."""
    rewards = right_reward(np.array([math.log(3), -math.log(4), 0.0]))
    assert rewards == pytest.approx([-math.log(1 / 4), -math.log(4 / 5), math.log(2)])
    rewards = right_reward(np.array(LARGE))
    assert (rewards >= 0).all()
    assert np.isfinite(rewards).all()
