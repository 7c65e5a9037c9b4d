"""The driving world: its tracks and its picture."""

import numpy as np
import pytest

from ilrl_course.envs.driving import IDLE_ACTION, DrivingVectorEnv, make_demonstrator
from ilrl_course.envs.driving.tracks import LAP_LENGTH, MIN_RADIUS, NUM_POINTS, make_track, track_bank


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_tracks_are_closed_smooth_and_keep_clear_of_themselves(start):
    for number in range(start, start + 50):
        x, y, heading, curvature, length = make_track(number)
        points = x + 1j * y
        gaps = np.abs(np.diff(points, append=points[0]))  # closed: the last one leads to the first point
        np.testing.assert_allclose(gaps, length / NUM_POINTS, rtol=0.02)
        assert LAP_LENGTH[0] <= length <= LAP_LENGTH[1]
        assert np.abs(curvature).max() <= 1 / MIN_RADIUS
        assert abs(heading[-1] - heading[0]) == pytest.approx(2 * np.pi, abs=0.2)  # one turn: a simple curve
        along = np.abs(np.subtract.outer(np.arange(NUM_POINTS), np.arange(NUM_POINTS))) * length / NUM_POINTS
        along = np.minimum(along, length - along)
        apart = np.abs(np.subtract.outer(points, points))
        assert apart[along > 25.0].min() > 10.0  # wider than the widest road


def test_tracks_differ_and_are_the_same_every_time():
    np.testing.assert_array_equal(make_track(4)[0], make_track(4)[0])
    curvatures = [make_track(k)[3] for k in range(10)]
    assert all(np.abs(a - b).max() > 0.02 for i, a in enumerate(curvatures) for b in curvatures[:i])


def test_headings_and_curvature_fit_the_center_line():
    bank = track_bank()
    bank.ensure(0)
    step = np.diff(bank.x[0] + 1j * bank.y[0])
    middle = (bank.heading[0, 1:] + bank.heading[0, :-1]) / 2
    np.testing.assert_allclose(np.exp(1j * middle), step / np.abs(step), atol=0.02)
    turned = np.diff(bank.heading[0]) / (bank.length[0] / NUM_POINTS)
    np.testing.assert_allclose((bank.curvature[0, 1:] + bank.curvature[0, :-1]) / 2, turned, atol=0.01)


@pytest.mark.parametrize("options", [{}, {"grip": 0.6}, {"traffic": 2}, {"road_works": 2}], ids=str)
def test_the_picture_shows_the_car_moving(options):
    env = DrivingVectorEnv(2, render_mode="rgb_array", **options)
    env.reset(seed=0)
    before = env.render()
    assert len(before) == 2
    assert before[0].shape == (400, 600, 3)
    assert before[0].dtype == np.uint8
    expert = make_demonstrator("expert", **options)
    for _ in range(10):
        env.step(expert(env._observe()))
    after = env.render()
    changed = (before[0] != after[0]).any(axis=2)
    assert 100 < changed.sum() < 0.1 * changed.size
    assert changed[:360].any()  # on the track, not only in the instruments


def test_drawing_does_not_change_the_world():
    env, watched = DrivingVectorEnv(1), DrivingVectorEnv(1, render_mode="rgb_array")
    for world in (env, watched):
        world.reset(seed=0)
    for _ in range(5):
        watched.render()
        np.testing.assert_array_equal(env.step(IDLE_ACTION[None])[0], watched.step(IDLE_ACTION[None])[0])
