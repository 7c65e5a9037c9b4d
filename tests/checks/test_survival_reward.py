"""Lesson 06, the survival reward: what the check holds right, and unusual right answers."""

from math import log

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli
from torch.nn import functional as F

from ilrl_course.checks.lesson_06_rewards import LARGE, right_survival
from tests.checks.answers import hint_for


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


def in_numpy(expert_logits):
    return torch.from_numpy(np.logaddexp(0, expert_logits.numpy()))


RIGHT = [
    in_loops,
    stable_by_hand,
    with_a_branch_for_large_ones,
    filled_by_masks,
    in_numpy,
    lambda x: -F.logsigmoid(-x),
    lambda x: torch.nn.Softplus()(x),
    lambda x: x - F.logsigmoid(x),
    lambda x: torch.logaddexp(x, torch.zeros(())),
    lambda x: torch.logsumexp(torch.stack([x, torch.zeros_like(x)]), dim=0),
    lambda x: F.binary_cross_entropy_with_logits(x, torch.zeros_like(x), reduction="none"),
    lambda x: -Bernoulli(logits=x).log_prob(torch.zeros(len(x))),
    lambda x: F.softplus(x.double()).float(),
    lambda x: F.softplus(x.clone().requires_grad_()),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("survival_reward", function) == ""


def test_the_right_reward_is_that_of_known_probabilities():
    """A logit of log 3 is D = 3/4, one of -log 4 is D = 1/5."""
    rewards = right_survival(np.array([log(3), -log(4), 0.0]))
    assert rewards == pytest.approx([-log(1 / 4), -log(4 / 5), log(2)])


def test_the_right_reward_is_never_below_0_and_never_infinite():
    rewards = right_survival(np.array(LARGE))
    assert (rewards >= 0).all()
    assert np.isfinite(rewards).all()
