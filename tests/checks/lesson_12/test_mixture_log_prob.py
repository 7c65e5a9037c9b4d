"""Lesson 12, the density of a mixture: right answers, mistakes written apart from the bank, and nonsense."""

import math

import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal
from torch.nn import functional as F

from ilrl_course.checks.edits import edited
from tests.checks.answers import hint_for, promises_of


def by_hand(scores, means, log_stds, actions):
    terms = []
    for k in range(scores.shape[1]):
        z = (actions - means[:, k]) / torch.exp(log_stds[:, k])
        density = -(z**2) / 2 - log_stds[:, k] - math.log(2 * math.pi) / 2
        weight = scores[:, k] - torch.logsumexp(scores, 1)
        terms.append(weight + density.sum(-1))
    return torch.stack(terms).logsumexp(0)


def with_torch(scores, means, log_stds, actions):
    parts = Independent(Normal(means, log_stds.exp()), 1)
    return MixtureSameFamily(Categorical(logits=scores), parts).log_prob(actions)


def with_the_largest_taken_out(scores, means, log_stds, actions):
    each = Normal(means, log_stds.exp()).log_prob(actions.unsqueeze(1)).sum(2)
    terms = torch.log_softmax(scores, dim=1) + each
    largest = terms.max(dim=1, keepdim=True).values
    return (largest + (terms - largest).exp().sum(1, keepdim=True).log())[:, 0]


def with_log_add_exp(scores, means, log_stds, actions):
    total = torch.full_like(scores[:, 0], -torch.inf)
    for weight, mean, log_std in zip(
        F.log_softmax(scores, -1).T, means.unbind(1), log_stds.unbind(1), strict=True
    ):
        total = torch.logaddexp(total, weight + Normal(mean, log_std.exp()).log_prob(actions).sum(-1))
    return total


DENSITY = "-z ** 2 / 2 - log_stds[:, k] - math.log(2 * math.pi) / 2"
WEIGHT, TERM = "scores[:, k] - torch.logsumexp(scores, 1)", "weight + density.sum(-1)"
DENSITY_OF_STDS = DENSITY.replace("log_stds[:, k]", "torch.log(log_stds[:, k])")
END = "torch.stack(terms).logsumexp(0)"
FLAT = "log_stds.reshape(-1, log_stds.shape[2])"
RIGHT = [
    with_torch,
    with_the_largest_taken_out,
    with_log_add_exp,
    f"log_stds = {FLAT}.reshape(log_stds.shape)",
    "return result.double()",
    "print(scores.shape)",
]
WRONG = {
    "the result is cut off": ["return result.data", "return torch.tensor(result.tolist())"],
    "far from all components the density is rounded to 0": [
        f"{END} => torch.stack(terms).exp().sum(0).log()"
    ],
    "far from all components the density is bounded": [
        f"{END} => torch.log(torch.stack(terms).exp().sum(0) + 1e-8)"
    ],
    "where scores lie far apart": [
        f"{WEIGHT} => torch.log(torch.softmax(scores, 1))[:, k]",
        f"{WEIGHT} => torch.log(torch.softmax(scores, 1) + 1e-12)[:, k]",
        f"{WEIGHT} => scores[:, k] - scores.exp().sum(1).log()",
        f"{WEIGHT} => torch.log(scores[:, k].exp() / scores.exp().sum(1))",
    ],
    "log_stds are logarithms": [
        edited(with_torch, "log_stds.exp() => log_stds"),
        edited(with_torch, "log_stds.exp() => log_stds, validate_args=False"),
        edited(with_the_largest_taken_out, "log_stds.exp() => log_stds"),
        edited(with_log_add_exp, "log_std.exp() => log_std"),
        ("torch.exp(log_stds[:, k]) => log_stds[:, k]", f"{DENSITY} => {DENSITY_OF_STDS}"),
    ],
    "view cannot split": [
        edited(with_torch, "log_stds.exp() => log_stds.view(-1, log_stds.shape[-1]).exp().view(means.shape)"),
        "means = means.view(-1, means.shape[2]).view(means.shape)",
    ],
    "it changes its inputs in place": [
        "scores -= torch.logsumexp(scores, 1, keepdim=True)",
        "log_stds.exp_()",
        "actions.mul_(2)",
    ],
    "the sum runs over the components": [edited(with_the_largest_taken_out, "sum(2) => sum(1)")],
    "the logarithms of the parts are multiplied": [f"{TERM} => weight + density.prod(-1)"],
    "a logarithm is multiplied by a weight": [
        f"{TERM} => weight * density.sum(-1)",
        f"{TERM} => torch.softmax(scores, 1)[:, k] * density.sum(-1)",
    ],
    "the square of the distance is divided": [
        f"{DENSITY} => {DENSITY.replace('-z ** 2', '-z ** 2 * log_stds[:, k].exp()')}"
    ],
    "the weights are not normalized": [f"{WEIGHT} => scores[:, k]"],
    "the weights stand in the sum without": [f"{WEIGHT} => torch.softmax(scores, 1)[:, k]"],
    "the weights are normalized over the rows": [f"{WEIGHT} => torch.log_softmax(scores, 0)[:, k]"],
    "the weights have no effect": [f"{TERM} => density.sum(-1)"],
    "each part of the action may choose": [
        (f"{TERM} => weight[:, None] + density", f"{END} => torch.stack(terms).logsumexp(0).sum(-1)")
    ],
    "the parts of an action are averaged": [f"{TERM} => weight + density.mean(-1)"],
    "the distance is divided by the variance": [
        "torch.exp(log_stds[:, k]) => torch.exp(log_stds[:, k]) ** 2"
    ],
    "log_stds is taken for the logarithm of the variance": [
        (
            "torch.exp(log_stds[:, k]) => torch.exp(log_stds[:, k]) ** 0.5",
            f"{DENSITY} => -z ** 2 / 2 - log_stds[:, k] / 2 - math.log(2 * math.pi) / 2",
        )
    ],
    "the distance is multiplied": ["/ torch.exp(log_stds[:, k]) => * torch.exp(log_stds[:, k])"],
    "the distance is divided by log_stds": ["torch.exp(log_stds[:, k]) => log_stds[:, k]"],
    "log σ is missing": [f"{DENSITY} => -z ** 2 / 2 - math.log(2 * math.pi) / 2"],
    "log(2π)/2 is missing": [f"{DENSITY} => -z ** 2 / 2 - log_stds[:, k]"],
    "the half before the squared distance": [
        f"{DENSITY} => -z ** 2 - log_stds[:, k] - math.log(2 * math.pi) / 2"
    ],
    "this is the negative": ["return 0 - result"],
    "this is the density": ["return torch.exp(result)"],
    "only the best component counts": [f"{END} => torch.stack(terms).amax(0)"],
    "the logarithms of the components are averaged": [f"{END} => torch.stack(terms).sum(0)"],
    "the rows are added up": ["return torch.mean(result)", "return torch.sum(result)"],
    "squeeze() takes one axis": ["return torch.squeeze(result)"],
    "it should return a tensor, a number for each row, but returns a ndarray": [
        "return result.detach().numpy()"
    ],
    "the result should be 3 numbers, but it has the shape (3, 1)": ["return result[:, None]"],
    "the log-density, 3 rows": ["return result + 0.3"],
    "it reads a variable of the lesson": ["return policy(actions)"],
}
NONSENSE = {
    "return 'low'": "it should return a tensor, a number for each row, but returns a str.",
    "return inputs[0]": "the result should be 3 numbers",
    "return demos[0]": "it reads a variable of the lesson",
}

TestAnswers = promises_of("mixture_log_prob", by_hand, RIGHT, WRONG, NONSENSE)


def test_a_right_value_with_a_wrong_gradient_is_noticed():
    half_cut = edited(by_hand, "log_stds = log_stds.detach()")
    assert "the gradient by log_stds is wrong" in hint_for("mixture_log_prob", half_cut)
