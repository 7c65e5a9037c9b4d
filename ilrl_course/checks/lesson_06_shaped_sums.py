"""Known wrong shaped rewards: what is added up, with which sign and which discount."""

import torch

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_shaped_parts import add_is, given_gamma, masked, then

FIXED = "gamma is fixed. Use the one that is passed in."

SUMS = (
    Mutant(
        "gamma is missing. h(s') comes one step later: multiply it by gamma.",
        given_gamma(lambda gamma: 1.0),
    ),
    Mutant(
        "h(s) is multiplied by gamma, and h(s') is not. What comes one step later is discounted.",
        add_is(lambda g, h, h_next, gamma: g + h_next - gamma * h),
    ),
    Mutant(
        "h(s) is multiplied by gamma, too. Only h(s') is discounted.",
        add_is(lambda g, h, h_next, gamma: g + gamma * (h_next - h)),
    ),
    Mutant(
        "g is multiplied by gamma. The reward belongs to the step itself: only h(s') is discounted.",
        add_is(lambda g, h, h_next, gamma: gamma * g + h_next - h),
        add_is(lambda g, h, h_next, gamma: gamma * (g + h_next) - h),
        add_is(lambda g, h, h_next, gamma: gamma * (g + h_next - h)),
        add_is(lambda g, h, h_next, gamma: gamma * g + h_next - gamma * h),
    ),
    Mutant(
        "h(s') is weighed with 1 - gamma, or with a power of gamma, or divided by it. Multiply it by gamma.",
        given_gamma(lambda gamma: 1 - gamma),
        given_gamma(lambda gamma: gamma**2),
        given_gamma(lambda gamma: 1 / gamma),
    ),
    Mutant(
        FIXED,
        *(given_gamma(lambda gamma, fixed=fixed: fixed) for fixed in (0.9, 0.95, 0.98, 0.99, 0.995, 0.5)),
    ),
    Mutant(
        "the shaping is turned around. It is gamma * h(s') - h(s): what is gained by the step.",
        add_is(lambda g, h, h_next, gamma: g - gamma * h_next + h),
        add_is(lambda g, h, h_next, gamma: g + h - h_next),
        masked(lambda g, h, h_next, gamma, alive: g + gamma * h * alive - h_next),
        masked(lambda g, h, h_next, gamma, alive: g + gamma * h - h_next * alive),
        masked(lambda g, h, h_next, gamma, alive: g + gamma * h - h_next),
        add_is(lambda g, h, h_next, gamma: g + gamma * (h - h_next)),
    ),
    Mutant(
        "h(s) is added. Subtract it: f holds how much the step gains, gamma * h(s') - h(s).",
        add_is(lambda g, h, h_next, gamma: g + gamma * h_next + h),
    ),
    Mutant(
        "both potentials are subtracted. h(s') is added: f holds what the step gains, gamma * h(s') - h(s).",
        add_is(lambda g, h, h_next, gamma: g - gamma * h_next - h),
    ),
    Mutant(
        "g is subtracted. Add it: f is the reward g, plus the shaping.",
        add_is(lambda g, h, h_next, gamma: gamma * h_next - h - g),
    ),
    Mutant(
        "the sign of all is wrong. f is high where the expert would go: g plus gamma * h(s') minus h(s).",
        then(torch.neg),
    ),
    Mutant(
        "h(s) is missing. Subtract net.potential(steps.obs), so that only what the step gains counts.",
        add_is(lambda g, h, h_next, gamma: g + gamma * h_next),
        add_is(lambda g, h, h_next, gamma: g - gamma * h_next),
    ),
    Mutant(
        "h(s') is missing. Add gamma * net.potential(steps.next_obs), where life goes on.",
        add_is(lambda g, h, h_next, gamma: g - h),
        add_is(lambda g, h, h_next, gamma: g - gamma * h),
        add_is(lambda g, h, h_next, gamma: g + h),
    ),
    Mutant(
        "g is missing: this is the shaping alone. Add net.reward(steps.obs, steps.actions).",
        add_is(lambda g, h, h_next, gamma: gamma * h_next - h),
    ),
    Mutant(
        "the shaping is missing: this is g alone. Add gamma * h(s') - h(s).",
        add_is(lambda g, h, h_next, gamma: g),
    ),
    Mutant(
        "the parts are multiplied. Add them up: g + gamma * h(s') - h(s).",
        add_is(lambda g, h, h_next, gamma: g * (gamma * h_next - h)),
        add_is(lambda g, h, h_next, gamma: g * gamma * h_next - h),
        add_is(lambda g, h, h_next, gamma: g + gamma * h_next * h),
    ),
    Mutant(
        "the shaping is not a difference, but a ratio or a distance. It is gamma * h(s') - h(s).",
        add_is(lambda g, h, h_next, gamma: g + gamma * h_next / h),
        add_is(lambda g, h, h_next, gamma: g + (gamma * h_next - h).abs()),
        add_is(lambda g, h, h_next, gamma: g + (gamma * h_next - h) ** 2),
    ),
    Mutant(
        "this is a probability, or its logarithm. Return f as it is: the discriminator does the rest.",
        then(torch.sigmoid),
        then(torch.exp),
        then(torch.nn.functional.logsigmoid),
        then(torch.nn.functional.softplus),
        then(torch.tanh),
    ),
)
