"""Lesson 06, the hurry reward: mistakes, written independently of the bank."""

import math

import pytest
import torch
from torch.nn import functional as F

from tests.checks.answers import hint_for


def centered(expert_logits):
    rewards = F.logsigmoid(expert_logits)
    return rewards - rewards.sum() / len(rewards)


def bounded(expert_logits):
    return torch.clamp(F.logsigmoid(expert_logits), min=-10)


def of_the_mean(expert_logits):
    return torch.sigmoid(expert_logits).mean().log()


WRONG = [
    ("this is -log(1 - D), the other", F.softplus),
    ("this is -log(1 - D), the other", lambda x: -torch.log(1 - torch.sigmoid(x))),
    ("D and 1 - D are mixed up: log(1 - D)", lambda x: F.logsigmoid(-x)),
    ("D and 1 - D are mixed up: log(1 - D)", lambda x: torch.log(1 - torch.sigmoid(x))),
    ("there is a minus too many", lambda x: -F.logsigmoid(x)),
    ("there is a minus too many", lambda x: torch.log(1 + torch.exp(-x))),
    ("this is the logit itself", lambda x: torch.logit(torch.sigmoid(x))),
    ("this is minus the logit", lambda x: -x),
    ("there is no logarithm", lambda x: 1 / (1 + torch.exp(-x))),
    ("there is no logarithm", lambda x: torch.sigmoid(x) - 1),
    ("the sigmoid is applied twice", lambda x: F.logsigmoid(torch.sigmoid(x))),
    ("the logits are used as probabilities", torch.log),
    ("the logarithm has another base", lambda x: torch.log10(torch.sigmoid(x))),
    ("the logarithm has another base", lambda x: F.logsigmoid(x) / math.log(2)),
    ("an exponential is left over", lambda x: torch.exp(-x)),
    ("D is rounded to a verdict", lambda x: torch.log(torch.sigmoid(x)).exp().round()),
    ("this line has a kink", lambda x: x.clamp(max=0)),
    ("this is one number for the whole batch", lambda x: F.logsigmoid(x).sum()),
    ("this is one number for the whole batch", of_the_mean),
    ("the rewards are normalized", centered),
    ("the steps of the batch compete", lambda x: torch.log_softmax(x, dim=0)),
    ("there is an axis too many", lambda x: F.logsigmoid(x.reshape(1, -1))),
    ("squeeze() takes one axis too many", lambda x: torch.squeeze(F.logsigmoid(x))),
    ("Python's `math` and float() take one number", lambda x: math.log(1 / (1 + math.exp(-x)))),
    ("for large logits the reward is wrong", lambda x: torch.log(torch.sigmoid(x))),
    ("for large logits the reward is wrong", lambda x: x - torch.log(1 + torch.exp(x))),
    ("for large logits the reward is wrong", lambda x: -torch.log(1 + torch.exp(-x))),
    ("a clamp, or a small number", lambda x: torch.log(torch.sigmoid(x) + 1e-8)),
    ("a clamp, or a small number", lambda x: torch.log(torch.sigmoid(x) + 3e-9)),
    ("a clamp, or a small number", bounded),
    ("a clamp, or a small number", lambda x: torch.log(torch.sigmoid(x).clamp(min=1e-30))),
    (
        "for a logit of 0.3 the reward should be about -0.5544, but it is -1.109.",
        lambda x: 2 * F.logsigmoid(x),
    ),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("hurry_reward", function).startswith(hint)


def test_changed_inputs_are_noticed():
    def turns_in_place(expert_logits):
        expert_logits.neg_()
        return -F.softplus(expert_logits)

    assert hint_for("hurry_reward", turns_in_place).startswith("it changes its inputs in place")
