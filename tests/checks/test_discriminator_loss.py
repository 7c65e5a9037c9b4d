"""Lesson 06, the loss of the discriminator: what the check holds right, and unusual right answers."""

from math import log

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import Bernoulli
from torch.nn import functional as F

from ilrl_course.checks.lesson_06_discriminator import OF_BOTH_SIGNS, right_loss
from tests.checks.answers import hint_for


def step_by_step(expert_logits, is_expert):
    losses = [F.softplus(-x if expert else x) for x, expert in zip(expert_logits, is_expert, strict=True)]
    return sum(losses) / len(losses)


def by_indices(expert_logits, is_expert):
    of_expert, of_learner = expert_logits[is_expert], expert_logits[~is_expert]
    return (F.softplus(-of_expert).sum() + F.softplus(of_learner).sum()) / len(expert_logits)


def by_two_classes(expert_logits, is_expert):
    return F.cross_entropy(
        torch.stack([torch.zeros_like(expert_logits), expert_logits], dim=1), is_expert.long()
    )


def stable_by_hand(expert_logits, is_expert):
    x, labels = expert_logits, is_expert.to(expert_logits.dtype)
    return (x.clamp(min=0) - x * labels + torch.log1p(torch.exp(-x.abs()))).mean()


def of_a_safe_branch(expert_logits, is_expert):
    z = torch.where(is_expert, -expert_logits, expert_logits)
    small = torch.where(z > 15, 0.0, z)
    return torch.where(z > 15, z, small.exp().log1p()).mean()


def with_whole_numbers(expert_logits, is_expert):
    sign = 1 - 2 * is_expert.int()
    return F.softplus(sign * expert_logits).mean()


def in_double_precision(expert_logits, is_expert):
    return F.binary_cross_entropy_with_logits(expert_logits.double(), is_expert.double())


RIGHT = [
    step_by_step,
    by_indices,
    by_two_classes,
    stable_by_hand,
    of_a_safe_branch,
    with_whole_numbers,
    in_double_precision,
    lambda x, y: nn.BCEWithLogitsLoss()(x, y.type_as(x)),
    lambda x, y: F.binary_cross_entropy_with_logits(x[:, None], y.float()[:, None]),
    lambda x, y: F.binary_cross_entropy_with_logits(x, torch.where(y, 1.0, 0.0), reduction="none").mean(),
    lambda x, y: -torch.where(y, F.logsigmoid(x), F.logsigmoid(-x)).mean(),
    lambda x, y: -(y * F.logsigmoid(x) + ~y * F.logsigmoid(-x)).mean(),
    lambda x, y: -(y.float() * F.logsigmoid(x) + (1 - y.float()) * F.logsigmoid(-x)).sum() / x.numel(),
    lambda x, y: torch.logaddexp(torch.zeros_like(x), torch.where(y, -x, x)).mean(),
    lambda x, y: -Bernoulli(logits=x).log_prob(y.float()).mean(),
    lambda x, y: F.logsigmoid(x * (2 * y.float() - 1)).mean().neg(),
    lambda x, y: (F.softplus(x) - y * x).mean(),
    lambda x, y: -torch.stack([-x, x], 1).div(2).log_softmax(1).gather(1, y.long()[:, None]).mean(),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("discriminator_loss", function) == ""


def test_the_right_loss_is_that_of_known_probabilities():
    """A logit of log 3 is D = 3/4, one of -log 4 is D = 1/5."""
    logits, is_expert = np.array([log(3), -log(4), log(3)]), np.array([True, True, False])
    value, _ = right_loss(logits, is_expert)
    assert value == pytest.approx(-(log(3 / 4) + log(1 / 5) + log(1 / 4)) / 3)


def test_the_right_gradient_is_the_slope_of_the_right_loss():
    logits, is_expert = map(np.array, OF_BOTH_SIGNS)
    _, gradient = right_loss(logits, is_expert)
    for i, step in enumerate(np.eye(len(logits)) * 1e-5):
        rise = right_loss(logits + step, is_expert)[0] - right_loss(logits - step, is_expert)[0]
        assert rise / 2e-5 == pytest.approx(gradient[i], abs=1e-8)


def test_surely_wrong_costs_as_much_as_the_logit():
    value, gradient = right_loss(np.array([1000.0, -1000.0]), np.array([False, False]))
    assert value == 500.0
    assert gradient.tolist() == [0.5, 0.0]
