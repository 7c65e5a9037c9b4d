"""The driving world's demonstrators keep what they promise."""

import numpy as np
import pytest

from ilrl_course.envs.driving import HUMAN_KEYS, IDLE_ACTION, DrivingVectorEnv, make_demonstrator


def episodes(kind, num_envs=100, seed=0, world=None, **style):
    """Mean return, crash rate, success rate, mean offset (m), mean speed (m/s) of full episodes."""
    world = world or {}
    env, actor = DrivingVectorEnv(num_envs, **world), make_demonstrator(kind, **world, **style)
    obs, _ = env.reset(seed=seed)
    alive, total = np.ones(num_envs, dtype=bool), np.zeros(num_envs)
    crashed, success = np.zeros((2, num_envs), dtype=bool)
    offsets, speeds = [], []
    for _ in range(env.max_steps):
        offsets.append(env.d[alive])
        speeds.append(env.v[alive])
        obs, reward, terminated, truncated, info = env.step(actor(obs))
        total += reward * alive
        crashed |= info["crashed"] & alive
        success |= info["success"] & alive
        alive &= ~(terminated | truncated)
    offsets, speeds = np.concatenate(offsets), np.concatenate(speeds)
    return total.mean(), crashed.mean(), success.mean(), offsets.mean(), speeds.mean()


def test_expert_drives_200_random_tracks_dry_without_leaving_the_road():
    score, crashed, success, offset, _ = episodes("expert", 200, seed=1000)
    assert crashed == 0
    assert success == 1
    assert score > 35
    assert abs(offset) < 0.2


@pytest.mark.parametrize(
    "world",
    [
        {"grip": 0.6},
        {"grip": 0.4},
        {"road_width": 5.0},
        {"road_width": 9.0},
        {"start_offset": 2.1, "start_heading": 0.5},
        {"start_offset": 0.6, "start_heading": 0.5, "road_width": 5.0, "grip": 0.4},
        {"traffic": 1},
        {"traffic": 4},
        {"traffic": 4, "road_width": 7.0, "grip": 0.6},
        {"road_works": 1},
        {"road_works": 4},
        {"road_works": 4, "road_width": 7.0, "grip": 0.6},
        {"road_works": 4, "start_offset": 2.0, "start_heading": 0.5},
    ],
    ids=str,
)
def test_no_world_forces_a_crash_on_a_careful_driver(world):
    assert episodes("expert", 150, seed=2000, world=world)[1] == 0


def test_expert_that_ignores_a_wet_road_runs_wide():
    env, dry = DrivingVectorEnv(50, grip=0.6), make_demonstrator("expert")
    obs, _ = env.reset(seed=0)
    crashed = np.zeros(50, dtype=bool)
    for _ in range(300):
        obs, _, terminated, _, _ = env.step(dry(obs))
        crashed |= terminated
    assert crashed.mean() > 0.5


def test_weak_demonstrator_scores_half_to_three_quarters_and_crashes_now_and_then():
    expert, weak = episodes("expert"), episodes("weak")
    assert 0.5 < weak[0] / expert[0] < 0.75
    assert 0.03 <= weak[1] <= 0.2


def test_biased_demonstrator_hugs_the_left_edge_creeps_and_hardly_ever_crashes():
    expert, biased = episodes("expert"), episodes("biased")
    assert biased[1] <= 0.02
    assert biased[3] > 1.2
    assert biased[4] < 0.6 * expert[4]


@pytest.mark.parametrize("side", ["left", "right"])
def test_side_decides_where_road_works_are_passed(side):
    env, actor = DrivingVectorEnv(50, road_works=2), make_demonstrator("expert", side=side, road_works=2)
    obs, _ = env.reset(seed=0)
    sign, passed = (1 if side == "left" else -1), 0
    for _ in range(300):
        obs, _, terminated, _, _ = env.step(actor(obs))
        assert not terminated.any()
        beside = np.abs(env.objects.s - env.s[:, None]) < 1.0  # (N, M)
        assert (sign * (env.d[:, None] - env.objects.d)[beside] > 1.7).all()
        passed += beside.sum()
    assert passed > 100


@pytest.mark.parametrize("kind", ["expert", "biased"])
def test_advice_is_a_pure_function_of_each_observation(kind):
    actor, rng = make_demonstrator(kind), np.random.default_rng(0)
    obs = rng.uniform(-1, 1, (40, 22)).astype(np.float32)  # any state, however odd
    obs[:, 3] = 0.8
    actions = actor(obs)
    assert actions.shape == (40, 2)
    assert actions.dtype == np.float32
    assert np.isfinite(actions).all()
    assert np.abs(actions).max() <= 1
    np.testing.assert_allclose(np.concatenate([actor(obs[:7]), actor(obs[7:])]), actions, atol=1e-5)


def test_weak_demonstrator_repeats_with_its_seed():
    obs = DrivingVectorEnv(3).reset(seed=0)[0]
    first, again, other = (make_demonstrator("weak", seed=seed)(obs) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.01


def test_unknown_demonstrator_or_side_raises():
    with pytest.raises(ValueError, match="choose from expert, weak, biased"):
        make_demonstrator("racer")
    with pytest.raises(ValueError, match="choose from left, right, roomier"):
        make_demonstrator("expert", side="up")


def test_human_keys_add_up_to_actions():
    total = IDLE_ACTION + np.sum([HUMAN_KEYS["ArrowLeft"], HUMAN_KEYS["ArrowUp"]], axis=0)
    np.testing.assert_array_equal(total, [1, 1])
    np.testing.assert_array_equal(np.sum(list(HUMAN_KEYS.values()), axis=0), IDLE_ACTION)
