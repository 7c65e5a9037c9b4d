"""The shaped reward: right answers pass, and mistakes written independently of the bank get their hints."""

import numpy as np
import pytest
import torch

from ilrl_course.checks.watched import shaped_steps
from ilrl_course.checks.watched.shaped_steps import ABSORBED, ALIVE, ALONE, CONTINUOUS, ENDING, HARDER
from tests.checks.answers import promises_of
from tests.checks.lesson_06b.shared import alive_by, f_is, right

CASES = [ALIVE, ENDING, ABSORBED, CONTINUOUS, ALONE, *HARDER]
RIGHT = [
    "return g + gamma * torch.where(steps.terminated, 0.0, later) - h",
    "return g - (h - torch.full((len(steps),), gamma) * torch.logical_not(steps.terminated) * later)",
    "return g.add_(gamma * later.masked_fill(steps.terminated, 0)).sub_(h)",
    "return torch.cat([right_f(net, steps[i : i + 1], gamma) for i in range(len(steps))])",
    "alive = 1 - steps.terminated.float() => alive = 1; later[steps.terminated] = 0; print(later)",
    "return torch.stack([g, gamma * later * alive, -net.potential(steps.obs)]).sum(0)",
    "return (g - h).index_add(0, alive.nonzero()[:, 0], gamma * net.potential(steps.next_obs[alive > 0]))",
]


def decides_for_all(net, steps, gamma):
    f = net.reward(steps.obs, steps.actions) - net.potential(steps.obs)
    if not steps.terminated:
        f = f + gamma * net.potential(steps.next_obs)
    return f


def in_one_buffer(net, steps, gamma):
    f = torch.zeros(len(steps))
    for i in range(len(steps)):
        f[:] = right(net, steps[i : i + 1], gamma)
    return f


NEXT_G = "net.reward(steps.next_obs, steps.actions)"
WRONG = {
    "an end does not end anything": alive_by("1.0"),
    "the mask is the wrong way round": alive_by("(1 - alive)", "torch.where(steps.terminated, 1.0, 0.0)"),
    "where a step terminated, the shaping is 0": f_is("g + alive * (gamma * later - h)"),
    "where a step terminated, h(s) is 0": f_is("g + gamma * later - alive * h"),
    "where a step terminated, all of f is 0": f_is("alive * (g + gamma * later - h)"),
    "where a step terminated, its reward": f_is(
        *("alive * g + gamma * later - h", "alive * (g + gamma * later) - h")
    ),
    "where a step terminated, h(s') is divided": alive_by("(alive + (1 - alive) / (1 + 1e-9 - gamma))"),
    "where a step terminated, something is added": ["return result - steps.terminated.float()"],
    "after a termination the next observation is set to 0": f_is(
        "g + gamma * net.potential(torch.where(alive[:, None] > 0, steps.next_obs, 0.0)) - h"
    ),
    "it changes its inputs in place": ["steps.next_obs[steps.terminated] = 0"],
    "steps.absorbed is read instead": ["steps.terminated.float() => steps.absorbed.float()"],
    "h(s') is left out of absorbed steps": alive_by("torch.logical_not(steps.terminated | steps.absorbed)"),
    "an absorbed step keeps its h(s')": alive_by("torch.where(steps.absorbed, 1.0, alive)"),
    "absorbed steps are left out": ["return torch.where(steps.absorbed, 0.0, result)"],
    "an end of one step ends all": alive_by("(not steps.terminated.any())", "(not steps.terminated.all())"),
    "the flags of another step": alive_by("torch.roll(alive, 1)"),
    "the flag of the first or of the last step": alive_by("torch.cat([torch.ones(1), alive[1:]])"),
    "steps have no `truncated`": alive_by("~(steps.terminated | steps.truncated)", "~steps.truncated"),
    "steps.terminated is bool": alive_by("(1 - steps.terminated)", "(True - steps.terminated)"),
    "~ is `not` for bool alone": alive_by("~steps.terminated.float()", "~steps.terminated.long()"),
    "`if`, `and`, `or` and `not`": [decides_for_all],
    "the result holds 4 numbers for 6 steps": ["steps = steps[~steps.terminated]"],
    "in a step with g(s, a) = 1.255, h(s) = 4.51, h(s') = 7.247, gamma = 0.8 and terminated = True, f "
    "should be about -3.255, but it is 1.745.": ["return result + 5 * (1 - alive)"],
    "the shaping is turned around": f_is("g - gamma * (alive * later - h)", "g + h - gamma * alive * later"),
    "the shaping is made of g": f_is(f"g + gamma * alive * {NEXT_G} - g"),
    "gamma is missing": f_is("g + alive * later - h"),
    "gamma multiplies h(s) instead": f_is("g + alive * later - gamma * h"),
    "gamma multiplies h(s), too": f_is("g + gamma * alive * later - gamma * h"),
    "gamma multiplies g": f_is("gamma * (g + alive * later) - h"),
    "h(s) is added": f_is("g + h + gamma * alive * later"),
    "h(s') is subtracted": f_is("g - h - gamma * alive * later"),
    "g is subtracted": f_is("gamma * alive * later - (h + g)"),
    "h(s) is missing": f_is("g + gamma * alive * later"),
    "h(s') is missing": f_is("g - h"),
    "g is missing": f_is("gamma * alive * later - h"),
    "the shaping is missing": ["return g"],
    "the parts are multiplied": f_is("g * (gamma * alive * later - h)"),
    "the shaping is a ratio or a distance": f_is("g + torch.abs(gamma * alive * later - h)"),
    "a part is halved or doubled": ["return result + g"],
    "a part is averaged or summed": f_is("g + gamma * alive * later - h.mean()"),
    "parts of different steps are added": f_is("g + gamma * alive * torch.roll(later, 1) - h"),
    "this is a probability": ["return torch.sigmoid(result)"],
    "the result is bounded": ["return result.clip(-10, 10)", "return torch.abs(result)"],
    "both potentials are those of the same": f_is("g + gamma * alive * h - h"),
    "h(s') comes from the row below": f_is("g + gamma * alive * torch.cat([h[1:], later[-1:]]) - h"),
    "g is that of the next observation": f_is(f"{NEXT_G} + gamma * alive * later - h"),
    "net.reward needs actions, too": f_is("net.reward(steps.obs) + gamma * alive * later - h"),
    "the actions are changed": [
        f"steps.actions => {actions}" for actions in ("steps.actions.float()", "(steps.actions > 0).long()")
    ],
    "h is asked about actions": ["net.potential(steps.obs) => net.potential(steps.obs, steps.actions)"],
    "net itself cannot be called": f_is("net(steps.obs, steps.actions) + gamma * alive * later - h"),
    "net holds no network of this name": ["return net.h(steps.obs)"],
    "steps hold no rewards": ["net, steps = steps, net"],
    "g and h are mixed up": f_is("h + gamma * alive * later - h"),
    "this is one number for the whole batch": ["return result.mean()", "steps = steps[:1]"],
    "every step gets the same number": [in_one_buffer],
    "the first or the last step is left out": ["return torch.cat([result[:-1], torch.zeros(1)])"],
    "there is an axis too many": f_is("g[:, None] + gamma * alive * later - h"),
    "with a single step it returns": ["return result[:, None].squeeze()"],
    "the result is cut off from both networks": [torch.no_grad()(right), "return result.numpy()"],
    "g is cut off from its network": f_is("g.data + gamma * alive * later - h"),
    "h is cut off": f_is("g + gamma * alive * later.detach() - h.detach()"),
    "h(s') is cut off from its network": f_is("g + gamma * (alive * later).data - h"),
    "h(s) is cut off from its network": f_is("g + gamma * alive * later - h.data"),
    "backward() is called here": ["return result.mean().backward() or result"],
    "it should return a tensor of the shape (B,)": [
        f"return result.{x}" for x in ("tolist()", "data.numpy()")
    ],
    "the result is of float64. It should be of float32": ["return result.double()"],
    "where nothing ends, the value is right, but its": ["return result - g / 2 + g.detach() / 2"],
    "in a step with": [
        *(
            f"net.potential(steps.next_obs => net.potential({x}"
            for x in ("-steps.next_obs", "steps.obs.abs()")
        ),
        *("net.reward(steps.obs => net.reward(steps.obs.abs()", "gamma = max(gamma, 0.5)"),
    ],
    "in a step with g(s, a) = 2.465, h(s) = -3.395, h(s') = -0.945, gamma = 0.8, f should be about 5.104, "
    "but it is 6.104.": ["return result + 1"],
}

NONSENSE = {
    "return inputs[0]": "it should return a tensor of the shape (B,), one number per step, but",
    "return inputs[1].obs": "the result should be 6 numbers, but it has the shape (6, 3).",
    "return inputs[1].actions": "the result is of int64.",
    "inputs[1].obs[:] = 0\n    return inputs[1].obs[:, 0]": "it changes its inputs in place",
    "inputs[1].obs = 0": "it raised FrozenInstanceError",
    "return inputs[0].judge(inputs[1].obs)": "it raised AttributeError",
    "return CONFIG.gamma * inputs[2]": "it reads the settings of the lesson",
    "return inputs[0].reward(demos.obs, demos.actions)": "it needs steps that are not passed in",
    "return discriminator.potential(inputs[1].obs)": "it needs a network that is not passed in",
}

TestAnswers = promises_of("shaped_reward", right, RIGHT, WRONG, NONSENSE)


def test_the_first_step_by_hand():
    """Of the observations (0.5, -1.1, 2) and then (1, -0.5, 1.6), with action 1."""
    reward = 0.5 * 0.75 - 1.0 * 0.11 + 0.25 * 6 + 0.7
    here = 1.0 * 0.75 + 0.5 * 0.11 - 0.75 * 6 + 0.3
    there = 1.0 * 2 - 0.5 * 0.25 - 0.75 * 4.16 + 0.3
    assert ALIVE.shaped()[0] == pytest.approx(reward + 0.8 * there - here)
    assert ALONE.shaped()[0] == pytest.approx(reward + 0.6 * there - here)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_values_and_gradients_that_are_held_right_are_those_of_the_networks(case):
    net, steps = case.net(), case.transitions()
    rewards, here, there, discounts = case.parts()
    assert net.reward(steps.obs, steps.actions).tolist() == pytest.approx(rewards, rel=1e-5)
    assert net.potential(steps.obs).tolist() == pytest.approx(here, rel=1e-5)
    assert net.potential(steps.next_obs).tolist() == pytest.approx(there, rel=1e-5)
    assert discounts.tolist() == [0 if i in case.terminated else case.gamma for i in range(len(steps))]
    assert steps.absorbed.nonzero().flatten().tolist() == list(case.absorbed)
    (right(net, steps, case.gamma) @ torch.tensor(shaped_steps.WEIGHTS[: len(steps)]).float()).backward()
    assert set(case.gradients()) == {name for name, _ in net.named_parameters()}
    for name, parameter in net.named_parameters():
        assert np.allclose(parameter.grad, case.gradients()[name], rtol=1e-5, atol=1e-5)
