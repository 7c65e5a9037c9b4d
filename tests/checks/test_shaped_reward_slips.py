"""Lesson 06, the shaped reward: other sums, calls and results, written independently of the bank."""

import time

import pytest
import torch

from ilrl_course.algorithms.airl import shaped_reward as right
from tests.checks.answers import hint_for


def made(rule):
    """Another sum: rule(g, h, h_next, gamma), with h_next 0 after an end."""
    return lambda net, steps, gamma: rule(
        net.reward(steps.obs, steps.actions),
        net.potential(steps.obs),
        torch.where(steps.terminated, 0.0, net.potential(steps.next_obs)),
        gamma,
    )


def cut_off(net, steps, gamma):
    with torch.no_grad():
        return right(net, steps, gamma)


def cut_off_later(net, steps, gamma):
    with torch.no_grad():
        following = net.potential(steps.next_obs) * ~steps.terminated
    return net.reward(steps.obs, steps.actions) + gamma * following - net.potential(steps.obs)


def cut_off_reward(net, steps, gamma):
    g = net.reward(steps.obs, steps.actions).data
    return g + gamma * net.potential(steps.next_obs) * ~steps.terminated - net.potential(steps.obs)


def goes_back_itself(net, steps, gamma):
    f = right(net, steps, gamma)
    f.mean().backward()
    return f


def shaped_by_g(net, steps, gamma):
    g, following = net.reward(steps.obs, steps.actions), net.reward(steps.next_obs, steps.actions)
    return g + gamma * torch.where(steps.terminated, 0.0, following) - g


def with_ends_that_go_on(net, steps, gamma):
    following = net.potential(steps.next_obs) * (~steps.terminated + steps.terminated / (1 - gamma))
    return net.reward(steps.obs, steps.actions) + gamma * following - net.potential(steps.obs)


def with_a_difference_of_flags(net, steps, gamma):
    following = net.potential(steps.next_obs) * (True - steps.terminated)
    return net.reward(steps.obs, steps.actions) + gamma * following - net.potential(steps.obs)


def without_actions(net, steps, gamma):
    following = net.potential(steps.next_obs) * ~steps.terminated
    return net.reward(steps.obs) + gamma * following - net.potential(steps.obs)


def reward_of_next(net, steps, gamma):
    following = net.potential(steps.next_obs) * ~steps.terminated
    return net.reward(steps.next_obs, steps.actions) + gamma * following - net.potential(steps.obs)


def with_actions_everywhere(net, steps, gamma):
    following = net.potential(steps.next_obs, steps.actions) * ~steps.terminated
    return net.reward(steps.obs, steps.actions) + gamma * following - net.potential(steps.obs, steps.actions)


def from_the_row_below(net, steps, gamma):
    h = net.potential(steps.obs)
    following = torch.cat([h[1:], h[-1:]]) * ~steps.terminated
    return net.reward(steps.obs, steps.actions) + gamma * following - h


def of_one_observation(net, steps, gamma):
    h = net.potential(steps.obs)
    return net.reward(steps.obs, steps.actions) + gamma * h * ~steps.terminated - h


def of_a_column(net, steps, gamma):
    return made(lambda g, h, h_next, gamma: g[:, None] + gamma * h_next - h)(net, steps, gamma)


def of_a_call(net, steps, gamma):
    return net(steps.obs, steps.actions) + gamma * net.potential(steps.next_obs) - net.potential(steps.obs)


WRONG = [
    ("the shaping is turned around", made(lambda g, h, later, gamma: g - gamma * (later - h))),
    ("the shaping is made of g", shaped_by_g),
    ("where a step terminated, h(s') is divided", with_ends_that_go_on),
    ("steps.terminated is bool", with_a_difference_of_flags),
    ("gamma is missing", made(lambda g, h, h_next, gamma: g + h_next - h)),
    (
        "h(s) is multiplied by gamma, and h(s') is not",
        made(lambda g, h, h_next, gamma: g + h_next - gamma * h),
    ),
    ("h(s) is multiplied by gamma, too", made(lambda g, h, h_next, gamma: g + gamma * h_next - gamma * h)),
    ("g is multiplied by gamma", made(lambda g, h, h_next, gamma: gamma * (g + h_next) - h)),
    ("gamma is fixed", made(lambda g, h, h_next, gamma: g + 0.99 * h_next - h)),
    ("gamma is fixed", made(lambda g, h, h_next, gamma: g + 0.95 * h_next - h)),
    ("the shaping is turned around", made(lambda g, h, h_next, gamma: g + h - gamma * h_next)),
    ("h(s) is added", made(lambda g, h, h_next, gamma: g + h + gamma * h_next)),
    ("both potentials are subtracted", made(lambda g, h, h_next, gamma: g - h - gamma * h_next)),
    ("g is subtracted", made(lambda g, h, h_next, gamma: gamma * h_next - (h + g))),
    ("the sign of all is wrong", lambda *inputs: -right(*inputs)),
    ("h(s) is missing", made(lambda g, h, h_next, gamma: g + gamma * h_next)),
    ("h(s') is missing", made(lambda g, h, h_next, gamma: g - h)),
    ("g is missing", made(lambda g, h, h_next, gamma: gamma * h_next - h)),
    ("the shaping is missing", lambda net, steps, gamma: net.reward(steps.obs, steps.actions)),
    ("the parts are multiplied", made(lambda g, h, h_next, gamma: g * (gamma * h_next - h))),
    ("the shaping is not a difference", made(lambda g, h, h_next, gamma: g + torch.abs(gamma * h_next - h))),
    ("this is a probability", lambda *inputs: torch.sigmoid(right(*inputs))),
    ("both potentials are those of the same", of_one_observation),
    ("h(s') comes from the row below", from_the_row_below),
    ("g is that of the next observation", reward_of_next),
    ("net.reward needs both", without_actions),
    ("h is asked about actions", with_actions_everywhere),
    ("net itself cannot be called", of_a_call),
    ("g and h are mixed up", made(lambda g, h, h_next, gamma: h + gamma * h_next - h)),
    ("this is one number for the whole batch", lambda *inputs: right(*inputs).mean()),
    ("an axis too many", of_a_column),
    ("squeeze() takes one axis too many", lambda *inputs: right(*inputs)[:, None].squeeze()),
    ("the mean of the batch is subtracted", lambda *inputs: right(*inputs) - right(*inputs).mean()),
    ("the result is cut off from both networks", cut_off),
    ("g is cut off from its network", cut_off_reward),
    ("h is cut off", made(lambda g, h, h_next, gamma: g + gamma * h_next.detach() - h.detach())),
    ("h(s') is cut off from its network", cut_off_later),
    ("h(s) is cut off from its network", made(lambda g, h, h_next, gamma: g + gamma * h_next - h.data)),
    ("backward() is called here", goes_back_itself),
    ("it should return a tensor of the shape (B,)", lambda *inputs: right(*inputs).tolist()),
    ("it should return a tensor of the shape (B,)", lambda *inputs: right(*inputs).detach().numpy()),
    ("the numbers of the lesson are float32", lambda *inputs: right(*inputs).double()),
]


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for("shaped_reward", right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    begin = time.process_time()
    assert hint_for("shaped_reward", function).startswith(hint)
    assert time.process_time() - begin < 1.0


def test_an_unknown_mistake_is_shown_with_the_parts_that_reveal_it():
    assert hint_for("shaped_reward", lambda *inputs: right(*inputs) + 1) == (
        "in a step with g(s, a) = 0.825, h(s) = -1.95, h(s') = -0.2625, gamma = 0.8, f should be about "
        "2.565, but it is 3.565."
    )


def test_a_right_value_with_a_wrong_gradient_is_noticed():
    half_cut = made(lambda g, h, h_next, gamma: (g + g.detach()) / 2 + gamma * h_next - h)
    assert hint_for("shaped_reward", half_cut).endswith("the value is right, but its gradient is not.")
