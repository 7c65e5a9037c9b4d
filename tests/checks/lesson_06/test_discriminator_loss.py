"""The loss of the discriminator: right answers pass, mistakes written independently of the bank get hints."""

import time
from math import log

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import Bernoulli
from torch.nn import functional as F

from ilrl_course.checks.lesson_06.discriminator_loss import OF_BOTH_SIGNS, right_loss
from tests.checks.answers import hint_for, wrong_answers


def right(x, y):
    d, labels = torch.sigmoid(x), y.float()
    return (-labels * F.logsigmoid(x) - (1 - labels) * F.logsigmoid(-x)).sum() / len(d)


def step_by_step(expert_logits, is_expert):
    losses = [F.softplus(-x if expert else x) for x, expert in zip(expert_logits, is_expert, strict=True)]
    return sum(losses) / len(losses)


def by_indices(expert_logits, is_expert):
    of_expert, of_learner = expert_logits[is_expert], expert_logits[~is_expert]
    return (F.softplus(-of_expert).sum() + F.softplus(of_learner).sum()) / len(expert_logits)


def by_two_classes(expert_logits, is_expert):
    return F.cross_entropy(
        torch.stack([torch.zeros_like(expert_logits), expert_logits], dim=1), is_expert.long()
    )


def stable_by_hand(expert_logits, is_expert):
    x, labels = expert_logits, is_expert.to(expert_logits.dtype)
    return (x.clamp(min=0) - x * labels + torch.log1p(torch.exp(-x.abs()))).mean()


def of_a_safe_branch(expert_logits, is_expert):
    z = torch.where(is_expert, -expert_logits, expert_logits)
    small = torch.where(z > 15, 0.0, z)
    return torch.where(z > 15, z, small.exp().log1p()).mean()


def with_whole_numbers(expert_logits, is_expert):
    sign = 1 - 2 * is_expert.int()
    return F.softplus(sign * expert_logits).mean()


def in_double_precision(expert_logits, is_expert):
    return F.binary_cross_entropy_with_logits(expert_logits.double(), is_expert.double())


RIGHT = [
    right,
    step_by_step,
    by_indices,
    by_two_classes,
    stable_by_hand,
    of_a_safe_branch,
    with_whole_numbers,
    in_double_precision,
    lambda x, y: nn.BCEWithLogitsLoss()(x, y.type_as(x)),
    lambda x, y: F.binary_cross_entropy_with_logits(x[:, None], y.float()[:, None]),
    lambda x, y: F.binary_cross_entropy_with_logits(x, torch.where(y, 1.0, 0.0), reduction="none").mean(),
    lambda x, y: -(y * F.logsigmoid(x) + ~y * F.logsigmoid(-x)).mean(),
    lambda x, y: torch.logaddexp(torch.zeros_like(x), torch.where(y, -x, x)).mean(),
    lambda x, y: -Bernoulli(logits=x).log_prob(y.float()).mean(),
    lambda x, y: F.logsigmoid(x * (2 * y.float() - 1)).mean().neg(),
    lambda x, y: (F.softplus(x) - y * x).mean(),
    lambda x, y: -torch.stack([-x, x], 1).div(2).log_softmax(1).gather(1, y.long()[:, None]).mean(),
]


def gan(x, y):
    return -torch.mean(F.logsigmoid(x[y])) - torch.mean(F.logsigmoid(-x[~y]))


def first_rows_apart(x, y):
    expert, learner = torch.tensor_split(x, 2)
    return 0.5 * F.softplus(-expert).mean() + 0.5 * F.softplus(learner).mean()


def decides_for_all(x, y):
    if y:
        return F.softplus(-x).mean()
    return F.softplus(x).mean()


def with_two_branches(x, y):
    z = torch.where(y, -x, x)
    return torch.where(z > 25, z, torch.log1p(torch.exp(z))).mean()


def without_gradient(x, y):
    with torch.no_grad():
        return right(x, y)


def naive(x, y):
    d, labels = torch.sigmoid(x), y.float()
    return -(labels * torch.log(d) + (1 - labels) * torch.log(1 - d)).mean()


ENTROPY = "(d * F.logsigmoid(x) + (1 - d) * F.logsigmoid(-x)).mean()"
WRONG = {
    "the labels are swapped": ["y.float() => (~y).float()", "x = -x"],
    "the sign is wrong. An": ["return -result"],
    "the sign is wrong, and the labels": [("y = ~y", "return -result")],
    "is_expert has no effect": [
        "y.float() => torch.ones(len(x))",
        "return -F.logsigmoid(x).mean()",
        "return -torch.mean(F.logsigmoid(x) + F.logsigmoid(-x))",
    ],
    "the first half of the batch": ["y = torch.arange(len(x)) < len(x) // 2", first_rows_apart],
    "the labels are -1 and 1": ["y = torch.where(y, 1.0, -1.0)"],
    "the labels are smoothed": ["y = torch.where(y, 0.9, 0.1)"],
    "only the expert's steps count": [
        "return -F.logsigmoid(x[y]).mean()",
        " - (1 - labels) * F.logsigmoid(-x) =>",
    ],
    "only the learner's steps count": [
        "return F.softplus(x[~y]).mean()",
        "-labels * F.logsigmoid(x) - => -",
    ],
    "the two kinds of steps have means of their own": [
        gan,
        lambda x, y: gan(x, y) / 2,
        lambda x, y: -gan(x, y),
    ],
    "the sum is divided by the number": [" / len(d) => / y.sum()", "len(d) => (len(d) / 2)"],
    "the loss is halved": ["return 0.5 * result"],
    "the two kinds of steps count with opposite": ["- (1 - labels) => + (1 - labels)"],
    "1 - log D is not": ["F.logsigmoid(-x) => (1 - F.logsigmoid(x))"],
    "the steps of both kinds are put together": [
        "return -(F.logsigmoid(x[y]) + F.logsigmoid(-x[~y])).mean()"
    ],
    "the sigmoid is applied twice": ["x = torch.sigmoid(x)"],
    "the logits are used as probabilities": [
        "return nn.BCELoss()(x, y.float())",
        "return -torch.where(y, torch.log(x), torch.log(1 - x)).mean()",
    ],
    "there is no logarithm": [
        "return (d - labels).abs().mean()",
        "return -torch.where(y, torch.sigmoid(x), torch.sigmoid(-x)).mean()",
    ],
    "this is a difference of mean logits": [
        "return x[~y].mean() - x[y].mean()",
        "return torch.mean(x * (1 - 2 * labels))",
    ],
    "this is a squared error": ["return F.mse_loss(d, labels)", "return F.mse_loss(x, labels)"],
    "this is a hinge loss": ["return F.relu(1 - x * (2 * labels - 1)).mean()"],
    "this is a share of steps": [
        "return ((x > 0) != y).float().mean()",
        "return ((d > 0.5) == y).sum() / len(x)",
    ],
    "the logarithm has another base": ["return result / torch.log(torch.tensor(2.0))"],
    "the mean is taken too early": ["return -torch.log(torch.where(y, d, 1 - d).mean())"],
    "something is added": [f"return result + 0.001 * {ENTROPY}", "return result + 0.01 * torch.mean(x**2)"],
    "the steps of the batch compete": [
        "return nn.CrossEntropyLoss()(x, y.float())",
        "return nn.CrossEntropyLoss()(x, y.long())",
    ],
    "logits and labels have changed places": ["x, y = y.float(), x"],
    "`if`, `and`, `or` and `not` cannot": ["return nn.BCEWithLogitsLoss(x, 1.0 * y)", decides_for_all],
    "an exponential is left over": ["return torch.where(y, torch.exp(-x), torch.exp(x)).mean()"],
    "for large logits the loss or its gradient": [
        naive,
        "return torch.log(1 + torch.exp(torch.where(y, -x, x))).mean()",
    ],
    "a clamp, or a small number": [
        "return -torch.where(y, torch.log(d + 1e-8), torch.log(1 - d + 1e-8)).mean()",
        "return -torch.where(y, torch.log(d + 3e-7), torch.log(1 - d + 3e-7)).mean()",
        "return nn.BCELoss()(d.clip(1e-7, 1 - 1e-7), y.float())",
        "return nn.BCELoss()(d, y.float())",
        "x = x.clip(-15, 15)",
    ],
    "for large logits the loss is right, but its gradient is NaN": [with_two_branches],
    "this is the sum over the batch": [" / len(d) =>"],
    "each step still has a loss of its own": [".sum() / len(d) =>"],
    "the loss is cut off from the logits": [
        without_gradient,
        "return result.item()",
        "return torch.tensor(result.tolist())",
        "return -np.mean(np.where(y, np.log(1 / (1 + np.exp(-x.numpy()))), 0.0))",
    ],
    "backward() is called within the loss": ["return torch.autograd.backward(result) or result"],
    "is_expert is bool, but": [
        "return F.binary_cross_entropy_with_logits(x, y)",
        "return nn.BCEWithLogitsLoss()(x, y.long())",
    ],
    "is_expert is bool, so": ["y.float() => y"],
    "an axis too many": [
        ("y = y[:, None]", ".sum() / len(d) => .mean()"),
        "return F.binary_cross_entropy_with_logits(x.reshape(-1, 1), labels)",
    ],
    "Python's `math` and float() take one number": ["return -torch.where(y, log(x), log(1 - x)).mean()"],
    "the logits are rounded to a verdict": ["x = (x > 0).float()"],
    "it should return the loss, a tensor with one number, but it returns a tuple.": ["return result, {}"],
    "it should return the loss, a tensor with one number, but it returns a list.": ["return [result]"],
    "the loss is NaN": ["return result * torch.nan"],
    "it changes its inputs in place": ["x[~y] *= -1"],
    "with the logits 0.3, 0.9, 0.6, 0.2, 0.7 of steps by learner, expert, learner, learner, expert, the loss "
    "should be about 0.6869, but it is 2.061.": ["return 3 * result"],
}


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for("discriminator_loss", right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("discriminator_loss", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint_soon(hint, function):
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


def test_the_right_loss_is_that_of_known_probabilities():
    """A logit of log 3 is D = 3/4, one of -log 4 is D = 1/5."""
    logits, is_expert = np.array([log(3), -log(4), log(3)]), np.array([True, True, False])
    value, _ = right_loss(logits, is_expert)
    assert value == pytest.approx(-(log(3 / 4) + log(1 / 5) + log(1 / 4)) / 3)


def test_the_right_gradient_is_the_slope_of_the_right_loss():
    logits, is_expert = map(np.array, OF_BOTH_SIGNS)
    _, gradient = right_loss(logits, is_expert)
    for i, step in enumerate(np.eye(len(logits)) * 1e-5):
        rise = right_loss(logits + step, is_expert)[0] - right_loss(logits - step, is_expert)[0]
        assert rise / 2e-5 == pytest.approx(gradient[i], abs=1e-8)


def test_surely_wrong_costs_as_much_as_the_logit():
    value, gradient = right_loss(np.array([1000.0, -1000.0]), np.array([False, False]))
    assert value == 500.0
    assert gradient.tolist() == [0.5, 0.0]
