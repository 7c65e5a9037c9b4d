"""The Dungeon as a Gymnasium world: single and batch, seeds, ends, options."""

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from ilrl_course.envs.dungeon import DungeonEnv, DungeonVectorEnv, make_demonstrator
from ilrl_course.envs.dungeon.observation import decode

OPTIONS = [
    {"num_layouts": 20},
    {"layout": 7},
    {"num_layouts": 5, "first_layout": 900},
    {"num_layouts": 20, "random_start": True},
    {"num_layouts": 20, "slippery": 0.3},
    {"num_layouts": 20, "secret_passage": False},
    {"layout": 3, "random_start": True, "slippery": 0.2, "secret_passage": False},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.filterwarnings("ignore:.*not within the observation space:UserWarning")
def test_gymnasium_accepts_the_world(options):
    check_env(DungeonEnv(render_mode="rgb_array", **options), skip_render_check=True)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_batch_and_single_agree_step_by_step(options):
    batch, singles = DungeonVectorEnv(3, **options), [DungeonEnv(**options) for _ in range(3)]
    obs, _ = batch.reset(seed=40)
    assert (obs == [env.reset(seed=40 + i)[0] for i, env in enumerate(singles)]).all()
    rng, weak = np.random.default_rng(1), make_demonstrator("weak", seed=2)
    for step in range(250):
        actions = weak(obs) if step > 120 else rng.integers(4, size=3)
        obs, reward, terminated, truncated, info = batch.step(actions)
        for i, env in enumerate(singles):
            one_obs, one_reward, one_terminated, one_truncated, one_info = env.step(actions[i])
            assert (obs[i] == one_obs).all()
            assert (reward[i], terminated[i], truncated[i]) == (one_reward, one_terminated, one_truncated)
            assert {key: value[i] for key, value in info.items()} == one_info
        over = terminated | truncated
        if over.any():
            obs, _ = batch.reset(options={"reset_mask": over})
            for i in np.flatnonzero(over):
                assert (obs[i] == singles[i].reset()[0]).all()


def rollout(seed):
    env, rng = DungeonVectorEnv(4, num_layouts=20, random_start=True, slippery=0.2), np.random.default_rng(0)
    found = [env.reset(seed=seed)[0]]
    for _ in range(60):
        obs, _, terminated, truncated, _ = env.step(rng.integers(4, size=4))
        found.append(obs)
        env.reset(options={"reset_mask": terminated | truncated})
    return np.stack(found)


def test_the_seed_determines_everything():
    assert (rollout(5) == rollout(5)).all()
    assert not (rollout(5) == rollout(6)).all()


def test_the_time_limit_truncates_and_an_end_on_the_last_step_terminates():
    env, expert = DungeonVectorEnv(2, layout=7), make_demonstrator("expert")
    obs, _ = env.reset(seed=0)
    terminated = np.zeros(2, dtype=bool)
    while not terminated.all():
        obs, _, terminated, _, _ = env.step(expert(obs))
    shortest = int(env.steps[0])
    obs, _ = env.reset(seed=0)
    env.steps[:] = [100 - shortest, 101 - shortest]  # the second is one step short of time
    for _ in range(shortest - 1):
        obs, _, terminated, truncated, _ = env.step(expert(obs))
    assert (terminated.tolist(), truncated.tolist()) == ([False, False], [False, True])
    obs, reward, terminated, truncated, info = env.step(expert(obs))
    assert (terminated[0], truncated[0], info["success"][0]) == (True, True, True)
    assert reward[0] == pytest.approx(0.1)
    assert obs[0, -1] == 0


def test_observations_stay_in_their_space_and_determine_the_state():
    env, rng = DungeonVectorEnv(32, num_layouts=30, random_start=True), np.random.default_rng(3)
    obs, _ = env.reset(seed=0)
    for _ in range(80):
        assert obs in env.observation_space
        plans, states = decode(obs)
        grids = env.bank.grids[env.layout].copy()
        grids[(grids == 3) & (states // 77 % 2 == 1)[:, None]] = 0  # a key that is taken is gone
        assert (states == env.state).all()
        assert (plans == grids).all()
        obs, _, terminated, truncated, _ = env.step(rng.integers(4, size=32))
        obs, _ = env.reset(options={"reset_mask": terminated | truncated})


def test_layouts_come_from_the_asked_range():
    _, info = DungeonVectorEnv(40, num_layouts=5, first_layout=10).reset(seed=0)
    assert set(info["layout"]) == {10, 11, 12, 13, 14}


def test_random_starts_are_many_and_safe():
    env = DungeonVectorEnv(60, layout=7, random_start=True)
    env.reset(seed=0)
    assert len(set(env.state)) > 15
    assert (env.bank.grids[7, env.state] == 0).all()


def test_without_the_passage_it_is_plain_wall():
    env = DungeonVectorEnv(10, num_layouts=10, secret_passage=False)
    env.reset(seed=0)
    assert not (env.bank.grids[env.layout] == 6).any()


def test_slips_go_sideways_as_often_as_asked():
    env = DungeonVectorEnv(3000, layout=7, slippery=0.4)
    env.reset(seed=0)
    floor = env.bank.grids[7].reshape(7, 11) == 0
    middle = next(
        11 * r + c for r in range(1, 6) for c in range(1, 10) if floor[r - 1 : r + 2, c - 1 : c + 2].all()
    )
    env.state[:] = middle
    env.step(np.full(3000, 1))
    moved = env.state - middle
    assert np.mean(moved == 1) == pytest.approx(0.6, abs=0.03)
    assert np.mean(moved == 11) == pytest.approx(0.2, abs=0.03)
    assert np.mean(moved == -11) == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layout": 1000}, "layout is 1000"),
        ({"layout": -1}, "layout is -1"),
        ({"layout": 3, "num_layouts": 5}, "leave first_layout"),
        ({"num_layouts": 0}, "num_layouts is 0"),
        ({"first_layout": 999, "num_layouts": 2}, "num_layouts is 2"),
        ({"first_layout": -1}, "first_layout is -1"),
        ({"layout": "seven"}, "layout is 'seven'"),
        ({"slippery": 1.5}, "slippery is 1.5"),
        ({"random_start": "no"}, "random_start is 'no', but True or False"),
        ({"secret_passage": 0}, "secret_passage is 0, but True or False"),
    ],
)
def test_impossible_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        DungeonVectorEnv(1, **options)
    with pytest.raises(ValueError, match=message):
        make_demonstrator("expert", **options)
