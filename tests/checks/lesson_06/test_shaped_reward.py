"""The shaped reward: right answers pass, and mistakes written independently of the bank get their hints."""

import time

import numpy as np
import pytest
import torch

from ilrl_course.checks.watched.shaped_steps import ABSORBED, ALIVE, ALONE, CONTINUOUS, ENDING, WEIGHTS
from tests.checks.answers import hint_for, wrong_answers
from tests.checks.lesson_06.steps import alive_by, of_parts, right, without_gradient

CASES = [ALIVE, ENDING, ABSORBED, CONTINUOUS, ALONE]


def by_where(net, steps, gamma):
    following = torch.where(steps.terminated, 0.0, net.potential(steps.next_obs))
    return net.reward(steps.obs, steps.actions) + gamma * following - net.potential(steps.obs)


def filled_in_place(net, steps, gamma):
    following = net.potential(steps.next_obs)
    following[steps.terminated] = 0
    f = net.reward.forward(steps.obs, steps.actions)
    f += gamma * following
    f -= net.potential(steps.obs)
    return f


def with_one_call(net, steps, gamma):
    both = net.potential(torch.cat([steps.obs, steps.next_obs]))
    here, there = both[: len(steps)], both[len(steps) :].masked_fill(steps.terminated, 0)
    return torch.stack([net.reward(steps.obs, steps.actions), gamma * there, -here]).sum(0)


def step_by_step(net, steps, gamma):
    values = []
    for i in range(len(steps)):
        row = steps[i : i + 1]
        f = net.reward(row.obs, row.actions) - net.potential(row.obs)
        values.append(f if row.terminated else f + gamma * net.potential(row.next_obs))
    return torch.cat(values)


def with_discounts_of_each_step(net, steps, gamma):
    discounts = torch.full((len(steps),), gamma) * torch.logical_not(steps.terminated)
    return net.reward(steps.obs, steps.actions) - (
        net.potential(steps.obs) - discounts * net.potential(steps.next_obs)
    )


def only_where_life_goes_on(net, steps, gamma):
    f = net.reward(steps.obs, steps.actions) - net.potential(steps.obs)
    alive = ~steps.terminated
    return f.index_add(0, alive.nonzero().squeeze(1), gamma * net.potential(steps.next_obs[alive]))


RIGHT = [
    right,
    by_where,
    filled_in_place,
    with_one_call,
    step_by_step,
    with_discounts_of_each_step,
    only_where_life_goes_on,
]


def decides_for_all(net, steps, gamma):
    f = net.reward(steps.obs, steps.actions) - net.potential(steps.obs)
    if not steps.terminated:
        f = f + gamma * net.potential(steps.next_obs)
    return f


def cut_off_later(net, steps, gamma):
    with torch.no_grad():
        following = net.potential(steps.next_obs) * ~steps.terminated
    return net.reward(steps.obs, steps.actions) + gamma * following - net.potential(steps.obs)


NEXT_REWARD = "net.reward(steps.next_obs, steps.actions)"
WRONG = {
    "an end does not end anything": [alive_by("1.0")],
    "the mask is the wrong way round": [alive_by("(1 - alive)")],
    "where a step terminated, the whole shaping": [of_parts("g + alive * (gamma * later - h)")],
    "where a step terminated, h(s) is set to 0": [of_parts("g + gamma * later - alive * h")],
    "where a step terminated, all of f is 0": [of_parts("alive * (g + gamma * later - h)")],
    "where a step terminated, its reward": [
        of_parts("alive * g + gamma * later - h"),
        of_parts("alive * (g + gamma * later) - h"),
    ],
    "where a step terminated, h(s') is divided": [
        alive_by("(~steps.terminated + steps.terminated / (1 - gamma))")
    ],
    "after a termination the next observation is set to 0": [
        of_parts("g + gamma * net.potential(torch.where(alive[:, None] > 0, steps.next_obs, 0.0)) - h")
    ],
    "it changes its inputs in place": ["steps.next_obs[steps.terminated] = 0"],
    "steps.absorbed stands in the place": ["steps.terminated.float() => steps.absorbed.float()"],
    "h(s') is left out of absorbed steps": [alive_by("torch.logical_not(steps.terminated | steps.absorbed)")],
    "absorbed steps are left out": ["return torch.where(steps.absorbed, 0.0, result)"],
    "an end of one step ends all": [alive_by("(not steps.terminated.any())")],
    "the flags of another step": [alive_by("torch.roll(alive, 1)")],
    "steps know no `truncated`": [
        alive_by("~(steps.terminated | steps.truncated)"),
        alive_by("~steps.truncated"),
    ],
    "steps.terminated is bool": [alive_by("(1 - steps.terminated)"), alive_by("(True - steps.terminated)")],
    "~ is `not` for bool alone": [
        alive_by("~steps.terminated.float()"),
        alive_by("~steps.terminated.long()"),
    ],
    "`if`, `and`, `or` and `not`": [decides_for_all],
    "steps are left out": ["steps = steps[~steps.terminated]"],
    "in a step with g(s, a) = 0.9375, h(s) = 2.487, h(s') = 4.612, gamma = 0.8 and terminated = True, f "
    "should be about -1.55, but it is 3.45.": ["return result + 5 * (1 - alive)"],
    "the shaping is turned around": [
        of_parts("g - gamma * (alive * later - h)"),
        of_parts("g + h - gamma * alive * later"),
    ],
    "the shaping is made of g": [of_parts(f"g + gamma * alive * {NEXT_REWARD} - g")],
    "gamma is missing": [of_parts("g + alive * later - h")],
    "h(s) is multiplied by gamma, and h(s') is not": [of_parts("g + alive * later - gamma * h")],
    "h(s) is multiplied by gamma, too": [of_parts("g + gamma * alive * later - gamma * h")],
    "g is multiplied by gamma": [of_parts("gamma * (g + alive * later) - h")],
    "gamma is fixed": ["gamma = 0.99", "gamma = 0.95"],
    "h(s) is added": [of_parts("g + h + gamma * alive * later")],
    "both potentials are subtracted": [of_parts("g - h - gamma * alive * later")],
    "g is subtracted": [of_parts("gamma * alive * later - (h + g)")],
    "the sign of all is wrong": ["return -result"],
    "h(s) is missing": [of_parts("g + gamma * alive * later")],
    "h(s') is missing": [of_parts("g - h")],
    "g is missing": [of_parts("gamma * alive * later - h")],
    "the shaping is missing": ["return g"],
    "the parts are multiplied": [of_parts("g * (gamma * alive * later - h)")],
    "the shaping is not a difference": [of_parts("g + torch.abs(gamma * alive * later - h)")],
    "this is a probability": ["return torch.sigmoid(result)"],
    "both potentials are those of the same": [of_parts("g + gamma * alive * h - h")],
    "h(s') comes from the row below": [of_parts("g + gamma * alive * torch.cat([h[1:], h[-1:]]) - h")],
    "g is that of the next observation": [of_parts(f"{NEXT_REWARD} + gamma * alive * later - h")],
    "net.reward needs both": [of_parts("net.reward(steps.obs) + gamma * alive * later - h")],
    "h is asked about actions": ["net.potential(steps.obs) => net.potential(steps.obs, steps.actions)"],
    "net itself cannot be called": [of_parts("net(steps.obs, steps.actions) + gamma * alive * later - h")],
    "g and h are mixed up": [of_parts("h + gamma * alive * later - h")],
    "this is one number for the whole batch": ["return result.mean()"],
    "an axis too many": [of_parts("g[:, None] + gamma * alive * later - h")],
    "squeeze() takes one axis too many": ["return result[:, None].squeeze()"],
    "the mean of the batch is subtracted": ["return result - result.mean()"],
    "the result is cut off from both networks": [without_gradient(right)],
    "g is cut off from its network": [of_parts("g.data + gamma * alive * later - h")],
    "h is cut off": [of_parts("g + gamma * alive * later.detach() - h.detach()")],
    "h(s') is cut off from its network": [cut_off_later],
    "h(s) is cut off from its network": [of_parts("g + gamma * alive * later - h.data")],
    "backward() is called here": ["return result.mean().backward() or result"],
    "it should return a tensor of the shape (B,)": [
        "return result.tolist()",
        "return result.detach().numpy()",
    ],
    "the numbers of the lesson are float32": ["return result.double()"],
    "in a step with g(s, a) = 0.825, h(s) = -1.95, h(s') = -0.2625, gamma = 0.8, f should be about 2.565, "
    "but it is 3.565.": ["return result + 1"],
}


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for("shaped_reward", right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("shaped_reward", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint_soon(hint, function):
    begin = time.process_time()
    assert hint_for("shaped_reward", function).startswith(hint)
    assert time.process_time() - begin < 1.0


def test_a_right_value_with_a_wrong_gradient_is_noticed():
    def half_cut(net, steps, gamma):
        g = net.reward(steps.obs, steps.actions)
        return right(net, steps, gamma) - g / 2 + g.detach() / 2

    assert hint_for("shaped_reward", half_cut).endswith("the value is right, but its gradient is not.")


def test_the_first_step_by_hand():
    """Of the observations (0.5, -1, 2) and then (1, -0.5, 1.5), with action 1."""
    reward = 0.5 * 0.25 - 1.0 * 1 + 0.25 * 4 + 0.7 * 1
    here = 1.0 * 0.25 + 0.5 * 1 - 0.75 * 4 + 0.3
    there = 1.0 * 1 + 0.5 * 0.25 - 0.75 * 2.25 + 0.3
    assert ALIVE.shaped()[0] == pytest.approx(reward + 0.8 * there - here)
    assert ALONE.shaped()[0] == pytest.approx(reward + 0.6 * there - here)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_right_is_what_the_networks_say(case):
    net, steps = case.net(), case.transitions()
    rewards, here, there, discounts = case.parts()
    assert net.reward(steps.obs, steps.actions).tolist() == pytest.approx(rewards)
    assert net.potential(steps.obs).tolist() == pytest.approx(here)
    assert net.potential(steps.next_obs).tolist() == pytest.approx(there)
    assert discounts.tolist() == [0 if i in case.terminated else case.gamma for i in range(len(steps))]
    assert steps.terminated.nonzero().flatten().tolist() == list(case.terminated)
    assert steps.absorbed.nonzero().flatten().tolist() == list(case.absorbed)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_right_gradients_are_those_of_the_networks(case):
    net, steps = case.net(), case.transitions()
    (step_by_step(net, steps, case.gamma) @ torch.tensor(WEIGHTS[: len(steps)]).float()).backward()
    gradients = case.gradients()
    assert set(gradients) == {name for name, _ in net.named_parameters()}
    for name, parameter in net.named_parameters():
        assert np.allclose(parameter.grad, gradients[name], atol=1e-5)
