"""What `course.py bench adversarial` reports with and without a peer, and what it gives to the peer."""

from argparse import Namespace
from dataclasses import replace

import numpy as np
import pytest

from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT
from ilrl_course.envs import CARTPOLE


@pytest.fixture
def adversarial(monkeypatch):
    """The benchmark with a goal that is reached at the first look."""
    script = load_script(ROOT / "benchmarks", "adversarial")
    monkeypatch.setattr(script, "SEEDS", range(100, 102))
    monkeypatch.setattr(script, "TASK", replace(script.TASK, goal=1.0))
    return script


def test_without_a_peer_it_reports_both_algorithms_and_says_so(adversarial):
    report = adversarial.run(Namespace(imitation_python=None))
    assert [row["algorithm"] for row in report["rows"]] == ["GAIL", "AIRL"]
    for row in report["rows"]:
        assert row["method"] == "this course"
        assert row["reached"] == "2 of 2"
        assert row["env steps"] == adversarial.TASK.num_envs * adversarial.CONFIG.num_steps
        assert row["seconds"] > 0
    assert report["speedup"] == {}
    assert "--imitation-python" in report["notes"][-1]


def test_training_ends_when_the_goal_is_reached_and_is_scored_on_other_episodes(adversarial, monkeypatch):
    scores = iter([100.0, 480.0, 470.0])
    monkeypatch.setattr(adversarial, "TASK", replace(adversarial.TASK, goal=475.0))
    monkeypatch.setattr(adversarial.SHARED.Task, "mean_return", lambda *_: next(scores))
    outcome = adversarial._ours("GAIL", 100)
    assert outcome.env_steps == 2 * adversarial.TASK.num_envs * adversarial.CONFIG.num_steps
    assert outcome.reached
    assert outcome.mean_return == 470


def test_who_misses_the_goal_is_counted_with_all_steps(adversarial, monkeypatch):
    monkeypatch.setattr(adversarial, "TASK", replace(adversarial.TASK, goal=501.0))
    monkeypatch.setattr(adversarial, "CONFIG", replace(adversarial.CONFIG, num_iterations=3))
    outcome = adversarial._ours("AIRL", 100)
    assert outcome.env_steps == 3 * adversarial.TASK.num_envs * adversarial.CONFIG.num_steps
    assert not outcome.reached


@pytest.fixture
def given(adversarial, monkeypatch):
    """What a pretended peer was given; it takes a million seconds and does not reach the goal."""
    given = []

    def run_peer(python, script, arrays, settings):
        given.append((script, arrays, settings))
        return {"env_steps": 393_216, "seconds": 1e6, "reached": False, "mean_return": 400.0}

    monkeypatch.setattr(adversarial.PEER, "require_imitation", lambda python: None)
    monkeypatch.setattr(adversarial.PEER, "run_peer", run_peer)
    return given


def test_a_peer_runs_every_way_on_every_seed_and_is_compared_with_ours(adversarial, given):
    report = adversarial.run(Namespace(imitation_python="python"))
    fixed, with_falls = "seals:seals/CartPole-v0", "CartPole-v1"
    assert [(s["algorithm"], s["seed"], s["world"], s["ppo"]["learning_rate"]) for _, _, s in given] == [
        (algorithm, seed, world, learning_rate)
        for algorithm, tutorial in (("GAIL", 4e-4), ("AIRL", 5e-4))
        for seed in (100, 101)
        for world, learning_rate in ((fixed, tutorial), (fixed, 3e-4), (with_falls, tutorial))
    ]
    assert [row["reached"] for row in report["rows"]] == 2 * ["2 of 2", "0 of 2", "0 of 2", "0 of 2"]
    assert set(report["speedup"]) == {
        f"{algorithm}, imitation, {how}"
        for algorithm in ("GAIL", "AIRL")
        for how in ("its tutorial", "an earlier tutorial", "CartPole-v1")
    }
    assert min(report["speedup"].values()) > 1e4
    assert any("lower bound" in note for note in report["notes"])


def test_a_peer_gets_whole_episodes_of_the_expert_others_for_each_seed(adversarial, given):
    adversarial.run(Namespace(imitation_python="python"))
    arrays = given[0][1]
    assert {script for script, _, _ in given} == {"imitation_adversarial.py"}
    assert arrays["obs"].shape == arrays["next_obs"].shape == (10_000, 4)
    np.testing.assert_array_equal(arrays["acts"], CARTPOLE.make_demonstrator("expert")(arrays["obs"]))
    assert arrays["dones"].nonzero()[0].tolist() == list(range(499, 10_000, 500))
    goes_on = ~arrays["dones"][:-1]
    np.testing.assert_array_equal(arrays["next_obs"][:-1][goes_on], arrays["obs"][1:][goes_on])
    np.testing.assert_array_equal(given[2][1]["obs"], arrays["obs"])  # the other world, the same seed
    assert (given[3][1]["obs"] != arrays["obs"]).any()
