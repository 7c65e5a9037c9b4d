"""The check of lesson 02 on the loss of behavioral cloning."""

import traceback
from collections.abc import Callable, Iterator
from math import log

import torch
from torch import Tensor
from torch.distributions import Categorical, Independent, Normal

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, loss_value
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy, Policy

LOG_PROBS = [[log(0.5), log(0.3), log(0.2)], [log(0.1), log(0.2), log(0.7)]]  # of 3 actions, for two obs
IMPOSSIBLE = 200.0  # nats; exp(-200) is 0 in float32, exp(200) is infinite
ONLY_OF_A_GAUSSIAN = ("mean", "stddev", "variance", "loc", "scale", "log_std")
CONTINUOUS_ONLY = (
    "it works for continuous actions only: a distribution over discrete actions has no mean and no spread. "
    "Every distribution has log_prob."
)
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
    obs, actions = torch.eye(2)[[0, 1, 0]], torch.tensor([2, 2, 1])
    name = "three steps with the probabilities 0.2, 0.7 and 0.3"
    yield from _facts(answer, _discrete(LOG_PROBS), obs, actions, name)


def _probe_continuous(answer: Callable) -> Iterator[Fact]:
    """A narrow Gaussian: its density is above 1, so the loss is below 0."""
    policy = GaussianPolicy(2, 3, hidden_sizes=())
    policy.mean[0].weight.data = torch.tensor([[0.7, -0.3], [0.2, 1.1], [-0.5, 0.4]])
    policy.log_std.data = torch.tensor([0.15, 0.25, 0.2]).log()
    obs = torch.tensor([[0.4, -1.3], [2.2, 0.9], [-0.6, 0.3], [1.3, -0.4]])
    actions = torch.tensor(
        [[0.77, -1.22, -0.92], [1.19, 1.25, -0.69], [-0.65, 0.33, 0.64], [1.2, -0.21, -0.9]]
    )
    yield from _facts(answer, policy, obs, actions, "four steps with Gaussian actions")


def _probe_unlikely(answer: Callable) -> Iterator[Fact]:
    """One step; its action has the probability exp(-200)."""
    policy, obs, actions = _discrete([[IMPOSSIBLE, 0.0]]), torch.ones(1, 1), torch.tensor([1])
    loss = loss_value(_loss_of(answer, policy, obs, actions))
    hint = (
        f"for an action that the policy holds nearly impossible, the loss should be {IMPOSSIBLE:.0f}, but it "
        f"is {loss:.4g}. Ask the distribution for the log-probability itself: it does not round to 0."
    )
    yield Fact("an unlikely action", loss, IMPOSSIBLE, hint)


def _probe_many(answer: Callable) -> Iterator[Fact]:
    """300 steps; those after the first 256 are different ones."""
    rows = (torch.arange(300) >= 256).long()
    name = "256 steps with the probability 0.5 and 44 with 0.7"
    yield from _facts(answer, _discrete(LOG_PROBS), torch.eye(2)[rows], 2 * rows, name)


def _discrete(log_probs: list[list[float]]) -> CategoricalPolicy:
    """A policy with these log-probabilities (obs, actions); the network itself puts out 1 more."""
    policy = CategoricalPolicy(len(log_probs), len(log_probs[0]), hidden_sizes=())
    policy.logits[0].weight.data = torch.tensor(log_probs).T.clone()
    policy.logits[0].bias.data.fill_(1.0)
    return policy


def _facts(answer: Callable, policy: Policy, obs: Tensor, actions: Tensor, name: str) -> Iterator[Fact]:
    """The loss of these steps and its gradient, beside those of torch's own distributions."""
    if isinstance(policy, CategoricalPolicy):
        right = Categorical(logits=policy.logits(obs))
    else:
        right = Independent(Normal(policy.mean(obs), policy.log_std.exp()), 1)
    expected = -right.log_prob(actions).mean()
    loss = _loss_of(answer, policy, obs, actions)
    yield Fact(name, loss_value(loss), expected.item())
    computed = any(parameter.grad is not None for parameter in policy.parameters())
    yield Fact("gradients computed already", computed, False, STEPS_BACK)
    if computed:
        return
    gradients = _gradients(loss, policy)
    yield Fact("differentiable", any(bool(g.any()) for g in gradients.values()), True, CUT_OFF)
    for parameter, gradient in _gradients(expected, policy).items():
        hint = (
            f"the value is right, but the gradient by {parameter} is not. Is a part of the loss cut off, by "
            "detach() or no_grad()?"
        )
        yield Fact(f"gradient by {parameter}", gradients[parameter].numpy(), gradient.numpy(), hint)


def _loss_of(answer: Callable, policy: Policy, obs: Tensor, actions: Tensor):
    try:
        return answer(policy, obs, actions)
    except (AttributeError, NotImplementedError) as error:  # torch raises the second for what is missing
        where = traceback.extract_tb(error.__traceback__)[-1].name
        if (getattr(error, "name", None) or where) in ONLY_OF_A_GAUSSIAN:
            raise WrongResult(CONTINUOUS_ONLY) from error
        raise


def _gradients(loss, policy: Policy) -> dict[str, Tensor]:
    """The gradient by each parameter; 0 where there is none."""
    names, parameters = zip(*policy.named_parameters(), strict=True)
    found = [None] * len(parameters)
    if isinstance(loss, Tensor) and loss.requires_grad:
        found = torch.autograd.grad(loss, parameters, allow_unused=True)
    zeros = map(torch.zeros_like, parameters)
    return {n: z if g is None else g for n, g, z in zip(names, found, zeros, strict=True)}


def _for_continuous(*results: str) -> list[str]:
    """Edits that are right for discrete actions only; `d` is the Gaussian, `z` a standardized distance."""
    start = "if actions.ndim > 1:\n    d = policy(obs)\n    z = (actions - d.mean) / d.stddev\n    return "
    return [start + result for result in results]


MISTAKES = {
    STEPS_BACK: ["return result.backward() or result", "return (result.backward(), result.item())[1]"],
    FIRST_ROWS: [f"obs, actions = obs[:{rows}], actions[:{rows}]" for rows in (1, 3, 256)],
    "not all rows are used: some are left out. Take the mean over all that are passed in.": [
        *(f"obs, actions = obs[{rows}], actions[{rows}]" for rows in ("1:", ":-1", "-1:", "-256:")),
        *(f"return -log_probs[{rows}].sum() / len(obs)" for rows in ("1:", ":-1")),
    ],
    "abs() is not a minus: where a density is above 1, its logarithm is positive and the loss below 0.": [
        "return log_probs.mean().abs()"
    ],
    "the loss is cut off at 0, but where a density is above 1 it is negative, and rightly so.": [
        "return (-log_probs).clamp(min=0).mean()"
    ],
    "the sign is wrong. An optimizer makes the loss small, but the log-probability should become large.": [
        "return log_probs.mean()"
    ],
    "this is the sum over the batch. Take the mean, so that the size of the batch does not change the "
    "step.": ["return -log_probs.sum()"],
    "the sum is divided by a fixed number. Divide it by the number of rows that are passed in.": [
        f"return -log_probs.sum() / {number}" for number in ("256", "3", "(len(obs) - 1)")
    ],
    "each step still has a loss of its own. Reduce them to one number.": ["return -log_probs"],
    "these are probabilities. The likelihood of all the steps is a product, which becomes a sum only in the "
    "logarithm.": ["return -log_probs.exp().mean()", "return 1 - log_probs.exp().mean()"],
    "the logarithm is taken too late: of the mean probability. Take it for each step, and then the mean.": [
        "return -log_probs.exp().mean().log()"
    ],
    "a logarithm is taken of log_prob, which is a logarithm already. Leave it out.": [
        *(f"return {sign}log_probs.log().mean()" for sign in ("", "-")),
        *(f"return {sign}log_probs.mean().log()" for sign in ("", "-")),
        *(f"return {sign}(-log_probs).log().mean()" for sign in ("", "-")),
        *(f"return {sign}(-log_probs).mean().log()" for sign in ("", "-")),
    ],
    "a very unlikely action gives an infinite loss, because its probability is rounded to 0. Ask the "
    "distribution for the log-probability itself.": ["return -log_probs.exp().log().mean()"],
    "the policy is judged on its own favorite actions. Judge it on the demonstrated ones.": [
        "log_prob(actions) => log_prob(distribution.mode)"
    ],
    "the policy is judged on actions that it drew itself. Judge it on the demonstrated ones.": [
        "log_prob(actions) => log_prob(distribution.sample())"
    ],
    "observations and actions are swapped. The policy takes obs, and log_prob takes the actions.": [
        "log_prob(actions) => log_prob(obs)",
        "obs, actions = actions, obs",
    ],
    "this counts right and wrong actions. Counting has no gradient: use the log-probability.": [
        "return (distribution.mode != actions).float().mean()",
        "return (distribution.mode == actions).float().mean()",
        "return -(distribution.mode == actions).float().mean()",
    ],
    "this is a squared distance to the action. Actions are numbered, not measured, and a distribution has "
    "more than a mean: use its log-probability.": [
        "return ((distribution.mode - actions) ** 2).float().mean()",
        "return ((distribution.sample() - actions) ** 2).float().mean()",
        "return ((distribution.mean - actions) ** 2).mean()",
    ],
    "for continuous actions this is not all of the density: with z = (a - μ)/σ, each part has z²/2 + log σ + "
    "log(2π)/2. log_prob holds all of it.": _for_continuous(
        "F.mse_loss(d.mean, actions)",
        "((actions - d.mean) ** 2).sum(-1).mean()",
        "0.5 * F.mse_loss(d.mean, actions)",
        "((actions - d.mean) ** 2 / 2).sum(-1).mean()",
        "(z**2 / 2).sum(-1).mean()",
        "(z**2 / 2 + d.stddev.log()).sum(-1).mean()",
        "(z**2 / 2 + np.log(2 * np.pi) / 2).sum(-1).mean()",
        "(z**2 * d.stddev / 2 + d.stddev.log() + np.log(2 * np.pi) / 2).sum(-1).mean()",
        "((actions - d.mean) ** 2 / 2 + np.log(2 * np.pi) / 2).sum(-1).mean()",
        "(z**2 + d.stddev.log() + np.log(2 * np.pi) / 2).sum(-1).mean()",
    ),
    "the parts of a continuous action are averaged. Its density is a product over them: add their logarithms "
    "up.": _for_continuous(
        "(z**2 / 2 + d.stddev.log() + np.log(2 * np.pi) / 2).mean()",
        "F.gaussian_nll_loss(d.mean, actions, d.stddev**2)",
    ),
    "the continuous actions are rounded to whole numbers. Pass them as they are.": [
        "actions = actions.long()",
        "actions = actions.round() if actions.ndim > 1 else actions",
    ],
    "an axis of the actions gets lost: of a single row, or of an action with a single part. Pass them as "
    "they are.": ["actions = actions.squeeze()", "actions = actions.flatten()"],
    "the value is right, but the loss is cut off from the policy. Return the tensor, without item(), "
    "detach() or no_grad().": ["return result.detach()"],
    "this is NumPy, which keeps no gradient. Let torch take the mean: log_probs.mean().": [
        "return -log_probs.numpy().mean()",
        "return -np.mean(log_probs)",
        "return -log_probs.detach().numpy().mean()",
    ],
    "the actions got an extra axis. With it, (B, 1) against (B,), every action is compared with every "
    "observation. Pass them as they are.": ["actions = actions.unsqueeze(1)"],
    "other actions than each row's own are counted, too: indexing by the actions alone picks whole rows or "
    "columns. log_prob(actions) takes the demonstrated action only.": [
        "return -distribution.logits.mean()",
        "return distribution.logits.mean()",
        "return -distribution.logits[:, actions].mean()",
        "return -distribution.logits[actions].mean()",
        "return -distribution.probs[:, actions].mean()",
        "return -distribution.probs[actions].mean()",
    ],
    "these are the network's outputs, not yet log-probabilities: those of all actions are probabilities that "
    "sum to 1. Ask the distribution.": ["return F.nll_loss(policy.logits(obs), actions)"],
    "softmax is applied twice: cross_entropy wants logits, and got probabilities. log_prob needs neither.": [
        "return F.cross_entropy(distribution.probs, actions)"
    ],
    "it works for discrete actions only. Every distribution has log_prob, also the Gaussian one.": [
        "return F.cross_entropy(distribution.logits, actions)",
        "return F.cross_entropy(policy.logits(obs), actions)",
        "return F.nll_loss(distribution.probs.log(), actions)",
    ],
    "this is the entropy of the policy, which the demonstrated actions do not enter.": [
        "return distribution.entropy().mean()",
        "return -distribution.entropy().mean()",
    ],
}

EXERCISE = Exercise(
    solution=bc_loss,
    tested="value and gradient are right, for discrete and for continuous actions.",
    probes=(_probe_discrete, _probe_continuous, _probe_unlikely, _probe_many),
    mistakes=MISTAKES,
    leftovers=dict.fromkeys(
        ("minibatch", "cartpole_demos", "rows", "distribution", "log_probs", "losses", "loss"), OTHER_DATA
    ),
)
