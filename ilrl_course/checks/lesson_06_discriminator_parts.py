"""The loss of the discriminator with its parts made exchangeable: known mistakes are made of them."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, softplus


def loss_with(
    expert_logits, is_expert, *,
    expert=lambda x: softplus(-x),
    learner=softplus,
    reduce=lambda losses, is_expert: losses.mean(),
):  # fmt: skip
    """The loss with one part exchanged: expert(logits) is that of the expert's steps, if all were its."""
    return reduce(torch.where(is_expert, expert(expert_logits), learner(expert_logits)), is_expert)


def scored(expert, learner):
    """The mean of other losses of the steps: expert(logits) and learner(logits)."""
    return lambda x, is_expert: loss_with(x, is_expert, expert=expert, learner=learner)


def scored_by_d(expert, learner):
    """The mean of other losses of the steps, which depend on D: expert(D) and learner(D)."""
    return scored(lambda x: expert(x.sigmoid()), lambda x: learner(x.sigmoid()))


def scored_by_doubt(loss):
    """The mean of one loss for both kinds: loss(z), where z is as high as the discriminator is wrong."""
    return scored(lambda x: loss(-x), loss)


def reduce_is(reduce):
    """The loss with another end: reduce(losses, is_expert), of the losses (B,) of the steps."""
    return lambda x, is_expert: loss_with(x, is_expert, reduce=reduce)


def then(change):
    """The right loss, changed afterwards: change(loss)."""
    return lambda x, is_expert: change(loss_with(x, is_expert))


def given(change):
    """The right loss of other inputs: change(expert_logits, is_expert)."""
    return lambda x, is_expert: loss_with(*change(x, is_expert))


def labelled(change):
    """Binary cross-entropy with other labels: change(is_expert as numbers)."""
    return lambda x, is_expert: binary_cross_entropy_with_logits(x, change(is_expert.float()))


def entropy(expert_logits):
    """How unsure the discriminator is of each step, (B,)."""
    d = expert_logits.sigmoid()
    return d * softplus(-expert_logits) + (1 - d) * softplus(expert_logits)
