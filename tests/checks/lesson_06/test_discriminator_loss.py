"""The loss of the discriminator: right answers pass, mistakes written independently of the bank get hints."""

from math import log

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from ilrl_course.checks.lesson_06.discriminator_loss import OF_BOTH_SIGNS, right_loss
from tests.checks.answers import promises_of

sigma, bce = torch.sigmoid, F.binary_cross_entropy_with_logits


def right(expert_logits, is_expert):
    x, y = expert_logits, is_expert
    t = y.float()
    losses = -t * F.logsigmoid(x) - (1 - t) * F.logsigmoid(-x)
    return losses.sum() / len(x)


RIGHT = [
    "return sum(F.softplus(-logit if expert else logit) for logit, expert in zip(x, y)) / len(x)",
    "return (F.softplus(-x[y]).sum() + F.softplus(x[~y]).sum()) / len(x)",
    "return (z := torch.where(y, -x, x)).where(z > 15, z.clamp(max=15).exp().log1p()).mean()",
    ("t = y.float() => t = y.float(); print('a look at', bce(x, t))", "return result"),
    "return bce(torch.cat([x[y], x[~y]]), torch.cat([t[y], t[~y]]))",
    "return (x.clamp(min=0) - x * t + torch.log1p(torch.exp(-x.abs()))).mean()",
    "return F.softplus((1 - 2 * y.int()) * x).mean()",
    "return bce(x.double(), y.double())",
    "return bce(x, y.to(x), reduction='none').mean()",
    "return bce(x[:, None], t[:, None])",
    "return nn.BCEWithLogitsLoss()(x, y.type_as(x))",
    "return F.cross_entropy(torch.stack([torch.zeros_like(x), x], dim=1), y.long())",
    "return -(y * F.logsigmoid(x) + ~y * F.logsigmoid(-x)).mean()",
    "return torch.logaddexp(torch.zeros_like(x), torch.where(y, -x, x)).mean()",
    "return -torch.distributions.Bernoulli(logits=x).log_prob(t).mean()",
    "return F.logsigmoid(x * (2 * t - 1)).mean().neg()",
    "return torch.einsum('b,b->', F.softplus(x) - y * x, torch.full_like(x, 1 / len(x)))",
    "return -torch.stack([-x, x], 1).div(2).log_softmax(1).gather(1, y.long()[:, None]).mean()",
]


LOSSES = "F.softplus(-logit if expert else logit) for logit, expert in zip(x, y)"
GAN = "(F.logsigmoid(x[y]).mean() + F.logsigmoid(-x[~y]).mean())"
NAIVE = "return -(t * torch.log(sigma(x)) + (1 - t) * torch.log(1 - sigma(x))).mean()"
ENTROPY = "(sigma(x) * F.logsigmoid(x) + sigma(-x) * F.logsigmoid(-x)).mean()"
WRONG = {
    "the labels are swapped": ["is_expert = ~is_expert", "expert_logits = -expert_logits"],
    "is_expert has no effect": ["is_expert = torch.ones_like(is_expert)"],
    "the first half of the batch": ["is_expert = torch.arange(len(is_expert)) < len(is_expert) // 2"],
    "labels and logits of different steps": ["is_expert = is_expert.roll(1)", "return bce(x, t.flip(0))"],
    "only the first or the last step counts": [f"return next({LOSSES})", f"return [{LOSSES}][-1] / len(x)"],
    "the first or the last step is left out": ["return losses[1:].mean()", "return losses[:-1].mean()"],
    "the labels are -1 and 1": ["is_expert = torch.where(is_expert, 1.0, -1.0)"],
    "the labels are smoothed": ["is_expert = torch.where(is_expert, 0.9, 0.1)"],
    "only the expert's steps count": ["return losses[y].mean()", " - (1 - t) * F.logsigmoid(-x) =>"],
    "only the learner's steps count": ["return losses[~y].mean()", "-t * F.logsigmoid(x) - => -"],
    "the two kinds of steps have means": [f"return {c} * {GAN}" for c in (-1, -0.5, 1)],
    "the sum is divided by the number": [" / len(x) => / y.sum()", "len(x) => (len(x) / 2)"],
    "the mean is divided once more": ["return 0.5 * result", "return losses.mean() / len(x)"],
    "the two kinds of steps count with opposite": ["- (1 - t) => + (1 - t)"],
    "1 - log D is not": ["F.logsigmoid(-x) => (1 - F.logsigmoid(x))"],
    "the expert's and the learner's steps are paired": [
        "return -(F.logsigmoid(x[y]) + F.logsigmoid(-x[~y])).mean()"
    ],
    "the sigmoid is applied twice": ["expert_logits = sigma(expert_logits)"],
    "the logits are used as probabilities": [
        *("return nn.BCELoss()(x, t)", "return -torch.where(y, torch.log(x), torch.log(1 - x)).mean()"),
    ],
    "there is no logarithm": [
        *("return (sigma(x) - t).abs().mean()", "return -torch.where(y, sigma(x), sigma(-x)).mean()"),
    ],
    "this is a difference of mean logits": [
        *("return x[~y].mean() - x[y].mean()", "return torch.mean(x * (1 - 2 * t))"),
    ],
    "this is a squared or an absolute error": [
        *("return F.mse_loss(sigma(x), t)", "return F.mse_loss(x, t)", "return F.l1_loss(x, t)"),
    ],
    "this is a hinge loss": ["return F.relu(1 - x * (2 * t - 1)).mean()"],
    "this is a share of steps": [
        *("return ((x > 0) != y).float().mean()", "return ((sigma(x) > 0.5) == y).sum() / len(x)"),
    ],
    "the logarithm has another base": ["return result / torch.log(torch.tensor(2.0))"],
    "the logits are scaled, centered or squashed": [
        f"return bce({logits}, t)" for logits in ("x / 2", "x - x.mean()", "x.tanh()")
    ],
    "the mean is taken too early": ["return -torch.log(torch.where(y, sigma(x), 1 - sigma(x)).mean())"],
    "something is added": [f"return result + 0.001 * {ENTROPY}", "return result + 0.01 * torch.mean(x**2)"],
    "the steps of the batch compete": [
        *("return nn.CrossEntropyLoss()(x, t)", "return nn.CrossEntropyLoss()(x, y.long())"),
    ],
    "logits and labels have changed places": ["return bce(t, x)", "return bce(y, x)"],
    "`if`, `and`, `or` and `not` cannot": ["return nn.BCEWithLogitsLoss(x, 1.0 * y)"],
    "an exponential is left over": ["return torch.where(y, torch.exp(-x), torch.exp(x)).mean()"],
    "for large logits D is rounded": [NAIVE],
    "for large logits exp overflows": ["return torch.log(1 + torch.exp(torch.where(y, -x, x))).mean()"],
    "large logits cost too little": [
        *(
            f"return -torch.where(y, sigma(x) + {eps}, sigma(-x) + {eps}).log().mean()"
            for eps in (1e-8, 3e-7)
        ),
        *("return nn.BCELoss()(sigma(x).clip(1e-7, 1 - 1e-7), t)", "return nn.BCELoss()(sigma(x), t)"),
        *("return bce(x.clip(-15, 15), t)", "return bce(x.clip(-500, 500), t)"),
    ],
    "for large logits the loss is right, but its gradient is NaN": [
        "return (z := torch.where(y, -x, x)).where(z > 25, torch.log1p(torch.exp(z))).mean()"
    ],
    "this is the sum over the batch": [" / len(x) =>", NAIVE.replace("mean", "sum")],
    "this is a number for each step": ["return losses", "return x"],
    "the loss is cut off from the logits": [
        *(torch.no_grad()(right), "return result.item()", "return torch.tensor(result.tolist())")
    ],
    "backward() is called within the loss": ["return torch.autograd.backward(result) or result"],
    "is_expert is bool, but": ["return bce(x, y)", "return nn.BCEWithLogitsLoss()(x, y.long())"],
    "is_expert is bool, so": ["y.float() => y"],
    "an axis too many": ["is_expert = is_expert[:, None]", "return bce(x.reshape(-1, 1), t)"],
    "Python's `math` and float() take one number": ["return -torch.where(y, log(x), log(1 - x)).mean()"],
    "the logits are rounded to a verdict": ["return bce(sigma(x).round(), t)"],
    "it should return the loss, a tensor with one number, but it returns a tuple.": ["return result, {}"],
    "it should return the loss, a tensor with one number, but it returns a list.": ["return [result]"],
    "the loss is NaN": ["return result * torch.nan"],
    "the loss has half precision": ["return result.bfloat16()"],
    "it changes its inputs in place": ["expert_logits[~is_expert] *= -1"],
    "with the logits 0.3, 0.9, 0.6, 0.2, 0.7 of steps by learner, expert, learner, learner, expert, the loss "
    "should be about 0.6869, but it is 2.061.": ["return 3 * result"],
    "with the logits 0.3, 0.9, 0.6, 0.2, 0.7 of steps by learner, expert, learner, learner, expert, the loss "
    "should be about 0.68686, but it is 0.68693.": ["return 1.0001 * result"],
    "with the logits 0.3, 0.9, 0.6, 0.2, 0.7 of steps by learner, expert, learner, learner, expert, the "
    "value is right, but its gradient is not.": ["return 0.3 * result + 0.7 * result.detach()"],
    "with 80 steps, the loss should be about": ["return losses[:64].mean()"],
}

NONSENSE = {
    "return 'low'": "it should return the loss, a tensor with one number, but it",
    "return 0.0": "with the logits 0.3, 0.9, 0.6, 0.2, 0.7 of steps by learner, expert",
    "return inputs[0][:3]": "the loss should be a single number, but it has the shape",
    "return inputs[1]": "this is a number for each step",
    "inputs[1][:] = True\n    return 0.0": "it changes its inputs in place",
}

TestAnswers = promises_of("discriminator_loss", right, RIGHT, WRONG, NONSENSE)


def test_the_right_loss_is_that_of_known_probabilities_and_surely_wrong_costs_as_much_as_the_logit():
    """A logit of log 3 is D = 3/4, one of -log 4 is D = 1/5."""
    logits, is_expert = np.array([log(3), -log(4), log(3)]), np.array([True, True, False])
    value, _ = right_loss(logits, is_expert)
    assert value == pytest.approx(-(log(3 / 4) + log(1 / 5) + log(1 / 4)) / 3)
    value, gradient = right_loss(np.array([1000.0, -1000.0]), np.array([False, False]))
    assert (value, gradient.tolist()) == (500.0, [0.5, 0.0])


def test_the_right_gradient_is_the_slope_of_the_right_loss():
    logits, is_expert = map(np.array, OF_BOTH_SIGNS)
    _, gradient = right_loss(logits, is_expert)
    for i, step in enumerate(np.eye(len(logits)) * 1e-5):
        rise = right_loss(logits + step, is_expert)[0] - right_loss(logits - step, is_expert)[0]
        assert rise / 2e-5 == pytest.approx(gradient[i], abs=1e-8)
