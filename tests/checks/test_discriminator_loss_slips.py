"""Lesson 06, the loss of the discriminator: other labels and formulas, written independently of the bank."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ilrl_course.algorithms.adversarial import discriminator_loss as right
from tests.checks.answers import hint_for


def bce(logits, labels, **more):
    return F.binary_cross_entropy_with_logits(logits, labels, **more)


def entropy_bonus(weight):
    def answer(x, y):
        d = torch.sigmoid(x)
        entropy = -(d * F.logsigmoid(x) + (1 - d) * F.logsigmoid(-x))
        return bce(x, y.float()) - weight * entropy.mean()

    return answer


def first_rows(x, y):
    labels = torch.zeros(len(x))
    labels[: len(x) // 2] = 1
    return bce(x, labels)


def first_rows_apart(x, y):
    expert, learner = torch.tensor_split(x, 2)
    return 0.5 * F.softplus(-expert).mean() + 0.5 * F.softplus(learner).mean()


def gan(x, y):
    return -torch.mean(F.logsigmoid(x[y])) - torch.mean(F.logsigmoid(-x[~y]))


WRONG = [
    ("the labels are swapped", lambda x, y: bce(x, (~y).float())),
    ("the labels are swapped", lambda x, y: bce(-x, y.float())),
    ("the sign is wrong. An", lambda x, y: torch.where(y, F.logsigmoid(x), F.logsigmoid(-x)).mean()),
    ("the sign is wrong, and the labels", lambda x, y: -bce(x, 1 - y.float())),
    ("is_expert has no effect", lambda x, y: bce(x, torch.ones(len(x)))),
    ("is_expert has no effect", lambda x, y: -F.logsigmoid(x).mean()),
    ("is_expert has no effect", lambda x, y: -torch.mean(F.logsigmoid(x) + F.logsigmoid(-x))),
    ("the first half of the batch", first_rows),
    ("the labels are -1 and 1", lambda x, y: bce(x, torch.where(y, 1.0, -1.0))),
    ("the labels are smoothed", lambda x, y: bce(x, torch.where(y, 0.9, 0.1))),
    ("only the expert's steps count", lambda x, y: -F.logsigmoid(x[y]).mean()),
    ("only the expert's steps count", lambda x, y: -(y.float() * F.logsigmoid(x)).mean()),
    ("only the learner's steps count", lambda x, y: F.softplus(x[~y]).mean()),
    ("only the learner's steps count", lambda x, y: -((1 - y.float()) * F.logsigmoid(-x)).mean()),
    ("the two kinds of steps have means of their own", gan),
    ("the two kinds of steps have means of their own", lambda x, y: gan(x, y) / 2),
    ("the two kinds of steps have means of their own", lambda x, y: -gan(x, y)),
    ("the sum is divided by the number", lambda x, y: bce(x, y.float(), reduction="sum") / y.sum()),
    ("the sum is divided by the number", lambda x, y: bce(x, y.float(), reduction="sum") * 2 / len(x)),
    ("the loss is halved", lambda x, y: 0.5 * bce(x, y.float())),
    (
        "the two kinds of steps count with opposite",
        lambda x, y: (y * F.softplus(-x) - ~y * F.softplus(x)).mean(),
    ),
    ("1 - log D is not", lambda x, y: -torch.where(y, F.logsigmoid(x), 1 - F.logsigmoid(x)).mean()),
    (
        "the steps of both kinds are put together",
        lambda x, y: -(F.logsigmoid(x[y]) + F.logsigmoid(-x[~y])).mean(),
    ),
    ("the sigmoid is applied twice", lambda x, y: bce(torch.sigmoid(x), y.float())),
    ("the logits are used as probabilities", lambda x, y: nn.BCELoss()(x, y.float())),
    (
        "the logits are used as probabilities",
        lambda x, y: -torch.where(y, torch.log(x), torch.log(1 - x)).mean(),
    ),
    ("there is no logarithm", lambda x, y: (torch.sigmoid(x) - y.float()).abs().mean()),
    ("there is no logarithm", lambda x, y: -torch.where(y, torch.sigmoid(x), torch.sigmoid(-x)).mean()),
    ("this is a difference of mean logits", lambda x, y: x[~y].mean() - x[y].mean()),
    ("this is a difference of mean logits", lambda x, y: torch.mean(x * (1 - 2 * y.float()))),
    ("this is a squared error", lambda x, y: F.mse_loss(torch.sigmoid(x), y.float())),
    ("this is a squared error", lambda x, y: F.mse_loss(x, y.float())),
    ("this is a hinge loss", lambda x, y: F.relu(1 - x * (2 * y.float() - 1)).mean()),
    ("this is a share of steps", lambda x, y: ((x > 0) != y).float().mean()),
    ("this is a share of steps", lambda x, y: ((torch.sigmoid(x) > 0.5) == y).sum() / len(x)),
    ("the logarithm has another base", lambda x, y: bce(x, y.float()) / math.log(2)),
    (
        "the mean is taken too early",
        lambda x, y: -torch.log(torch.where(y, x.sigmoid(), 1 - x.sigmoid()).mean()),
    ),
    ("something is added", entropy_bonus(0.001)),
    ("something is added", lambda x, y: bce(x, y.float()) + 0.01 * torch.mean(x**2)),
    ("the steps of the batch compete", lambda x, y: nn.CrossEntropyLoss()(x, y.float())),
    ("the steps of the batch compete", lambda x, y: nn.CrossEntropyLoss()(x, y.long())),
    ("logits and labels have changed places", lambda x, y: bce(y.float(), x)),
    ("the first half of the batch", first_rows_apart),
    ("`if`, `and`, `or` and `not` cannot", lambda x, y: nn.BCEWithLogitsLoss(x, 1.0 * y)),
    ("an exponential is left over", lambda x, y: torch.where(y, torch.exp(-x), torch.exp(x)).mean()),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("discriminator_loss", function).startswith(hint)


def test_an_unknown_mistake_is_shown_with_the_steps_that_reveal_it():
    assert hint_for("discriminator_loss", lambda x, y: 3 * right(x, y)) == (
        "with the logits 0.3, 0.9, 0.6, 0.2, 0.7 of steps by learner, expert, learner, learner, expert, the "
        "loss should be about 0.6869, but it is 2.061."
    )
