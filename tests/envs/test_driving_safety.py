"""The safe set of the driving world: room at the edges, and slow enough for the bends ahead."""

import numpy as np
import pytest

from ilrl_course.envs import DRIVING
from ilrl_course.envs.driving import is_safe, make_demonstrator, spec
from ilrl_course.rollout import collect_trajectories

HALF_WIDTH = 4.0  # m
TIGHT = 0.1  # 1/m: a bend of 10 m, which is held up to about 11 m/s


def situation(offset=0.0, speed=10.0, bends=None):
    """Obs (1, 22): `offset` in m, `speed` in m/s, `bends` from m ahead to 1/m; straight everywhere else."""
    obs = np.zeros((1, spec.OBS_DIM), np.float32)
    obs[:, spec.OFFSET] = offset / HALF_WIDTH
    obs[:, spec.SPEED] = speed / spec.SPEED_SCALE
    obs[:, spec.WIDTH] = HALF_WIDTH / spec.WIDTH_SCALE
    for ahead, bend in (bends or {}).items():
        obs[:, spec.CURVATURE + int(ahead / spec.LOOK_AHEAD[1])] = bend / spec.CURVATURE_SCALE
    obs[:, spec.OBJECTS :] = 2 * spec.NOTHING_AHEAD
    return obs


def safe(**wanted):
    (verdict,) = is_safe(situation(**wanted))
    return bool(verdict)


def test_the_middle_of_a_straight_road_is_safe_at_a_moderate_speed():
    assert safe()


@pytest.mark.parametrize("side", [1, -1])
def test_wheels_within_90_cm_of_an_edge_are_unsafe_however_slow_the_car_is(side):
    limit = HALF_WIDTH - spec.CAR_WIDTH / 2 - 0.9
    assert safe(offset=side * (limit - 0.01), speed=1.0)
    assert not safe(offset=side * (limit + 0.01), speed=1.0)


@pytest.mark.parametrize("bend", [TIGHT, -TIGHT])
def test_a_tight_bend_is_unsafe_at_high_speed_unless_there_is_room_to_brake(bend):
    assert safe(speed=10.0, bends={0: bend})
    assert not safe(speed=15.0, bends={0: bend})
    assert not safe(speed=15.0, bends={4: bend})
    assert safe(speed=15.0, bends={12: bend})


@pytest.mark.parametrize("ahead", [0, 4, 12, 24])
def test_the_highest_safe_speed_is_what_the_bend_holds_plus_what_can_be_braked_before(ahead):
    limit = np.sqrt(1.2 * 9.81 / TIGHT + 2 * 7.0 * ahead)  # v^2 = a / bend + 2 * braking * distance
    assert safe(speed=limit - 0.01, bends={ahead: TIGHT})
    assert not safe(speed=limit + 0.01, bends={ahead: TIGHT})


def test_a_bend_beyond_24_m_does_not_count():
    assert not safe(speed=24.0, bends={24: TIGHT})
    assert safe(speed=24.0, bends={28: TIGHT})


def test_one_bend_that_is_too_tight_is_enough():
    assert safe(speed=15.0, bends={12: TIGHT, 20: TIGHT})
    assert not safe(speed=15.0, bends={4: TIGHT, 12: TIGHT, 20: TIGHT})


def expert_obs():
    """Observations (B, 22) of ten drives of the expert."""
    drives = collect_trajectories(make_demonstrator("expert"), DRIVING.env_id, 10, seed=0)
    return np.concatenate([drive.obs for drive in drives])


def test_nearly_all_situations_of_the_expert_are_safe():
    assert is_safe(expert_obs()).mean() > 0.8


def test_rows_of_a_batch_are_judged_as_batches_of_one():
    obs = expert_obs()[:200]
    obs[:, spec.OFFSET] *= 2  # so that some are unsafe
    together = is_safe(obs)
    assert together.dtype == bool
    assert 0 < together.mean() < 1
    np.testing.assert_array_equal(together, [is_safe(row[None])[0] for row in obs])


def test_the_last_action_changes_nothing():
    obs = expert_obs()
    shown = np.concatenate([obs, np.ones((len(obs), 2), np.float32)], axis=1)
    np.testing.assert_array_equal(is_safe(shown), is_safe(obs))
