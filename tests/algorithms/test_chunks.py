"""Action chunks: what is learned from, what is executed, and when a plan ends."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.chunks import (
    ChunkedActor,
    EnsemblingActor,
    average_plans,
    squared_error_loss,
    stack_chunks,
)
from ilrl_course.algorithms.mixture import make_mixture
from ilrl_course.data import Trajectory, stack_steps
from ilrl_course.envs import DRIVING
from ilrl_course.rollout import collect_trajectories


def episode(actions):
    actions = np.array(actions, dtype=np.float32)
    obs = np.arange(len(actions) + 1, dtype=np.float32)[:, None]
    rewards = np.zeros(len(actions), dtype=np.float32)
    return Trajectory(obs, actions, rewards, terminated=True, truncated=False)


def counting_plans(horizon, num_envs=1):
    """A policy whose plan number c is c.0, c.1, c.2, ... : what is executed tells its plan and its place."""
    calls = iter(range(1000))

    def plan(obs):
        return np.tile(next(calls) + np.arange(horizon) / 10, (len(obs), 1)).astype(np.float32)

    return plan


def test_a_chunk_holds_the_next_actions_and_nothing_behind_the_end_of_the_episode():
    chunks = stack_chunks([episode([[1, 10], [2, 20], [3, 30]]), episode([[7, 70]])], 2)
    nan = np.nan
    expected = [[1, 10, 2, 20], [2, 20, 3, 30], [3, 30, nan, nan], [7, 70, nan, nan]]
    np.testing.assert_array_equal(chunks.actions.numpy(), expected)
    assert chunks.obs[:, 0].tolist() == [0, 1, 2, 0]


def test_chunks_of_one_action_are_the_steps_themselves():
    trajectories = collect_trajectories(
        DRIVING.make_demonstrator("expert"), DRIVING.env_id, 2, 0, max_episode_steps=15
    )
    chunks, steps = stack_chunks(trajectories, 1), stack_steps(trajectories)
    assert (chunks.actions == steps.actions).all()
    assert (chunks.obs == steps.obs).all()


def test_impossible_chunks_are_refused():
    with pytest.raises(ValueError, match="horizon is 0"):
        stack_chunks([episode([[1, 2]])], 0)
    with pytest.raises(ValueError, match="no trajectories"):
        stack_chunks([], 3)
    for num_executed in (0, 4):
        with pytest.raises(ValueError, match="execute from 1 to horizon = 3"):
            ChunkedActor(counting_plans(3), 3, num_executed)


def test_the_squared_error_leaves_out_what_was_not_seen():
    policy, obs = make_mixture(1, 2, 1, seed=0), torch.zeros(3, 1)
    aim = policy(obs).mode.detach()
    actions = aim + torch.tensor([[1.0, 2.0], [3.0, torch.nan], [torch.nan, torch.nan]])
    loss = squared_error_loss(policy, obs, actions)
    assert loss.item() == pytest.approx((1 + 4 + 9) / 3, rel=1e-5)
    loss.backward()
    assert all(p.grad.isfinite().all() for name, p in policy.named_parameters() if name != "log_std")


def test_a_chunk_of_one_action_is_the_plain_policy_action_for_action():
    def drives(actor):
        return collect_trajectories(actor, DRIVING.env_id, 3, 0, max_episode_steps=20)

    policy = make_mixture(22, 2, 3, seed=0)
    plain, *others = (
        drives(actor)
        for actor in (
            policy.sampler(5),
            ChunkedActor(policy.sampler(5), 1, 1),
            EnsemblingActor(policy.sampler(5), 1, 0.1),
        )
    )
    for chunked in others:
        for first, second in zip(plain, chunked, strict=True):
            assert (first.actions == second.actions).all()


def test_a_plan_is_executed_for_as_many_steps_as_it_should():
    actor = ChunkedActor(counting_plans(4), 4, 3)
    done = [float(actor(np.zeros((1, 1)))[0, 0]) for _ in range(8)]
    assert done == pytest.approx([0.0, 0.1, 0.2, 3.0, 3.1, 3.2, 6.0, 6.1])


def test_where_an_episode_begins_the_old_plan_is_dropped_in_that_world_only():
    actor = ChunkedActor(counting_plans(3), 3, 3)
    actor.restart(np.array([True, False]))  # which goes without saying before the first call
    obs, done = np.zeros((2, 1)), []
    for step in range(5):
        if step == 2:
            actor.restart(np.array([False, True]))
        done.append(actor(obs)[:, 0].tolist())
    expected = [[0.0, 0.0], [0.1, 0.1], [0.2, 2.0], [3.0, 2.1], [3.1, 2.2]]
    np.testing.assert_allclose(done, expected, rtol=1e-6)


def test_an_average_of_equal_proposals_equals_them():
    plans = np.full((4, 2, 4, 3), 0.25)
    known = np.array([[False, True], [True, True], [True, True], [True, True]])
    np.testing.assert_allclose(average_plans(plans, known, 0.3), np.full((2, 3), 0.25))


def test_the_average_is_that_of_what_overlapping_plans_say_about_now():
    actor = EnsemblingActor(counting_plans(3), 3, decay=0.0)
    done = [float(actor(np.zeros((1, 1)))[0, 0]) for _ in range(4)]
    assert done == pytest.approx([0.0, (0.1 + 1.0) / 2, (0.2 + 1.1 + 2.0) / 3, (1.2 + 2.1 + 3.0) / 3])


def test_a_large_decay_leaves_the_oldest_plan_only():
    actor = EnsemblingActor(counting_plans(3), 3, decay=50.0)
    done = [float(actor(np.zeros((1, 1)))[0, 0]) for _ in range(4)]
    assert done == pytest.approx([0.0, 0.1, 0.2, 1.2])


def test_plans_of_the_last_episode_are_not_averaged_in():
    actor = EnsemblingActor(counting_plans(3), 3, decay=0.0)
    obs = np.zeros((2, 1))
    actor(obs), actor(obs)
    actor.restart(np.array([True, False]))
    np.testing.assert_allclose(actor(obs)[:, 0], [2.0, (0.2 + 1.1 + 2.0) / 3], rtol=1e-6)
    np.testing.assert_allclose(actor(obs)[:, 0], [(2.1 + 3.0) / 2, (1.2 + 2.1 + 3.0) / 3], rtol=1e-6)


def test_actions_keep_the_kind_of_number_that_worlds_take():
    for actor in (ChunkedActor(counting_plans(2), 2, 2), EnsemblingActor(counting_plans(2), 2, 0.1)):
        assert actor(np.zeros((2, 1))).dtype == np.float32
