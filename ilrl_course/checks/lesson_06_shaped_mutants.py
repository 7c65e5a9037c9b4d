"""Known wrong shaped rewards: what is returned, in which shape, and with which gradient."""

import torch

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_results import AVERAGED, SQUEEZED
from ilrl_course.checks.lesson_06_shaped_calls import CALLS
from ilrl_course.checks.lesson_06_shaped_ends import ENDS
from ilrl_course.checks.lesson_06_shaped_parts import add_is, reward_is, shaped_with, then, with_parts
from ilrl_course.checks.lesson_06_shaped_sums import SUMS
from ilrl_course.checks.lesson_06_steps import CUT_OFF, POTENTIAL_CUT_OFF, REWARD_CUT_OFF, STEPS_BACK

AXIS = (
    "an axis too many makes (B, 1) and (B,) into (B, B): each step meets the potentials of all. Keep "
    "everything (B,)."
)


def _with_backward(net, steps, gamma):
    f = shaped_with(net, steps, gamma)
    f.sum().backward()
    return f


RESULTS = (
    Mutant(AVERAGED, then(torch.mean), then(torch.sum)),
    Mutant(
        AXIS,
        reward_is(lambda net, steps: net.reward(steps.obs, steps.actions).unsqueeze(1)),
        with_parts(now=lambda net, steps: net.potential(steps.obs).unsqueeze(1)),
        with_parts(later=lambda net, steps: net.potential(steps.next_obs).unsqueeze(1)),
        with_parts(alive=lambda steps: ~steps.terminated.unsqueeze(1)),
        then(lambda f: f.unsqueeze(1)),
    ),
    Mutant(SQUEEZED, then(torch.squeeze)),
    Mutant(
        "the mean of the batch is subtracted, or its scale taken out. Return f as it is.",
        then(lambda f: f - f.mean()),
        then(lambda f: (f - f.mean()) / (f.std() + 1e-8)),
        then(lambda f: (f - f.mean()) / (f.std(correction=0) + 1e-8)),
    ),
    Mutant(CUT_OFF, then(torch.Tensor.detach)),
    Mutant(REWARD_CUT_OFF, reward_is(lambda net, steps: net.reward(steps.obs, steps.actions).detach())),
    Mutant(POTENTIAL_CUT_OFF, add_is(lambda g, h, h_next, gamma: g + (gamma * h_next - h).detach())),
    Mutant(
        "h(s') is cut off from its network. PPO's targets are, but here both potentials learn: h(s') without "
        "detach().",
        with_parts(later=lambda net, steps: net.potential(steps.next_obs).detach()),
    ),
    Mutant(
        "h(s) is cut off from its network, but both potentials learn. Take h(s) without detach().",
        with_parts(now=lambda net, steps: net.potential(steps.obs).detach()),
    ),
    Mutant(STEPS_BACK, _with_backward, lambda *inputs: _with_backward(*inputs).detach()),
)
MUTANTS = SUMS + ENDS + CALLS + RESULTS
