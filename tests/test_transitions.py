"""Steps with what they led to: of demonstrations, and of a block of worlds side by side."""

import numpy as np
import pytest
import torch

from ilrl_course.data import Trajectory, Transitions, concatenate, flatten_rollout, stack_transitions
from ilrl_course.rollout import collect_rollout, make_batch
from tests import counting_world

counting_world.register()


def episode(length, terminated, first=0):
    return Trajectory(
        obs=np.arange(first, first + length + 1, dtype=np.float32)[:, None],
        actions=np.arange(length),
        rewards=np.zeros(length, dtype=np.float32),
        terminated=terminated,
        truncated=not terminated,
    )


def test_each_step_of_a_demonstration_knows_what_followed_and_only_a_termination_ends_it():
    steps = stack_transitions([episode(3, terminated=True), episode(2, terminated=False, first=10)])
    assert steps.obs[:, 0].tolist() == [0, 1, 2, 10, 11]
    assert steps.next_obs[:, 0].tolist() == [1, 2, 3, 11, 12]
    assert steps.terminated.tolist() == [False, False, True, False, False]
    assert not steps.absorbed.any()
    assert steps.actions.tolist() == [0, 1, 2, 0, 1]


def test_a_block_is_flattened_step_by_step_and_no_reset_counts_as_what_followed():
    envs = make_batch("test/Counting-v0", 4, lengths=(2, 3, 5, 9))
    obs, _ = envs.reset(seed=0)
    rollout, _ = collect_rollout(counting_world.actor, envs, obs, 6)
    steps = flatten_rollout(rollout)
    assert len(steps) == 24
    assert torch.equal(steps.obs, rollout.obs.reshape(24, 3))
    assert torch.equal(steps.next_obs[:, 2], steps.obs[:, 2] + 1)  # the count goes on from where it stood
    assert torch.equal(steps.next_obs[:, 1], steps.obs[:, 1])  # within the same episode
    assert torch.equal(steps.terminated, rollout.terminated.flatten())
    assert not steps.absorbed.any()


def test_rows_can_be_picked_and_batches_joined_without_losing_a_column():
    steps = stack_transitions([episode(3, terminated=True)])
    joined = concatenate([steps[torch.tensor([2])], steps[:1]])
    assert isinstance(joined, Transitions)
    assert joined.next_obs[:, 0].tolist() == [3, 1]
    assert joined.terminated.tolist() == [True, False]


@pytest.mark.parametrize("column", ["next_obs", "terminated", "absorbed"])
def test_columns_of_different_lengths_are_refused_with_their_shapes(column):
    columns = dict(vars(stack_transitions([episode(3, terminated=True)])))
    columns[column] = columns[column][:2]
    with pytest.raises(ValueError, match=r"next_obs \(\d, 1\).*each step needs one of each"):
        Transitions(**columns)
