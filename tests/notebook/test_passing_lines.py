"""The figure of lines past road works draws the first works, and marks the crashes there."""

import numpy as np

from ilrl_course.data import Trajectory
from ilrl_course.notebook.passing_lines import first_works, passing_figure


def drive(gaps, crashed=False) -> Trajectory:
    obs = np.zeros((len(gaps), 22), dtype=np.float32)
    obs[:, 16], obs[:, 0], obs[:, 3] = np.divide(gaps, 50), 0.4, 0.9
    steps = len(gaps) - 1
    actions, rewards = np.zeros((steps, 2), dtype=np.float32), np.zeros(steps, dtype=np.float32)
    return Trajectory(obs, actions, rewards, crashed, not crashed, crashed=crashed)


def test_only_the_first_works_that_a_car_meets_are_drawn():
    assert first_works(drive([50, 29, 10, -4, 50, 20, 5])).tolist() == [1, 2, 3]
    assert first_works(drive([50, 50])).tolist() == []


def test_a_dot_marks_a_crash_at_the_first_works_and_no_other():
    drives = {
        "passes": [drive([40, 20, -3, 50])],
        "hits": [drive([40, 20, 2], crashed=True)],
        "hits the second": [drive([40, 20, -3, 50, 20, 2], crashed=True)],
        "leaves the road before": [drive([50, 50], crashed=True)],
    }
    figure = passing_figure(drives, dict.fromkeys(drives, "clone"))
    dots = [[line for line in axis.lines if line.get_marker() == "o"] for axis in figure.axes]
    assert [len(found) for found in dots] == [0, 1, 0, 0]
    assert np.allclose(dots[1][0].get_data(), [[-2], [0.4 * 4.5]])
    assert [axis.get_title() for axis in figure.axes] == list(drives)
