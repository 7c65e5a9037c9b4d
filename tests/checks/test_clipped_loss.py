"""Lesson 07, the clipped loss: right answers and mistakes, written independently of the bank."""

import pytest
import torch
from torch.distributions import Categorical, Independent, Normal

from tests.checks.answers import hint_for


def by_the_sign_of_the_advantage(policy, obs, actions, old_log_probs, advantages, clip_coef):
    ratio = torch.exp(policy(obs).log_prob(actions) - old_log_probs)
    allowed = torch.where(advantages >= 0, ratio.clamp(max=1 + clip_coef), ratio.clamp(min=1 - clip_coef))
    return -(allowed * advantages).mean()


def by_the_larger_loss(policy, obs, actions, old_log_probs, advantages, clip_coef):
    ratio = policy(obs).log_prob(actions).sub(old_log_probs).exp()
    return torch.maximum(-advantages * ratio, -advantages * ratio.clip(1 - clip_coef, 1 + clip_coef)).mean()


def with_distributions_of_torch(policy, obs, actions, old_log_probs, advantages, clip_coef):
    own = policy(obs)
    if hasattr(own, "logits"):
        distribution = Categorical(logits=own.logits)
    else:
        distribution = Independent(Normal(own.mean, own.stddev), 1)
    ratio = distribution.log_prob(actions).exp() / old_log_probs.exp()
    bound = advantages + clip_coef * advantages.abs()  # (1 + c) A for a good action, (1 - c) A for a bad one
    return torch.minimum(ratio * advantages, bound).sum().neg() / obs.shape[0]


def step_by_step(policy, obs, actions, old_log_probs, advantages, clip_coef):
    losses = []
    for i in range(len(obs)):
        ratio = (policy(obs[i : i + 1]).log_prob(actions[i : i + 1])[0] - old_log_probs[i]).exp()
        good = advantages[i] > 0
        too_far = ratio > 1 + clip_coef if good else ratio < 1 - clip_coef
        bound = 1 + clip_coef if good else 1 - clip_coef
        losses.append(-advantages[i] * (torch.tensor(bound) if too_far else ratio))
    return torch.stack(losses).mean()


def clipped_as_a_logarithm(policy, obs, actions, old_log_probs, advantages, clip_coef):
    log_ratio = policy.forward(obs).log_prob(actions) - old_log_probs
    low, high = torch.log(torch.tensor([1 - clip_coef, 1 + clip_coef]))
    products = torch.stack([log_ratio.exp(), log_ratio.clamp(low, high).exp()]) * advantages.detach()
    return -products.min(dim=0).values.mean()


RIGHT = [
    by_the_sign_of_the_advantage,
    by_the_larger_loss,
    with_distributions_of_torch,
    step_by_step,
    clipped_as_a_logarithm,
]
right = by_the_sign_of_the_advantage


def surrogate(log_ratio, advantages, clip_coef):
    """The mean of the smaller products, without the minus."""
    ratio = log_ratio.exp()
    clipped = torch.clip(ratio, min=1 - clip_coef, max=1 + clip_coef)
    return torch.minimum(ratio * advantages, clipped * advantages).mean()


def of_ratios(change):
    """The loss of other ratios: change(new, old)."""
    return lambda policy, obs, actions, old, advantages, c: (
        -surrogate(change(policy(obs).log_prob(actions), old).log(), advantages, c)
    )


def of_log_probs(change):
    """The loss of other log-probabilities: change(distribution, actions)."""
    return lambda policy, obs, actions, old, advantages, c: (
        -surrogate(change(policy(obs), actions) - old, advantages, c)
    )


def of_advantages(change):
    return lambda policy, obs, actions, old, advantages, c: right(
        policy, obs, actions, old, change(advantages), c
    )


def of_differences(change):
    """No exponential: change(new, old) is taken for the ratio, which may be below 0."""

    def answer(policy, obs, actions, old, advantages, c):
        ratio = change(policy(obs).log_prob(actions), old)
        return -torch.min(ratio * advantages, ratio.clip(1 - c, 1 + c) * advantages).mean()

    return answer


def without_gradient(*inputs):
    with torch.no_grad():
        return right(*inputs)


def with_cut_log_probs(policy, obs, actions, old_log_probs, advantages, clip_coef):
    log_probs = policy(obs).log_prob(actions).detach()
    return -surrogate(log_probs - old_log_probs, advantages, clip_coef)


def goes_back_itself(*inputs):
    loss = right(*inputs)
    torch.autograd.backward(loss)
    return loss


def compared_with_itself(policy, obs, actions, old_log_probs, advantages, clip_coef):
    log_probs = policy(obs).log_prob(actions)
    with torch.no_grad():
        before = policy(obs).log_prob(actions)
    return -surrogate(log_probs - before, advantages, clip_coef)


def plain_policy_gradient(policy, obs, actions, old_log_probs, advantages, clip_coef):
    return -(policy(obs).log_prob(actions) * advantages).mean()


def in_one_column(policy, obs, actions, old_log_probs, advantages, clip_coef):
    ratio = (policy(obs).log_prob(actions) - old_log_probs).exp()[:, None]
    return -torch.min(ratio * advantages, ratio.clamp(1 - clip_coef, 1 + clip_coef) * advantages).mean()


def each_number_alone(policy, obs, actions, old_log_probs, advantages, clip_coef):
    own = policy(obs)
    if hasattr(own, "logits"):
        return right(policy, obs, actions, old_log_probs, advantages, clip_coef)
    log_probs = Normal(own.mean, own.stddev).log_prob(actions)
    return -surrogate(torch.mean(log_probs, dim=1) - old_log_probs, advantages, clip_coef)


def gathered(policy, obs, actions, old_log_probs, advantages, clip_coef):
    log_probs = torch.log_softmax(policy(obs).logits, dim=1)[range(len(obs)), actions]
    return -surrogate(log_probs - old_log_probs, advantages, clip_coef)


def from_the_logits_layer(policy, obs, actions, old_log_probs, advantages, clip_coef):
    log_probs = Categorical(logits=policy.logits(obs)).log_prob(actions)
    return -surrogate(log_probs - old_log_probs, advantages, clip_coef)


WRONG = [
    ("backward() is called within the loss", goes_back_itself),
    ("the loss is cut off from the policy", without_gradient),
    ("the loss is cut off from the policy", with_cut_log_probs),
    ("the loss is cut off from the policy", lambda *inputs: right(*inputs).item()),
    ("the ratio is upside down", of_ratios(lambda new, old: torch.exp(old) / torch.exp(new))),
    ("the ratio is a difference of logarithms", of_differences(torch.sub)),
    ("one logarithm is divided by the other", of_differences(torch.div)),
    ("old_log_probs are logarithms", of_differences(lambda new, old: torch.exp(new) / old)),
    ("this is a difference of probabilities", of_differences(lambda new, old: new.exp() - old.exp())),
    ("old_log_probs have no effect", plain_policy_gradient),
    ("old_log_probs have no effect", of_ratios(lambda new, old: torch.exp(new))),
    ("the ratio is always 1", compared_with_itself),
    (
        "these are the log-probabilities of actions that are drawn",
        of_log_probs(lambda p, a: p.log_prob(p.sample())),
    ),
    ("these are the log-probabilities of the likeliest", of_log_probs(lambda p, a: p.log_prob(p.mode))),
    ("the actions got an extra axis", of_log_probs(lambda p, a: p.log_prob(a[:, None]))),
    ("an axis too many makes", in_one_column),
    ("an axis too many makes", of_advantages(lambda advantages: advantages.reshape(-1, 1))),
    ("an axis too many makes", of_ratios(lambda new, old: torch.exp(new[:, None] - old))),
    ("the log-probabilities of an action's numbers are averaged", each_number_alone),
    ("it works for discrete actions only", gathered),
    ("it works for discrete actions only", from_the_logits_layer),
    ("the advantages have no effect", lambda p, o, a, *_: -p(o).log_prob(a).sum() / len(o)),
    ("the advantages have no effect", of_advantages(torch.ones_like)),
    ("the sign is wrong", lambda *inputs: -right(*inputs)),
    ("this is the sum over the batch", lambda p, o, *rest: right(p, o, *rest) * len(o)),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("clipped_loss", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("clipped_loss", function).startswith(hint)
