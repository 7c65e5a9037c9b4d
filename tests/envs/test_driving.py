"""The driving world: interface, options, ends, objects on the road."""

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from ilrl_course.envs.driving import DrivingEnv, DrivingVectorEnv, make_demonstrator, spec

WORLDS = [
    {},
    {"grip": 0.6},
    {"road_width": 5.0},
    {"start_offset": 2.0, "start_heading": 0.5},
    {"traffic": 4},
    {"traffic": 1},
    {"road_works": 3},
    {"road_works": 1, "road_width": 7.0},
    {"track": 3},
    {"num_tracks": 5},
]


def drive(env, actor, steps=300, seed=0):
    """One episode in each row; returns obs and alive (T, N), and the info at each row's end."""
    obs, info = env.reset(seed=seed)
    alive, seen, living, last = np.ones(env.num_envs, dtype=bool), [], [], info
    for _ in range(steps):
        seen.append(obs)
        living.append(alive)
        obs, _, terminated, truncated, info = env.step(actor(obs))
        last = {key: np.where(alive, value, last[key]) for key, value in info.items()}
        alive = alive & ~(terminated | truncated)
    return np.array(seen), np.array(living), last


def random_actor(seed=0):
    rng = np.random.default_rng(seed)
    return lambda obs: rng.uniform(-1, 1, (len(obs), 2)).astype(np.float32)


@pytest.mark.filterwarnings("ignore:.*render")
@pytest.mark.parametrize("options", WORLDS, ids=str)
def test_check_env_passes_for_every_option(options):
    check_env(DrivingEnv(render_mode="rgb_array", **options), skip_render_check=True)


@pytest.mark.parametrize("options", WORLDS, ids=str)
def test_batch_and_single_agree_step_by_step(options):
    batch = DrivingVectorEnv(3, **options)
    singles = [DrivingEnv(**options) for _ in range(3)]
    obs, _ = batch.reset(seed=11)
    expected = np.array([env.reset(seed=11 + i)[0] for i, env in enumerate(singles)])
    np.testing.assert_array_equal(obs, expected)
    actor, resets = random_actor(), 0
    for step in range(120):
        actions = actor(obs) + np.float32([0, 0.4])
        obs, reward, terminated, truncated, info = batch.step(actions)
        for i, env in enumerate(singles):
            single = env.step(actions[i])
            np.testing.assert_array_equal(obs[i], single[0])
            assert (reward[i], terminated[i], truncated[i]) == single[1:4]
            for key, value in single[4].items():
                np.testing.assert_array_equal(info[key][i], value)
        mask = terminated | truncated
        mask[0] |= step == 50  # an early reset of a living row must not disturb the others
        if mask.any():
            resets += 1
            obs, _ = batch.reset(options={"reset_mask": mask})
            for i in np.flatnonzero(mask):
                np.testing.assert_array_equal(obs[i], singles[i].reset()[0])
    assert resets >= 2


def test_seeds_reproduce_and_different_seeds_differ():
    first, second, other = (drive(DrivingVectorEnv(4), random_actor(), 50, seed)[0] for seed in (5, 5, 50))
    np.testing.assert_array_equal(first, second)
    assert np.abs(first - other).max() > 0.1


def test_observations_stay_inside_the_space_and_have_one_size_for_all_options():
    for options in WORLDS:
        env = DrivingVectorEnv(8, **options)
        obs, _, _ = drive(env, random_actor(), 100)
        assert obs.shape[2] == spec.OBS_DIM
        assert obs.dtype == np.float32
        assert np.abs(obs).max() <= env.single_observation_space.high.max()


def test_off_road_terminates_and_the_time_limit_truncates():
    env = DrivingVectorEnv(4)
    env.reset(seed=0)
    for _ in range(40):
        _, _, terminated, truncated, info = env.step(np.full((4, 2), [0.9, 0.2]))
        if terminated.any():
            break
    assert terminated.any()
    np.testing.assert_array_equal(info["off_road"], terminated)
    np.testing.assert_array_equal(info["crashed"], terminated)
    assert not truncated.any()
    env.reset(seed=0)
    for step in range(1, 301):
        _, _, terminated, truncated, info = env.step(np.tile([0.0, -1.0], (4, 1)))
        assert not terminated.any()
        assert truncated.all() == (step == 300)
    assert not info["success"].any()  # it stood still


def test_leaving_the_road_in_the_last_step_terminates_and_is_no_success():
    env = DrivingVectorEnv(2)
    env.reset(seed=0)
    env.steps[:] = env.max_steps - 1
    env.d[0] = 3.6
    _, _, terminated, truncated, info = env.step(np.zeros((2, 2)))
    assert terminated.tolist() == [True, False]
    assert truncated.tolist() == [True, True]  # as with Gymnasium's TimeLimit
    assert info["crashed"].tolist() == [True, False]
    assert not info["success"][0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"grip": 0.0}, "grip is 0.0"),
        ({"grip": "wet"}, "grip is 'wet'"),
        ({"grip": float("nan")}, "grip is nan"),
        ({"road_width": 20}, "road_width is 20, but a number from 5 to 9"),
        ({"road_width": 6, "road_works": 1}, "from 7 to 9"),
        ({"start_offset": 4.0}, "start_offset is 4.0"),
        ({"start_heading": -0.1}, "start_heading"),
        ({"traffic": 1.5}, "traffic is 1.5, but a whole number"),
        ({"traffic": True}, "traffic is True"),
        ({"road_works": 9}, "road_works is 9"),
        ({"traffic": 1, "road_works": 1}, "set one of them to 0"),
        ({"track": 1000}, "track is 1000"),
        ({"num_tracks": 0}, "num_tracks is 0"),
        ({"first_track": 900, "num_tracks": 200}, "num_tracks is 200, but a whole number from 1 to 100"),
        ({"track": 3, "num_tracks": 5}, "leave first_track and num_tracks out"),
        ({"gripp": 1.0}, "no option gripp: choose from grip, road_width"),
    ],
)
def test_wrong_options_raise_a_clear_error(options, words):
    with pytest.raises(ValueError, match=words):
        DrivingVectorEnv(2, **options)
    with pytest.raises(ValueError, match=words):
        make_demonstrator("expert", **options)


def test_track_options_choose_the_tracks():
    env = DrivingVectorEnv(50, num_tracks=3)
    env.reset(seed=0)
    assert set(env.track) == {0, 1, 2}
    env = DrivingVectorEnv(50, first_track=997, num_tracks=3)
    env.reset(seed=0)
    assert set(env.track) == {997, 998, 999}
    env = DrivingVectorEnv(5, track=7)
    env.reset(seed=0)
    assert set(env.track) == {7}


def test_objects_are_seen_in_order_and_hitting_one_ends_the_episode():
    env = DrivingVectorEnv(1, road_works=2)
    obs, _ = env.reset(seed=0)
    np.testing.assert_array_equal(DrivingVectorEnv(1).reset(seed=0)[0][0, spec.OBJECTS :], [1, 0, 0] * 2)
    env.s[0], env.d[0] = env.objects.s[0, 0] - 20.0, env.objects.d[0, 0]
    obs = env._observe()
    assert obs[0, spec.OBJECTS] * spec.SIGHT == pytest.approx(20.0, abs=1e-3)
    assert obs[0, spec.OBJECTS] < obs[0, spec.OBJECTS + 3]
    env.s[0] += 17.5
    _, _, terminated, _, info = env.step(np.zeros((1, 2)))
    assert (terminated[0], info["collision"][0], info["off_road"][0]) == (True, True, False)


def test_traffic_never_drives_into_a_standing_car():
    env = DrivingVectorEnv(30, traffic=3)
    env.reset(seed=0)
    env.d[:] = np.linspace(-2, 2, 30)
    for _ in range(300):
        _, _, terminated, _, _ = env.step(np.tile([0.0, -1.0], (30, 1)))
        assert not terminated.any()
