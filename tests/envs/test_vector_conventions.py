"""`gym.make_vec` keeps Gymnasium's promises: our batches step like its `SyncVectorEnv` of single worlds."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.envs import IDS as IDS_OF_THREE_WORLDS
from ilrl_course.envs.text import TEXT

MODES = list(AutoresetMode)
IDS = [*IDS_OF_THREE_WORLDS, TEXT.env_id]
WORLDS = [
    *((env_id, {}) for env_id in IDS),
    (DUNGEON.env_id, {"slippery": 0.4, "random_start": True}),
    (DRIVING.env_id, {"traffic": 3, "start_offset": 1.0, "show_last_action": True}),
    (TEXT.env_id, {"taste": "melodious"}),
    *((env_id, {"max_episode_steps": 7}) for env_id in IDS),
    (CARTPOLE.env_id, {"pole_length": 0.2, "max_episode_steps": 12}),  # it falls just then
]


def pair(env_id, options, mode, num_envs=3):
    """A batch of ours, and the same worlds in Gymnasium's own."""
    ours = gym.make_vec(env_id, num_envs=num_envs, autoreset_mode=mode, **options)
    theirs = gym.make_vec(
        env_id, num_envs, vectorization_mode="sync", vector_kwargs={"autoreset_mode": mode}, **options
    )
    return ours, theirs


def assert_alike(ours, theirs):
    """What both returned; an info of Gymnasium's counts where its mask is true."""
    for mine, other in zip(ours[:-1], theirs[:-1], strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-6)
    _assert_infos_alike(ours[-1], theirs[-1])


def _assert_infos_alike(ours, theirs):
    for name, value in theirs.items():
        if name.startswith("_"):
            continue
        where = theirs[f"_{name}"]
        if isinstance(value, dict):
            _assert_infos_alike(ours[name], value)
        elif value.dtype == object:
            np.testing.assert_allclose(np.stack(ours[name][where]), np.stack(value[where]), rtol=1e-6)
        else:
            np.testing.assert_allclose(ours[name][where], value[where], rtol=1e-6)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("env_id", "options"), WORLDS)
def test_batched_and_single_episodes_agree_step_by_step(env_id, options, mode):
    ours, theirs = pair(env_id, options, mode)
    assert_alike(ours.reset(seed=3), theirs.reset(seed=3))
    ours.action_space.seed(1)
    ends = 0
    for step in range(400 if "max_episode_steps" not in options else 60):
        if step == 50:
            assert_alike(ours.reset(seed=[9, None, 4]), theirs.reset(seed=[9, None, 4]))
        actions = ours.action_space.sample()
        results = ours.step(actions), theirs.step(actions)
        assert_alike(*results)
        over = results[0][2] | results[0][3]
        ends += over.sum()
        if mode is AutoresetMode.DISABLED and over.any():
            again = [envs.reset(options={"reset_mask": over.copy()})[0] for envs in (ours, theirs)]
            np.testing.assert_allclose(*again, rtol=1e-6)
    assert ends or env_id == "ilrl/CartPoleFixed-v0"


def test_by_default_what_has_ended_starts_anew_in_its_next_step_which_pays_nothing():
    envs = gym.make_vec(CARTPOLE.env_id, num_envs=8)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    over, num_ends = np.zeros(8, dtype=bool), 0
    for _ in range(1200):
        obs, reward, terminated, truncated, _ = envs.step(envs.action_space.sample())
        assert reward.tolist() == (~over).tolist()
        assert (np.abs(obs[over]) <= 0.05).all()  # where an episode of CartPole starts
        over = terminated | truncated
        num_ends += over.sum()
    assert num_ends > 300


def test_where_nothing_resets_by_itself_a_step_after_the_end_pays_nothing():
    envs = gym.make_vec(CARTPOLE.env_id, num_envs=2, autoreset_mode="Disabled")
    envs.reset(seed=0)
    paid = np.sum([envs.step(np.array([0, 0]))[1] for _ in range(100)], axis=0)
    assert (paid < 12).all()


@pytest.mark.parametrize("mode", MODES)
def test_a_mode_can_be_given_by_its_name_too_and_is_declared(mode):
    envs = gym.make_vec(DRIVING.env_id, num_envs=2, autoreset_mode=mode.value)
    assert envs.metadata["autoreset_mode"] is mode
    other = gym.make_vec(DRIVING.env_id, num_envs=2)
    assert other.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"autoreset_mode": "Sometimes"}, "autoreset_mode is 'Sometimes': choose one of"),
        ({"max_episode_steps": 0}, "max_episode_steps is 0, but a whole number from 1 to"),
        ({"max_episode_steps": 10_000}, "an episode may be cut short, but not go on"),
        ({"num_envs": 0}, "at least one world"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(options, words):
    for env_id in IDS:
        with pytest.raises(ValueError, match=words):
            gym.make_vec(env_id, **options)


def test_another_number_of_seeds_than_of_copies_is_refused():
    with pytest.raises(ValueError, match="2 seeds are given, but 3 are expected"):
        gym.make_vec(DUNGEON.env_id, num_envs=3).reset(seed=[1, 2])


@pytest.mark.parametrize("env_id", IDS)
def test_a_reset_with_a_seed_gives_the_same_episodes_again(env_id):
    envs = gym.make_vec(env_id, num_envs=3)
    first, _ = envs.reset(seed=5)
    envs.step(envs.action_space.sample())
    again, _ = envs.reset(seed=5)
    np.testing.assert_array_equal(first, again)
    begins_alike = env_id in (DUNGEON.env_id, TEXT.env_id)
    assert not np.array_equal(first, envs.reset(seed=6)[0]) or begins_alike
