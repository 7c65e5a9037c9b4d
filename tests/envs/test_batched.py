"""What all worlds share: resets by mask, refusals, and steps that never confuse their ends."""

import gymnasium as gym
import numpy as np
import pytest

from tests import counting_world

counting_world.register()


@pytest.fixture
def envs():
    envs = gym.make_vec("test/Counting-v0", num_envs=3)
    envs.reset(seed=0)
    return envs


def test_a_masked_reset_touches_only_the_masked_copies(envs):
    envs.step(np.zeros(3, int))
    obs, _ = envs.reset(options={"reset_mask": np.array([True, False, True])})
    assert obs[:, 1].tolist() == [1, 0, 1]
    assert obs[:, 2].tolist() == [0, 1, 0]


def test_a_masked_reset_with_a_seed_leaves_the_other_copies_random_numbers_alone(envs):
    untouched, before = envs.generators[1], envs.generators[1].bit_generator.state
    envs.reset(seed=50, options={"reset_mask": np.array([True, False, True])})
    assert envs.generators[1] is untouched
    assert untouched.bit_generator.state == before
    alone = gym.make("test/Counting-v0")
    alone.reset(seed=52)
    assert envs.generators[2].random() == alone.unwrapped.np_random.random()


def test_a_first_reset_that_leaves_a_copy_out_is_refused():
    fresh = gym.make_vec("test/Counting-v0", num_envs=2)
    with pytest.raises(ValueError, match="first reset without a mask"):
        fresh.reset(seed=0, options={"reset_mask": np.array([True, False])})


@pytest.mark.parametrize("mask", [np.array([True]), np.array([1, 0, 1]), [True, False]])
def test_a_mask_of_the_wrong_shape_or_type_is_refused(envs, mask):
    with pytest.raises(ValueError, match=r"pass terminated \| truncated"):
        envs.reset(options={"reset_mask": mask})


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (np.zeros(2, int), "shape"),
        (np.zeros((3, 1), int), "shape"),
        (np.zeros(3), "whole numbers"),
        (np.array([0, 2, 0]), "only 0..1 exist"),
        (np.array([0, -1, 0]), "only 0..1 exist"),
    ],
)
def test_actions_that_do_not_fit_are_refused(envs, actions, message):
    with pytest.raises(ValueError, match=message):
        envs.step(actions)


def test_stepping_before_the_first_reset_is_refused():
    with pytest.raises(RuntimeError, match="call reset"):
        gym.make_vec("test/Counting-v0", num_envs=2).step(np.zeros(2, int))


def test_a_batch_without_worlds_or_with_an_unknown_render_mode_is_refused():
    with pytest.raises(ValueError, match="at least one world"):
        counting_world.CountingVectorEnv(num_envs=0)
    with pytest.raises(ValueError, match="rgb_array"):
        counting_world.CountingVectorEnv(num_envs=1, render_mode="human")
