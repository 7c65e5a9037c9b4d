"""Lesson 06, the survival reward: mistakes, written independently of the bank."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from tests.checks.answers import hint_for


def standardized(expert_logits):
    rewards = F.softplus(expert_logits)
    return (rewards - rewards.mean()) / (rewards.std() + 1e-8)


def in_one_number(expert_logits):
    return -sum(F.logsigmoid(-logit) for logit in expert_logits)


def with_python_s_math(expert_logits):
    return math.log(1 + math.exp(expert_logits))


def in_numpy(expert_logits):
    return np.logaddexp(0, expert_logits.numpy())


WRONG = [
    ("this is log D, the other", F.logsigmoid),
    ("this is log D, the other", lambda x: torch.log(torch.sigmoid(x))),
    ("D and 1 - D are mixed up: -log D", lambda x: -F.logsigmoid(x)),
    ("D and 1 - D are mixed up: -log D", lambda x: -torch.log(torch.sigmoid(x))),
    ("the minus is missing", lambda x: F.logsigmoid(-x)),
    ("the minus is missing", lambda x: torch.log(1 - torch.sigmoid(x))),
    ("this is the logit itself", lambda x: F.logsigmoid(x) - F.logsigmoid(-x)),
    ("this is the logit itself", lambda x: x.clone()),
    ("this is minus the logit", lambda x: F.logsigmoid(-x) - F.logsigmoid(x)),
    ("there is no logarithm", torch.sigmoid),
    ("there is no logarithm", lambda x: -(1 - torch.sigmoid(x))),
    ("the sigmoid is applied twice", lambda x: F.softplus(torch.sigmoid(x))),
    ("the sigmoid is applied twice", lambda x: -torch.log(1 - torch.sigmoid(torch.sigmoid(x)))),
    ("the logits are used as probabilities", lambda x: -torch.log(1 - x)),
    ("the logarithm has another base", lambda x: -torch.log2(1 - torch.sigmoid(x))),
    ("an exponential is left over", lambda x: 1 / (1 - torch.sigmoid(x))),
    ("an exponential is left over", torch.exp),
    ("D is rounded to a verdict", lambda x: (torch.sigmoid(x) > 0.5).float()),
    ("D is rounded to a verdict", lambda x: torch.sigmoid(x) > 0.5),
    ("this line has a kink", lambda x: x.clamp(min=0)),
    ("this is one number for the whole batch", lambda x: F.softplus(x).mean()),
    ("this is one number for the whole batch", in_one_number),
    ("the rewards are normalized", standardized),
    ("the steps of the batch compete", lambda x: -torch.log(1 - torch.softmax(x, dim=0))),
    ("there is an axis too many", lambda x: F.softplus(x)[:, None]),
    ("squeeze() takes one axis too many", lambda x: F.softplus(x[:, None]).squeeze()),
    ("Python's `math` and float() take one number", with_python_s_math),
    ("for large logits the reward is wrong", lambda x: -torch.log(1 - torch.sigmoid(x))),
    ("for large logits the reward is wrong", lambda x: torch.log(1 + torch.exp(x))),
    ("for large logits the reward is wrong", lambda x: -torch.log(1 - x.exp() / (x.exp() + 1))),
    ("a clamp, or a small number", lambda x: -torch.log(1 - torch.sigmoid(x) + 1e-8)),
    ("a clamp, or a small number", lambda x: -torch.log(1 - torch.sigmoid(x) + 3e-7)),
    ("a clamp, or a small number", lambda x: -torch.log((1 - torch.sigmoid(x)).clamp(1e-9, 1))),
    ("a clamp, or a small number", lambda x: F.softplus(x).clamp(max=40)),
    ("a clamp, or a small number", lambda x: F.softplus(x.clip(-7, 7))),
    ("it should return a tensor of the shape (B,), one number a step, but returns a ndarray.", in_numpy),
    ("it should return a tensor of the shape (B,)", lambda x: [F.softplus(logit) for logit in x]),
    ("the numbers of the lesson are float32", lambda x: F.softplus(x.double())),
    ("the result is of int64", lambda x: F.softplus(x).long()),
    ("for a logit of 0.3 the reward should be about 0.8544, but it is 1.854.", lambda x: F.softplus(x) + 1),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("survival_reward", function).startswith(hint)
