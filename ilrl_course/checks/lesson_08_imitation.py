"""The check of lesson 08 on the imitation term."""

from collections.abc import Callable, Iterator
from math import log, pi

import numpy as np
import torch
from torch import Tensor, nn

from ilrl_course.algorithms.finetune import FinetuneConfig, imitation_loss
from ilrl_course.checks.exercise import Exercise, Fact, loss_value
from ilrl_course.checks.lesson_08_imitation_mutants import CUT_OFF, LEFTOVERS, MUTANTS, STEPS_BACK
from ilrl_course.data import Batch
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy, Policy

COEF, DECAY = 0.6, 0.7  # values that nobody types by habit
PROBS = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])  # of 3 actions, for two observations
SPREAD = np.array([1.0, 2.0])


def _discrete() -> tuple[Policy, Batch, float]:
    """A policy with the probabilities above, three demonstrated steps, and their cloning loss."""
    policy = CategoricalPolicy(2, 3, hidden_sizes=())
    _set(policy.logits[0], np.log(PROBS).T)
    demos = Batch(torch.eye(2)[[0, 1, 0]], torch.tensor([2, 2, 1]))
    return policy, demos, -(log(0.2) + log(0.7) + log(0.3)) / 3


def _continuous() -> tuple[Policy, Batch, float]:
    """A Gaussian around 0 with the spreads above, two demonstrated steps, and their cloning loss."""
    policy = GaussianPolicy(2, 2, hidden_sizes=())
    _set(policy.mean[0], np.zeros((2, 2)))
    policy.log_std.data = torch.tensor(np.log(SPREAD), dtype=torch.float32)
    demos = Batch(torch.eye(2), torch.tensor([[1.0, 2.0], [3.0, -2.0]]))
    return policy, demos, (1 + 9) / 4 + (1 + 1) / 4 + log(2) + log(2 * pi)


def _set(layer: nn.Linear, weight: np.ndarray) -> None:
    layer.weight.data = torch.tensor(weight, dtype=torch.float32)
    layer.bias.data = torch.zeros(len(weight))


def _probe_first(answer: Callable) -> Iterator[Fact]:
    policy, demos, loss = _discrete()
    obs, actions = demos.obs.numpy(), demos.actions.numpy()
    slope = (obs @ PROBS - np.eye(3)[actions]).T @ obs / 3  # (3, obs_dim)
    yield from _facts(answer, policy, demos, loss, 0, layer=policy.logits[0], slope=slope)


def _probe_fading(answer: Callable) -> Iterator[Fact]:
    for iteration in (1, 2, 5):
        yield from _facts(answer, *_discrete(), iteration)


def _probe_continuous(answer: Callable) -> Iterator[Fact]:
    policy, demos, loss = _continuous()
    slope = -(demos.actions.numpy() / SPREAD**2).T @ demos.obs.numpy() / 2  # (action_dim, obs_dim)
    yield from _facts(answer, policy, demos, loss, 3, layer=policy.mean[0], slope=slope)


def _probe_limits(answer: Callable) -> Iterator[Fact]:
    """A weight that stays, one that is gone at once, and none at all."""
    for iteration, coef, decay in ((4, COEF, 1.0), (0, COEF, 0.0), (1, COEF, 0.0), (2, 0.0, DECAY)):
        yield from _facts(answer, *_discrete(), iteration, coef, decay)


def _facts(
    answer: Callable,
    policy: Policy,
    demos: Batch,
    loss: float,
    iteration: int,
    coef: float = COEF,
    decay: float = DECAY,
    layer: nn.Linear | None = None,
    slope: np.ndarray | None = None,
) -> Iterator[Fact]:
    """What the term is, and its gradient by the weights of a layer; `slope` is that of the cloning loss."""
    config = FinetuneConfig(num_iterations=9, imitation_coef=coef, imitation_decay=decay)
    result = answer(policy, demos, iteration, config)
    found, weight = loss_value(result, "the weighted loss"), coef * decay**iteration
    what = "continuous" if isinstance(policy, GaussianPolicy) else "discrete"
    where = f"{what} actions, iteration {iteration}, coef {coef}, decay {decay}"
    hint = (
        f"with imitation_coef = {coef} and imitation_decay = {decay}, a cloning loss of {loss:.4g} should "
        f"count {weight * loss:.4g} in iteration {iteration}, but it counts {found:.4g}."
    )
    yield Fact(where, found, weight * loss, hint)
    if layer is None:
        return
    computed = layer.weight.grad is not None
    yield Fact("gradients computed already", computed, False, STEPS_BACK)
    if computed:
        return
    if isinstance(result, Tensor) and result.requires_grad:
        result.backward()
    grad = layer.weight.grad
    hint = CUT_OFF if grad is None else "the value of the term is right, but its gradient is not."
    yield Fact(
        f"gradient, {where}", np.zeros_like(slope) if grad is None else grad.numpy(), weight * slope, hint
    )


IMITATION = Exercise(
    solution=imitation_loss,
    tested="the cloning loss of the demonstrations, with a weight that fades as the config says.",
    probes=(_probe_first, _probe_fading, _probe_continuous, _probe_limits),
    leftovers=LEFTOVERS,
    mutants=MUTANTS,
)
