"""Ends that go on: what is added, how often it counts, and what an end is worth."""

import pytest
import torch

from ilrl_course.algorithms.absorbing import add_what_follows, frozen_reward, occupancy, with_absorbing
from ilrl_course.data import Rollout, Transitions

GAMMA = 0.9


def three_steps():
    """A step that goes on, one that ends in [5, 6], and one that ends in [7, 8]."""
    return Transitions(
        obs=torch.tensor([[1.0, 2.0], [3.0, 4.0], [9.0, 9.0]]),
        actions=torch.tensor([1, 2, 3]),
        next_obs=torch.tensor([[3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]),
        terminated=torch.tensor([False, True, True]),
        absorbed=torch.zeros(3, dtype=torch.bool),
    )


def test_each_end_becomes_a_step_from_itself_to_itself_and_nothing_terminates_any_more():
    steps = with_absorbing(three_steps())
    assert len(steps) == 5
    assert torch.equal(steps.obs[3:], torch.tensor([[5.0, 6.0], [7.0, 8.0]]))
    assert torch.equal(steps.obs[3:], steps.next_obs[3:])
    assert steps.absorbed.tolist() == [False, False, False, True, True]
    assert steps.actions.tolist() == [1, 2, 3, 0, 0]
    assert not steps.terminated.any()


def test_steps_that_do_not_end_are_left_as_they_are():
    steps = three_steps()[:1]
    after = with_absorbing(steps)
    assert all(torch.equal(a, b) for a, b in zip(vars(after).values(), vars(steps).values(), strict=True))


def test_continuous_actions_after_an_end_are_zero():
    steps = Transitions(
        torch.ones(1, 2),
        torch.full((1, 3), 0.7),
        torch.ones(1, 2),
        torch.ones(1).bool(),
        torch.zeros(1).bool(),
    )
    assert torch.equal(with_absorbing(steps).actions, torch.tensor([[0.7] * 3, [0.0] * 3]))


def test_an_absorbing_step_counts_as_often_as_a_discounted_eye_sees_it():
    weights = occupancy(with_absorbing(three_steps()), GAMMA)
    expected = sum(GAMMA**t for t in range(1000))
    assert weights.tolist() == pytest.approx([1, 1, 1, expected, expected], rel=1e-5)


def test_an_end_is_paid_what_waiting_there_for_good_would_bring():
    rewards = torch.tensor([1.0, 2.0, 3.0, -4.0, 5.0])
    paid = add_what_follows(rewards, three_steps(), GAMMA)
    waiting = sum(GAMMA**t for t in range(1, 1000))
    assert paid.tolist() == pytest.approx([1.0, 2.0 - 4.0 * waiting, 3.0 + 5.0 * waiting], rel=1e-5)


def test_a_constant_reward_makes_all_lives_worth_the_same_however_they_end():
    """Neither survival is paid, nor hurry: it is what a life without an end is worth."""
    paid = add_what_follows(torch.full((5,), 0.3), three_steps(), GAMMA)
    assert paid[1:].tolist() == pytest.approx([0.3 / (1 - GAMMA)] * 2, rel=1e-5)


def test_a_frozen_reward_keeps_the_shape_of_the_block_and_pays_the_end_where_it_happened():
    obs = torch.zeros(2, 2, 1)
    terminated = torch.tensor([[False, True], [False, False]])
    no = torch.zeros(2, 2, dtype=torch.bool)
    rollout = Rollout(obs, torch.zeros(2, 2), torch.zeros(2, 2), obs + 1, terminated, no, no)
    rewards = frozen_reward(lambda steps: torch.where(steps.absorbed, 7.0, steps.obs[:, 0] + 2.0), GAMMA)(
        rollout
    )
    assert rewards.shape == (2, 2)
    assert rewards.flatten().tolist() == pytest.approx([2.0, 2.0 + 9 * 7.0, 2.0, 2.0], rel=1e-5)
