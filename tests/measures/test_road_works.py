"""On which side cars pass road works, and how often they crash there."""

import numpy as np
import pytest

from ilrl_course.data import Trajectory
from ilrl_course.envs import DRIVING
from ilrl_course.measures.road_works import (
    evenness,
    gap_to_works,
    left_of_works,
    measure_passing,
    passings,
)
from ilrl_course.rollout import collect_trajectories


def drive(gaps, car, works, crashed=False) -> Trajectory:
    obs = np.zeros((len(gaps), 22), dtype=np.float32)
    obs[:, 16], obs[:, 0], obs[:, 17], obs[:, 3] = gaps, car, works, 0.9
    steps = len(gaps) - 1
    actions, rewards = np.zeros((steps, 2), dtype=np.float32), np.full(steps, 0.5, dtype=np.float32)
    return Trajectory(obs, actions, rewards, crashed, not crashed, crashed=crashed)


def test_works_are_passed_where_their_middle_comes_to_lie_behind_the_car():
    both = drive([1, 0.4, 0.02, -0.02, -0.1, 0.9, 0.1, -0.01], [0, 0.3, 0.3, 0.3, 0, 0, -0.4, -0.4], 0.05)
    assert passings(both) == (1, 1)
    assert passings(drive([1, 0.4, 0.07], 0.1, 0.0, crashed=True)) == (0, 0)
    assert passings(drive([-0.05, -0.09, 1.0, 0.8], 0.1, 0.0)) == (0, 0)  # it had been passed before


def test_rates_are_shares_of_the_works_that_cars_met():
    past = drive([0.1, -0.1], 0.4, 0.0), drive([0.1, -0.1], -0.4, 0.0), drive([0.1, -0.1], 0.4, 0.0)
    found = measure_passing([*past, drive([0.2, 0.1], 0.0, 0.0, crashed=True)])
    assert (found["left"], found["right"], found["crashes"]) == (2, 1, 1)
    assert found["crash_rate"] == pytest.approx(1 / 4)
    assert found["both_sides"] == pytest.approx(2 / 4)
    assert found["return"] == pytest.approx(0.5)
    assert measure_passing([drive([1, 1], 0, 0)])["crash_rate"] == 0  # nothing was met


def passing(*lefts, crashed=False) -> Trajectory:
    """Past works on these sides, one after the other."""
    cars = np.repeat(np.where(lefts, 0.4, -0.4), 2)
    return drive([0.1, -0.1] * len(lefts), cars, 0.0, crashed)


def test_evenness_asks_at_each_of_the_works_and_leaves_crashes_out():
    left_then_right = [passing(True, False)] * 4
    assert evenness(left_then_right) == 0  # always the same side of the same works
    assert measure_passing(left_then_right)["both_sides"] == 1
    assert evenness([passing(True), passing(False), *[passing(True, crashed=True)] * 2]) == pytest.approx(
        2 / 4
    )
    split = [passing(True), passing(False), *[drive([0.2, 0.1], 0.0, 0.0, crashed=True)] * 8]
    assert evenness(split) == 1
    assert measure_passing(split)["both_sides"] == pytest.approx(0.2)
    assert evenness([drive([1, 1], 0, 0)]) == 0


def test_crashes_beside_works_and_cars_that_wait_before_them_are_counted():
    crashes = [drive([0.5, gap], 0.0, 0.0, crashed=True) for gap in (0.19, -0.1, 0.21, 1.0)]
    waits = [drive([0.5, gap], 0.0, 0.0) for gap in (0.02, 0.9, -0.02, 1.0)]
    found = measure_passing([*crashes, *waits])
    assert (found["crashes"], found["beside"], found["waiting"]) == (4, 2, 2)


def test_places_are_told_in_meters_of_the_car_from_the_middle_of_the_works():
    row = drive([0.4, 0.4], 0.5, 0.1).obs[:1]  # on a road that is twice 4.5 m wide
    assert gap_to_works(row) == pytest.approx([20.0])
    assert left_of_works(row) == pytest.approx([0.4 * 4.5])


def test_drivers_of_either_side_pass_at_the_distance_that_they_keep():
    options = {"track": 0, "road_works": 2, "road_width": 9.0}
    for side, sign in (("left", 1), ("right", -1)):
        driver = DRIVING.make_demonstrator("expert", side=side)
        for one in collect_trajectories(driver, DRIVING.env_id, 3, 0, **options):
            beside = np.abs(gap_to_works(one.obs)) < 1
            assert beside.any()
            assert (sign * left_of_works(one.obs)[beside] > 1.5).all()
