"""One scale for all columns, there and back again."""

import numpy as np
import pytest

from ilrl_course.algorithms.standards import NARROWEST, Standards
from ilrl_course.data import Trajectory


def episode(num_steps=50, seed=0):
    rng = np.random.default_rng(seed)
    obs = (5 + rng.normal(size=(num_steps + 1, 3)) * [1, 0.01, 100]).astype(np.float32)
    actions = (rng.normal(size=(num_steps, 2)) * [0.1, 3] - 2).astype(np.float32)
    return Trajectory(obs, actions, np.ones(num_steps, dtype=np.float32), True, False, crashed=True)


def test_what_was_measured_has_mean_0_and_deviation_1_on_the_common_scale():
    episodes = [episode(50, 0), episode(20, 1)]
    standards = Standards.of(episodes)
    scaled = [standards.applied_to(one) for one in episodes]
    for columns in ([one.obs[:-1] for one in scaled], [one.actions for one in scaled]):
        together = np.concatenate(columns)
        assert together.dtype == np.float32
        np.testing.assert_allclose(together.mean(0), 0, atol=1e-2)
        np.testing.assert_allclose(together.std(0), 1, rtol=1e-3)


def test_the_rest_of_an_episode_and_the_episode_itself_stay_as_they_are():
    one, untouched = episode(), episode()
    scaled = Standards.of([one]).applied_to(one)
    assert (scaled.terminated, scaled.truncated, scaled.crashed) == (True, False, True)
    np.testing.assert_array_equal(scaled.rewards, one.rewards)
    np.testing.assert_array_equal(one.obs, untouched.obs)
    np.testing.assert_array_equal(one.actions, untouched.actions)


def test_the_last_observation_of_an_episode_has_no_say_for_it_has_no_action():
    one, other = episode(), episode()
    other.obs[-1] = 1e6
    first, second = Standards.of([one]), Standards.of([other])
    np.testing.assert_array_equal(first.obs_mean, second.obs_mean)
    np.testing.assert_array_equal(first.obs_std, second.obs_std)


def test_an_actor_that_repeats_what_was_shown_does_so_in_the_world_for_plans_of_any_length():
    one = episode()
    standards = Standards.of([one])
    scaled = standards.applied_to(one)
    for horizon in (1, 3):

        def plan(obs, horizon=horizon):
            np.testing.assert_allclose(obs, scaled.obs[:-1], rtol=1e-6)
            return np.tile(scaled.actions, horizon)

        plans = standards.undone_by(plan)(one.obs[:-1])
        assert plans.dtype == np.float32
        np.testing.assert_allclose(plans, np.tile(one.actions, horizon), atol=1e-5)


def test_a_column_that_never_changes_is_left_finite():
    one = episode()
    one.obs[:, 1] = 7
    standards = Standards.of([one])
    assert standards.obs_std[1] == np.float32(NARROWEST)
    assert (standards.applied_to(one).obs[:, 1] == 0).all()


def test_nothing_cannot_be_measured():
    with pytest.raises(ValueError, match="no trajectories"):
        Standards.of([])
