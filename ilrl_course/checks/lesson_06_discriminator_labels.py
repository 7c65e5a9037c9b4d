"""Known wrong losses of the discriminator: which steps count as whose, and how much."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid, softplus

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_discriminator_parts import (
    entropy,
    given,
    labelled,
    loss_with,
    reduce_is,
    scored,
    then,
)


def _in_order(num_experts):
    """The first steps of the batch are taken for the expert's: num_experts(B) of them."""
    return given(lambda x, is_expert: (x, torch.arange(len(x)) < num_experts(len(x))))


def _means_in_order(num_experts):
    """As `_in_order`, but with a mean for each part."""
    return lambda x, is_expert: (
        (softplus(-x[: num_experts(len(x))]).mean() + softplus(x[num_experts(len(x)) :]).mean()) / 2
    )


def _balanced(x, is_expert):
    weight = (~is_expert).sum() / is_expert.sum()
    return binary_cross_entropy_with_logits(x, is_expert.float(), pos_weight=weight)


LABELS = (
    Mutant(
        "the labels are swapped. The logits are high where the expert acted, so its steps count as 1 and the "
        "learner's as 0.",
        given(lambda x, is_expert: (x, ~is_expert)),
    ),
    Mutant(
        "the sign is wrong. An optimizer makes the loss small, but the log-probabilities should become "
        "large.",
        then(torch.neg),
    ),
    Mutant(
        "the sign is wrong, and the labels are swapped. Take minus the mean, with 1 for the expert's steps "
        "and 0 for the learner's.",
        lambda x, is_expert: -loss_with(x, ~is_expert),
    ),
    Mutant(
        "is_expert has no effect. It says who acted: -log D counts where the expert did, -log(1 - D) where "
        "the learner did.",
        labelled(torch.ones_like),
        labelled(torch.zeros_like),
        labelled(lambda labels: torch.full_like(labels, 0.5)),
        lambda x, is_expert: softplus(-x).mean() + softplus(x).mean(),
        lambda x, is_expert: entropy(x).mean(),
        lambda x, is_expert: -entropy(x).mean(),
    ),
    Mutant(
        "the first half of the batch is taken for the expert's. is_expert says which steps are: they may lie "
        "in any order.",
        _in_order(lambda size: size // 2),
        _in_order(lambda size: size - size // 2),
        _means_in_order(lambda size: size // 2),
        _means_in_order(lambda size: size - size // 2),
    ),
    Mutant(
        "logits and labels have changed places. The logits come first: "
        "binary_cross_entropy_with_logits(expert_logits, is_expert.float()).",
        lambda x, is_expert: binary_cross_entropy_with_logits(is_expert.float(), x),
    ),
    Mutant(
        "the labels are -1 and 1. Cross-entropy takes 0 for the learner and 1 for the expert: "
        "is_expert.float().",
        labelled(lambda labels: 2 * labels - 1),
    ),
    Mutant(
        "the labels are smoothed. Take 1 for the expert's steps and 0 for the learner's.",
        labelled(lambda labels: 0.9 * labels),
        labelled(lambda labels: 0.8 * labels + 0.1),
        labelled(lambda labels: 0.9 * labels + 0.05),
        labelled(lambda labels: 0.9 * labels + 0.1 * (1 - labels)),
    ),
    Mutant(
        "only the expert's steps count. Add -log(1 - D) of the learner's steps.",
        reduce_is(lambda losses, is_expert: losses[is_expert].mean()),
        reduce_is(lambda losses, is_expert: losses[is_expert].sum()),
        reduce_is(lambda losses, is_expert: (losses * is_expert).mean()),
    ),
    Mutant(
        "only the learner's steps count. Add -log D of the expert's steps.",
        reduce_is(lambda losses, is_expert: losses[~is_expert].mean()),
        reduce_is(lambda losses, is_expert: losses[~is_expert].sum()),
        reduce_is(lambda losses, is_expert: (losses * ~is_expert).mean()),
    ),
    Mutant(
        "the two kinds of steps have means of their own. All steps count alike: take one mean over all B of "
        "them.",
        *(
            reduce_is(lambda losses, y, c=c: c * (losses[y].mean() + losses[~y].mean()))
            for c in (1.0, 0.5, -1.0, -0.5)
        ),
        _balanced,
    ),
    Mutant(
        "the sum is divided by the number of steps of one kind, or by half of all. Divide by B, the number "
        "of all steps.",
        reduce_is(lambda losses, is_expert: losses.sum() / is_expert.sum()),
        reduce_is(lambda losses, is_expert: losses.sum() / (~is_expert).sum()),
        then(lambda loss: 2 * loss),
    ),
    Mutant(
        "the loss is halved. Take the mean over all B steps as it is.",
        then(lambda loss: loss / 2),
    ),
    Mutant(
        "the two kinds of steps count with opposite signs. Both have a minus: -log D of the expert's steps, "
        "-log(1 - D) of the learner's.",
        scored(logsigmoid, softplus),
        scored(lambda x: softplus(-x), lambda x: -softplus(x)),
    ),
    Mutant(
        "1 - log D is not log(1 - D). For the learner's steps, take the logarithm of 1 - D, which is "
        "logsigmoid(-expert_logits).",
        scored(lambda x: softplus(-x), lambda x: logsigmoid(x) - 1),
        scored(logsigmoid, lambda x: 1 - logsigmoid(x)),
    ),
    Mutant(
        "the steps of both kinds are put together one by one, but there are not equally many. Choose by "
        "step: torch.where(is_expert, ..., ...).",
        lambda x, y: (softplus(-x[y]) + softplus(x[~y])).mean(),
        lambda x, y: (softplus(x[~y]) + softplus(-x[y])).mean(),
    ),
)
