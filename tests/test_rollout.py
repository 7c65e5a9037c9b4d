"""Collection stores exactly what happened: no fake reset rows, no confused ends, no favored episodes."""

import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest
import torch

from ilrl_course.envs import CARTPOLE
from ilrl_course.rollout import (
    collect_rollout,
    collect_trajectories,
    collect_trajectory,
    derive_seed,
    make_batch,
)
from tests import counting_world

counting_world.register()


@pytest.fixture
def rollout():
    envs = make_batch("test/Counting-v0", 4)
    obs, _ = envs.reset(seed=0)
    first, obs = collect_rollout(counting_world.actor, envs, obs, num_steps=7)
    second, _ = collect_rollout(counting_world.actor, envs, obs, num_steps=6)
    return {
        field: torch.cat([getattr(first, field), getattr(second, field)]) for field in vars(first)
    }  # (13, 4)


def test_no_stored_row_belongs_to_two_episodes(rollout):
    assert torch.equal(rollout["obs"][..., :2], rollout["next_obs"][..., :2])
    assert torch.equal(rollout["obs"][..., 2] + 1, rollout["next_obs"][..., 2])


def test_every_row_pays_what_its_own_step_paid(rollout):
    assert torch.equal(rollout["rewards"], rollout["next_obs"][..., 2])


def test_after_an_end_the_next_row_starts_the_next_episode_and_otherwise_goes_on(rollout):
    over = (rollout["terminated"] | rollout["truncated"])[:-1]
    following, next_obs = rollout["obs"][1:], rollout["next_obs"][:-1]
    assert torch.equal(following[~over], next_obs[~over])
    assert (following[over][:, 2] == 0).all()
    assert torch.equal(following[over][:, 1], next_obs[over][:, 1] + 1)


def test_the_short_are_terminated_and_those_that_reach_the_limit_truncated(rollout):
    steps = rollout["next_obs"][..., 2]
    lengths = torch.tensor([2, 3, 5, 9])
    assert torch.equal(rollout["terminated"], steps == lengths)
    assert torch.equal(rollout["truncated"], steps == 5)
    assert torch.equal(rollout["crashed"], rollout["terminated"] & (lengths == 2))


def test_an_episode_that_ends_by_itself_in_its_last_step_is_both_as_with_gymnasium_s_time_limit(rollout):
    assert rollout["terminated"][4, 2]
    assert rollout["truncated"][4, 2]


def test_every_fall_of_a_cartpole_is_recorded_as_the_termination_that_it_was():
    envs = make_batch("ilrl/CartPole-v0", 8)
    obs, _ = envs.reset(seed=0)
    rollout, _ = collect_rollout(counting_world.actor, envs, obs, num_steps=50)
    beyond = (rollout.next_obs[..., 0].abs() > 2.4) | (rollout.next_obs[..., 2].abs() > np.radians(12))
    assert beyond.sum() > 30
    assert torch.equal(rollout.terminated, beyond)
    assert torch.equal(rollout.crashed, beyond)
    assert not rollout.truncated.any()


def test_a_fall_in_a_world_without_terminations_is_a_crash_at_the_end_of_its_episode():
    envs = make_batch("ilrl/CartPoleFixed-v0", 2)
    obs, _ = envs.reset(seed=0)
    rollout, _ = collect_rollout(counting_world.actor, envs, obs, num_steps=600)
    assert rollout.crashed.sum() == 2
    assert torch.equal(rollout.crashed, rollout.truncated)


def test_the_worlds_are_known_to_whoever_imports_nothing_but_the_rollout():
    code = "from ilrl_course.rollout import make_batch; make_batch('ilrl/CartPole-v0', 2)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_worlds_that_reset_by_themselves_are_refused():
    with pytest.raises(ValueError, match="resets its copies by itself"):
        make_batch("CartPole-v1", 2)


def test_single_and_batched_collection_give_the_same_episodes():
    expert = CARTPOLE.make_demonstrator("expert")
    batched = collect_trajectories(expert, CARTPOLE.env_id, 3, seed=4)
    env = gym.make(CARTPOLE.env_id)
    for i, trajectory in enumerate(batched):
        single = collect_trajectory(env, expert, derive_seed(4, "demonstrations") + i)
        np.testing.assert_array_equal(single.obs, trajectory.obs)
        np.testing.assert_array_equal(single.actions, trajectory.actions)
        np.testing.assert_array_equal(single.rewards, trajectory.rewards)
        assert (single.terminated, single.truncated) == (trajectory.terminated, trajectory.truncated)
        assert (single.crashed, single.success) == (trajectory.crashed, trajectory.success)


def test_each_copy_plays_exactly_one_whole_episode():
    trajectories = collect_trajectories(counting_world.actor, "test/Counting-v0", 4, seed=0)
    assert [len(t) for t in trajectories] == [2, 3, 5, 5]
    assert [t.terminated for t in trajectories] == [True, True, True, False]
    assert [t.truncated for t in trajectories] == [False, False, True, True]
    assert [t.crashed for t in trajectories] == [True, False, False, False]
    for i, trajectory in enumerate(trajectories):
        assert trajectory.obs[:, 2].tolist() == list(range(len(trajectory) + 1))
        assert (trajectory.obs[:, 0] == i).all()
        assert trajectory.rewards.tolist() == list(range(1, len(trajectory) + 1))


def test_equal_seeds_repeat_and_other_seeds_differ():
    def first_obs(seed):
        weak = CARTPOLE.make_demonstrator("weak", seed=0)
        return collect_trajectories(weak, CARTPOLE.env_id, 2, seed)[0].obs

    np.testing.assert_array_equal(first_obs(0), first_obs(0))
    assert not np.array_equal(first_obs(0)[0], first_obs(1)[0])


def test_purposes_have_seeds_of_their_own():
    seeds = {derive_seed(seed, purpose) for seed in range(50) for purpose in ("training", "evaluation")}
    assert len(seeds) == 100


@pytest.mark.parametrize("seed", [None, -1, 0.5])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(ValueError, match="give a whole number from 0 on"):
        derive_seed(seed, "evaluation")


def test_no_episodes_at_all_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        collect_trajectories(counting_world.actor, "test/Counting-v0", 0, seed=0)
