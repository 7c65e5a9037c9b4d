"""Known wrong losses of the discriminator: what is returned, and in which shapes."""

from math import log

import numpy as np
import torch
from torch import nn
from torch.nn.functional import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    logsigmoid,
    softplus,
)

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_discriminator_labels import LABELS
from ilrl_course.checks.lesson_06_discriminator_parts import given, loss_with, reduce_is, scored, then
from ilrl_course.checks.lesson_06_discriminator_scores import SCORES
from ilrl_course.checks.lesson_06_discriminator_sizes import SIZES
from ilrl_course.checks.lesson_06_results import MATH
from ilrl_course.checks.lesson_07_loss_mutants import STEPS_BACK

CUT_OFF = (
    "the loss is cut off from the logits, so nothing can be learned from it. Stay within torch, without "
    "detach(), no_grad(), item() or NumPy."
)


def _with_backward(x, is_expert):
    loss = loss_with(x, is_expert)
    loss.backward()
    return loss


def _in_numpy(x, is_expert):
    return np.where(is_expert, np.logaddexp(0, -x.numpy()), np.logaddexp(0, x.numpy())).mean()


RESULTS = (
    Mutant(
        "this is the sum over the batch. Take the mean, so that the size of the batch does not change the "
        "step.",
        reduce_is(lambda losses, is_expert: losses.sum()),
        lambda x, is_expert: softplus(-x[is_expert]).sum() + softplus(x[~is_expert]).sum(),
    ),
    Mutant(
        "each step still has a loss of its own. Take their mean.",
        reduce_is(lambda losses, is_expert: losses),
    ),
    Mutant(
        CUT_OFF,
        then(torch.Tensor.detach),
        given(lambda x, is_expert: (x.detach(), is_expert)),
        _in_numpy,
    ),
    Mutant(STEPS_BACK, _with_backward, lambda *inputs: _with_backward(*inputs).item()),
    Mutant(
        "is_expert is bool, but the labels have to be numbers like the logits. Turn it into them with "
        "is_expert.float().",
        lambda x, y: binary_cross_entropy_with_logits(x, y),
        lambda x, y: binary_cross_entropy_with_logits(x, y.long()),
        lambda x, y: binary_cross_entropy(x.sigmoid(), y),
        lambda x, y: binary_cross_entropy(x.sigmoid(), y.long()),
        lambda x, y: binary_cross_entropy(x.sigmoid(), y.double()),
    ),
    Mutant(
        "is_expert is bool, so there is no 1 - is_expert and no -is_expert. `~is_expert` is true for the "
        "learner's steps.",
        lambda x, y: -(y * logsigmoid(x) + (1 - y) * logsigmoid(-x)).mean(),
        lambda x, y: loss_with(x, -y),
    ),
    Mutant(
        "an axis too many makes (B, 1) and (B,) into (B, B): each step meets the labels of all. Keep "
        "everything (B,).",
        given(lambda x, y: (x.unsqueeze(1), y)),
        given(lambda x, y: (x, y.unsqueeze(1))),
        lambda x, y: binary_cross_entropy_with_logits(x.unsqueeze(1), y.float()),
        lambda x, y: binary_cross_entropy_with_logits(x, y.float().unsqueeze(1)),
    ),
    Mutant(
        "`if`, `and`, `or` and `not` cannot decide for many steps at once: use torch.where. Or is this "
        "nn.BCEWithLogitsLoss? It is made first, then asked: nn.BCEWithLogitsLoss()(logits, labels).",
        lambda x, y: -logsigmoid(x).mean() if y else -logsigmoid(-x).mean(),
        lambda x, y: nn.BCEWithLogitsLoss(x, y.float()),
    ),
    Mutant(MATH, scored(lambda x: -log(x), lambda x: -log(1 - x))),
    Mutant(
        "the logits are rounded to a verdict before the loss. Use them as they are: how sure the "
        "discriminator is matters.",
        given(lambda x, y: ((x > 0).float(), y)),
        given(lambda x, y: (x.sigmoid().round(), y)),
        given(lambda x, y: (x.sign(), y)),
    ),
)
MUTANTS = LABELS + SCORES + SIZES + RESULTS
