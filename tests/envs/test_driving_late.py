"""A late driver does what another one would have done a moment ago, in each car by itself."""

import numpy as np
import pytest

from ilrl_course.envs import DRIVING
from ilrl_course.envs.driving.late import LateDriver
from ilrl_course.rollout import collect_trajectories


def echo(obs):
    return obs.copy()


def test_it_acts_on_what_it_saw_so_many_steps_ago_and_first_on_the_first_observation():
    for delay, expected in ((0, [0, 1, 2, 3]), (2, [0, 0, 0, 1])):
        driver = LateDriver(echo, delay)
        assert [float(driver(np.full((2, 1), step))[1, 0]) for step in range(4)] == expected


def test_without_a_delay_it_is_the_driver_itself_and_with_one_it_still_keeps_to_the_road():
    expert = DRIVING.make_demonstrator("expert")
    known, same, late = (
        collect_trajectories(driver, DRIVING.env_id, 8, 0, track=3, max_episode_steps=100)
        for driver in (expert, LateDriver(expert, 0), LateDriver(expert, 2))
    )
    for one, other in zip(known, same, strict=True):
        np.testing.assert_array_equal(one.actions, other.actions)
    assert any((one.actions[:50] != other.actions[:50]).any() for one, other in zip(known, late, strict=True))
    assert not any(drive.crashed for drive in late)
    for drive in late:
        np.testing.assert_array_equal(drive.actions[2:], expert(drive.obs[:-3]))


def test_other_cars_and_impossible_delays_are_refused():
    driver = LateDriver(echo, 1)
    driver(np.zeros((2, 1)))
    with pytest.raises(ValueError, match="make a new one"):
        driver(np.zeros((3, 1)))
    with pytest.raises(ValueError, match="delay is -1"):
        LateDriver(echo, -1)
