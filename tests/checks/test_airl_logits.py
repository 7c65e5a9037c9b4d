"""Lesson 06, the logits of AIRL: what the check holds right, and unusual right answers."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from ilrl_course.algorithms.airl import shaped_reward
from ilrl_course.checks import lesson_06_logits as known
from ilrl_course.checks.lesson_06_steps import ENDING
from tests.checks.answers import hint_for
from tests.checks.cells import run_cell


def all_anew(net, steps, log_probs, gamma):
    following = net.potential(steps.next_obs).masked_fill(steps.terminated, 0.0)
    f = net.reward(steps.obs, steps.actions) + gamma * following - net.potential(steps.obs)
    return torch.sub(f, log_probs)


def by_the_two_logarithms(net, steps, log_probs, gamma):
    """log D and log(1 - D), each without a detour over probabilities."""
    f = shaped_reward(net, steps, gamma)
    log_sum = torch.logaddexp(f, log_probs)
    return (f - log_sum) - (log_probs - log_sum)


def by_the_logarithm_of_sigmoid(net, steps, log_probs, gamma):
    z = shaped_reward(net, steps, gamma) - log_probs
    return F.logsigmoid(z) - F.logsigmoid(-z)


def step_by_step(net, steps, log_probs, gamma):
    rows = range(len(steps))
    return torch.cat([shaped_reward(net, steps[i : i + 1], gamma) - log_probs[i] for i in rows])


RIGHT = [
    all_anew,
    by_the_two_logarithms,
    by_the_logarithm_of_sigmoid,
    step_by_step,
    lambda net, steps, log_probs, gamma: shaped_reward(net, steps, gamma=gamma).sub(log_probs.detach()),
    lambda net, steps, log_probs, gamma: -(log_probs - shaped_reward(net, steps, gamma)),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("airl_logits", function) == ""


def test_an_answer_may_use_the_student_s_own_shaped_reward():
    source = (
        "def airl_logits(net, steps, log_probs, gamma):\n"
        "    return shaped_reward(net, steps, gamma) - log_probs\n"
    )

    def own(net, steps, gamma):
        return all_anew(net, steps, torch.zeros(len(steps)), gamma)

    assert hint_for("airl_logits", run_cell(source, "airl_logits", {"shaped_reward": own})) == ""


def test_the_right_logit_is_that_of_the_discriminator_of_the_paper():
    """D = exp(f) / (exp(f) + pi), so D / (1 - D) is the exponential of the logit."""
    f, pi = ENDING.shaped(), np.exp(known.OF_CHOICES)
    d = np.exp(f) / (np.exp(f) + pi)
    assert np.log(d / (1 - d)) == pytest.approx(f - known.OF_CHOICES)
