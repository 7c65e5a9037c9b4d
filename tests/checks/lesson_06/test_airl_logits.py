"""The logits of AIRL: right answers pass, and mistakes written independently of the bank get their hints."""

import time

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from ilrl_course.algorithms.airl import shaped_reward
from ilrl_course.checks.lesson_06.airl_logits import OF_CHOICES
from ilrl_course.checks.watched.shaped_steps import ENDING
from tests.checks.answers import hint_for, wrong_answers
from tests.checks.cells import run_cell
from tests.checks.lesson_06.steps import without_gradient


def right(net, steps, log_probs, gamma):
    g, h, later = (
        net.reward(steps.obs, steps.actions),
        net.potential(steps.obs),
        net.potential(steps.next_obs),
    )
    alive = 1 - steps.terminated.float()
    f = g + gamma * alive * later - h
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
    right,
    by_the_two_logarithms,
    by_the_logarithm_of_sigmoid,
    step_by_step,
    lambda net, steps, log_probs, gamma: shaped_reward(net, steps, gamma=gamma).sub(log_probs.detach()),
    lambda net, steps, log_probs, gamma: -(log_probs - shaped_reward(net, steps, gamma)),
]


def goes_back_itself(*inputs):
    logits = right(*inputs)
    F.softplus(logits).mean().backward()
    return logits


F_IS = "g + gamma * alive * later - h => "
D = "(torch.exp(f) / (torch.exp(f) + torch.exp(log_probs)))"
WRONG = {
    "log_probs are added": ["torch.sub => torch.add"],
    "the logit is turned around": ["return log_probs - f"],
    "f has a minus": ["return -(f + log_probs)"],
    "log_probs have no effect": ["return f"],
    "f is missing": ["return torch.neg(log_probs)", "return log_probs.clone()"],
    "log_probs are turned into probabilities": ["return f - torch.exp(log_probs)"],
    "the logarithm is taken twice": ["return f - torch.log(log_probs)"],
    "f and log_probs are divided or multiplied": [
        "torch.sub => torch.mul",
        "torch.sub => torch.div",
        "return f / torch.exp(log_probs)",
    ],
    "an exponential is left over": [
        "return torch.exp(f) / torch.exp(log_probs)",
        "return torch.exp(f) - log_probs",
    ],
    "this is D, or 1 - D": [f"return {D}", "return torch.sigmoid(result)"],
    "this is a logarithm of D or of 1 - D": [
        "return F.logsigmoid(result)",
        f"return torch.log({D})",
        "return F.softplus(result)",
    ],
    "for unlikely actions the result": [
        f"return torch.logit({D})",
        "return f - torch.log(torch.exp(log_probs))",
        "return torch.log(f.exp() / log_probs.exp())",
    ],
    "a clamp, or a small number": [
        "log_probs = log_probs.clip(min=-42)",
        "return f - torch.log(log_probs.exp() + 1e-9)",
        "return result.clip(-30, 30)",
    ],
    "log_probs are weighed": ["log_probs = gamma * log_probs", "return f - log_probs - log_probs"],
    "where a step terminated, its log_prob": ["return f - torch.where(steps.terminated, 0.0, log_probs)"],
    "log_probs are averaged or summed": ["log_probs = torch.mean(log_probs)", "log_probs = log_probs.sum()"],
    "f does not end with the episode": [
        "steps.terminated.float() => 0",
        "steps.terminated.float() => steps.absorbed.float()",
    ],
    "f is made anew here, and not as before": [F_IS + "g + h - gamma * alive * later"],
    "this is g - log pi": ["return g - log_probs"],
    "g is missing": [F_IS + "gamma * alive * later - h"],
    "half of the shaping": [F_IS + "g + gamma * alive * later"],
    "gamma has no effect": ["gamma = 1.0"],
    "gamma is fixed": ["gamma = 0.99", "gamma = 0.95"],
    "gamma is not passed on": [lambda net, steps, log_probs, gamma: shaped_reward(net, steps) - log_probs],
    "log_probs are passed for gamma": [
        lambda net, steps, log_probs, gamma: shaped_reward(net, steps, log_probs)
    ],
    "the network itself cannot be called": ["return net(steps) - log_probs"],
    "f is cut off from both networks": [without_gradient(right), "return f.detach() - log_probs"],
    "h is cut off": [F_IS + "g + gamma * alive * later.detach() - h"],
    "g is cut off": [F_IS + "g.detach() + gamma * alive * later - h"],
    "this is one number for the whole batch": ["return result.mean()"],
    "an axis too many": ["return f[:, None] - log_probs"],
    "squeeze() takes one axis too many": ["return result.squeeze()"],
    "backward() is called here": [goes_back_itself],
    "it changes its inputs in place": ["return log_probs.neg_().add(f)"],
    "the numbers of the lesson are float32": ["return f.double() - log_probs"],
    "it should return a tensor of the shape (B,)": ["return result.tolist()"],
    "in a step with g(s, a) = 0.825, h(s) = -1.95, h(s') = -0.2625, gamma = 0.8, log_prob = -0.4, the logit "
    "should be about 2.965, but it is 1.965.": ["return result - 1"],
}


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for("airl_logits", right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("airl_logits", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint_soon(hint, function):
    begin = time.process_time()
    assert hint_for("airl_logits", function).startswith(hint)
    assert time.process_time() - begin < 1.0


def test_an_answer_may_use_the_student_s_own_shaped_reward():
    source = (
        "def airl_logits(net, steps, log_probs, gamma):\n"
        "    return shaped_reward(net, steps, gamma) - log_probs\n"
    )

    def own(net, steps, gamma):
        return right(net, steps, torch.zeros(len(steps)), gamma)

    assert hint_for("airl_logits", run_cell(source, "airl_logits", {"shaped_reward": own})) == ""


def test_the_right_logit_is_that_of_the_discriminator_of_the_paper():
    """D = exp(f) / (exp(f) + pi), so D / (1 - D) is the exponential of the logit."""
    f, pi = ENDING.shaped(), np.exp(OF_CHOICES)
    d = np.exp(f) / (np.exp(f) + pi)
    assert np.log(d / (1 - d)) == pytest.approx(f - OF_CHOICES)
