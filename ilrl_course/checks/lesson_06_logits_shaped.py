"""Known wrong logits of AIRL: what stands in the place of f."""

import torch

from ilrl_course.algorithms.airl import shaped_reward
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_logits_parts import less_log_probs
from ilrl_course.checks.lesson_06_shaped_parts import (
    add_is,
    alive_is,
    given_gamma,
    masked,
    of_steps,
    reward_is,
    then,
    with_parts,
)
from ilrl_course.checks.lesson_06_shaped_sums import FIXED
from ilrl_course.checks.lesson_06_steps import POTENTIAL_CUT_OFF, REWARD_CUT_OFF


def _all(*shaped):
    return map(less_log_probs, shaped)


SHAPED = (
    Mutant(
        "f does not end with the episode: h(s') has to be 0 after a termination. shaped_reward(net, steps, "
        "gamma) knows that.",
        *_all(
            alive_is(lambda steps: 1.0),
            alive_is(lambda steps: ~steps.absorbed),
        ),
    ),
    Mutant(
        "f is made anew here, and not as before. Call shaped_reward(net, steps, gamma): it was checked.",
        *_all(
            add_is(lambda g, h, h_next, gamma: g - gamma * h_next + h),
            add_is(lambda g, h, h_next, gamma: g + gamma * h - h_next),
            add_is(lambda g, h, h_next, gamma: g + h_next - gamma * h),
            add_is(lambda g, h, h_next, gamma: g + gamma * (h_next - h)),
            add_is(lambda g, h, h_next, gamma: gamma * (g + h_next) - h),
            add_is(lambda g, h, h_next, gamma: g + gamma * h_next + h),
            of_steps(next_obs=lambda steps: steps.obs),
            reward_is(lambda net, steps: net.reward(steps.next_obs, steps.actions)),
            alive_is(lambda steps: steps.terminated),
            alive_is(lambda steps: ~(steps.terminated | steps.absorbed)),
            masked(lambda g, h, h_next, gamma, alive: g + (gamma * h_next - h) * alive),
            masked(lambda g, h, h_next, gamma, alive: (g + gamma * h_next - h) * alive),
            masked(lambda g, h, h_next, gamma, alive: (g + gamma * h_next) * alive - h),
        ),
    ),
    Mutant(
        "this is g - log pi: the shaping is missing. f = shaped_reward(net, steps, gamma) holds both.",
        *_all(add_is(lambda g, h, h_next, gamma: g)),
    ),
    Mutant(
        "g is missing. f = shaped_reward(net, steps, gamma) holds the reward and its shaping.",
        *_all(add_is(lambda g, h, h_next, gamma: gamma * h_next - h)),
    ),
    Mutant(
        "half of the shaping is missing. f = shaped_reward(net, steps, gamma) holds all of it.",
        *_all(
            add_is(lambda g, h, h_next, gamma: g + gamma * h_next),
            add_is(lambda g, h, h_next, gamma: g - h),
        ),
    ),
    Mutant(
        "gamma has no effect. Pass it on: shaped_reward(net, steps, gamma).",
        *_all(given_gamma(lambda gamma: 1.0)),
    ),
    Mutant(
        "gamma is not passed on. shaped_reward takes three things: shaped_reward(net, steps, gamma).",
        lambda net, steps, log_probs, gamma: shaped_reward(net, steps) - log_probs,
    ),
    Mutant(
        "shaped_reward takes other things, or in another order: shaped_reward(net, steps, gamma).",
        lambda net, steps, log_probs, gamma: shaped_reward(net, steps, log_probs, gamma),
        lambda net, steps, log_probs, gamma: shaped_reward(steps, net, gamma) - log_probs,
        lambda net, steps, log_probs, gamma: shaped_reward(net, gamma, steps) - log_probs,
        lambda net, steps, log_probs, gamma: (
            shaped_reward(net, steps.obs, steps.actions, steps.next_obs, gamma) - log_probs
        ),
    ),
    Mutant(
        "log_probs are passed for gamma. Call shaped_reward(net, steps, gamma), and subtract log_probs from "
        "it.",
        lambda net, steps, log_probs, gamma: shaped_reward(net, steps, log_probs),
        lambda net, steps, log_probs, gamma: shaped_reward(net, steps, log_probs) - log_probs,
        lambda net, steps, log_probs, gamma: shaped_reward(net, steps, log_probs) - gamma,
    ),
    Mutant(
        FIXED,
        *_all(
            *(given_gamma(lambda gamma, fixed=fixed: fixed) for fixed in (0.9, 0.95, 0.98, 0.99, 0.995, 0.5))
        ),
    ),
    Mutant(
        "the network itself cannot be called. f is shaped_reward(net, steps, gamma).",
        lambda net, steps, log_probs, gamma: net(steps) - log_probs,
        lambda net, steps, log_probs, gamma: net(steps.obs, steps.actions) - log_probs,
        lambda net, steps, log_probs, gamma: net(steps, gamma) - log_probs,
    ),
    Mutant(
        "f is cut off from both networks, so nothing can be learned from it. Leave out detach(), no_grad() "
        "and item().",
        *_all(then(torch.Tensor.detach)),
    ),
    Mutant(
        REWARD_CUT_OFF, *_all(reward_is(lambda net, steps: net.reward(steps.obs, steps.actions).detach()))
    ),
    Mutant(
        POTENTIAL_CUT_OFF,
        *_all(
            add_is(lambda g, h, h_next, gamma: g + (gamma * h_next - h).detach()),
            with_parts(later=lambda net, steps: net.potential(steps.next_obs).detach()),
            with_parts(now=lambda net, steps: net.potential(steps.obs).detach()),
        ),
    ),
)
