"""Arrivals are first passages, and censored runs never become numbers."""

import numpy as np
import pytest

from ilrl_course.notebook.arrivals import arrivals, print_arrivals

STEPS = np.array([0, 1000, 2000])
NEVER, FIRST, LATE = [0, 0, 0], [1, 0, 0], [0, 0, 1]


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([FIRST, FIRST, LATE], "0 steps, 3 of 3"),
        ([LATE, LATE, FIRST], "2,000 steps, 3 of 3"),
        ([FIRST, LATE], "1,000 steps, 2 of 2"),
        ([LATE, LATE, NEVER], "2,000 steps, 2 of 3"),
        ([LATE, NEVER], "1 of 2"),
        ([NEVER, NEVER], "0 of 2"),
    ],
)
def test_the_median_counts_those_that_never_arrive_and_is_left_out_where_half_do_not(runs, said):
    assert arrivals(np.array(runs, dtype=bool), STEPS) == said


def test_a_threshold_that_is_met_exactly_is_reached(capsys):
    print_arrivals({"ours": np.array([[0.0, 0.5, 0.9]])}, STEPS, {"half": 0.5, "all": 1.0}, title="arm")
    header, row = capsys.readouterr().out.splitlines()
    assert header.split() == ["arm", "half", "all"]
    assert row.split("  ")[0] == "ours"
    assert "1,000 steps, 1 of 1" in row
    assert row.endswith("0 of 1")
    assert len(header) == len(row)
