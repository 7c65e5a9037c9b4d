"""Lesson 02, loss: right answers and mistakes, written independently of the bank."""

import math

import torch
from torch.distributions import Normal
from torch.nn import functional as F

from tests.checks.answers import promises_of


def step_by_step(policy, obs, actions):
    losses = []
    for i in range(len(obs)):
        losses.append(-policy(obs[i : i + 1]).log_prob(actions[i : i + 1]).sum())
    return sum(losses) / len(losses)


def by_kind(policy, obs, actions):
    distribution = policy(obs)
    if hasattr(distribution, "logits"):
        return F.cross_entropy(distribution.logits, actions)
    z = (actions - distribution.mean) / distribution.stddev
    log_density = -0.5 * z**2 - distribution.stddev.log() - 0.5 * torch.log(torch.tensor(2 * torch.pi))
    return -log_density.sum(dim=-1).mean()


def with_a_print_and_a_helper(policy, obs, actions):
    def likelihood():
        return policy(obs).log_prob(actions)

    print(likelihood().mean())
    return (total := -likelihood().double().sum()) / total.new_tensor(len(obs))


RIGHT = [
    step_by_step,
    by_kind,
    with_a_print_and_a_helper,
    lambda policy, obs, actions: torch.mean(torch.neg(policy.forward(obs).log_prob(actions))),
    lambda policy, obs, actions: -torch.einsum("b->", policy(obs).log_prob(actions)) / obs.shape[0],
]


def log_prob_sum(policy, obs, actions):
    return sum(policy(obs[i : i + 1]).log_prob(actions[i : i + 1])[0] for i in range(len(obs)))


def for_continuous(loss):
    """Right for discrete actions; `loss` takes the Gaussian and the actions."""
    return lambda p, o, a: step_by_step(p, o, a) if a.ndim == 1 else loss(p(o), a)


def without_gradient(policy, obs, actions):
    with torch.no_grad():
        return step_by_step(policy, obs, actions)


def on_its_own_draw(policy, obs, actions):
    distribution = policy(obs)
    drawn = distribution.sample()
    return distribution.log_prob(drawn).mul(-1).mean()


def by_a_softmax_of_its_own(policy, obs, actions):
    if actions.ndim > 1:
        return step_by_step(policy, obs, actions)
    odds = policy.logits(obs).exp()
    return -(odds[torch.arange(len(obs)), actions] / odds.sum(1)).log().mean()


def of_the_minibatch_above(policy, obs, actions):
    return -policy(minibatch.obs).log_prob(minibatch.actions).mean()  # noqa: F821


def gaussian(distribution, actions):
    z = (actions - distribution.mean) / distribution.stddev
    return (z**2 / 2 + distribution.stddev.log()).sum(1).mean()


WRONG = {
    "backward() is called within the loss": ["return torch.autograd.backward(result) or result"],
    "it reads a variable of the CartPole loop": [of_the_minibatch_above],
    "only the first rows are used": ["return losses[0]"],
    "not all rows are used": [
        "range(len(obs)) => range(len(obs) - 1)",
        "range(len(obs)) => range(1, len(obs))",
    ],
    "abs() is not a minus": [lambda p, o, a: sum(abs(x) for x in p(o).log_prob(a)) / len(o)],
    "the loss is cut off at 0": ["return F.relu(result)"],
    "the sign is wrong": [lambda p, o, a: log_prob_sum(p, o, a) / len(o)],
    "this is the sum": ["return sum(losses)", lambda p, o, a: -log_prob_sum(p, o, a)],
    "the sum is divided by a fixed number": ["len(losses) => 256"],
    "each step still has a loss": ["return torch.stack(losses)"],
    "these are probabilities": [lambda p, o, a: -p(o).probs.gather(1, a[:, None]).mean()],
    "the logarithm is taken too late": [lambda p, o, a: -torch.log(p(o).log_prob(a).exp().sum() / len(o))],
    "a logarithm is taken of log_prob": [lambda p, o, a: -torch.log(p(o).log_prob(a)).mean()],
    "a very unlikely action": [lambda p, o, a: -torch.log(torch.exp(p(o).log_prob(a))).mean()],
    "for an action that the policy holds nearly impossible, the loss should be 200, but it is": [
        lambda p, o, a: -torch.log(torch.exp(p(o).log_prob(a)) + 1e-8).mean(),
        lambda p, o, a: -p(o).log_prob(a).clamp(min=-20).mean(),
    ],
    "the policy is judged on its own": ["actions = policy(obs).mode"],
    "the policy is judged on actions that it drew": [on_its_own_draw],
    "observations and actions are swapped": [lambda p, o, a: -p(o).log_prob(o).mean()],
    "this counts right and wrong": [lambda p, o, a: (p.logits(o).argmax(dim=1) != a).sum() / len(a)],
    "this is a squared distance": [lambda p, o, a: F.mse_loss(p(o).mean, a)],
    "it works for continuous actions only": [
        lambda p, o, a: gaussian(p(o), a) + math.log(2 * math.pi),
        lambda p, o, a: F.gaussian_nll_loss(p(o).mean, a, p(o).variance),
        lambda p, o, a: ((p.mean(o) - a) / p.log_std.exp()).square().sum(1).mean(),
    ],
    "for continuous actions this is not all of the density": [
        for_continuous(lambda d, a: F.mse_loss(a, d.mode))
    ],
    "the parts of a continuous action are averaged": [
        for_continuous(lambda d, a: -Normal(d.mean, d.stddev).log_prob(a).mean())
    ],
    "an axis of the actions gets lost": [lambda p, o, a: -p(o).log_prob(a.squeeze()).mean()],
    "the value is right, but the loss is cut off": [without_gradient, "return result.item()"],
    "the value is right, but the gradient by mean.0.weight": [
        for_continuous(lambda d, a: -Normal(d.mean.detach(), d.stddev).log_prob(a).sum(1).mean())
    ],
    "the value is right, but the gradient by log_std": [
        for_continuous(lambda d, a: -Normal(d.mean, d.stddev.detach()).log_prob(a).sum(1).mean())
    ],
    "this is NumPy": [lambda p, o, a: -p(o).log_prob(a).detach().numpy().mean()],
    "the actions got an extra axis": [lambda p, o, a: -p(o).log_prob(a[:, None]).mean()],
    "other actions than each row's own": [
        lambda p, o, a: -torch.log(p(o).probs[:, a]).mean(),
        lambda p, o, a: -torch.log(p(o).probs).mean(),
    ],
    "these are the network's outputs": [lambda p, o, a: -p.logits(o)[range(len(o)), a].mean()],
    "softmax is applied twice": [lambda p, o, a: F.cross_entropy(torch.softmax(p.logits(o), 1), a)],
    "it works for discrete actions only": [lambda p, o, a: F.nll_loss(F.log_softmax(p(o).logits, dim=1), a)],
    "this is the entropy": [lambda p, o, a: p(o).entropy().sum() / len(o)],
}


TestAnswers = promises_of("bc_loss", step_by_step, RIGHT, WRONG)
