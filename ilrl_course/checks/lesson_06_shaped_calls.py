"""Known wrong shaped rewards: what the two networks are asked, and about which steps."""

import torch

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_shaped_parts import of_steps, reward_is, with_parts

LEFTOVERS = {
    "CONFIG": "it reads the settings of the lesson. Use gamma as it is passed in.",
    **dict.fromkeys(
        ("reward", "logits", "label"),
        "it reads a variable of the figure above. Use the net and the steps that are passed in.",
    ),
    **dict.fromkeys(
        ("discriminator", "judge", "potential"),
        "it needs a network that is not passed in. Take net.reward for g, and net.potential for h.",
    ),
    **dict.fromkeys(
        ("demos", "expert_steps", "learner_steps", "rollout"),
        "it needs steps that are not passed in. Take steps.obs, steps.actions and steps.next_obs.",
    ),
}
FROM_THE_ROW_BELOW = (
    "h(s') comes from the row below, but the steps are torn out of their episodes. What followed stands in "
    "steps.next_obs."
)


def _below(column):
    """Each row replaced by the one below; the last stays."""
    return torch.cat([column[1:], column[-1:]])


CALLS = (
    Mutant(
        "both potentials are those of the same observation. h(s) is that of steps.obs, h(s') that of "
        "steps.next_obs.",
        of_steps(next_obs=lambda steps: steps.obs),
        with_parts(now=lambda net, steps: net.potential(steps.next_obs)),
    ),
    Mutant(
        FROM_THE_ROW_BELOW,
        of_steps(next_obs=lambda steps: _below(steps.obs)),
        of_steps(next_obs=lambda steps: steps.obs.roll(-1, 0)),
        with_parts(later=lambda net, steps: torch.cat([net.potential(steps.obs)[1:], torch.zeros(1)])),
        with_parts(later=lambda net, steps: net.potential(steps.obs[1:])),
    ),
    Mutant(
        "g is that of the next observation. The action was chosen in steps.obs: net.reward(steps.obs, "
        "steps.actions).",
        reward_is(lambda net, steps: net.reward(steps.next_obs, steps.actions)),
    ),
    Mutant(
        "net.reward needs both, observations and actions: net.reward(steps.obs, steps.actions).",
        reward_is(lambda net, steps: net.reward(steps.obs)),
        reward_is(lambda net, steps: net.reward(steps)),
    ),
    Mutant(
        "net.reward takes two things, first the observations, then the actions: net.reward(steps.obs, "
        "steps.actions).",
        reward_is(lambda net, steps: net.reward(steps.actions, steps.obs)),
        reward_is(lambda net, steps: net.reward(steps.obs, steps.actions, steps.next_obs)),
    ),
    Mutant(
        "h is asked about actions, but it is only about where one is. Call net.potential with observations "
        "alone.",
        with_parts(now=lambda net, steps: net.potential(steps.obs, steps.actions)),
        with_parts(later=lambda net, steps: net.potential(steps.next_obs, steps.actions)),
    ),
    Mutant(
        "net.potential takes observations, not whole steps: net.potential(steps.obs).",
        with_parts(now=lambda net, steps: net.potential(steps)),
        with_parts(later=lambda net, steps: net.potential(steps)),
    ),
    Mutant(
        "net itself cannot be called. It holds two networks: net.reward is g, net.potential is h.",
        reward_is(lambda net, steps: net(steps.obs, steps.actions)),
        reward_is(lambda net, steps: net(steps)),
        with_parts(now=lambda net, steps: net(steps.obs)),
    ),
    Mutant(
        "g and h are mixed up. net.reward is g, of observations and actions; net.potential is h.",
        reward_is(lambda net, steps: net.potential(steps.obs)),
        with_parts(now=lambda net, steps: net.reward(steps.obs, steps.actions)),
        with_parts(later=lambda net, steps: net.reward(steps.next_obs, steps.actions)),
        with_parts(
            reward=lambda net, steps: net.potential(steps.obs),
            now=lambda net, steps: net.reward(steps.obs, steps.actions),
            later=lambda net, steps: net.reward(steps.next_obs, steps.actions),
        ),
    ),
    Mutant(
        "the shaping is made of g. It has a network of its own: h(s) is net.potential(steps.obs).",
        with_parts(
            now=lambda net, steps: net.reward(steps.obs, steps.actions),
            later=lambda net, steps: net.reward(steps.next_obs, steps.actions),
        ),
    ),
    Mutant(
        "steps hold no rewards: nobody sees those of the world. g is what net.reward says.",
        reward_is(lambda net, steps: steps.rewards),
        reward_is(lambda net, steps: steps.reward),
    ),
)
