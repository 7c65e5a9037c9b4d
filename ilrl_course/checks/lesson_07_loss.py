"""The check of lesson 07 on the clipped objective."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn

from ilrl_course.algorithms.ppo import clipped_loss
from ilrl_course.checks.exercise import Exercise, Fact, loss_value
from ilrl_course.checks.lesson_07_loss_mutants import CUT_OFF, MUTANTS, STEPS_BACK
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy, Policy

CLIP_COEF = 0.25  # a value that nobody types by habit
PROBS = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])  # of 3 actions, for two observations
SPREAD = np.array([1.0, 2.0])


def _discrete(ratios: list[float], advantages: list[float]) -> tuple[Policy, list[Tensor]]:
    """A policy with the probabilities above, and steps with these ratios and advantages."""
    policy = CategoricalPolicy(2, 3, hidden_sizes=())
    _set(policy.logits[0], np.log(PROBS).T)
    actions = torch.tensor([2, 2, 1, 0])[: len(ratios)]
    return policy, _steps(policy, torch.eye(2)[[0, 1, 0, 1]], actions, ratios, advantages)


def _continuous(ratios: list[float], advantages: list[float]) -> tuple[Policy, list[Tensor]]:
    """A Gaussian around 0 with the spreads above, and steps with these ratios and advantages."""
    policy = GaussianPolicy(2, 2, hidden_sizes=())
    _set(policy.mean[0], np.zeros((2, 2)))
    policy.log_std.data = torch.tensor(np.log(SPREAD), dtype=torch.float32)
    actions = torch.tensor([[1.0, 2.0], [0.5, -1.0], [-2.0, 1.0], [1.5, -0.5], [-1.0, -3.0]])
    return policy, _steps(policy, torch.eye(2)[[0, 1, 0, 1, 1]], actions, ratios, advantages)


def _set(layer: nn.Linear, weight: np.ndarray) -> None:
    layer.weight.data = torch.tensor(weight, dtype=torch.float32)
    layer.bias.data = torch.zeros(len(weight))


def _steps(policy: Policy, obs: Tensor, actions: Tensor, ratios: list[float], advantages: list[float]):
    obs = obs[: len(ratios)]
    with torch.no_grad():
        old_log_probs = policy(obs).log_prob(actions) - torch.tensor(ratios).log()
    return [obs, actions, old_log_probs, torch.tensor(advantages)]


def _probe_nothing(answer: Callable) -> Iterator[Fact]:
    """Steps that were neither better nor worse than expected."""
    policy, steps = _discrete([0.5, 0.95, 1.05, 2.0], [0.0] * 4)
    loss = loss_value(answer(policy, *steps, CLIP_COEF))
    hint = (
        f"where all advantages are 0, the loss should be 0, but it is {loss:.4g}. Return the clipped "
        "loss alone: a bonus for entropy, for one, is added elsewhere."
    )
    yield Fact("steps with the advantage 0", loss, 0.0, hint)


def _probe_inside(answer: Callable) -> Iterator[Fact]:
    policy, steps = _discrete([0.85, 0.95, 1.05, 1.15], [3.0, -1.0, 1.5, -2.0])
    obs, actions = steps[0].numpy(), steps[1].numpy()
    products = np.array([[2.55], [-0.95], [1.575], [-2.3]])
    away = np.eye(3)[actions] - obs @ PROBS  # (B, 3): was it this action? less its probability
    gradient = -(products * away).T @ obs / 4  # (3, obs_dim)
    yield from _facts(answer, policy, steps, -(2.55 - 0.95 + 1.575 - 2.3) / 4, policy.logits[0], gradient)


def _probe_outside(answer: Callable) -> Iterator[Fact]:
    """Clipped is what would go further than the range where it pays; a way back into it stays open."""
    for ratios, advantages, value in (
        ([1.5, 2.0], [2.0, 1.0], -1.25 * 3.0 / 2),
        ([1.5, 2.0], [-1.0, -3.0], 7.5 / 2),
        ([0.5, 0.6], [2.0, 1.0], -1.6 / 2),
        ([0.5, 0.6], [-1.0, -3.0], 0.75 * 4.0 / 2),
    ):
        yield from _facts(answer, *_discrete(ratios, advantages), value)


def _probe_continuous(answer: Callable) -> Iterator[Fact]:
    policy, steps = _continuous([1.05, 1.5, 1.6, 0.5, 0.6], [1.0, 2.0, -1.0, -1.0, 1.5])
    obs, actions = steps[0].numpy(), steps[1].numpy()
    products = np.array([[1.05], [2.5], [-1.6], [-0.75], [0.9]])
    within_reach = np.array([[1], [0], [1], [0], [1]])  # is there still a gradient?
    gradient = -(within_reach * products * actions / SPREAD**2).T @ obs / 5  # (action_dim, obs_dim)
    yield from _facts(answer, policy, steps, -products.mean(), policy.mean[0], gradient)


def _facts(
    answer: Callable,
    policy: Policy,
    steps: list[Tensor],
    value: float,
    layer: nn.Linear | None = None,
    gradient: np.ndarray | None = None,
) -> Iterator[Fact]:
    """What the loss of these steps is, and its gradient by the weights of a layer."""
    actions, old_log_probs, advantages = steps[1:]
    ratios = (policy(steps[0]).log_prob(actions) - old_log_probs).exp().tolist()
    what = "continuous" if actions.ndim > 1 else "discrete"
    where = (
        f"with clip_coef {CLIP_COEF} and {what} actions, where the ratios are {_in_words(ratios)} and the "
        f"advantages {_in_words(advantages.tolist())}"
    )
    loss = answer(policy, *steps, CLIP_COEF)
    found = loss_value(loss)
    yield Fact(where, found, value, f"{where}, the loss should be about {value:.4g}, but it is {found:.4g}.")
    if layer is None:
        return
    computed = layer.weight.grad is not None
    yield Fact("gradients computed already", computed, False, STEPS_BACK)
    if computed:
        return
    if isinstance(loss, Tensor) and loss.requires_grad:
        loss.backward()
    grad = layer.weight.grad
    hint = CUT_OFF if grad is None else f"{where}, the loss is right, but its gradient is not."
    yield Fact(f"gradient {where}", np.zeros_like(gradient) if grad is None else grad.numpy(), gradient, hint)


def _in_words(values: list[float]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)


LOSS = Exercise(
    solution=clipped_loss,
    tested="values and gradients are right inside the clip range and on both sides of it.",
    probes=(_probe_nothing, _probe_inside, _probe_outside, _probe_continuous),
    mutants=MUTANTS,
    leftovers={
        **dict.fromkeys(
            ("ratio", "clipped", "advantage"),
            "it reads a variable of the figure above. Compute the ratio from obs, actions and old_log_probs.",
        ),
        **dict.fromkeys(
            ("CONFIG", "ONCE"), "it reads the settings of the lesson. Use clip_coef as it is passed in."
        ),
    },
)
