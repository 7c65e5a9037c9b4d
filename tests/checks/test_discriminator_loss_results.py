"""Lesson 06, the loss of the discriminator: large logits, gradients and shapes, independent of the bank."""

import math
import time

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ilrl_course.algorithms.adversarial import discriminator_loss as right
from tests.checks.answers import hint_for
from tests.checks.test_discriminator_loss_slips import bce


def without_gradient(x, y):
    with torch.no_grad():
        return bce(x, y.float())


def goes_back_itself(x, y):
    loss = bce(x, y.float())
    torch.autograd.backward(loss)
    return loss


def decides_for_all(x, y):
    if y:
        return F.softplus(-x).mean()
    return F.softplus(x).mean()


def with_math(x, y):
    return -torch.where(y, math.log(x), math.log(1 - x)).mean()


def in_numpy(x, y):
    d = 1 / (1 + np.exp(-x.numpy()))
    return -np.mean(np.where(y, np.log(d), np.log(1 - d)))


def naive(x, y):
    d = torch.sigmoid(x)
    return -(y.float() * torch.log(d) + (1 - y.float()) * torch.log(1 - d)).mean()


def floored(floor):
    def answer(x, y):
        d = torch.sigmoid(x)
        return -(y.float() * torch.log(d + floor) + (1 - y.float()) * torch.log(1 - d + floor)).mean()

    return answer


def clipped(x, y):
    return nn.BCELoss()(torch.sigmoid(x).clip(1e-7, 1 - 1e-7), y.float())


def with_two_branches(x, y):
    z = torch.where(y, -x, x)
    return torch.where(z > 25, z, torch.log1p(torch.exp(z))).mean()


WRONG = [
    ("for large logits the loss or its gradient", naive),
    (
        "for large logits the loss or its gradient",
        lambda x, y: torch.log(1 + torch.exp(torch.where(y, -x, x))).mean(),
    ),
    ("a clamp, or a small number", floored(1e-8)),
    ("a clamp, or a small number", floored(3e-7)),
    ("a clamp, or a small number", clipped),
    ("a clamp, or a small number", lambda x, y: nn.BCELoss()(torch.sigmoid(x), y.float())),
    ("a clamp, or a small number", lambda x, y: bce(x.clip(-15, 15), y.float())),
    ("for large logits the loss is right, but its gradient is NaN", with_two_branches),
    ("this is the sum over the batch", lambda x, y: bce(x, y.float(), reduction="sum")),
    ("each step still has a loss of its own", lambda x, y: bce(x, y.float(), reduction="none")),
    ("the loss is cut off from the logits", without_gradient),
    ("the loss is cut off from the logits", lambda x, y: bce(x, y.float()).item()),
    ("the loss is cut off from the logits", lambda x, y: torch.tensor(bce(x, y.float()).tolist())),
    ("the loss is cut off from the logits", in_numpy),
    ("backward() is called within the loss", goes_back_itself),
    ("is_expert is bool, but", lambda x, y: bce(x, y)),
    ("is_expert is bool, but", lambda x, y: nn.BCEWithLogitsLoss()(x, y.long())),
    ("is_expert is bool, so", lambda x, y: (y * F.softplus(-x) + (1 - y) * F.softplus(x)).mean()),
    ("an axis too many", lambda x, y: (y[:, None] * F.softplus(-x) + ~y[:, None] * F.softplus(x)).mean()),
    ("an axis too many", lambda x, y: bce(x.reshape(-1, 1), y.float())),
    ("`if`, `and`, `or` and `not`", decides_for_all),
    ("Python's `math` and float() take one number", with_math),
    ("the logits are rounded to a verdict", lambda x, y: bce((x > 0).float(), y.float())),
    (
        "it should return the loss, a tensor with one number, but it returns a tuple.",
        lambda x, y: (right(x, y), {}),
    ),
    (
        "it should return the loss, a tensor with one number, but it returns a list.",
        lambda x, y: [right(x, y)],
    ),
    ("the loss is NaN", lambda x, y: right(x, y) * torch.nan),
]


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for("discriminator_loss", right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    begin = time.process_time()
    assert hint_for("discriminator_loss", function).startswith(hint)
    assert time.process_time() - begin < 1.0


def test_a_right_value_with_a_wrong_gradient_is_noticed():
    def half_cut(x, y):
        return 0.3 * right(x, y) + 0.7 * right(x, y).detach()

    assert hint_for("discriminator_loss", half_cut).endswith("the value is right, but its gradient is not.")


def test_of_two_mistakes_the_first_is_named_and_the_second_when_it_is_repaired():
    def summed(x, y):
        return naive(x, y) * len(x)

    assert hint_for("discriminator_loss", summed).startswith("this is the sum over the batch")
    assert hint_for("discriminator_loss", naive).startswith("for large logits the loss or its gradient")


def test_changed_inputs_are_noticed():
    def turns_in_place(x, y):
        x[~y] *= -1
        return F.softplus(-x).mean()

    assert hint_for("discriminator_loss", turns_in_place).startswith("it changes its inputs in place")
