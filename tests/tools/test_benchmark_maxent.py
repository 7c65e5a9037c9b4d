"""The worlds of `course.py bench maxent`, and what it reports with and without a peer."""

from argparse import Namespace

import numpy as np
import pytest

from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT


@pytest.fixture
def maxent(monkeypatch):
    """The benchmark on two small grids."""
    script = load_script(ROOT / "benchmarks", "maxent")
    monkeypatch.setattr(script, "SIZES", (3, 6))
    return script


def test_a_grid_slips_to_the_left_and_right_stays_at_walls_and_ends_at_the_goal(maxent):
    world = maxent.grid_world(4)
    rows = world.transitions.toarray().reshape(16, 4, 16)
    np.testing.assert_allclose(rows[:15].sum(axis=-1), 1)
    assert not rows[15].any()
    assert world.terminal.nonzero()[0].tolist() == [15]
    north, east = np.zeros((2, 16))
    north[[5, 8, 10]] = 0.9, 0.05, 0.05
    np.testing.assert_allclose(rows[9, 0], north)
    east[[1, 0, 4]] = 0.9, 0.05, 0.05
    np.testing.assert_allclose(rows[0, 1], east)


def test_the_transitions_grow_with_the_cells(maxent):
    small, large = (maxent.grid_world(size).transitions.nnz for size in (10, 100))
    assert large / small == pytest.approx(100, rel=0.02)


def test_without_a_peer_it_reports_ours_by_size_and_says_so(maxent):
    report = maxent.run(Namespace(imitation_python=None))
    small, large = report["rows"]
    assert [row["grid"] for row in report["rows"]] == ["3x3", "6x6"]
    assert small["microseconds per transition"] == 1e6 * small["seconds"] / small["transitions"]
    growth = (large["seconds"] / small["seconds"]) / (large["transitions"] / small["transitions"])
    assert (large["growth"] < 1) == (growth < 1)
    assert report["speedup"] == {}
    assert "--imitation-python" in report["notes"][-1]


@pytest.fixture
def pretended(maxent, monkeypatch):
    """A peer that takes a million seconds and computes what is set here; what it was given."""
    peer = {"given": [], "error": 0.0}

    def run_peer(python, script, arrays, settings):
        peer["given"].append((script, settings))
        _, gradient = maxent.log_likelihood(
            arrays["weights"], maxent.grid_world(3 * len(peer["given"])), arrays["demo_features"], 100
        )
        return {"seconds": [1e6, 1e6, 1.0], "gradient": (gradient * (1 + peer["error"])).tolist()}

    monkeypatch.setattr(maxent.PEER, "require_imitation", lambda python: None)
    monkeypatch.setattr(maxent.PEER, "run_peer", run_peer)
    return peer


def test_a_peer_does_the_same_work_on_each_grid_and_is_compared_with_ours(maxent, pretended):
    report = maxent.run(Namespace(imitation_python="python"))
    settings = {"num_steps": 100, "warm_ups": maxent.WARM_UPS, "repetitions": maxent.REPETITIONS}
    assert pretended["given"] == 2 * [("imitation_maxent.py", settings)]
    assert [row["method"] for row in report["rows"]] == 2 * ["this course"] + 2 * ["imitation"]
    assert [row["seconds"] for row in report["rows"][2:]] == [1e6, 1e6]
    assert set(report["speedup"]) == {"imitation, 3x3", "imitation, 6x6"}
    assert min(report["speedup"].values()) > 1e6


def test_a_peer_that_computes_another_gradient_is_not_compared(maxent, pretended):
    pretended["error"] = 1e-6
    with pytest.raises(RuntimeError, match="the gradients differ"):
        maxent.run(Namespace(imitation_python="python"))
