"""Driving with `show_last_action`: two more columns, which tell the action before and change nothing."""

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from ilrl_course.envs import DEMONSTRATORS
from ilrl_course.envs.driving import DrivingEnv, DrivingVectorEnv, make_demonstrator, spec

WORLDS = [{}, {"traffic": 2}, {"road_works": 3, "grip": 0.6}]


def wild_actions(num_steps, num_envs, seed=0):
    """Actions (T, N, 2), many of them beyond the limits."""
    return np.random.default_rng(seed).uniform(-2, 2, (num_steps, num_envs, 2)).astype(np.float32)


def showing(num_envs, **options):
    return DrivingVectorEnv(num_envs, show_last_action=True, **options)


@pytest.mark.filterwarnings("ignore:.*render")
@pytest.mark.parametrize("options", WORLDS, ids=str)
def test_check_env_passes_and_draws_a_picture(options):
    check_env(DrivingEnv(render_mode="rgb_array", show_last_action=True, **options))


@pytest.mark.parametrize("options", WORLDS, ids=str)
def test_all_other_columns_and_all_outcomes_are_those_of_the_world_without_it(options):
    plain, shown = DrivingVectorEnv(6, **options), showing(6, **options)
    expected, obs = plain.reset(seed=3)[0], shown.reset(seed=3)[0]
    for actions in wild_actions(100, 6):
        assert obs.shape == (6, spec.OBS_DIM + 2)
        assert obs in shown.observation_space
        np.testing.assert_array_equal(obs[:, : spec.OBS_DIM], expected)
        expected, *outcome = plain.step(actions)
        obs, *shown_outcome = shown.step(actions)
        for one, other in zip(outcome[:3], shown_outcome[:3], strict=True):
            np.testing.assert_array_equal(one, other)
        mask = {"reset_mask": outcome[1] | outcome[2]}
        if mask["reset_mask"].any():
            expected, obs = plain.reset(options=mask)[0], shown.reset(options=mask)[0]


def test_the_last_columns_hold_the_clipped_action_of_the_step_before():
    env = showing(4)
    obs, _ = env.reset(seed=0)
    assert (obs[:, spec.LAST_ACTION :] == 0).all()
    for actions in wild_actions(20, 4):
        obs = env.step(actions)[0]
        np.testing.assert_array_equal(obs[:, spec.LAST_ACTION :], np.clip(actions, -1, 1))


def test_a_masked_reset_forgets_the_action_of_these_copies_only():
    env = showing(3)
    env.reset(seed=0)
    actions = np.float32([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    env.step(actions)
    obs, _ = env.reset(options={"reset_mask": np.array([False, True, False])})
    actions[1] = 0
    np.testing.assert_array_equal(obs[:, spec.LAST_ACTION :], actions)


@pytest.mark.parametrize("options", WORLDS, ids=str)
@pytest.mark.parametrize("kind", DEMONSTRATORS)
def test_every_demonstrator_ignores_the_last_action(kind, options):
    env = DrivingVectorEnv(50, **options)
    env.reset(seed=0)
    for actions in 0.2 * wild_actions(15, 50):
        obs = env.step(actions)[0]
    expected = make_demonstrator(kind, **options)(obs)
    for last in wild_actions(3, 50):
        act = make_demonstrator(kind, show_last_action=True, **options)
        np.testing.assert_array_equal(act(np.concatenate([obs, last], axis=1)), expected)


def test_batch_and_single_agree_step_by_step():
    batch, singles = showing(3), [DrivingEnv(show_last_action=True) for _ in range(3)]
    obs, _ = batch.reset(seed=11)
    np.testing.assert_array_equal(obs, [env.reset(seed=11 + i)[0] for i, env in enumerate(singles)])
    resets = 0
    for actions in wild_actions(120, 3) + np.float32([0, 0.4]):
        obs, reward, terminated, truncated, _ = batch.step(actions)
        for i, env in enumerate(singles):
            single = env.step(actions[i])
            np.testing.assert_array_equal(obs[i], single[0])
            assert (reward[i], terminated[i], truncated[i]) == single[1:4]
        mask = terminated | truncated
        if mask.any():
            resets += 1
            obs, _ = batch.reset(options={"reset_mask": mask})
            for i in np.flatnonzero(mask):
                np.testing.assert_array_equal(obs[i], singles[i].reset()[0])
    assert resets >= 2


@pytest.mark.parametrize("value", ["yes", "False", 1, 0, None])
def test_anything_but_true_or_false_is_a_clear_error(value):
    words = f"show_last_action is {value!r}, but True or False is expected"
    with pytest.raises(ValueError, match=words):
        DrivingVectorEnv(2, show_last_action=value)
    with pytest.raises(ValueError, match=words):
        make_demonstrator("expert", show_last_action=value)
