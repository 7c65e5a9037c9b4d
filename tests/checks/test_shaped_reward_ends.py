"""Lesson 06, the shaped reward: slips around the ends, written independently of the bank."""

import pytest
import torch

from tests.checks.answers import hint_for


def alive_by(flags):
    """h(s') counts as often as flags(steps) says."""
    return lambda net, steps, gamma: (
        net.reward(steps.obs, steps.actions)
        + gamma * flags(steps) * net.potential(steps.next_obs)
        - net.potential(steps.obs)
    )


def made(rule):
    """Another sum: rule(g, h, h_next, gamma, alive), where nothing is masked yet."""
    return lambda net, steps, gamma: rule(
        net.reward(steps.obs, steps.actions),
        net.potential(steps.obs),
        net.potential(steps.next_obs),
        gamma,
        1 - steps.terminated.float(),
    )


def with_zeros_for_observations(net, steps, gamma):
    next_obs = torch.where(steps.terminated[:, None], 0.0, steps.next_obs)
    shaping = gamma * net.potential(next_obs) - net.potential(steps.obs)
    return net.reward(steps.obs, steps.actions) + shaping


def zeroes_in_place(net, steps, gamma):
    steps.next_obs[steps.terminated] = 0
    shaping = gamma * net.potential(steps.next_obs) - net.potential(steps.obs)
    return net.reward(steps.obs, steps.actions) + shaping


def decides_for_all(net, steps, gamma):
    f = net.reward(steps.obs, steps.actions) - net.potential(steps.obs)
    if not steps.terminated:
        f = f + gamma * net.potential(steps.next_obs)
    return f


def leaves_absorbed_out(net, steps, gamma):
    f = alive_by(lambda steps: ~steps.terminated)(net, steps, gamma)
    return torch.where(steps.absorbed, 0.0, f)


def returns_the_living(net, steps, gamma):
    rows = steps[~steps.terminated]
    return alive_by(lambda steps: 1.0)(net, rows, gamma)


WRONG = [
    ("an end does not end anything", alive_by(lambda steps: 1.0)),
    ("the mask is the wrong way round", alive_by(lambda steps: steps.terminated.float())),
    ("where a step terminated, the whole shaping", made(lambda g, h, h2, c, alive: g + alive * (c * h2 - h))),
    ("where a step terminated, h(s) is set to 0", made(lambda g, h, h2, c, alive: g + c * h2 - alive * h)),
    ("where a step terminated, all of f is 0", made(lambda g, h, h2, c, alive: alive * (g + c * h2 - h))),
    ("where a step terminated, its reward", made(lambda g, h, h2, c, alive: alive * g + c * h2 - h)),
    ("where a step terminated, its reward", made(lambda g, h, h2, c, alive: alive * (g + c * h2) - h)),
    ("after a termination the next observation is set to 0", with_zeros_for_observations),
    ("it changes its inputs in place", zeroes_in_place),
    ("steps.absorbed stands in the place", alive_by(lambda steps: ~steps.absorbed)),
    (
        "h(s') is left out of absorbed steps",
        alive_by(lambda steps: torch.logical_not(steps.terminated | steps.absorbed)),
    ),
    ("absorbed steps are left out", leaves_absorbed_out),
    ("an end of one step ends all", alive_by(lambda steps: not steps.terminated.any())),
    ("the flags of another step", alive_by(lambda steps: ~torch.roll(steps.terminated, 1))),
    ("steps know no `truncated`", alive_by(lambda steps: ~(steps.terminated | steps.truncated))),
    ("steps know no `truncated`", alive_by(lambda steps: ~steps.truncated)),
    ("steps.terminated is bool", alive_by(lambda steps: 1 - steps.terminated)),
    ("~ is `not` for bool alone", alive_by(lambda steps: ~steps.terminated.float())),
    ("~ is `not` for bool alone", alive_by(lambda steps: ~steps.terminated.long())),
    ("`if`, `and`, `or` and `not`", decides_for_all),
    ("steps are left out", returns_the_living),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("shaped_reward", function).startswith(hint)


def test_an_unknown_mistake_at_an_end_is_shown_with_its_flag():
    gone = made(lambda g, h, h_next, gamma, alive: g + gamma * h_next * alive - h + 5 * (1 - alive))
    assert hint_for("shaped_reward", gone) == (
        "in a step with g(s, a) = 0.9375, h(s) = 2.487, h(s') = 4.612, gamma = 0.8 and terminated = True, f "
        "should be about -1.55, but it is 3.45."
    )
