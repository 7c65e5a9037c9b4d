"""Lesson 06, the hurry reward: what the check holds right, and unusual right answers."""

from math import log

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli
from torch.nn import functional as F

from ilrl_course.checks.lesson_06_rewards import LARGE, right_hurry, right_survival
from tests.checks.answers import hint_for


def one_by_one(expert_logits):
    rewards = torch.zeros_like(expert_logits)
    for i, logit in enumerate(expert_logits):
        rewards[i] = F.logsigmoid(logit)
    return rewards


def by_hand(expert_logits):
    return torch.minimum(expert_logits, torch.zeros(1)) - torch.log1p(torch.exp(-torch.abs(expert_logits)))


def of_two_classes(expert_logits):
    both = torch.stack([torch.zeros_like(expert_logits), expert_logits], dim=-1)
    return both.log_softmax(dim=-1)[..., 1]


def with_a_branch_for_small_ones(expert_logits):
    return torch.where(expert_logits < -20, expert_logits, expert_logits.sigmoid().log())


RIGHT = [
    one_by_one,
    by_hand,
    of_two_classes,
    with_a_branch_for_small_ones,
    lambda x: -F.softplus(-x),
    lambda x: x - F.softplus(x),
    lambda x: torch.nn.LogSigmoid()(x),
    lambda x: -torch.logaddexp(torch.zeros_like(x), -x),
    lambda x: -F.binary_cross_entropy_with_logits(x, torch.ones_like(x), reduction="none"),
    lambda x: Bernoulli(logits=x).log_prob(torch.ones_like(x)),
    lambda x: torch.from_numpy(-np.logaddexp(0, -x.numpy())),
    lambda x: F.logsigmoid(x.double()).to(x),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("hurry_reward", function) == ""


def test_the_right_reward_is_that_of_known_probabilities():
    """A logit of log 3 is D = 3/4, one of -log 4 is D = 1/5."""
    assert right_hurry(np.array([log(3), -log(4), 0.0])) == pytest.approx([log(3 / 4), log(1 / 5), -log(2)])


def test_both_rewards_together_are_the_logit():
    logits = np.array(LARGE)
    assert right_hurry(logits) + right_survival(logits) == pytest.approx(logits)
