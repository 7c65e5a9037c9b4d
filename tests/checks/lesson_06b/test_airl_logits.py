"""The logits of AIRL: right answers pass, and mistakes written independently of the bank get their hints."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.airl import shaped_reward  # noqa: F401, for edits
from ilrl_course.checks.lesson_06b.airl_logits import OF_CHOICES
from ilrl_course.checks.watched.shaped_steps import ENDING
from tests.checks.answers import hint_for, promises_of
from tests.checks.cells import run_cell
from tests.checks.lesson_06b.shared import f_is


def right(net, steps, log_probs, gamma):
    g, h, later = (
        net.reward(steps.obs, steps.actions),
        net.potential(steps.obs),
        net.potential(steps.next_obs),
    )
    alive = 1 - steps.terminated.float()
    f = g + gamma * alive * later - h
    return torch.sub(f, log_probs)


RIGHT = [
    "return (f - torch.logaddexp(f, log_probs)) - (log_probs - torch.logaddexp(f, log_probs))",
    "return F.logsigmoid(f - log_probs) - F.logsigmoid(log_probs - f)",
    "return torch.cat([shaped_reward(net, steps[[i]], gamma) - p for i, p in enumerate(log_probs)])",
    "return shaped_reward(net, steps, gamma=gamma).sub(log_probs.detach())",
    "return -(log_probs - shaped_reward(net, steps, gamma))",
    "return torch.einsum('nb,n->b', torch.stack([f, log_probs]), torch.tensor([1.0, -1.0]))",
]
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
        *("torch.sub => torch.mul", "torch.sub => torch.div", "return f / torch.exp(log_probs)"),
    ],
    "an exponential is left over": ["return f.exp() / log_probs.exp()", "return torch.exp(f) - log_probs"],
    "this is D, or 1 - D": [f"return {D}", "return torch.sigmoid(result)"],
    "this is a logarithm of D or of 1 - D": [
        *("return F.logsigmoid(result)", f"return torch.log({D})", "return F.softplus(result)"),
    ],
    "for unlikely actions the result is infinite or NaN": ["return torch.log(f.exp() / log_probs.exp())"],
    "the result is bounded: by a clamp": [
        *("return f - log_probs.clip(min=-42)", "return f - torch.log(log_probs.exp() + 1e-9)"),
        *(
            "return result.clip(-30, 30)",
            "return f - log_probs.clip(max=9)",
            "return f - log_probs.clip(-1000)",
        ),
    ],
    "log_probs are weighed": ["log_probs = gamma * log_probs", "return f - log_probs - log_probs"],
    "some log_probs are left out": [
        *(f"return f - torch.where(steps.{flag}, 0.0, log_probs)" for flag in ("terminated", "absorbed")),
    ],
    "where a step terminated, the logit is 0": ["return torch.where(steps.terminated, 0.0, result)"],
    "log_probs, or f, are averaged or summed": [
        *("return f - torch.mean(log_probs)", "return f - log_probs.sum()"),
    ],
    "log_probs of other steps are subtracted": ["log_probs = torch.flip(log_probs, [0])"],
    "gamma multiplies f": ["return gamma * f - log_probs"],
    "in f, an end does not end anything": ["steps.terminated.float() => 0"],
    "in f, steps.absorbed is read instead": ["steps.terminated.float() => steps.absorbed.float()"],
    "in f, the shaping is turned around": f_is("g + h - gamma * alive * later"),
    "in f, the shaping is missing": ["return g - log_probs"],
    "in f, g is missing": f_is("gamma * alive * later - h"),
    "in f, h(s) is missing": f_is("g + gamma * alive * later"),
    "in f, net itself cannot be called": ["return net(steps.obs, steps.actions) - log_probs"],
    "in f, h(s') is cut off": f_is("g + gamma * alive * later.detach() - h"),
    "in f, g is cut off": f_is("g.detach() + gamma * alive * later - h"),
    "gamma is not passed on": ["return shaped_reward(net, steps) - log_probs"],
    "log_probs are passed for gamma": [
        *("return shaped_reward(net, steps, log_probs)", "gamma, log_probs = log_probs, gamma"),
    ],
    "shaped_reward takes other things": ["return shaped_reward(steps, net, gamma) - log_probs"],
    "the result is cut off from both": [torch.no_grad()(right), "return f.detach() - log_probs"],
    "this is one number for the whole batch": ["return result.mean()", "return f[0] - log_probs[0]"],
    "the result is bounded, or its sign": ["return torch.abs(result)"],
    "there is an axis too many": ["return f[:, None] - log_probs"],
    "with a single step it returns": ["return result.squeeze()"],
    "backward() is called here": ["return F.softplus(result).mean().backward() or result"],
    "it changes its inputs in place": ["return log_probs.neg_().add(f)"],
    "the result is of float64. It should be of float32": ["return f.double() - log_probs"],
    "it should return a tensor of the shape (B,)": ["return result.tolist()"],
    "in a step with g(s, a) = 2.465, h(s) = -3.395, h(s') = -0.945, gamma = 0.8, log_prob = -0.4, the logit "
    "should be about 5.504, but it is 4.504.": ["return result - 1"],
}

NONSENSE = {
    "return inputs[2] * float('inf')": "in a step with g(s, a) = 2.465",
    "return inputs[2][0]": "this is one number for the whole batch, but each step has its own.",
    "inputs[2][:] = 0\n    return inputs[2]": "it changes its inputs in place",
    "return shaped_reward(*inputs)": "it raised NameError",
    "return -policy(inputs[1].obs).log_prob(inputs[1].actions)": "it asks a policy.",
    "return shaped_reward(*inputs[:2], CONFIG.gamma)": "it reads the settings of the lesson",
}

TestAnswers = promises_of("airl_logits", right, RIGHT, WRONG, NONSENSE)


def test_an_answer_may_use_the_student_s_own_shaped_reward():
    source = (
        "def airl_logits(net, steps, log_probs, gamma): return shaped_reward(net, steps, gamma) - log_probs"
    )
    names = {"shaped_reward": lambda net, steps, gamma: right(net, steps, torch.zeros(len(steps)), gamma)}
    assert hint_for("airl_logits", run_cell(source, "airl_logits", names)) == ""


def test_the_right_logit_is_that_of_the_discriminator_of_the_paper():
    """D = exp(f) / (exp(f) + pi), so D / (1 - D) is the exponential of the logit."""
    f, pi = ENDING.shaped(), np.exp(OF_CHOICES)
    d = np.exp(f) / (np.exp(f) + pi)
    assert np.log(d / (1 - d)) == pytest.approx(f - OF_CHOICES)
