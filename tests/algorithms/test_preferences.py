"""A reward from choices: the loss against its formula, and a training that recovers what was preferred."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.episodes import pad_episodes
from ilrl_course.algorithms.preferences import (
    Pairs,
    PreferenceConfig,
    agreement_with,
    bradley_terry_loss,
    learned_return,
    standardized_return,
    train_reward,
)
from ilrl_course.data import Trajectory
from ilrl_course.networks import ValueNet
from tests.algorithms.lines import random_episodes, random_pairs, value_net

CHOICES = [True, False, False, True]
PAIRS = random_pairs([1, 5, 3, 2], [4, 2, 3, 6], CHOICES)


def by_hand(net, pairs):
    """The loss, episode by episode, by the definition of the logistic function."""
    losses = []
    for i, prefers_first in enumerate(pairs.prefers_first.tolist()):
        returns = []
        for episodes in (pairs.first, pairs.second):
            steps = episodes.next_obs[i][episodes.running[i]]
            returns.append(sum(float(net(step[None])) for step in steps))
        chance = 1 / (1 + np.exp(returns[1] - returns[0]))
        losses.append(-np.log(chance if prefers_first else 1 - chance))
    return np.mean(losses)


def test_the_loss_is_that_of_the_formula():
    assert bradley_terry_loss(value_net(), PAIRS).item() == pytest.approx(
        by_hand(value_net(), PAIRS), rel=1e-4
    )


def test_the_loss_is_the_mean_of_those_of_each_pair_alone():
    losses = [bradley_terry_loss(value_net(), pair).item() for pair in PAIRS]
    assert len(losses) == len(PAIRS)
    assert np.mean(losses) == pytest.approx(by_hand(value_net(), PAIRS), rel=1e-4)


def test_equal_episodes_cost_log_two_whatever_was_chosen():
    same = random_episodes([3, 1], 0)
    for choice in (True, False):
        pairs = Pairs(same, same, torch.tensor([choice, choice]))
        assert bradley_terry_loss(value_net(), pairs).item() == pytest.approx(np.log(2))


def test_turning_the_pairs_and_the_choices_around_changes_nothing():
    turned = Pairs(PAIRS.second, PAIRS.first, ~PAIRS.prefers_first)
    losses = [bradley_terry_loss(value_net(), pairs).item() for pairs in (PAIRS, turned)]
    assert losses[0] == pytest.approx(losses[1])


def test_very_different_returns_cost_what_they_should_and_have_a_gradient():
    net = value_net()
    net.value[-1].weight.data *= 1000
    pairs = Pairs(
        PAIRS.first, PAIRS.second, ~(learned_return(net, PAIRS.first) > learned_return(net, PAIRS.second))
    )
    loss = bradley_terry_loss(net, pairs)
    lead = (learned_return(net, PAIRS.first) - learned_return(net, PAIRS.second)).abs()
    assert loss.item() == pytest.approx(lead.mean().item(), rel=1e-4)
    loss.backward()
    assert torch.isfinite(net.value[-1].weight.grad).all()
    assert net.value[-1].weight.grad.any()


def test_padding_counts_nothing():
    longer = [random_episodes(lengths, seed, 11) for lengths, seed in (([1, 5, 3, 2], 0), ([4, 2, 3, 6], 1))]
    padded = Pairs(*longer, torch.tensor(CHOICES))
    losses = [bradley_terry_loss(value_net(), pairs).item() for pairs in (PAIRS, padded)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def options(worth, counts):
    """Pairs of one-step episodes, each showing one option; counts[i, j] times i was preferred to j."""
    rows = []
    for (i, j), count in counts.items():
        rows += [(i, j, True)] * count
    shown = np.eye(len(worth), dtype=np.float32)

    def episode(option):
        obs = np.stack([np.zeros(len(worth), dtype=np.float32), shown[option]])
        return Trajectory(obs, np.array([option]), np.zeros(1, dtype=np.float32), True, False)

    sides = [pad_episodes([episode(row[side]) for row in rows]) for side in (0, 1)]
    return Pairs(*sides, torch.ones(len(rows), dtype=torch.bool)), pad_episodes(
        [episode(o) for o in range(len(worth))]
    )


def test_a_reward_is_recovered_up_to_a_constant_from_how_often_each_was_preferred():
    worth = np.log([1, 2, 4])
    pairs, each = options(worth, {(1, 0): 10, (0, 1): 5, (2, 1): 10, (1, 2): 5, (2, 0): 12, (0, 2): 3})
    net = ValueNet(3, hidden_sizes=())
    config = PreferenceConfig(learning_rate=0.05, num_updates=1500, minibatch_size=2000)
    for _ in train_reward(net, pairs, config, seed=0):
        pass
    found = learned_return(net, each).detach().numpy()
    np.testing.assert_allclose(found - found[0], worth, atol=0.12)


def test_the_same_seed_trains_the_same_reward_and_another_one_another():
    def trained(seed):
        net = value_net()
        losses = [
            m["loss"]
            for m in train_reward(net, PAIRS, PreferenceConfig(num_updates=5, minibatch_size=3), seed)
        ]
        return losses, net.value[0].weight

    (first, weights), (again, same), (other, _) = trained(0), trained(0), trained(1)
    assert first == again
    assert torch.equal(weights, same)
    assert first != other
    assert len(first) == 5


def test_the_loss_that_is_passed_in_is_the_one_that_is_used():
    def count(net, pairs):
        calls.append(len(pairs))
        return bradley_terry_loss(net, pairs)

    calls = []
    for _ in train_reward(
        value_net(), PAIRS, PreferenceConfig(num_updates=2, minibatch_size=7), 0, loss_fn=count
    ):
        pass
    assert calls == [7, 7]


def test_agreement_is_the_share_of_choices_that_the_reward_would_make_too():
    lead = learned_return(value_net(), PAIRS.first) > learned_return(value_net(), PAIRS.second)
    for wrong in range(5):
        choices = lead ^ (torch.arange(4) < wrong)
        pairs = Pairs(PAIRS.first, PAIRS.second, choices)
        assert agreement_with(value_net(), pairs) == pytest.approx(1 - wrong / 4)


def test_a_standardized_return_has_mean_0_and_deviation_1_and_keeps_the_order():
    episodes, others = random_episodes([2, 5, 1, 3, 4], 3), random_episodes([3, 6], 4)
    net = value_net()
    score = standardized_return(net, episodes)
    scores = score(episodes)
    assert scores.mean().item() == pytest.approx(0, abs=1e-5)
    assert scores.std(correction=0).item() == pytest.approx(1, rel=1e-5)
    assert torch.equal(scores.argsort(), learned_return(net, episodes).argsort())
    assert not score(others).requires_grad
    slope = (score(others).diff() / learned_return(net, others).detach().diff()).item()
    assert slope == pytest.approx(1 / learned_return(net, episodes).std(correction=0).item(), rel=1e-4)


def test_a_constant_return_becomes_0():
    net = ValueNet(3, hidden_sizes=())
    for weights in net.parameters():
        weights.data.zero_()
    assert standardized_return(net, random_episodes([1, 2], 0))(random_episodes([2], 1)).tolist() == [0]


@pytest.mark.parametrize(
    "choices", [torch.tensor([1, 0, 0, 1]), torch.tensor([True]), torch.ones(4, 1, dtype=torch.bool)]
)
def test_choices_that_do_not_fit_the_pairs_are_refused(choices):
    with pytest.raises(ValueError, match="each pair needs one of each"):
        Pairs(PAIRS.first, PAIRS.second, choices)
