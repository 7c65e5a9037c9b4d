"""The check of lesson 02 on the loss of behavioral cloning."""

from collections.abc import Callable, Iterator
from math import log, pi

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.checks.exercise import Exercise, Fact, Mutant, WrongResult, kind, number
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy

LOG_PROBS = [[log(0.5), log(0.3), log(0.2)], [log(0.1), log(0.2), log(0.7)]]  # of 3 actions, for two obs
IMPOSSIBLE = 200.0  # nats; exp(-200) is 0 in float32


def _probe_discrete(answer: Callable) -> Iterator[Fact]:
    """Probabilities .5 .3 .2 after the first observation, .1 .2 .7 after the second; 3 demonstrated steps."""
    policy = CategoricalPolicy(2, 3, hidden_sizes=())
    obs, actions = torch.eye(2)[[0, 1, 0]], torch.tensor([2, 2, 1])
    _set(policy.logits[0], torch.tensor(LOG_PROBS).T)
    loss = answer(policy, obs, actions)
    expected = -(log(0.2) + log(0.7) + log(0.3)) / 3
    yield Fact("three steps with the probabilities 0.2, 0.7 and 0.3", _value(loss), expected)
    hint = (
        "the loss is cut off from the policy, so nothing can be learned from it. Stay within torch, without "
        "item(), detach(), no_grad() or argmax."
    )
    if _is_differentiable(loss):
        loss.backward()
    found = policy.logits[0].weight.grad
    yield Fact("differentiable", found is not None, True, hint)
    if found is None:
        return
    # probability - (was it this action?), summed over the steps with this observation
    gradient = [[1.0 / 3, 0.1 / 3], [-0.4 / 3, 0.2 / 3], [-0.6 / 3, -0.3 / 3]]
    yield Fact("the gradient of that loss", found.numpy(), gradient)


def _probe_continuous(answer: Callable) -> Iterator[Fact]:
    """A Gaussian around 0 with the spreads 1 and 2; two steps with actions of two numbers."""
    policy = GaussianPolicy(2, 2, hidden_sizes=())
    _set(policy.mean[0], torch.zeros(2, 2))
    policy.log_std.data = torch.tensor([0.0, log(2.0)])
    loss = answer(policy, torch.eye(2), torch.tensor([[1.0, 2.0], [3.0, -2.0]]))
    expected = (1 + 9) / 4 + (1 + 1) / 4 + log(2) + log(2 * pi)
    yield Fact("two steps with Gaussian actions", _value(loss), expected)
    yield Fact(
        "differentiable", _is_differentiable(loss), True, "the loss is cut off from the Gaussian policy."
    )


def _probe_unlikely(answer: Callable) -> Iterator[Fact]:
    policy = CategoricalPolicy(1, 2, hidden_sizes=())
    _set(policy.logits[0], torch.tensor([[IMPOSSIBLE], [0.0]]))
    loss = _value(answer(policy, torch.ones(1, 1), torch.tensor([1])))
    hint = (
        f"for an action that the policy holds nearly impossible, the loss should be {IMPOSSIBLE:.0f}, but it "
        f"is {loss:.4g}. Ask the distribution for the log-probability itself: it does not round to 0."
    )
    yield Fact("an unlikely action", loss, IMPOSSIBLE, hint)


def _set(layer: torch.nn.Linear, weight: Tensor) -> None:
    layer.weight.data, layer.bias.data = weight.clone(), torch.zeros(len(weight))


def _value(loss) -> float:
    if not isinstance(loss, Tensor | float | int):
        raise WrongResult(
            f"it should return the loss, a tensor with one number, but it returns {kind(loss)}."
        )
    return number(loss, "the loss")


def _is_differentiable(loss) -> bool:
    return isinstance(loss, Tensor) and loss.requires_grad


def _of_log_probs(reduce: Callable) -> Callable:
    return lambda policy, obs, actions: reduce(policy(obs).log_prob(actions))


LOSS = Exercise(
    solution=bc_loss,
    tested="value and gradient are right, for discrete and for continuous actions.",
    probes=(_probe_discrete, _probe_continuous, _probe_unlikely),
    mutants=(
        Mutant(
            "the sign is wrong. An optimizer makes the loss small, but the log-probability should become "
            "large.",
            _of_log_probs(lambda log_probs: log_probs.mean()),
        ),
        Mutant(
            "this is the sum over the batch. Take the mean, so that the size of the batch does not change "
            "the step.",
            _of_log_probs(lambda log_probs: -log_probs.sum()),
        ),
        Mutant(
            "each step still has a loss of its own. Reduce them to one number.",
            _of_log_probs(lambda log_probs: -log_probs),
        ),
        Mutant(
            "these are probabilities. The likelihood of all the steps is a product, which becomes a sum "
            "only in the logarithm.",
            _of_log_probs(lambda log_probs: -log_probs.exp().mean()),
            _of_log_probs(lambda log_probs: 1 - log_probs.exp().mean()),
        ),
        Mutant(
            "the logarithm is taken too late: of the mean probability. Take it for each step, and then the "
            "mean.",
            _of_log_probs(lambda log_probs: -log_probs.exp().mean().log()),
        ),
        Mutant(
            "a very unlikely action gives an infinite loss, because its probability is rounded to 0. Ask the "
            "distribution for the log-probability itself.",
            _of_log_probs(lambda log_probs: -log_probs.exp().log().mean()),
        ),
        Mutant(
            "the policy is judged on its own favorite actions. Judge it on the demonstrated ones.",
            lambda policy, obs, actions: -policy(obs).log_prob(policy(obs).mode).mean(),
        ),
        Mutant(
            "the policy is judged on actions that it drew itself. Judge it on the demonstrated ones.",
            lambda policy, obs, actions: -policy(obs).log_prob(policy(obs).sample()).mean(),
        ),
        Mutant(
            "this counts right and wrong actions. Counting has no gradient: use the log-probability.",
            lambda policy, obs, actions: (policy(obs).mode != actions).float().mean(),
            lambda policy, obs, actions: (policy(obs).mode == actions).float().mean(),
            lambda policy, obs, actions: -(policy(obs).mode == actions).float().mean(),
        ),
        Mutant(
            "this is a squared distance to the action. Actions are numbered, not measured, and a "
            "distribution has more than a mean: use its log-probability.",
            lambda policy, obs, actions: ((policy(obs).mode - actions) ** 2).float().mean(),
            lambda policy, obs, actions: ((policy(obs).mean - actions) ** 2).mean(),
        ),
        Mutant(
            "the value is right, but the loss is cut off from the policy. Return the tensor, without item(), "
            "detach() or no_grad().",
            _of_log_probs(lambda log_probs: -log_probs.mean().detach()),
        ),
        Mutant(
            "the actions got an extra axis. With it, (B, 1) against (B,), every action is compared with "
            "every observation. Pass them as they are.",
            lambda policy, obs, actions: -policy(obs).log_prob(actions.unsqueeze(1)).mean(),
        ),
        Mutant(
            "softmax is applied twice: cross_entropy wants logits, and got probabilities. log_prob needs "
            "neither.",
            lambda policy, obs, actions: cross_entropy(policy(obs).probs, actions),
        ),
        Mutant(
            "it works for discrete actions only. Every distribution has log_prob, also the Gaussian one.",
            lambda policy, obs, actions: cross_entropy(policy(obs).logits, actions),
            lambda policy, obs, actions: cross_entropy(policy.logits(obs), actions),
        ),
        Mutant(
            "this is the entropy of the policy, which the demonstrated actions do not enter.",
            lambda policy, obs, actions: policy(obs).entropy().mean(),
            lambda policy, obs, actions: -policy(obs).entropy().mean(),
        ),
    ),
)
