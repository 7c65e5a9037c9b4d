"""The clipped objective with its parts made exchangeable: known mistakes are made of them."""

import torch


def loss_with(
    policy, obs, actions, old_log_probs, advantages, clip_coef, *,
    log_prob=lambda distribution, actions: distribution.log_prob(actions),
    ratio=lambda new, old: (new - old).exp(),
    clip=lambda ratio, c: ratio.clamp(1 - c, 1 + c),
    choose=lambda ratio, clipped, advantages: torch.min(ratio * advantages, clipped * advantages),
    reduce=lambda objective: -objective.mean(),
):  # fmt: skip
    """The loss with one part exchanged."""
    ratio = ratio(log_prob(policy(obs), actions), old_log_probs)  # (B,)
    return reduce(choose(ratio, clip(ratio, clip_coef), advantages))


def with_parts(**parts):
    """The loss with these parts exchanged."""
    return lambda *inputs: loss_with(*inputs, **parts)


def log_prob_is(log_prob):
    """The loss with another log-probability: log_prob(distribution, actions)."""
    return with_parts(log_prob=log_prob)


def ratio_is(ratio):
    """The loss with another ratio: ratio(new_log_probs, old_log_probs)."""
    return with_parts(ratio=ratio)


def clip_is(clip):
    """The loss with another clipping: clip(ratio, clip_coef)."""
    return with_parts(clip=clip)


def choose_is(choose):
    """The loss with another objective: choose(ratio, clipped, advantages)."""
    return with_parts(choose=choose)


def reduce_is(reduce):
    """The loss with another end: reduce(objective)."""
    return with_parts(reduce=reduce)


def of_advantages(change):
    """The right loss of other advantages: change(advantages, clip_coef)."""
    return lambda policy, obs, actions, old, advantages, c: loss_with(
        policy, obs, actions, old, change(advantages, c), c
    )


def plus(extra):
    """The right loss, and something more: extra(distribution)."""
    return lambda policy, obs, *rest: loss_with(policy, obs, *rest) + extra(policy(obs))
