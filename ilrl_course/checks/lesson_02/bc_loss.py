"""The check of lesson 02 on the loss of behavioral cloning."""

from collections.abc import Callable, Iterator
from math import log, pi

import torch
from torch import Tensor

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.checks.exercise import Exercise, Fact, loss_value
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy

LOG_PROBS = [[log(0.5), log(0.3), log(0.2)], [log(0.1), log(0.2), log(0.7)]]  # of 3 actions, for two obs
IMPOSSIBLE = 200.0  # nats; exp(-200) is 0 in float32

CUT_OFF = (
    "the loss is cut off from the policy, so nothing can be learned from it. Stay within torch, without "
    "item(), detach(), no_grad() or argmax."
)
STEPS_BACK = (
    "backward() is called within the loss. A loss only computes the number: the update does the rest."
)
FIRST_ROWS = "only the first rows are used. Use all those that are passed in, however many."
OTHER_DATA = "it reads a variable of the CartPole loop. Use only what is passed in: policy, obs and actions."


def _probe_discrete(answer: Callable) -> Iterator[Fact]:
    """Probabilities .5 .3 .2 after the first observation, .1 .2 .7 after the second; 3 demonstrated steps."""
    policy = CategoricalPolicy(2, 3, hidden_sizes=())
    obs, actions = torch.eye(2)[[0, 1, 0]], torch.tensor([2, 2, 1])
    _set(policy.logits[0], torch.tensor(LOG_PROBS).T)
    loss = answer(policy, obs, actions)
    expected = -(log(0.2) + log(0.7) + log(0.3)) / 3
    yield Fact("three steps with the probabilities 0.2, 0.7 and 0.3", loss_value(loss), expected)
    computed = policy.logits[0].weight.grad is not None
    yield Fact("gradients computed already", computed, False, STEPS_BACK)
    if computed:
        return
    if _is_differentiable(loss):
        loss.backward()
    found = policy.logits[0].weight.grad
    yield Fact("differentiable", found is not None, True, CUT_OFF)
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
    yield Fact("two steps with Gaussian actions", loss_value(loss), expected)
    yield Fact(
        "differentiable", _is_differentiable(loss), True, "the loss is cut off from the Gaussian policy."
    )


def _probe_unlikely(answer: Callable) -> Iterator[Fact]:
    policy = CategoricalPolicy(1, 2, hidden_sizes=())
    _set(policy.logits[0], torch.tensor([[IMPOSSIBLE], [0.0]]))
    loss = loss_value(answer(policy, torch.ones(1, 1), torch.tensor([1])))
    hint = (
        f"for an action that the policy holds nearly impossible, the loss should be {IMPOSSIBLE:.0f}, but it "
        f"is {loss:.4g}. Ask the distribution for the log-probability itself: it does not round to 0."
    )
    yield Fact("an unlikely action", loss, IMPOSSIBLE, hint)


def _probe_dense(answer: Callable) -> Iterator[Fact]:
    """A narrow Gaussian around 0: its density is above 1, so the loss is below 0."""
    policy = GaussianPolicy(1, 1, hidden_sizes=())
    _set(policy.mean[0], torch.zeros(1, 1))
    policy.log_std.data = torch.tensor([log(0.1)])
    loss = answer(policy, torch.ones(2, 1), torch.tensor([[0.0], [0.1]]))
    name = "two steps with Gaussian actions and a spread of 0.1"
    yield Fact(name, loss_value(loss), log(0.1) + log(2 * pi) / 2 + 0.25)


def _probe_many(answer: Callable) -> Iterator[Fact]:
    """300 steps; those after the first 256 are different ones."""
    policy = CategoricalPolicy(2, 3, hidden_sizes=())
    _set(policy.logits[0], torch.tensor(LOG_PROBS).T)
    rows = (torch.arange(300) >= 256).long()
    loss = loss_value(answer(policy, torch.eye(2)[rows], 2 * rows))
    hint = FIRST_ROWS if abs(loss + log(0.5)) < 1e-4 else ""
    name = "256 steps with the probability 0.5 and 44 with 0.7"
    yield Fact(name, loss, -(256 * log(0.5) + 44 * log(0.7)) / 300, hint)


def _set(layer: torch.nn.Linear, weight: Tensor) -> None:
    layer.weight.data, layer.bias.data = weight.clone(), torch.zeros(len(weight))


def _is_differentiable(loss) -> bool:
    return isinstance(loss, Tensor) and loss.requires_grad


MISTAKES = {
    STEPS_BACK: ["return result.backward() or result", "return (result.backward(), result.item())[1]"],
    FIRST_ROWS: [
        "obs, actions = obs[:1], actions[:1]",
        "obs, actions = obs[:3], actions[:3]",
        "obs, actions = obs[:256], actions[:256]",
    ],
    "abs() is not a minus: where a density is above 1, its logarithm is positive and the loss below 0.": [
        "return log_probs.abs().mean()",
        "return log_probs.mean().abs()",
    ],
    "the sign is wrong. An optimizer makes the loss small, but the log-probability should become large.": [
        "return log_probs.mean()"
    ],
    "this is the sum over the batch. Take the mean, so that the size of the batch does not change the "
    "step.": ["return -log_probs.sum()"],
    "each step still has a loss of its own. Reduce them to one number.": ["return -log_probs"],
    "these are probabilities. The likelihood of all the steps is a product, which becomes a sum only in the "
    "logarithm.": ["return -log_probs.exp().mean()", "return 1 - log_probs.exp().mean()"],
    "the logarithm is taken too late: of the mean probability. Take it for each step, and then the mean.": [
        "return -log_probs.exp().mean().log()"
    ],
    "a very unlikely action gives an infinite loss, because its probability is rounded to 0. Ask the "
    "distribution for the log-probability itself.": ["return -log_probs.exp().log().mean()"],
    "the policy is judged on its own favorite actions. Judge it on the demonstrated ones.": [
        "log_prob(actions) => log_prob(distribution.mode)"
    ],
    "the policy is judged on actions that it drew itself. Judge it on the demonstrated ones.": [
        "log_prob(actions) => log_prob(distribution.sample())"
    ],
    "this counts right and wrong actions. Counting has no gradient: use the log-probability.": [
        "return (distribution.mode != actions).float().mean()",
        "return (distribution.mode == actions).float().mean()",
        "return -(distribution.mode == actions).float().mean()",
    ],
    "this is a squared distance to the action. Actions are numbered, not measured, and a distribution has "
    "more than a mean: use its log-probability.": [
        "return ((distribution.mode - actions) ** 2).float().mean()",
        "return ((distribution.mean - actions) ** 2).mean()",
    ],
    "the value is right, but the loss is cut off from the policy. Return the tensor, without item(), "
    "detach() or no_grad().": ["return result.detach()"],
    "the actions got an extra axis. With it, (B, 1) against (B,), every action is compared with every "
    "observation. Pass them as they are.": ["actions = actions.unsqueeze(1)"],
    "softmax is applied twice: cross_entropy wants logits, and got probabilities. log_prob needs neither.": [
        "return F.cross_entropy(distribution.probs, actions)"
    ],
    "it works for discrete actions only. Every distribution has log_prob, also the Gaussian one.": [
        "return F.cross_entropy(distribution.logits, actions)",
        "return F.cross_entropy(policy.logits(obs), actions)",
    ],
    "this is the entropy of the policy, which the demonstrated actions do not enter.": [
        "return distribution.entropy().mean()",
        "return -distribution.entropy().mean()",
    ],
}

EXERCISE = Exercise(
    solution=bc_loss,
    tested="value and gradient are right, for discrete and for continuous actions.",
    probes=(_probe_discrete, _probe_continuous, _probe_unlikely, _probe_dense, _probe_many),
    mistakes=MISTAKES,
    leftovers=dict.fromkeys(
        ("minibatch", "cartpole_demos", "rows", "distribution", "log_probs", "losses", "loss"), OTHER_DATA
    ),
)
