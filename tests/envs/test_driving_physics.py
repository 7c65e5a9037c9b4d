"""The driving world: closed forms of its physics, its reward, its laps."""

import numpy as np
import pytest

from ilrl_course.envs.driving import DrivingVectorEnv, make_demonstrator, spec
from ilrl_course.envs.driving.tracks import NUM_POINTS


def test_standing_still_earns_nothing_and_there_is_no_reverse():
    env = DrivingVectorEnv(4)
    env.reset(seed=0)
    env.v[:] = 0.0
    for _ in range(20):
        _, reward, *_ = env.step(np.tile([0.3, -1.0], (4, 1)))
        np.testing.assert_array_equal(reward, 0.0)
    np.testing.assert_array_equal(env.v, 0.0)


def test_driving_against_the_direction_of_the_lap_costs():
    env = DrivingVectorEnv(4)
    env.reset(seed=0)
    env.psi[:] = np.pi
    _, reward, _, _, info = env.step(np.zeros((4, 2)))
    assert (reward < 0).all()
    assert (info["progress"] < 0).all()


def test_reward_is_a_tenth_of_the_meters_driven():
    env = DrivingVectorEnv(4)
    obs, _ = env.reset(seed=0)
    expert, total = make_demonstrator("expert"), np.zeros(4)
    for _ in range(100):
        obs, reward, _, _, info = env.step(expert(obs))
        total += reward
    assert spec.REWARD_WEIGHTS == {"progress": 0.1}
    np.testing.assert_allclose(total, 0.1 * info["progress"], rtol=1e-5)
    assert set(env._reward_terms(env.progress)) == set(spec.REWARD_WEIGHTS)


def straight(env):
    """Lay the world's tracks out straight, so that closed forms hold."""
    env.reset(seed=0)
    bank = type("Straight", (), {"curvature": np.zeros((1, NUM_POINTS))})()
    env.bank, env.track[:], env.d[:], env.psi[:] = bank, 0, 0.0, 0.0
    return env


def test_constant_speed_on_a_straight_covers_speed_times_time():
    env = straight(DrivingVectorEnv(2))
    env.v[:] = [10.0, 20.0]
    hold = spec.DRAG * env.v**2 / spec.ENGINE  # throttle that balances the drag
    _, _, _, _, info = env.step(np.stack([np.zeros(2), hold], axis=1))
    np.testing.assert_allclose(info["progress"], [1.0, 2.0])
    np.testing.assert_allclose(env.d, 0.0)


def test_full_brake_stops_as_fast_as_grip_allows():
    for grip, expected in ((1.0, spec.BRAKES), (0.5, 0.5 * spec.GRAVITY)):
        env = straight(DrivingVectorEnv(1, grip=grip))
        env.v[:] = 15.0
        env.step(np.array([[0.0, -1.0]]))
        drag = spec.DRAG * 15.0**2
        assert (15.0 - env.v[0]) / spec.STEP_TIME == pytest.approx(expected + drag, rel=0.02)


@pytest.mark.parametrize("grip", [1.0, 0.6])
def test_grip_limits_the_radius_to_speed_squared_over_mu_g(grip):
    env = straight(DrivingVectorEnv(1, grip=grip))
    env.v[:] = 16.0
    env.step(np.array([[1.0, 0.0]]))
    radius = (16.0 + env.v[0]) / 2 * spec.STEP_TIME / env.psi[0]  # m driven by rad turned
    assert radius == pytest.approx(16.0**2 / (grip * spec.GRAVITY), rel=0.03)


def test_braking_takes_grip_from_steering():
    turned = []
    for pedal in (0.0, -1.0):
        env = straight(DrivingVectorEnv(1))
        env.v[:] = 12.0
        env.step(np.array([[0.6, pedal]]))
        turned.append(env.psi[0])
    assert turned[1] < 0.85 * turned[0]


def test_actions_out_of_range_are_clipped():
    results = []
    for size in (1.0, 7.0):
        env = DrivingVectorEnv(2)
        env.reset(seed=3)
        results.append(env.step(np.full((2, 2), size))[0])
    np.testing.assert_array_equal(*results)


def test_lap_time_is_the_time_between_crossings_of_the_line():
    env = DrivingVectorEnv(1, track=0)
    obs, info = env.reset(seed=0)
    assert info["lap_time"][0] == np.inf
    expert, progress = make_demonstrator("expert"), []
    for _ in range(300):
        obs, *_, info = env.step(expert(obs))
        progress.append(info["progress"][0])
    crossing = spec.STEP_TIME * (1 + np.interp(env.lap_length[0], progress, np.arange(300)))
    assert info["lap_time"][0] == pytest.approx(crossing, abs=0.01)
    assert info["success"][0]
