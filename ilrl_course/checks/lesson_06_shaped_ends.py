"""Known wrong shaped rewards: what becomes of the ends, and of the steps after them."""

import torch

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_shaped_parts import (
    alive_is,
    masked,
    of_steps,
    shaped_with,
    then,
    with_parts,
)

IF = (
    "`if`, `and`, `or` and `not` cannot decide for many steps at once. Multiply by ~steps.terminated, or use "
    "torch.where."
)


def _on_every_part(net, steps, gamma):
    return shaped_with(net, steps, gamma) * ~steps.terminated


ENDS = (
    Mutant(
        "an end does not end anything. Nothing follows a termination, so h(s') counts as 0 there: multiply "
        "it by ~steps.terminated.",
        alive_is(lambda steps: 1.0),
    ),
    Mutant(
        "the mask is the wrong way round: h(s') counts only after a termination. Multiply by "
        "~steps.terminated, with the ~.",
        alive_is(lambda steps: steps.terminated),
    ),
    Mutant(
        "where a step terminated, the whole shaping is gone. Only h(s') is 0 there; h(s) is still "
        "subtracted.",
        masked(lambda g, h, h_next, gamma, alive: g + (gamma * h_next - h) * alive),
    ),
    Mutant(
        "where a step terminated, h(s) is set to 0. It is h(s') that is 0 there, because nothing follows.",
        masked(lambda g, h, h_next, gamma, alive: g + gamma * h_next - h * alive),
    ),
    Mutant(
        "where a step terminated, all of f is 0. The step itself counts: only h(s') is 0 there.",
        _on_every_part,
    ),
    Mutant(
        "where a step terminated, its reward g is lost. The step itself counts: only h(s') is 0 there.",
        masked(lambda g, h, h_next, gamma, alive: g * alive + gamma * h_next - h),
        masked(lambda g, h, h_next, gamma, alive: (g + gamma * h_next) * alive - h),
        masked(lambda g, h, h_next, gamma, alive: (g - h) * alive + gamma * h_next),
    ),
    Mutant(
        "where a step terminated, h(s') is subtracted. It is 0 there.",
        alive_is(lambda steps: 1.0 - 2.0 * steps.terminated),
    ),
    Mutant(
        "where a step terminated, h(s') counts in full, without gamma. It is 0 there.",
        masked(lambda g, h, h_next, gamma, alive: g + torch.where(alive, gamma, 1.0) * h_next - h),
    ),
    Mutant(
        "where a step terminated, h(s') is divided by 1 - gamma, as if it went on. That is for rewards where "
        "ends go on; here the flag says that nothing follows: h(s') is 0.",
        lambda net, steps, gamma: shaped_with(
            net, steps, gamma, alive=lambda steps: torch.where(steps.terminated, 1 / (1 - gamma), 1.0)
        ),
    ),
    Mutant(
        "where a step terminated, h(s) stands in for h(s'). Nothing follows: h(s') is 0 there.",
        masked(lambda g, h, h_next, gamma, alive: g + gamma * torch.where(alive, h_next, h) - h),
    ),
    Mutant(
        "after a termination the next observation is set to 0, but h of zeros is not 0. Multiply h(s') "
        "itself by ~steps.terminated.",
        with_parts(
            later=lambda net, steps: net.potential(steps.next_obs * ~steps.terminated[:, None]),
            alive=lambda steps: 1.0,
        ),
    ),
    Mutant(
        "steps.absorbed stands in the place of steps.terminated. h(s') is 0 only where the world ended the "
        "episode.",
        alive_is(lambda steps: ~steps.absorbed),
        alive_is(lambda steps: steps.absorbed),
    ),
    Mutant(
        "h(s') is left out of absorbed steps, too. These go on for good: only steps.terminated makes it 0.",
        alive_is(lambda steps: ~(steps.terminated | steps.absorbed)),
    ),
    Mutant(
        "absorbed steps are left out. They are judged like all others: steps.absorbed does not matter here.",
        lambda net, steps, gamma: shaped_with(net, steps, gamma) * ~steps.absorbed,
        with_parts(reward=lambda net, steps: net.reward(steps.obs, steps.actions) * ~steps.absorbed),
        with_parts(now=lambda net, steps: net.potential(steps.obs) * ~steps.absorbed),
        lambda net, steps, gamma: shaped_with(net, steps, gamma)[~steps.absorbed],
    ),
    Mutant(
        "an end of one step ends all of them. Each step has a flag of its own: no any() and no all().",
        alive_is(lambda steps: ~steps.terminated.any()),
    ),
    Mutant(
        "the flags of another step are read. steps.terminated[i] belongs to step i, as do obs and next_obs.",
        of_steps(terminated=lambda steps: steps.terminated.roll(1)),
        of_steps(terminated=lambda steps: steps.terminated.roll(-1)),
        of_steps(terminated=lambda steps: steps.terminated.flip(0)),
    ),
    Mutant(
        "steps know no `truncated`, and no `done`. A time limit ends no life: only steps.terminated makes "
        "h(s') 0.",
        alive_is(lambda steps: ~steps.truncated),
        alive_is(lambda steps: ~(steps.terminated | steps.truncated)),
        alive_is(lambda steps: ~steps.done),
        alive_is(lambda steps: ~steps.dones),
        alive_is(lambda steps: ~steps.episode_over),
    ),
    Mutant(
        "steps.terminated is bool, so there is no 1 - terminated and no -terminated. `~steps.terminated` is "
        "true where life goes on.",
        alive_is(lambda steps: 1 - steps.terminated),
        alive_is(lambda steps: True - steps.terminated),
        alive_is(lambda steps: -steps.terminated),
    ),
    Mutant(
        "~ is `not` for bool alone: on floats it fails, and of whole numbers it makes -1 and -2. Write "
        "~steps.terminated, and no conversion before it.",
        alive_is(lambda steps: ~steps.terminated.float()),
        alive_is(lambda steps: ~steps.terminated.int()),
    ),
    Mutant(
        IF,
        alive_is(lambda steps: not steps.terminated),
        alive_is(lambda steps: 0.0 if steps.terminated else 1.0),
    ),
    Mutant(
        "steps are left out. Each has an f of its own, those that terminated too: return all B of them.",
        lambda net, steps, gamma: shaped_with(net, steps, gamma)[~steps.terminated],
        then(lambda f: f[:-1]),
        then(lambda f: f[1:]),
    ),
)
