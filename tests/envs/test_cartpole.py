"""Our CartPole is Gymnasium's, with options, a fixed horizon and demonstrators."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from ilrl_course.envs import CARTPOLE, DEMONSTRATORS
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.rollout import collect_trajectories

OPTIONS = [{}, {"pole_length": 2.0}, {"gravity": 20.0}, {"force": 5.0}, {"fixed_horizon": True}]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.filterwarnings("ignore:.*Box observation space (minimum|maximum) value is")
def test_gymnasium_accepts_the_world_with_every_option(options):
    check_env(gym.make(CARTPOLE.env_id, render_mode="rgb_array", **options).unwrapped)


def test_default_options_give_gymnasiums_own_trajectories():
    ours, theirs = gym.make(CARTPOLE.env_id), gym.make("CartPole-v1")
    for seed in range(5):
        obs = {env: env.reset(seed=seed)[0] for env in (ours, theirs)}
        terminated = False
        while not terminated:
            np.testing.assert_allclose(obs[ours], obs[theirs], atol=1e-5)
            action = int(obs[theirs][2] > 0)
            steps = {env: env.step(action) for env in (ours, theirs)}
            assert steps[ours][1:4] == steps[theirs][1:4]
            obs = {env: steps[env][0] for env in steps}
            terminated = steps[theirs][2]


@pytest.mark.parametrize("options", OPTIONS)
def test_batch_and_single_agree_step_by_step(options):
    batch = gym.make_vec(CARTPOLE.env_id, num_envs=3, **options)
    singles = [gym.make(CARTPOLE.env_id, **options).unwrapped for _ in range(3)]
    obs, _ = batch.reset(seed=7)
    np.testing.assert_array_equal(obs, [env.reset(seed=7 + i)[0] for i, env in enumerate(singles)])
    rng = np.random.default_rng(0)
    for _ in range(100):
        actions = rng.integers(0, 2, 3)
        obs, reward, terminated, truncated, info = batch.step(actions)
        for i, env in enumerate(singles):
            single = env.step(actions[i])
            np.testing.assert_array_equal(obs[i], single[0])
            assert (reward[i], terminated[i], truncated[i]) == single[1:4]
            assert info["crashed"][i] == single[4]["crashed"]
        over = terminated | truncated
        if over.any():
            obs, _ = batch.reset(options={"reset_mask": over})
            for i in np.flatnonzero(over):
                np.testing.assert_array_equal(obs[i], singles[i].reset()[0])


def test_options_change_the_physics():
    def after_one_push(**options):
        env = gym.make(CARTPOLE.env_id, **options)
        env.reset(seed=0)
        env.step(1)
        return env.step(1)[0]

    plain = after_one_push()
    for options in OPTIONS[1:4]:
        assert not np.allclose(plain, after_one_push(**options))


@pytest.mark.parametrize("name", ["pole_length", "gravity", "force"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), 1e9, "long", True])
def test_options_that_make_no_sense_are_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"{name} is .*a number from 0.1 to"):
        gym.make(CARTPOLE.env_id, **{name: value})


def test_a_text_is_not_taken_for_true():
    with pytest.raises(ValueError, match="fixed_horizon is 'no', but True or False"):
        gym.make(CARTPOLE.env_id, fixed_horizon="no")


def test_with_a_fixed_horizon_a_fall_ends_the_reward_but_not_the_episode():
    env = gym.make("ilrl/CartPoleFixed-v0")
    env.reset(seed=0)
    steps = [env.step(1) for _ in range(500)]
    rewards = [step[1] for step in steps]
    fall = rewards.index(0.0)
    assert 5 < fall < 20
    assert rewards == [1.0] * fall + [0.0] * (500 - fall)
    assert not any(step[2] for step in steps)
    assert [step[3] for step in steps] == [False] * 499 + [True]
    np.testing.assert_array_equal(steps[fall][0], steps[-1][0])
    assert steps[-1][4] == {"crashed": True, "success": False}


def test_a_second_episode_after_a_fall_starts_afresh():
    env = gym.make("ilrl/CartPoleFixed-v0")
    env.reset(seed=0)
    for _ in range(50):
        env.step(1)
    env.reset()
    assert env.step(0)[1] == 1.0


def test_demonstrators_are_what_they_are_called():
    scores = {
        kind: evaluate(CARTPOLE.make_demonstrator(kind), CARTPOLE.env_id, 50, seed=0)
        for kind in DEMONSTRATORS
    }
    assert scores["expert"].success_rate == 1
    assert scores["biased"].success_rate == 1
    assert 150 < scores["weak"].mean_return < 400
    biased = collect_trajectories(CARTPOLE.make_demonstrator("biased"), CARTPOLE.env_id, 5, seed=0)
    assert all(t.obs[250:, 0].mean() == pytest.approx(1.2, abs=0.2) for t in biased)


def test_demonstrators_label_any_batch_of_observations():
    obs = np.random.default_rng(0).normal(size=(1000, 4)).astype(np.float32)
    for kind in DEMONSTRATORS:
        actions = CARTPOLE.make_demonstrator(kind)(obs)
        assert actions.shape == (1000,)
        assert set(actions) == {0, 1}


def test_an_unknown_demonstrator_is_refused():
    with pytest.raises(ValueError, match="choose 'expert', 'weak' or 'biased'"):
        CARTPOLE.make_demonstrator("genius")


def test_a_demonstrator_accepts_the_worlds_options_and_no_others():
    CARTPOLE.make_demonstrator("expert", pole_length=2.0, fixed_horizon=True)
    with pytest.raises(ValueError, match="no option pole_lenght: choose from pole_length"):
        CARTPOLE.make_demonstrator("expert", pole_lenght=2.0)


def test_a_fallen_pole_looks_different_from_an_upright_one():
    env = gym.make("ilrl/CartPoleFixed-v0", render_mode="rgb_array")
    env.reset(seed=0)
    upright = env.render()
    for _ in range(30):
        env.step(1)
    assert upright.shape == (400, 600, 3)
    assert (upright != env.render()).any()
