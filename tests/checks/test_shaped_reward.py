"""Lesson 06, the shaped reward: what the check holds right, and unusual right answers."""

import numpy as np
import pytest
import torch

from ilrl_course.checks.lesson_06_networks import fresh_net
from ilrl_course.checks.lesson_06_steps import ABSORBED, ALIVE, ALONE, CONTINUOUS, ENDING, WEIGHTS
from tests.checks.answers import hint_for

CASES = [ALIVE, ENDING, ABSORBED, CONTINUOUS, ALONE]


def by_where(net, steps, gamma):
    following = torch.where(steps.terminated, 0.0, net.potential(steps.next_obs))
    return net.reward(steps.obs, steps.actions) + gamma * following - net.potential(steps.obs)


def with_an_own_mask(net, steps, gamma):
    alive = 1 - steps.terminated.float()
    shaping = gamma * alive * net.potential(steps.next_obs) - net.potential(steps.obs)
    return net.reward(steps.obs, steps.actions).add(shaping)


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
    by_where,
    with_an_own_mask,
    filled_in_place,
    with_one_call,
    step_by_step,
    with_discounts_of_each_step,
    only_where_life_goes_on,
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("shaped_reward", function) == ""


def test_the_first_step_by_hand():
    """Of the observations (0.5, -1, 2) and then (1, -0.5, 1.5), with action 1."""
    reward = 0.5 * 0.25 - 1.0 * 1 + 0.25 * 4 + 0.7 * 1
    here = 1.0 * 0.25 + 0.5 * 1 - 0.75 * 4 + 0.3
    there = 1.0 * 1 + 0.5 * 0.25 - 0.75 * 2.25 + 0.3
    assert ALIVE.shaped()[0] == pytest.approx(reward + 0.8 * there - here)
    assert ALONE.shaped()[0] == pytest.approx(reward + 0.6 * there - here)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_right_is_what_the_networks_say(case):
    net, steps = fresh_net(case.num_numbers), case.transitions()
    rewards, here, there, discounts = case.parts()
    assert net.reward(steps.obs, steps.actions).tolist() == pytest.approx(rewards)
    assert net.potential(steps.obs).tolist() == pytest.approx(here)
    assert net.potential(steps.next_obs).tolist() == pytest.approx(there)
    assert discounts.tolist() == [0 if i in case.terminated else case.gamma for i in range(len(steps))]
    assert steps.terminated.nonzero().flatten().tolist() == list(case.terminated)
    assert steps.absorbed.nonzero().flatten().tolist() == list(case.absorbed)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_right_gradients_are_those_of_the_networks(case):
    net, steps = fresh_net(case.num_numbers), case.transitions()
    f = step_by_step(net, steps, case.gamma)
    slopes = case.slopes(net)
    leaves = [slope.leaf for slope in slopes]
    found = torch.autograd.grad(f @ torch.tensor(WEIGHTS[: len(steps)], dtype=torch.float32), leaves)
    assert {id(leaf) for leaf in leaves} == {id(parameter) for parameter in net.parameters()}
    for gradient, slope in zip(found, slopes, strict=True):
        assert np.allclose(gradient, slope.gradient, atol=1e-5)
