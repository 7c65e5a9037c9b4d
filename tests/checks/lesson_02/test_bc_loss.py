"""Lesson 02, loss: right answers and mistakes, written independently of the bank."""

import pytest
import torch
from torch.nn import functional as F

from tests.checks.answers import hint_for, wrong_answers


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


RIGHT = [
    step_by_step,
    by_kind,
    lambda policy, obs, actions: torch.mean(torch.neg(policy.forward(obs).log_prob(actions))),
    lambda policy, obs, actions: -policy(obs).log_prob(actions).sum() / obs.shape[0],
]


def log_prob_sum(policy, obs, actions):
    return sum(policy(obs[i : i + 1]).log_prob(actions[i : i + 1])[0] for i in range(len(obs)))


def without_gradient(policy, obs, actions):
    with torch.no_grad():
        return step_by_step(policy, obs, actions)


def on_its_own_draw(policy, obs, actions):
    distribution = policy(obs)
    drawn = distribution.sample()
    return distribution.log_prob(drawn).mul(-1).mean()


def of_the_minibatch_above(policy, obs, actions):
    return -policy(minibatch.obs).log_prob(minibatch.actions).mean()  # noqa: F821


def of_the_distribution_above(policy, obs, actions):
    return -distribution.log_prob(actions).mean()


distribution = torch.distributions.Categorical(logits=torch.zeros(3, 2))

WRONG = {
    "backward() is called within the loss": [
        "return torch.autograd.backward(result) or result",
        "return (result.backward(), float(result))[1]",
    ],
    "it reads a variable of the CartPole loop": [of_the_minibatch_above, of_the_distribution_above],
    "only the first rows are used": [
        f"obs, actions = obs[:{rows}], actions[:{rows}]" for rows in (3, 100, 256)
    ],
    "abs() is not a minus": [
        "return torch.abs(result)",
        lambda p, o, a: sum(abs(x) for x in p(o).log_prob(a)) / len(o),
    ],
    "the sign is wrong": [lambda p, o, a: log_prob_sum(p, o, a) / len(o)],
    "this is the sum": ["return sum(losses)", lambda p, o, a: -log_prob_sum(p, o, a)],
    "each step still has a loss": ["return torch.stack(losses)"],
    "these are probabilities": [
        lambda p, o, a: -torch.exp(p(o).log_prob(a)).mean(),
        lambda p, o, a: -p(o).probs.gather(1, a[:, None]).mean(),
    ],
    "the logarithm is taken too late": [lambda p, o, a: -torch.log(p(o).log_prob(a).exp().sum() / len(o))],
    "a very unlikely action": [lambda p, o, a: -torch.log(torch.exp(p(o).log_prob(a))).mean()],
    "for an action that the policy holds nearly": [
        lambda p, o, a: -torch.log(torch.exp(p(o).log_prob(a)) + 1e-8).mean()
    ],
    "the policy is judged on its own": ["actions = policy(obs).mode"],
    "the policy is judged on actions that it drew": [on_its_own_draw],
    "this counts right and wrong": [lambda p, o, a: (p.logits(o).argmax(dim=1) != a).sum() / len(a)],
    "this is a squared distance": [
        lambda p, o, a: F.mse_loss(p(o).mean, a),
        lambda p, o, a: F.mse_loss(p(o).mode.float(), a.float()),
    ],
    "the value is right, but the loss is cut off": [without_gradient, "return result.item()"],
    "the actions got an extra axis": [lambda p, o, a: -p(o).log_prob(a[:, None]).mean()],
    "softmax is applied twice": [lambda p, o, a: F.cross_entropy(torch.softmax(p.logits(o), 1), a)],
    "it works for discrete actions only": [lambda p, o, a: F.nll_loss(F.log_softmax(p(o).logits, dim=1), a)],
    "this is the entropy": [lambda p, o, a: p(o).entropy().sum() / len(o)],
}


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("bc_loss", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(step_by_step, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("bc_loss", function).startswith(hint)
