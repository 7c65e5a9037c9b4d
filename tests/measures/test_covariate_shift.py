"""Measures of covariate shift agree with closed forms, brute force and a hand-written loop."""

import gymnasium as gym
import numpy as np
import pytest
import torch

from ilrl_course.data import Trajectory
from ilrl_course.envs import CARTPOLE
from ilrl_course.measures.covariate_shift import (
    collect_after_hand_over,
    cost_by_horizon,
    distance_to_data,
    growth_exponent,
)
from ilrl_course.rollout import collect_trajectories, derive_seed
from tests import counting_world

counting_world.register()
HORIZONS = [1, 2, 5, 10]


def still(obs):
    return np.zeros((len(obs), 2), np.float32)


def episode(mistaken, terminated=False):
    """An episode in which the driver, unlike `still`, steers far off wherever `mistaken` (T,) is true."""
    actions = np.zeros((len(mistaken), 2), np.float32)
    actions[np.asarray(mistaken, bool), 0] = -0.9
    obs = np.zeros((len(mistaken) + 1, 4), np.float32)
    return Trajectory(obs, actions, actions[:, 1], terminated, not terminated)


def test_an_expert_costs_nothing_and_a_learner_that_is_never_right_costs_the_horizon():
    assert cost_by_horizon([episode([0] * 10)], still, HORIZONS).tolist() == [0, 0, 0, 0]
    assert cost_by_horizon([episode([1] * 10)], still, HORIZONS).tolist() == HORIZONS


def test_every_step_after_the_end_of_an_episode_is_a_mistake():
    trajectories = [episode([0] * 10), episode([0] * 4, terminated=True)]
    costs = cost_by_horizon(trajectories, still, [2, 4, 6, 10])
    assert costs.tolist() == [0, 0, (6 - 4) / 2, (10 - 4) / 2]


def test_mistakes_before_and_after_an_end_add_up():
    costs = cost_by_horizon([episode([0, 1, 0], terminated=True)], still, [1, 2, 3, 4, 5])
    assert costs.tolist() == [0, 1, 1, 2, 3]


def test_a_mistake_of_which_no_driver_recovers_costs_the_square_of_the_horizon():
    trajectories = [episode(np.arange(20) >= first) for first in range(20)]  # as likely at any step
    horizons = np.array([1, 5, 20])
    costs = cost_by_horizon(trajectories, still, horizons)
    np.testing.assert_allclose(costs, horizons * (horizons + 1) / 2 / 20)


def test_steps_beyond_the_longest_horizon_do_not_count():
    assert cost_by_horizon([episode([0] * 10 + [1] * 90)], still, [5, 10]).tolist() == [0, 0]


def test_one_part_of_the_action_beyond_the_tolerance_is_one_mistake():
    actions = np.float32([[0.2, 0.2], [0.3, 0.0], [0.0, -0.3], [0.3, -0.3]])
    trajectory = Trajectory(np.zeros((5, 4), np.float32), actions, np.zeros(4), False, True)
    assert cost_by_horizon([trajectory], still, [1, 2, 3, 4], tolerance=0.25).tolist() == [0, 1, 2, 3]
    assert cost_by_horizon([trajectory], still, [1, 2, 3, 4], tolerance=0.35).tolist() == [0, 0, 0, 0]


def test_the_expert_is_asked_about_the_situation_in_which_the_learner_acted():
    obs = np.float32([[0, 0], [1, 0], [0, 1], [1, 1], [0, 0]])
    right = Trajectory(obs, obs[:-1], np.zeros(4), False, True)
    shifted = Trajectory(obs, obs[1:], np.zeros(4), False, True)
    assert cost_by_horizon([right], np.copy, [4]) == 0
    assert cost_by_horizon([shifted], np.copy, [4]) == 4


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.7, 2.0])
@pytest.mark.parametrize("factor", [0.01, 3.0])
def test_the_growth_exponent_of_a_power_law_is_its_exponent(exponent, factor):
    horizons = [5, 10, 40, 100, 250]
    costs = factor * np.array(horizons) ** exponent
    assert growth_exponent(horizons, costs) == pytest.approx(exponent)


def test_distances_to_the_data_agree_with_brute_force():
    generator = torch.Generator().manual_seed(0)
    obs, data = torch.randn(50, 3, generator=generator), torch.randn(40, 3, generator=generator)
    by_hand = [min(np.linalg.norm(row - known) for known in data.numpy()) for row in obs.numpy()]
    np.testing.assert_allclose(distance_to_data(obs, data), by_hand, rtol=1e-4)


def test_what_is_in_the_data_has_no_distance_to_it():
    data = torch.randn(20, 22, generator=torch.Generator().manual_seed(0))
    assert distance_to_data(data.flip(0), data).tolist() == [0.0] * 20


def test_what_is_in_many_data_has_no_distance_to_it_either():
    data = torch.randn(500, 22, generator=torch.Generator().manual_seed(0))
    assert distance_to_data(data, data).max() < 1e-6


def rightward(obs):
    return np.ones(len(obs), np.int64)


def test_after_the_hand_over_the_learner_acts_where_the_expert_has_led_it():
    expert = CARTPOLE.make_demonstrator("expert")
    handed = collect_after_hand_over(rightward, expert, CARTPOLE.env_id, 3, 20, seed=4)
    env = gym.make(CARTPOLE.env_id)
    for i, trajectory in enumerate(handed):
        obs, _ = env.reset(seed=derive_seed(4, "demonstrations") + i)
        for _ in range(20):
            obs, *_ = env.step(expert(obs[None])[0])
        seen, rewards, over = [obs], [], False
        while not over:
            obs, reward, terminated, truncated, info = env.step(1)
            seen.append(obs)
            rewards.append(reward)
            over = terminated or truncated
        np.testing.assert_array_equal(trajectory.obs, seen)
        assert trajectory.actions.tolist() == [1] * len(rewards)
        assert trajectory.rewards.tolist() == rewards
        assert (trajectory.terminated, trajectory.truncated) == (terminated, truncated)
        assert (trajectory.crashed, trajectory.success) == (info["crashed"], info["success"])


def test_without_expert_steps_the_whole_episode_is_the_learners():
    handed = collect_after_hand_over(rightward, None, CARTPOLE.env_id, 3, 0, seed=1)
    alone = collect_trajectories(rightward, CARTPOLE.env_id, 3, seed=1)
    for one, other in zip(handed, alone, strict=True):
        np.testing.assert_array_equal(one.obs, other.obs)


def test_the_last_step_of_the_shortest_episode_can_be_the_learners():
    arguments = (rightward, counting_world.actor, "test/Counting-v0", 4)
    rewards = [t.rewards.tolist() for t in collect_after_hand_over(*arguments, 1, seed=0)]
    assert rewards == [[2], [2, 3], [2, 3, 4, 5], [2, 3, 4, 5]]
    with pytest.raises(
        ValueError, match="is over after 2 steps, before the learner takes over after 2: hand"
    ):
        collect_after_hand_over(*arguments, 2, seed=0)


@pytest.mark.parametrize(("episodes", "horizons"), [(0, [3]), (1, [0, 3])])
def test_costs_need_an_episode_and_horizons_from_one_on(episodes, horizons):
    trajectory = Trajectory(np.zeros((4, 1)), np.zeros((3, 1)), np.zeros(3), False, True)
    with pytest.raises(ValueError, match="give at least one, from 1 on"):
        cost_by_horizon([trajectory] * episodes, lambda obs: np.zeros((len(obs), 1)), horizons)


def test_a_cost_of_zero_has_no_exponent():
    with pytest.raises(ValueError, match="only numbers above 0"):
        growth_exponent([1, 2], np.array([0.0, 1.0]))
