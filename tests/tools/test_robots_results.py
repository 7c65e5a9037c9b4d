"""The scripts of lesson 12's robot arm: who learns from whom, what is compared, and a run from end to end."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from course_tools.records.scripts import load_script
from course_tools.records.sources import with_loaded
from ilrl_course.algorithms.mixture import make_mixture
from ilrl_course.algorithms.standards import Standards
from ilrl_course.data import Trajectory
from ilrl_course.envs.arm import ROBOT_ARM, reference_scores
from ilrl_course.envs.arm.row import GOAL, RESTING
from tests.envs.elsewhere.borrowed import needs

RESULTS = Path(__file__).resolve().parents[2] / "results"
ROBOTS, REFINED = load_script(RESULTS, "robots"), load_script(RESULTS, "robots_ppo")
STILL = load_script(RESULTS, "robots_still")
PILOT, GRASPING, CLONING = ROBOTS.PILOT, ROBOTS.GRASPING, ROBOTS.CLONING
REFINING = REFINED.REFINING  # it has loaded copies of its own of what is shared
NOTHING, CLONED = "from nothing", "from a clone"


def here(run, seeds, **given):
    return [run(seed, **given) for seed in seeds]


# --- who learns from whom -----------------------------------------------------------------------------------


def test_each_kind_of_clone_differs_from_what_it_is_compared_with_in_one_thing():
    def parts(arm):
        return {**vars(arm.method), "teacher": arm.teacher, "noise": arm.noise}

    assert set(ROBOTS.AGAINST) == set(GRASPING.ARMS) - {"plain"}
    for name, other in ROBOTS.AGAINST.items():
        one, plain = parts(GRASPING.ARMS[name]), parts(GRASPING.ARMS[other])
        assert len([key for key in one if one[key] != plain[key]]) == 1, name


def test_differences_are_paired_and_say_how_many_seeds_have_their_sign():
    more, less = [[0.5, 0.9], [0.7, 0.1], [0.2, 0.4]], [[0.1, 0.5], [0.1, 0.5], [0.4, 0.5]]
    first, second = ROBOTS.difference(more, less)
    assert first["difference"] == pytest.approx((0.4 + 0.6 - 0.2) / 3)
    assert first["seeds with its sign"] == 2
    assert second["difference"] == pytest.approx((0.4 - 0.4 - 0.1) / 3)
    assert second["seeds with its sign"] == 2
    assert first["interval"][0] <= first["difference"] <= first["interval"][1]


def test_a_hand_that_is_shaken_says_what_it_meant_and_its_fingers_are_left_alone():
    meant = np.tile(np.float32([0.5, 0, -0.5, 1]), (2000, 1))
    shaken = GRASPING.Shaken(lambda obs: meant, 0.3, seed=0)
    done = shaken(np.zeros((2000, 28)))
    np.testing.assert_array_equal(shaken.intended[0], meant)
    assert (done[:, 3] == 1).all()
    assert (done - meant)[:, :3].std() == pytest.approx(0.3, rel=0.05)
    assert done.dtype == np.float32


@needs(ROBOT_ARM)
def test_demonstrations_are_labeled_with_what_was_meant():
    expert = ROBOT_ARM.make_demonstrator("expert")
    shaken = GRASPING.grasps(GRASPING.ARMS["noise"], 2, 0)
    steady = GRASPING.grasps(GRASPING.ARMS["plain"], 2, 0)
    for one, other in zip(shaken, steady, strict=True):
        np.testing.assert_array_equal(one.actions, expert(one.obs[:-1]))
        np.testing.assert_array_equal(one.obs[0], other.obs[0])
        assert (one.obs[1] != other.obs[1]).any()
    remembered = GRASPING.grasps(GRASPING.ARMS["remembering"], 2, 0)
    assert any((one.actions != expert(one.obs[:-1])).any() for one in remembered)


@needs(ROBOT_ARM)
def test_a_script_that_holds_still_grasps_as_the_other_one_does_but_for_its_hand_during_the_wait():
    still, sinking = (STILL.grasps(teacher, 2, 0) for teacher in (STILL.STILL, STILL.SINKING))
    for one, other in zip(still, sinking, strict=True):
        closes = one.actions[:, 3] < 0
        first = np.argmax(closes)
        np.testing.assert_array_equal(one.actions[:first], other.actions[:first])
        assert (one.actions[first : first + 9, :3] == 0).all()
        assert np.abs(other.actions[first : first + 9, :3]).max() > 0.05
        assert one.success
        assert other.success


def test_the_control_tries_all_that_was_tried_with_the_other_script_and_a_history_longer_than_the_wait():
    tried_before = {arm.method for arm in GRASPING.ARMS.values() if arm.teacher == GRASPING.REMEMBERING}
    assert {vars(STILL.METHODS[kind])["history"] for kind in STILL.ARMS[STILL.SINKING]} == {12}
    told = {tuple(vars(STILL.METHODS[kind]).values()) for kind in STILL.ARMS[STILL.STILL]}
    assert told == {tuple(vars(method).values()) for method in tried_before} | {("squared error", 1, 12)}
    assert STILL.METHODS[STILL.LONGER].history > 10


# --- what is compared ---------------------------------------------------------------------------------------


def made_up(rng) -> dict:
    names = ("return", "success, in the air", "success, on the table")
    return {
        arm: {"env_steps": [[0, 124_928, 249_856, 374_784]] * 3}
        | {name: rng.uniform(-50, 0, (3, 4)).tolist() for name in names}
        for arm in (NOTHING, CLONED)
    }


def test_both_arms_of_every_comparison_are_what_their_runs_say():
    trained = made_up(np.random.default_rng(0))
    found = REFINED.compared(trained)
    low, high = (reference_scores()[name] for name in ("random", "expert"))

    def points(arm, chosen):
        return [
            sum((value - low) / (high - low) * 100 for value in row[chosen]) / len(row[chosen])
            for row in trained[arm]["return"]
        ]

    def added(goals):
        cloned, nothing = (trained[arm][f"success, {goals}"] for arm in (CLONED, NOTHING))
        return [25 * (sum(one) - sum(other)) for one, other in zip(cloned, nothing, strict=True)]

    early, whole = slice(0, 3), slice(None)
    wanted = {
        "head start on the arm": (points(CLONED, early), points(NOTHING, early)),
        "whole training on the arm": (points(CLONED, whole), points(NOTHING, whole)),
        "improvement on the arm": (points(CLONED, slice(3, 4)), points(CLONED, slice(0, 1))),
        "where grasping is needed": (added("in the air"), added("on the table")),
    }
    assert set(found) == set(wanted) == set(REFINED.COMPARED)
    for name, arms in wanted.items():
        np.testing.assert_allclose(found[name], arms, err_msg=name)


def test_success_is_told_apart_by_where_the_goal_is(monkeypatch):
    def episode(height, success, crashed=False):
        obs = np.zeros((2, 28), dtype=np.float32)
        obs[:, GOAL] = [0, 0, RESTING + height]
        return Trajectory(
            obs, np.zeros((1, 4)), np.float32([-1]), False, True, crashed=crashed, success=success
        )

    episodes = [
        episode(0.0, True),
        episode(0.04, False, crashed=True),  # a block on the table is near enough to such a goal
        episode(0.2, True),
        episode(0.4, True),
    ]
    monkeypatch.setattr(REFINING, "collect_trajectories", lambda *given: episodes)
    found = REFINING.examined(None, None, 4, 0)
    assert found == {
        "return": -1,
        "success": 0.75,
        "drops": 0.25,
        "success, in the air": 1.0,
        "success, on the table": 0.5,
    }


def test_both_arms_of_ppo_have_the_same_steps_and_tries_and_the_best_clone_that_it_can_go_on_from():
    tuned = {
        name: {"best": best, "chosen": vars(CLONING.Setting(best / 100))}
        for name, best in {"plain": -30, "Gaussian": -20, "noise": -25, "flow": -10}.items()
    }
    starts = REFINED.PILOT.starts(tuned)
    assert {name: (start.kind, start.is_cloned) for name, start in starts.items()} == {
        NOTHING: ("Gaussian", False),
        CLONED: ("Gaussian", True),
    }
    assert starts[CLONED].cloning == REFINED.CLONING.Setting(-0.2)
    for kind in REFINING.REFINABLE:
        method = GRASPING.ARMS[kind].method
        assert (method.horizon, method.history) == (1, 1)
    assert len(set(REFINED.PILOT.SETTINGS)) == 6
    assert REFINED.LENGTH.num_iterations * REFINING.NUM_COPIES * REFINING.NUM_STEPS == 999_424


def test_the_hash_of_a_record_covers_all_scripts_that_it_loads():
    names = {path.relative_to(RESULTS).as_posix() for path in with_loaded(RESULTS / "robots_ppo.py")}
    shared = {"robots/refining.py", "robots/grasping.py", "ways/cloning.py"}
    assert names == {"robots_ppo.py", "robots_ppo_pilot.py", "shared/replication.py", *shared}
    names = {path.relative_to(RESULTS).as_posix() for path in with_loaded(RESULTS / "robots.py")}
    assert names == {"robots.py", "robots_pilot.py", "robots/grasping.py", "ways/cloning.py"}
    loaded_by_control = {path.name for path in with_loaded(RESULTS / "robots_still.py")}
    assert loaded_by_control == {"robots_still.py"} | {Path(name).name for name in names}


def test_the_clone_that_ppo_starts_from_weighs_errors_as_other_clones_do():
    obs, actions = torch.zeros(1, 1), torch.tensor([[1.0, 2.0]])
    standards = Standards(*map(np.float32, ([0], [1], [0, 0], [0.5, 4])))
    policy = make_mixture(1, 2, 1, seed=0)
    errors = (policy(obs).mode - actions).detach()[0]
    wanted = (errors[0] / 0.5) ** 2 + (errors[1] / 4) ** 2
    assert REFINING.squared_error_in(standards)(policy, obs, actions).item() == pytest.approx(wanted.item())


# --- with the arm itself ------------------------------------------------------------------------------------


@needs(ROBOT_ARM)
def test_ppo_starts_from_the_clones_own_weights_or_from_fresh_ones_and_sees_the_same_scale(monkeypatch):
    monkeypatch.setattr(REFINING, "NUM_GRASPS", 2)
    monkeypatch.setattr(REFINING.GRASPING, "NUM_UPDATES", 600)
    envs = REFINING.make_batch(ROBOT_ARM.env_id, 1)
    start = REFINING.Start("plain", REFINED.CLONING.Setting(3e-3))
    cloned, standards = REFINING.beginning(start, envs, 0)
    fresh, same = REFINING.beginning(replace(start, is_cloned=False), envs, 0)
    np.testing.assert_array_equal(standards.obs_mean, same.obs_mean)
    grasp = GRASPING.grasps(GRASPING.ARMS["plain"], 2, 0)[0]
    errors = [
        np.abs(p.act(REFINING.seen(standards, grasp.obs[:-1])) - grasp.actions).mean()
        for p in (cloned, fresh)
    ]
    assert errors[0] < 0.1 < errors[1]
    rescaled = REFINING.Rescaled(envs, standards)
    obs, _ = rescaled.reset(seed=0)
    raw, _ = REFINING.make_batch(ROBOT_ARM.env_id, 1).reset(seed=0)
    np.testing.assert_allclose(obs, np.clip(standards.see(raw), -5, 5), rtol=1e-6)
    far = rescaled.observations(standards.obs_mean + 9 * standards.obs_std * np.float32([[1], [-1]]))
    np.testing.assert_array_equal(np.sign(far) * 5, far)
    assert obs.dtype == np.float32


def shrink(monkeypatch):
    tiny = REFINING.Length(num_iterations=4, every=2, num_tests=2, num_tests_at_ends=2)
    names = {"plain", "flow", "chunks", "noise", "Gaussian"}
    shared = [
        (module, name, value)
        for grasping in (GRASPING, REFINING.GRASPING)
        for module, name, value in (
            (grasping, "ARMS", {name: arm for name, arm in grasping.ARMS.items() if name in names}),
            (grasping, "NUM_UPDATES", 2),
            (grasping, "NUM_TESTS", 2),
            (grasping.CLONING, "PILOT_SEEDS", [7100]),
            (grasping.CLONING, "HIDDEN_SIZES", (8, 8)),
            (grasping.CLONING, "SETTINGS", {a: s[:2] for a, s in grasping.CLONING.SETTINGS.items()}),
            (grasping.CLONING, "run_seeds", here),
        )
    ]
    for owner, name, value in (
        *shared,
        (PILOT, "NUM_GRASPS", 2),
        (ROBOTS, "NUMBERS", (1, 2)),
        (ROBOTS, "DIALS", {"chunks": ROBOTS.DIALS["chunks"]}),
        (ROBOTS, "SEEDS", [7000, 7001]),
        (ROBOTS, "AGAINST", {"chunks": "plain", "flow": "Gaussian"}),
        (ROBOTS, "run_seeds", here),
        (REFINING, "NUM_GRASPS", 2),
        (REFINING, "NUM_COPIES", 2),
        (REFINING, "NUM_STEPS", 16),
        (REFINING, "WARM_UP", 1),
        (REFINING, "run_seeds", here),
        (REFINED.PILOT, "LENGTH", tiny),
        (REFINED.PILOT, "SETTINGS", REFINED.PILOT.SETTINGS[:2]),
        (REFINED, "LENGTH", tiny),
        (REFINED, "SEEDS", [7000, 7001]),
    ):
        monkeypatch.setattr(owner, name, value)


@needs(ROBOT_ARM)
def test_the_scripts_run_from_pilot_to_record(monkeypatch):
    shrink(monkeypatch)
    known = {"robots_pilot": json.loads(json.dumps(PILOT.run(), allow_nan=False))}
    for owner in (ROBOTS, REFINED.PILOT, REFINED):
        monkeypatch.setattr(owner, "load_results", known.__getitem__)
    report = json.loads(json.dumps(ROBOTS.run(), allow_nan=False))
    assert np.shape(report["clones"]["flow"]["success"]) == (2, 2)
    assert np.shape(report["dials"]["chunks"]["averaged"]["drops"]) == (2, 2)
    assert np.shape(report["teachers"]["noise"]["success"]) == (2,)
    assert set(report["against plain"]) == {"chunks", "flow"}
    known["robots_ppo_pilot"] = json.loads(json.dumps(REFINED.PILOT.run(), allow_nan=False))
    report = json.loads(json.dumps(REFINED.run(), allow_nan=False))
    for run in report["trained"].values():
        assert run["env_steps"] == [[0, 64, 128]] * 2
        assert np.shape(run["success, in the air"]) == (2, 3)
    assert "plan" not in json.dumps(report["compared"])
    assert set(report["compared"]) == set(REFINED.COMPARED)
