"""Every id can be made, single and batched, and is what Gymnasium expects."""

import copy

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode

from ilrl_course.envs import DEMONSTRATORS, WORLDS
from ilrl_course.envs.text import TEXT
from ilrl_course.rollout import make_batch

IDS = [  # without those of others, which `ilrl_course.envs.elsewhere` adds where a test imports it
    spec.id
    for spec in gym.registry.values()
    if spec.namespace == "ilrl" and ".elsewhere" not in spec.entry_point
]


def test_the_ids_are_those_of_the_three_worlds_the_fixed_horizon_and_text():
    assert sorted(IDS) == sorted([*WORLDS, "ilrl/CartPoleFixed-v0", TEXT.env_id])


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.filterwarnings("ignore:.*Box observation space (minimum|maximum) value is")
def test_gymnasium_accepts_every_id_and_its_pictures(env_id):
    check_env(gym.make(env_id, render_mode="rgb_array").unwrapped)


@pytest.mark.parametrize("env_id", IDS)
def test_the_time_limit_that_an_id_names_is_the_world_s_own(env_id):
    assert gym.spec(env_id).max_episode_steps == make_batch(env_id, 1).max_steps


@pytest.mark.parametrize("env_id", IDS)
def test_a_batch_of_every_id_never_resets_by_itself_and_tells_of_crashes_and_success(env_id):
    envs = make_batch(env_id, 3)
    obs, info = envs.reset(seed=0)
    assert obs in envs.observation_space
    assert envs.metadata["autoreset_mode"] is AutoresetMode.DISABLED
    for name in ("crashed", "success"):
        assert info[name].shape == (3,)
        assert info[name].dtype == bool


@pytest.mark.parametrize("world", [*WORLDS.values(), TEXT], ids=lambda world: world.name)
def test_every_actor_of_a_world_gives_actions_that_fit_its_batch(world):
    envs = gym.make_vec(world.env_id, num_envs=3, **world.test_options)
    obs, _ = envs.reset(seed=0)
    demonstrators = [world.make_demonstrator(kind, **world.test_options) for kind in DEMONSTRATORS]
    for actor in (*demonstrators, world.make_random_actor(0)):
        actions = actor(obs)
        assert actions in envs.action_space
    again = [world.make_random_actor(seed)(obs) for seed in (0, 0)]
    np.testing.assert_array_equal(*again)


@pytest.mark.parametrize("env_id", IDS)
def test_what_a_step_returned_is_never_written_to_by_a_later_reset_or_step(env_id):
    envs = make_batch(env_id, 4)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    returned, copies, ends = [], [], 0

    def keep(*arrays):
        returned.append(arrays)
        copies.append(copy.deepcopy(arrays))

    for step in range(60):
        obs, reward, terminated, truncated, info = envs.step(envs.action_space.sample())
        keep(obs, reward, terminated, truncated, info)
        episode_over = terminated | truncated
        ends += episode_over.sum()
        in_mid_episode = (np.arange(4) == step % 4) & (step % 7 == 6)
        keep(*envs.reset(options={"reset_mask": episode_over | in_mid_episode}))
    assert ends or env_id == "ilrl/CartPoleFixed-v0"
    np.testing.assert_equal(returned, copies)
