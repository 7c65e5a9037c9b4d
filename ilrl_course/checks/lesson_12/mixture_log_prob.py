"""The check of exercise 12.1, the log-density of a mixture of Gaussians."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ilrl_course.algorithms.mixture import mixture_log_prob
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, numbers
from ilrl_course.checks.slips import instead_of

FAR = 60.0  # how far from all components an action is, where its density is rounded to 0
APART = 120.0  # scores between which a weight is rounded to 0
CUT_OFF = (
    "the result is cut off from scores, means and log_stds, so nothing can be learned from it. Stay within "
    "torch, without item(), detach() or no_grad()."
)
ROUNDED = (
    "far from all components the density is rounded to 0, and its logarithm is lost. Add the components up "
    "by torch.logsumexp."
)
CAPPED = "far from all components the density is bounded from below. torch.logsumexp needs no small number."

LOST = (
    "where scores lie far apart, a small weight is rounded to 0, and its logarithm is lost. Take "
    "scores.log_softmax(1)."
)
LOGARITHMS = (
    "log_stds are logarithms, and stand where standard deviations belong. Take exp first: log_stds.exp()."
)


@dataclass(frozen=True)
class Case:
    """B rows of K components of A parts, as a policy passes them: cut out of one output, or expanded."""

    rows: int
    components: int
    parts: int
    far: float = 0.0  # how far all actions are from all components
    apart: float = 0.0  # what the first component's score is above the others
    expanded: bool = False  # one spread for all rows

    def inputs(self) -> tuple[Tensor, ...]:
        """Scores, means, log_stds and actions, made freshly each time."""
        rows, components, parts = self.rows, self.components, self.parts
        generator = torch.Generator().manual_seed(100 * rows + 10 * components + parts)
        scores = 1.5 * torch.randn(rows, components, generator=generator)
        means, log_stds = torch.randn(2, rows, components, parts, generator=generator)
        actions = torch.randn(rows, parts, generator=generator) + self.far
        if self.apart:  # the last action is near the component that has nearly no weight
            scores[:, 0] += self.apart
            means[:, 1:] += self.apart
            actions[-1] += self.apart
        outputs = torch.cat([scores, means.flatten(1)], dim=1).requires_grad_() * 1.0
        log_stds = (0.4 * log_stds).requires_grad_() * 1.0
        if self.expanded:
            log_stds = log_stds[0].expand_as(means)
        means = outputs[:, components:].unflatten(1, (components, parts))
        return outputs[:, :components], means, log_stds, actions

    @property
    def where(self) -> str:
        """In a hint."""
        rows, components = self.rows, self.components
        return f"{rows} row{'s' * (rows > 1)} of {components} component{'s' * (components > 1)}"

    def hint(self, found: np.ndarray) -> str:
        """About a wrong result, where the case tells its cause."""
        if self.far:
            return CAPPED if np.isfinite(found).all() else ROUNDED
        return LOST if self.apart else ""


def _right(scores: np.ndarray, means: np.ndarray, log_stds: np.ndarray, actions: np.ndarray) -> np.ndarray:
    """By definition, with the largest term taken out of the sum, (B,)."""
    weights = np.exp(scores - scores.max(1, keepdims=True))
    weights /= weights.sum(1, keepdims=True)
    variances = np.exp(2 * log_stds)
    each = -((actions[:, None] - means) ** 2) / (2 * variances) - np.log(2 * np.pi * variances) / 2
    terms = np.log(weights) + each.sum(2)  # (B, K)
    largest = terms.max(1)
    return largest + np.log(np.exp(terms - largest[:, None]).sum(1))


def _probe(*cases: Case) -> Probe:
    return lambda answer: (fact for case in cases for fact in _facts(answer, case))


def _facts(answer: Callable, case: Case) -> Iterator[Fact]:
    inputs = case.inputs()
    right = _right(*(x.detach().double().numpy() for x in inputs))
    try:
        result = answer(*inputs)
    except ValueError as error:
        if "parameter scale" not in str(error):
            raise
        raise WrongResult(LOGARITHMS) from None
    if not isinstance(result, Tensor):
        raise WrongResult(f"it should return a tensor, a number for each row, but returns {kind(result)}.")
    found = numbers(result, (case.rows,))
    parts = f"{case.parts} part{'s' * (case.parts > 1)}"
    yield Fact(f"the log-density, {case.where}, {parts}", found, right, case.hint(found))
    yield Fact("carries a gradient", result.requires_grad, True, CUT_OFF)
    if result.requires_grad and not case.far:
        yield from _gradients(result, inputs, case.where)


def _gradients(result: Tensor, inputs: tuple[Tensor, ...], where: str) -> Iterator[Fact]:
    """Of the sum over the rows, beside those of torch's own mixture."""
    scores, means, log_stds, actions = inputs
    parts = torch.distributions.Independent(torch.distributions.Normal(means, log_stds.exp()), 1)
    mixture = torch.distributions.MixtureSameFamily(torch.distributions.Categorical(logits=scores), parts)
    right = torch.autograd.grad(mixture.log_prob(actions).sum(), inputs[:3])
    found = torch.autograd.grad(result.sum(), inputs[:3], allow_unused=True)
    for name, got, expected in zip(("scores", "means", "log_stds"), found, right, strict=True):
        hint = f"with {where}, the gradient by {name} is wrong. Is a part of the result cut off?"
        got = torch.zeros_like(expected) if got is None else got
        yield Fact(f"gradient by {name}, {where}", got.numpy(), expected.numpy(), hint)


DENSITIES = "log_densities = -0.5 * standardized.square() - log_stds - 0.5 * math.log(2 * math.pi)"
NORMAL = "torch.distributions.Normal(means, {}{}).log_prob(actions[:, None])"
WEIGHTS = "scores.log_softmax(1)"
Z, SUM = "standardized.square()", "torch.logsumexp(log_weights + log_densities.sum(2), dim=1)"
sum_is, weights_are = instead_of(SUM), instead_of(WEIGHTS)

MISTAKES = {
    CUT_OFF: ["return result.detach()"],
    ROUNDED: sum_is(
        "(log_weights + log_densities.sum(2)).exp().sum(1).log()",
        "(scores.softmax(1) * log_densities.sum(2).exp()).sum(1).log()",
    ),
    CAPPED: sum_is(
        "((log_weights + log_densities.sum(2)).exp().sum(1) + 1e-8).log()",
        "(log_weights + log_densities.sum(2)).exp().sum(1).clamp_min(1e-8).log()",
        "((log_weights + log_densities.sum(2)).exp().sum(1) + 1e-10).log()",
    ),
    LOST: weights_are(
        "scores.softmax(1).log()",
        "(scores.softmax(1) + 1e-8).log()",
        "scores.softmax(1).clamp_min(1e-8).log()",
        "(scores.exp() / scores.exp().sum(1, keepdim=True)).log()",
        "scores - scores.exp().sum(1, keepdim=True).log()",
    ),
    LOGARITHMS: [
        f"{DENSITIES} => log_densities = {NORMAL.format('log_stds', '')}",
        f"{DENSITIES} => log_densities = {NORMAL.format('log_stds', ', validate_args=False')}",
        ("* (-log_stds).exp() => / log_stds", "- log_stds - => - log_stds.log() -"),
    ],
    "view cannot split log_stds or means, which are expanded or cut out of a larger tensor. Use reshape, or "
    "leave their shape.": [
        "log_stds = log_stds.view(-1, log_stds.shape[2]).reshape(log_stds.shape)",
        "means = means.view(-1, means.shape[2]).reshape(means.shape)",
    ],
    "the weights are not normalized: they should sum to 1 in each row. Take scores.log_softmax(1).": [
        "scores.log_softmax(1) => scores"
    ],
    "the weights stand in the sum without their logarithm. In a sum of logarithms, use log_softmax.": [
        "scores.log_softmax(1) => scores.softmax(1)"
    ],
    "the weights are normalized over the rows. Those of the K components of each row sum to 1: axis 1.": [
        "scores.log_softmax(1) => scores.log_softmax(0)"
    ],
    "the weights have no effect. Add the logarithm of a component's weight to its log-density.": [
        "log_weights + log_densities => log_densities",
        "scores = 0 * scores",
    ],
    "each part of the action may choose a component of its own. A component holds for the whole action: add "
    "up the parts within it, before the components.": sum_is(
        "torch.logsumexp(log_weights[:, :, None] + log_densities, dim=1).sum(1)"
    ),
    "the sum runs over the components. The parts of an action stand along axis 2: sum(2).": [
        "log_densities.sum(2) => log_densities.sum(1)"
    ],
    "the logarithms of the parts are multiplied. Its density is a product over them: add their logarithms "
    "up.": ["log_densities.sum(2) => log_densities.prod(2)"],
    "a logarithm is multiplied by a weight, or by its logarithm. A product of densities is a sum of "
    "logarithms: add.": sum_is(
        "torch.logsumexp(log_weights * log_densities.sum(2), dim=1)",
        "torch.logsumexp(scores.softmax(1) * log_densities.sum(2), dim=1)",
        "(log_weights * log_densities.sum(2)).sum(1)",
    ),
    "the parts of an action are averaged. Its density is a product over them: add their logarithms up.": [
        "log_densities.sum(2) => log_densities.mean(2)"
    ],
    "the distance is divided by the variance. Divide it by the standard deviation, log_stds.exp(), before it "
    "is squared.": ["(-log_stds).exp() => (-2 * log_stds).exp()"],
    "the square of the distance is divided by the standard deviation. Divide by the variance, or divide "
    "first, then square.": ["(-log_stds).exp() => (-0.5 * log_stds).exp()"],
    "log_stds is taken for the logarithm of the variance. It is that of the standard deviation.": [
        ("(-log_stds).exp() => (-0.5 * log_stds).exp()", "- log_stds - => - 0.5 * log_stds -")
    ],
    "the distance is multiplied by the standard deviation. Divide by it.": ["(-log_stds) => log_stds"],
    "the distance is divided by log_stds, which is a logarithm. Divide by log_stds.exp().": [
        "* (-log_stds).exp() => / log_stds"
    ],
    "log σ is missing: a narrow Gaussian is higher. Subtract log_stds for each part.": ["- log_stds - => -"],
    "log σ has the wrong sign: a narrow Gaussian is higher. Subtract log_stds.": [
        "- log_stds - => + log_stds -"
    ],
    "log(2π)/2 is missing in the log-density of each part.": [" - 0.5 * math.log(2 * math.pi) =>"],
    "log(2π)/2 counts once for each part of an action, not once for all, and with its half.": [
        "- 0.5 * math.log(2 * math.pi) => - math.log(2 * math.pi)",
        "- 0.5 * math.log(2 * math.pi) => - 0.5 * math.log(2 * math.pi) / means.shape[2]",
    ],
    "the half before the squared distance is missing.": [f"-0.5 * {Z} => -{Z}"],
    "the distance is not squared. A Gaussian falls with its square.": [f"{Z} => standardized.abs()"],
    "this is the negative log-density. Leave the minus to the loss.": ["return -result"],
    "this is the density, not its logarithm.": ["return result.exp()"],
    "only the best component counts. A density is the sum over all components.": sum_is(
        "(log_weights + log_densities.sum(2)).max(1).values",
        "log_densities.sum(2)[torch.arange(len(scores)), scores.argmax(1)]",
    ),
    "the logarithms of the components are averaged. Add up the densities, and take the logarithm of the "
    "sum.": sum_is(
        "(scores.softmax(1) * log_densities.sum(2)).sum(1)", "(log_weights + log_densities.sum(2)).sum(1)"
    ),
    "this is one Gaussian about the mean of the components. A mixture has a hill for each of them.": [
        "means = (scores.softmax(1)[:, :, None] * means).sum(1, keepdim=True).expand_as(means)"
    ],
    "the rows are added up or averaged. Return a number for each of the B actions.": [
        "return result.sum()",
        "return result.mean()",
    ],
    "the components are added up over the wrong axis. Those of a row stand along axis 1.": [
        "dim=1) => dim=0)"
    ],
    "an action meets the components of other rows. Give actions an axis for the components: "
    "actions[:, None].": ["actions[:, None] => actions", "actions[:, None] => actions[None]"],
    "squeeze() takes one axis too many where there is a single row. Leave it out.": [
        "return result.squeeze()"
    ],
}

EXERCISE = Exercise(
    solution=mixture_log_prob,
    tested="value and gradient are right, for one component and for many, near them and far away.",
    probes=(
        _probe(Case(3, 1, 2)),
        _probe(Case(4, 3, 2)),
        _probe(Case(1, 2, 1)),
        _probe(Case(2, 3, 4, far=FAR)),
        _probe(Case(2, 2, 2, apart=APART)),
        _probe(Case(3, 2, 2, expanded=True)),
    ),
    mistakes=MISTAKES,
    leftovers=dict.fromkeys(
        ("policy", "demos", "obs"), "it reads a variable of the lesson. Use only what is passed in."
    ),
)
