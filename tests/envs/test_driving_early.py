"""Drivers who choose their side early keep to it, and pass road works there."""

import numpy as np
import pytest

from ilrl_course.envs import DRIVING
from ilrl_course.envs.driving.early import make_early_driver
from ilrl_course.rollout import collect_trajectories

WORKS = {"road_works": 2, "road_width": 9.0}


@pytest.mark.parametrize(("side", "sign"), [("left", 1), ("right", -1)])
def test_an_early_driver_keeps_to_its_side_and_passes_the_works_there(side, sign):
    drives = collect_trajectories(make_early_driver(side), DRIVING.env_id, 12, 0, start_offset=1.5, **WORKS)
    for drive in drives:
        assert not drive.crashed
        offset = 4.5 * drive.obs[:, 0]  # m from the middle of the road
        assert (sign * offset[30:] > 0.5).all()
        beside = np.abs(50 * drive.obs[:, 16]) < 2.0  # m to the next works, along the road
        assert beside.any()
        assert (sign * (drive.obs[beside, 0] - drive.obs[beside, 17]) > 0).all()


def test_another_side_is_refused():
    with pytest.raises(ValueError, match="choose from left, right"):
        make_early_driver("middle")
