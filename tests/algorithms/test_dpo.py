"""DPO: the loss against its formula, what it must not touch, and the policy that it should arrive at."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.dpo import DPOConfig, dpo_loss, train_dpo
from ilrl_course.algorithms.episodes import log_probs_of
from ilrl_course.algorithms.preferences import Pairs
from ilrl_course.networks import CategoricalPolicy
from tests.algorithms.lines import policy, random_episodes, random_pairs
from tests.algorithms.test_preferences import options

CHOICES = [True, False, False, True]
PAIRS = random_pairs([1, 5, 3, 2], [4, 2, 3, 6], CHOICES)
BETA = 0.3


def by_hand(acting, reference, pairs, beta):
    losses = []
    for i, prefers_first in enumerate(pairs.prefers_first.tolist()):
        rewards = []
        for episodes in (pairs.first, pairs.second):
            ratio = 1.0
            for obs, action, is_running in zip(
                episodes.obs[i], episodes.actions[i], episodes.running[i], strict=True
            ):
                if is_running:
                    ratio *= float(acting(obs[None]).probs[0, action] / reference(obs[None]).probs[0, action])
            rewards.append(beta * np.log(ratio))
        better, worse = rewards if prefers_first else rewards[::-1]
        losses.append(np.log1p(np.exp(worse - better)))
    return np.mean(losses)


@pytest.mark.parametrize("beta", [0.1, BETA, 2.0])
def test_the_loss_is_that_of_the_formula(beta):
    found = dpo_loss(policy(0), policy(1), PAIRS, beta).item()
    assert found == pytest.approx(by_hand(policy(0), policy(1), PAIRS, beta), rel=1e-4)


def test_a_policy_that_has_not_moved_costs_log_two():
    assert dpo_loss(policy(0), policy(0), PAIRS, BETA).item() == pytest.approx(np.log(2), rel=1e-6)


def test_only_the_policy_learns():
    acting, reference = policy(0), policy(1)
    dpo_loss(acting, reference, PAIRS, BETA).backward()
    assert all(weights.grad is not None for weights in acting.parameters())
    assert all(weights.grad is None for weights in reference.parameters())


def test_padding_counts_nothing_and_turned_pairs_cost_the_same():
    longer = [random_episodes(lengths, seed, 11) for lengths, seed in (([1, 5, 3, 2], 0), ([4, 2, 3, 6], 1))]
    padded = Pairs(*longer, torch.tensor(CHOICES))
    turned = Pairs(PAIRS.second, PAIRS.first, ~PAIRS.prefers_first)
    losses = [dpo_loss(policy(0), policy(1), pairs, BETA).item() for pairs in (PAIRS, padded, turned)]
    assert losses == pytest.approx([losses[0]] * 3, rel=1e-5)


def test_the_optimum_is_the_reference_weighed_by_the_exponential_of_the_reward():
    """With choices as often as Bradley and Terry say, pi is reference * exp(reward / beta), normalized."""
    worth = np.log([1, 2, 4])
    pairs, _ = options(worth, {(1, 0): 10, (0, 1): 5, (2, 1): 10, (1, 2): 5, (2, 0): 12, (0, 2): 3})
    acting = CategoricalPolicy(3, 3, hidden_sizes=())
    acting.logits[0].bias.data = torch.tensor([0.5, -0.2, 0.1])
    start = acting(torch.zeros(1, 3)).probs[0].detach().numpy()
    config = DPOConfig(beta=1.5, learning_rate=0.03, num_updates=1500, minibatch_size=2000)
    for _ in train_dpo(acting, pairs, config, seed=0):
        pass
    wanted = start * np.exp(worth / config.beta)
    np.testing.assert_allclose(acting(torch.zeros(1, 3)).probs[0].detach(), wanted / wanted.sum(), atol=0.02)


def test_training_makes_what_was_preferred_likelier_and_the_other_less_so():
    acting, before = policy(0), policy(0)
    for _ in train_dpo(acting, PAIRS, DPOConfig(beta=BETA, num_updates=50, minibatch_size=16), seed=0):
        pass
    gains = [log_probs_of(acting, e) - log_probs_of(before, e) for e in (PAIRS.first, PAIRS.second)]
    lead = torch.where(PAIRS.prefers_first, gains[0] - gains[1], gains[1] - gains[0])
    assert (lead > 0).all()


def test_the_reference_is_the_policy_as_it_is_when_training_begins():
    start, seen = policy(0), []

    def watching(acting, reference, pairs, beta):
        seen.append((deepcopy(acting), reference, beta))
        return dpo_loss(acting, reference, pairs, beta)

    acting = policy(0)
    for _ in train_dpo(
        acting, PAIRS, DPOConfig(beta=BETA, num_updates=3, minibatch_size=4), 0, loss_fn=watching
    ):
        pass
    assert len(seen) == 3
    for network in (seen[0][0], seen[0][1], seen[2][1]):
        assert torch.equal(network.logits[0].weight, start.logits[0].weight)
    assert not torch.equal(seen[2][0].logits[0].weight, start.logits[0].weight)
    assert {beta for *_, beta in seen} == {BETA}


def test_the_same_seed_trains_the_same_policy():
    def losses(seed):
        return [
            m["loss"] for m in train_dpo(policy(0), PAIRS, DPOConfig(num_updates=4, minibatch_size=3), seed)
        ]

    assert losses(0) == losses(0)
    assert losses(0) != losses(1)
