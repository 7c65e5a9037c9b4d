"""Containers refuse what does not fit; returns and splits obey their definitions."""

import numpy as np
import pytest
import torch

from ilrl_course.data import Batch, Trajectory, concatenate, discounted_return, split_by_episode, stack_steps


def make_trajectory(num_steps, first=0.0):
    obs = np.full((num_steps + 1, 2), first, dtype=np.float32)
    obs[:, 1] = np.arange(num_steps + 1)
    return Trajectory(
        obs, np.arange(num_steps), np.ones(num_steps, np.float32), terminated=True, truncated=False
    )


def test_discounted_return_of_a_known_case():
    assert discounted_return(np.array([1.0, 2.0, 4.0]), 0.5) == pytest.approx(1 + 1 + 1)


def test_discounted_return_of_constant_rewards_is_the_geometric_sum():
    assert discounted_return(np.ones(50), 0.9) == pytest.approx((1 - 0.9**50) / (1 - 0.9))


def test_discount_zero_sees_the_first_reward_only_and_one_sees_all():
    rewards = np.array([3.0, 5.0, 7.0])
    assert discounted_return(rewards, 0.0) == 3
    assert discounted_return(rewards, 1.0) == 15


def test_no_rewards_are_worth_nothing():
    assert discounted_return(np.array([]), 0.9) == 0


def test_a_trajectory_without_its_last_observation_is_refused():
    with pytest.raises(ValueError, match="last one included"):
        Trajectory(np.zeros((3, 2)), np.zeros(3), np.zeros(3), terminated=True, truncated=False)


def test_stacked_steps_pair_each_observation_with_its_action_and_drop_the_last_observation():
    batch = stack_steps([make_trajectory(3), make_trajectory(2)])
    assert batch.obs[:, 1].tolist() == [0, 1, 2, 0, 1]
    assert batch.actions.tolist() == [0, 1, 2, 0, 1]


def test_stacking_nothing_says_what_is_missing():
    with pytest.raises(ValueError, match="no trajectories"):
        stack_steps([])


def test_a_batch_with_unequal_columns_is_refused():
    with pytest.raises(ValueError, match="3 observations, but 2 actions"):
        Batch(torch.zeros(3, 1), torch.zeros(2))


def test_concatenating_keeps_all_steps_in_order_and_each_with_its_action():
    rows, parts = torch.arange(6.0)[:, None], [(0, 3), (3, 4), (4, 6)]
    batches = [Batch(rows[i:j], torch.arange(i, j)) for i, j in parts]
    for joined in (concatenate(batches), concatenate(iter(batches))):
        assert torch.equal(joined.obs, rows)
        assert joined.actions.tolist() == list(range(6))
    assert [len(batch) for batch in batches] == [3, 1, 2]


def test_concatenating_nothing_says_what_is_missing():
    with pytest.raises(ValueError, match="no batches: collect at least one"):
        concatenate([])


def test_a_split_keeps_episodes_whole_and_uses_each_exactly_once():
    episodes = [make_trajectory(3, first=i) for i in range(10)]
    training, validation = split_by_episode(episodes, 0.3, seed=0)
    assert len(training) == 7
    assert len(validation) == 3
    assert sorted(t.obs[0, 0] for t in training + validation) == list(range(10))


def test_a_split_depends_on_its_seed_alone():
    episodes = [make_trajectory(1, first=i) for i in range(20)]

    def names(seed):
        return [t.obs[0, 0] for t in split_by_episode(episodes, 0.5, seed)[0]]

    assert names(0) == names(0)
    assert names(0) != names(1)


@pytest.mark.parametrize("fraction", [0.0, 0.01, 0.99, 1.0])
def test_both_parts_of_a_split_hold_at_least_one_episode(fraction):
    training, validation = split_by_episode([make_trajectory(1)] * 2, fraction, seed=0)
    assert (len(training), len(validation)) == (1, 1)


def test_one_episode_cannot_be_split():
    with pytest.raises(ValueError, match="at least 2"):
        split_by_episode([make_trajectory(1)], 0.5, seed=0)
