"""Lesson 06, the logits of AIRL: mistakes, written independently of the bank."""

import time

import pytest
import torch
from torch.nn import functional as F

from ilrl_course.algorithms.airl import airl_logits as right
from ilrl_course.algorithms.airl import shaped_reward
from tests.checks.answers import hint_for
from tests.checks.test_shaped_reward_ends import alive_by
from tests.checks.test_shaped_reward_slips import made


def of_f(rule):
    """Made of the right f: rule(f, log_probs)."""
    return lambda net, steps, log_probs, gamma: rule(shaped_reward(net, steps, gamma), log_probs)


def less(shaped):
    """Another f, less the log-probabilities."""
    return lambda net, steps, log_probs, gamma: torch.sub(shaped(net, steps, gamma), log_probs)


def discriminator(f, log_probs):
    return torch.exp(f) / (torch.exp(f) + torch.exp(log_probs))


def cut_off(*inputs):
    with torch.no_grad():
        return right(*inputs)


def goes_back_itself(*inputs):
    logits = right(*inputs)
    F.softplus(logits).mean().backward()
    return logits


def without_those_of_the_dead(net, steps, log_probs, gamma):
    return shaped_reward(net, steps, gamma) - torch.where(steps.terminated, 0.0, log_probs)


def turns_in_place(net, steps, log_probs, gamma):
    return log_probs.neg_().add(shaped_reward(net, steps, gamma))


WRONG = [
    ("log_probs are added", of_f(torch.add)),
    ("the logit is turned around", of_f(lambda f, log_probs: log_probs - f)),
    ("f has a minus", of_f(lambda f, log_probs: -(f + log_probs))),
    ("log_probs have no effect", of_f(lambda f, log_probs: f)),
    ("f is missing", of_f(lambda f, log_probs: torch.neg(log_probs))),
    ("f is missing", of_f(lambda f, log_probs: log_probs.clone())),
    ("log_probs are turned into probabilities", of_f(lambda f, log_probs: f - torch.exp(log_probs))),
    ("the logarithm is taken twice", of_f(lambda f, log_probs: f - torch.log(log_probs))),
    ("f and log_probs are divided or multiplied", of_f(torch.mul)),
    ("f and log_probs are divided or multiplied", of_f(torch.div)),
    ("f and log_probs are divided or multiplied", of_f(lambda f, log_probs: f / torch.exp(log_probs))),
    ("an exponential is left over", of_f(lambda f, log_probs: torch.exp(f) / torch.exp(log_probs))),
    ("an exponential is left over", of_f(lambda f, log_probs: torch.exp(f) - log_probs)),
    ("this is D, or 1 - D", of_f(discriminator)),
    ("this is D, or 1 - D", of_f(lambda f, log_probs: torch.sigmoid(f - log_probs))),
    ("this is a logarithm of D or of 1 - D", of_f(lambda f, log_probs: F.logsigmoid(f - log_probs))),
    (
        "this is a logarithm of D or of 1 - D",
        of_f(lambda f, log_probs: torch.log(discriminator(f, log_probs))),
    ),
    ("this is a logarithm of D or of 1 - D", of_f(lambda f, log_probs: F.softplus(f - log_probs))),
    ("for unlikely actions the result", of_f(lambda f, log_probs: torch.logit(discriminator(f, log_probs)))),
    ("for unlikely actions the result", of_f(lambda f, log_probs: f - torch.log(torch.exp(log_probs)))),
    ("for unlikely actions the result", of_f(lambda f, log_probs: torch.log(f.exp() / log_probs.exp()))),
    ("a clamp, or a small number", of_f(lambda f, log_probs: f - log_probs.clip(min=-42))),
    ("a clamp, or a small number", of_f(lambda f, log_probs: f - torch.log(log_probs.exp() + 1e-9))),
    ("a clamp, or a small number", of_f(lambda f, log_probs: (f - log_probs).clip(-30, 30))),
    (
        "log_probs are weighed",
        lambda net, steps, log_probs, gamma: right(net, steps, gamma * log_probs, gamma),
    ),
    ("log_probs are weighed", of_f(lambda f, log_probs: f - log_probs - log_probs)),
    ("where a step terminated, its log_prob", without_those_of_the_dead),
    ("log_probs are averaged or summed", of_f(lambda f, log_probs: f - torch.mean(log_probs))),
    ("log_probs are averaged or summed", of_f(lambda f, log_probs: f - log_probs.sum())),
    ("f does not end with the episode", less(alive_by(lambda steps: 1.0))),
    ("f does not end with the episode", less(alive_by(lambda steps: ~steps.absorbed))),
    (
        "f is made anew here, and not as before",
        less(made(lambda g, h, h_next, gamma: g + h - gamma * h_next)),
    ),
    ("this is g - log pi", less(lambda net, steps, gamma: net.reward(steps.obs, steps.actions))),
    ("g is missing", less(made(lambda g, h, h_next, gamma: gamma * h_next - h))),
    ("half of the shaping", less(made(lambda g, h, h_next, gamma: g + gamma * h_next))),
    ("gamma has no effect", lambda net, steps, log_probs, gamma: right(net, steps, log_probs, 1.0)),
    ("gamma is fixed", lambda net, steps, log_probs, gamma: right(net, steps, log_probs, 0.99)),
    ("gamma is fixed", lambda net, steps, log_probs, gamma: shaped_reward(net, steps, 0.95) - log_probs),
    ("gamma is not passed on", lambda net, steps, log_probs, gamma: shaped_reward(net, steps) - log_probs),
    (
        "log_probs are passed for gamma",
        lambda net, steps, log_probs, gamma: shaped_reward(net, steps, log_probs),
    ),
    ("the network itself cannot be called", less(lambda net, steps, gamma: net(steps))),
    ("f is cut off from both networks", cut_off),
    ("f is cut off from both networks", of_f(lambda f, log_probs: f.detach() - log_probs)),
    ("h is cut off", less(made(lambda g, h, h_next, gamma: g + gamma * h_next.detach() - h))),
    ("g is cut off", less(made(lambda g, h, h_next, gamma: g.detach() + gamma * h_next - h))),
    ("this is one number for the whole batch", lambda *inputs: right(*inputs).mean()),
    ("an axis too many", of_f(lambda f, log_probs: f[:, None] - log_probs)),
    ("squeeze() takes one axis too many", lambda *inputs: right(*inputs).squeeze()),
    ("backward() is called here", goes_back_itself),
    ("it changes its inputs in place", turns_in_place),
    ("the numbers of the lesson are float32", of_f(lambda f, log_probs: f.double() - log_probs)),
    ("it should return a tensor of the shape (B,)", lambda *inputs: right(*inputs).tolist()),
]


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for("airl_logits", right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    begin = time.process_time()
    assert hint_for("airl_logits", function).startswith(hint)
    assert time.process_time() - begin < 1.0


def test_an_unknown_mistake_is_shown_with_the_parts_that_reveal_it():
    assert hint_for("airl_logits", lambda *inputs: right(*inputs) - 1) == (
        "in a step with g(s, a) = 0.825, h(s) = -1.95, h(s') = -0.2625, gamma = 0.8, log_prob = -0.4, the "
        "logit should be about 2.965, but it is 1.965."
    )
