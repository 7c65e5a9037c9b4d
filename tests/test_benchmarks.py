from argparse import Namespace

import numpy as np
import pytest

from ilrl_course.commands.scripts import load_script
from ilrl_course.commands.workplace import ROOT, CourseError
from ilrl_course.envs import CARTPOLE

BENCHMARKS = ROOT / "benchmarks"


def test_the_peers_copy_of_the_expert_labels_as_the_expert_does():
    copy = load_script(BENCHMARKS / "peers", "cartpole_expert")
    obs = np.random.default_rng(0).uniform(-1, 1, size=(10_000, 4)).astype(np.float32)
    for scale in (0.05, 1, 3):
        expected = CARTPOLE.make_demonstrator("expert")(obs * np.float32(scale))
        np.testing.assert_array_equal(copy.expert_actions(obs * np.float32(scale)), expected)


def test_dagger_is_measured_until_it_is_good_and_says_that_no_peer_was_measured(monkeypatch):
    dagger = load_script(BENCHMARKS, "dagger")
    monkeypatch.setattr(dagger, "SEEDS", range(100, 103))
    report = dagger.run(Namespace(imitation_python=None))
    (row,) = report["rows"]
    assert row["reached"] == "3 of 3"
    assert row["mean return"] >= dagger.TARGET_RETURN
    assert row["labels"] % (dagger.NUM_ENVS * dagger.CONFIG.num_steps) == 0
    assert row["labels"] > 0
    assert row["seconds"] > 0
    assert report["speedup"] == {}
    assert "--imitation-python" in report["notes"][-1]


@pytest.mark.parametrize("name", ["bc", "dagger"])
def test_a_python_without_imitation_is_refused_before_anything_is_measured(name, monkeypatch):
    script = load_script(BENCHMARKS, name)
    monkeypatch.setattr(script, "_ours", lambda *_: pytest.fail("measured"))
    with pytest.raises(CourseError, match="no-such-python cannot import imitation"):
        script.run(Namespace(imitation_python="no-such-python"))
