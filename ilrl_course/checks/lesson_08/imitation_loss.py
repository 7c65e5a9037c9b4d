"""The check of lesson 08 on the imitation term."""

from collections.abc import Callable, Iterator
from math import exp, log, pi

import numpy as np
import torch
from torch import Tensor, nn

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.finetune import FinetuneConfig, imitation_loss
from ilrl_course.checks.exercise import Exercise, Fact, loss_value
from ilrl_course.data import Batch
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy, Policy

COEF, DECAY = 0.6, 0.7  # values that nobody types by habit
PROBS = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])  # of 3 actions, for two observations
SPREAD = np.array([1.0, 2.0])

STEPS_BACK = (
    "backward() is called within the term. A loss only computes the number: the update does the rest."
)
CUT_OFF = (
    "the term is cut off from the policy, so nothing can be learned from it. Return the tensor, without "
    "item(), detach() or no_grad()."
)


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


def _weight(rule: Callable) -> Callable:
    """The cloning loss with another weight: rule(imitation_coef, imitation_decay, iteration)."""
    return lambda policy, demos, iteration, config: (
        rule(config.imitation_coef, config.imitation_decay, iteration)
        * bc_loss(policy, demos.obs, demos.actions)
    )


LOSS = "bc_loss(policy, demos.obs, demos.actions)"  # in the solution
ACTIONS = "policy(demos.obs).log_prob(demos.actions)"

MISTAKES = {
    # the weight
    "the weight is missing. Multiply the cloning loss by imitation_coef and by the power of "
    "imitation_decay.": ["return " + LOSS],
    "this is the weight alone. Multiply it by the cloning loss: bc_loss of the policy and the demonstrated "
    "steps.": ["return weight"],
    "imitation_decay has no effect, so the weight never fades. Raise it to the power of the iteration.": [
        _weight(lambda coef, decay, i: coef)
    ],
    "imitation_coef has no effect. The weight begins with it: multiply by it.": [
        _weight(lambda coef, decay, i: decay**i)
    ],
    "imitation_coef is raised to the power, too. Only imitation_decay is: multiply by the coef once.": [
        _weight(lambda coef, decay, i: (coef * decay) ** i),
        _weight(lambda coef, decay, i: coef**i * decay**i * coef),
    ],
    "imitation_coef and imitation_decay are swapped. It is the decay that is raised to a power.": [
        _weight(lambda coef, decay, i: decay * coef**i),
        _weight(lambda coef, decay, i: coef**i),
    ],
    "the weight is a multiple of the iteration, so it grows from 0. Raise imitation_decay to the power of "
    "the iteration.": [
        _weight(lambda coef, decay, i: coef * decay * i),
        _weight(lambda coef, decay, i: coef * i),
        _weight(lambda coef, decay, i: coef * i**decay),
    ],
    "the weight grows. It should fade: multiply by the power of imitation_decay, do not divide by it.": [
        _weight(lambda coef, decay, i: coef / decay**i)
    ],
    "the weight is one iteration ahead. They count from 0, and in the first one it is imitation_coef.": [
        _weight(lambda coef, decay, i: coef * decay ** (i + 1))
    ],
    "the weight is one iteration behind. They count from 0: raise imitation_decay to the power of the "
    "iteration itself.": [
        _weight(lambda coef, decay, i: coef * decay ** (i - 1)),
        _weight(lambda coef, decay, i: coef * decay ** max(i - 1, 0)),
    ],
    "1 - imitation_decay is used, but the weight is multiplied by imitation_decay itself in each "
    "iteration.": [
        _weight(lambda coef, decay, i: coef * (1 - decay) ** i),
        _weight(lambda coef, decay, i: coef * (1 - decay**i)),
        _weight(lambda coef, decay, i: coef * (1 - decay)),
    ],
    "the weight falls along a straight line. Multiply by imitation_decay from iteration to iteration.": [
        "config.imitation_decay ** iteration => (1 - iteration / config.num_iterations)",
        _weight(lambda coef, decay, i: coef * (1 - decay * i)),
        _weight(lambda coef, decay, i: coef * max(0.0, 1 - decay * i)),
        _weight(lambda coef, decay, i: coef * (1 - (1 - decay) * i)),
        _weight(lambda coef, decay, i: coef * max(0.0, 1 - (1 - decay) * i)),
        _weight(lambda coef, decay, i: coef - decay * i),
        _weight(lambda coef, decay, i: max(0.0, coef - decay * i)),
    ],
    "the weight is divided by the number of the iteration. Raise imitation_decay to its power instead.": [
        _weight(lambda coef, decay, i: coef / (i + 1)),
        _weight(lambda coef, decay, i: coef * decay / (i + 1)),
        _weight(lambda coef, decay, i: coef / (1 + decay * i)),
    ],
    "imitation_decay is a factor, not a rate in an exponential function. Raise it to the power of the "
    "iteration.": [_weight(lambda coef, decay, i: coef * exp(-decay * i))],
    "the weight fades once only, and then stays. Raise imitation_decay to the power of the iteration.": [
        _weight(lambda coef, decay, i: coef * decay),
        _weight(lambda coef, decay, i: coef * decay ** min(i, 1)),
    ],
    "the number is fixed that is raised to a power. Take config.imitation_decay.": [
        f"config.imitation_decay => {fixed}" for fixed in (0.9, 0.95, 0.99, 0.5)
    ],
    "the number is fixed that the weight begins with. Take config.imitation_coef.": [
        f"config.imitation_coef => {fixed}" for fixed in (0.1, 0.02, 0.01, 0.5)
    ],
    "the weight is subtracted from the loss, or added to it. A weight is a factor: multiply.": [
        f"return {LOSS} + weight",
        f"return {LOSS} - weight",
    ],
    "^ is no power in Python: it compares bits. Write config.imitation_decay**iteration.": [
        "** => ^",
        _weight(lambda coef, decay, i: decay ^ i * coef),
        f"return config.imitation_coef * config.imitation_decay ^ iteration * {LOSS}",
    ],
    "a decay of 0 has no logarithm. Raise it to the power of the iteration: that needs none.": [
        _weight(lambda coef, decay, i: coef * exp(i * log(decay)))
    ],
    "the config cannot be changed, and need not be. Compute the weight anew, from the number of the "
    "iteration.": ["config.imitation_coef *= config.imitation_decay"],
    # the loss that is weighed
    "the sign is wrong: the policy is pushed away from the demonstrations. Use bc_loss as it is.": [
        "return -result"
    ],
    "this is the sum over the demonstrated steps. Take the mean, as bc_loss does.": [
        f"{LOSS} => -{ACTIONS}.sum()"
    ],
    "each demonstrated step still has a loss of its own. Take their mean, as bc_loss does.": [
        f"{LOSS} => -{ACTIONS}"
    ],
    "these are probabilities. Take their logarithm, as bc_loss does.": [
        f"{LOSS} => -{ACTIONS}.exp().mean()",
        f"{LOSS} => (1 - {ACTIONS}.exp().mean())",
    ],
    "the policy is judged on actions that it drew itself. Judge it on the demonstrated ones.": [
        "demos.actions => policy(demos.obs).sample()"
    ],
    "the policy is judged on its own favorite actions. Judge it on the demonstrated ones.": [
        "demos.actions => policy(demos.obs).mode"
    ],
    "this is a distance between actions. Use the log-probability of what was demonstrated: bc_loss.": [
        f"{LOSS} => (policy(demos.obs).mode - demos.actions).float().square().mean()",
        f"{LOSS} => (policy(demos.obs).mean - demos.actions).square().mean()",
        f"{LOSS} => (policy(demos.obs).mode != demos.actions).float().mean()",
    ],
    "it works for discrete actions only, but cars steer. bc_loss works for both kinds.": [
        f"{LOSS} => F.cross_entropy(policy(demos.obs).logits, demos.actions)"
    ],
    "this is the entropy of the policy, which the demonstrated actions do not enter. Use bc_loss.": [
        f"{LOSS} => policy(demos.obs).entropy().mean()",
        f"{LOSS} => -policy(demos.obs).entropy().mean()",
    ],
    "only some of the demonstrated steps are used. demos is a minibatch already: use all of it.": [
        "demos = demos[:1]",
        "demos = demos[torch.randint(len(demos), (256,))]",
        "demos = demos[torch.randint(len(demos), (512,))]",
    ],
    CUT_OFF: ["return result.item()", "return result.detach()"],
    STEPS_BACK: ["return (result.backward(), result)[1]"],
}

LEFTOVERS = {
    **dict.fromkeys(
        ("BEGINNER", "CAREFUL", "CONFIG"),
        "it reads the settings of the lesson. Use the config that is passed in.",
    ),
    **dict.fromkeys(
        ("rollout", "experience", "minibatch", "batch", "clones"),
        "it reads other steps than the demonstrated ones. Use demos.obs and demos.actions as given.",
    ),
}

EXERCISE = Exercise(
    solution=imitation_loss,
    tested="the cloning loss of the demonstrations, with a weight that fades as the config says.",
    probes=(_probe_first, _probe_fading, _probe_continuous, _probe_limits),
    mistakes=MISTAKES,
    leftovers=LEFTOVERS,
)
