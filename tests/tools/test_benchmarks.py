from argparse import Namespace
from dataclasses import replace

import numpy as np
import pytest

from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT, CourseError
from ilrl_course.envs import CARTPOLE
from ilrl_course.networks import GaussianPolicy

BENCHMARKS = ROOT / "benchmarks"
PEERS = BENCHMARKS / "peers"
SETTINGS = ("the Zoo's settings", "lesson 11's settings")


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


@pytest.mark.parametrize("name", ["adversarial", "bc", "dagger", "maxent"])
def test_a_python_without_imitation_is_refused_before_anything_is_measured(name, monkeypatch):
    script = load_script(BENCHMARKS, name)
    monkeypatch.setattr(script, "_ours", lambda *_: pytest.fail("measured"))
    with pytest.raises(CourseError, match="no-such-python cannot import imitation"):
        script.run(Namespace(imitation_python="no-such-python"))


def test_ppo_refuses_a_python_without_sb3_before_anything_is_measured(monkeypatch):
    ppo = load_script(BENCHMARKS, "ppo")
    monkeypatch.setattr(ppo, "_ours", lambda *_: pytest.fail("measured"))
    with pytest.raises(CourseError, match="no-such-python cannot import stable_baselines3"):
        ppo.run(Namespace(sb3_python="no-such-python"))


@pytest.fixture
def easy_ppo(monkeypatch):
    """The benchmark with goals that are reached at the first look."""
    ppo = load_script(BENCHMARKS, "ppo")
    tasks = {name: replace(task, goal=1.0) for name, task in ppo.SHARED.TASKS.items()}
    monkeypatch.setattr(ppo.SHARED, "TASKS", tasks)
    monkeypatch.setattr(ppo.SHARED, "prepare", lambda: None)
    monkeypatch.setattr(ppo, "SEEDS", range(100, 102))
    monkeypatch.setattr(ppo, "EXPERT_LEVEL", 0.01)
    monkeypatch.setattr(ppo, "BC_UPDATES", 50)
    return ppo


def test_ppo_reports_both_worlds_and_the_demonstrations_and_that_no_peer_was_measured(easy_ppo):
    report = easy_ppo.run(Namespace(sb3_python=None))
    cartpole, driving, cloned = report["rows"]
    assert [row["world"] for row in report["rows"]] == ["CartPole", "Driving", "Driving"]
    assert [row["reached"] for row in report["rows"]] == ["2 of 2"] * 3
    assert cartpole["env steps"] == 512
    assert driving["env steps, range"] == "4,096..4,096"
    assert cloned["share of the expert's"] >= 0.01
    assert all(row["seconds"] > 0 for row in report["rows"])
    assert report["speedup"] == {}
    assert "--sb3-python" in report["notes"][-1]


def test_ppo_runs_every_method_once_on_every_seed_and_compares_each_peer_with_ours(easy_ppo, monkeypatch):
    measured = []

    def pretended(python, script, arrays, settings):
        measured.append((settings["task"], settings["seed"], settings["max_env_steps"]))
        return {"env_steps": 1000, "seconds": 1e6, "mean_return": 0.0}

    monkeypatch.setattr(easy_ppo.PEER, "sb3_version", lambda python: "2.9.0")
    monkeypatch.setattr(easy_ppo.PEER, "run_peer", pretended)
    report = easy_ppo.run(Namespace(sb3_python="python"))
    assert [row["reached"] for row in report["rows"]] == ["2 of 2", "0 of 2", "0 of 2"] * 2 + ["2 of 2"]
    assert measured == [
        (task, seed, cap)
        for task, caps in (("CartPole", (100_000, 38_400)), ("Driving", (400_000, 307_200)))
        for seed in (100, 101)
        for cap in caps
    ]
    assert set(report["speedup"]) == {
        "CartPole, SB3, its tuned settings",
        "CartPole, SB3, our settings",
        "Driving, SB3, its defaults",
        "Driving, SB3, our settings",
    }
    assert min(report["speedup"].values()) > 1000
    assert "2.9.0" in report["notes"][-1]


def test_ppo_on_lunar_lander_is_compared_with_the_peer_under_its_settings_and_under_ours(monkeypatch):
    pytest.importorskip("Box2D")
    lander = load_script(BENCHMARKS, "ppo_lander")
    task = replace(lander.SHARED.TASKS[lander.NAME], goal=-1000.0)
    monkeypatch.setitem(lander.SHARED.TASKS, lander.NAME, task)
    monkeypatch.setattr(lander, "GOAL", -1000.0)
    monkeypatch.setattr(lander.SHARED, "NUM_EPISODES", 1)
    monkeypatch.setattr(lander.SHARED, "prepare", lambda: None)
    monkeypatch.setattr(lander, "SEEDS", [100])
    chosen = {"chosen": {"learning_rate": 1e-3, "gamma": 0.99, "ent_coef": 0.0, "imitation_coef": 0.0}}
    record = {"arms tuned": {"from nothing": chosen}}
    monkeypatch.setattr(lander, "load_results", {"elsewhere_pilot_lander": record}.get)
    measured = []

    def pretended(python, script, arrays, settings):
        measured.append((script, settings["constant"]["n_steps"], settings["max_env_steps"]))
        return {"env_steps": 1000, "seconds": 1e6, "mean_return": -2000.0}

    monkeypatch.setattr(lander.PEER, "sb3_version", lambda python: "2.9.0")
    monkeypatch.setattr(lander.PEER, "run_peer", pretended)
    report = lander.run(Namespace(sb3_python="python"))
    methods = {row["method"]: row for row in report["rows"]}
    assert list(methods) == [f"{who}, {settings}" for settings in SETTINGS for who in ("this course", "SB3")]
    assert [row["reached"] for row in report["rows"]] == ["1 of 1", "0 of 1"] * 2
    assert [methods[f"this course, {settings}"]["env steps"] for settings in SETTINGS] == [32_768] * 2
    assert measured == [("sb3_lander.py", 1024, 1_048_576), ("sb3_lander.py", 128, 1_048_576)]
    for settings in SETTINGS:
        ours, theirs = methods[f"this course, {settings}"], methods[f"SB3, {settings}"]
        assert report["speedup"][f"seconds, {settings}"] == theirs["seconds"] / ours["seconds"]
        steps = "seconds per 1,000 steps"
        assert report["speedup"][f"{steps}, {settings}"] == theirs[steps] / ours[steps]


def test_the_referee_looks_now_and_then_and_its_looks_cost_nothing(monkeypatch):
    shared = load_script(PEERS, "ppo_tasks")
    clock = [0.0]
    monkeypatch.setattr(shared.time, "perf_counter", lambda: clock[0])
    looks = []

    def score_now(count):
        looks.append(count)
        clock[0] += 1000
        return count

    referee = shared.Referee(score_now, goal=40, every=20)
    answers = []
    for count in (10, 20, 30, 40):
        clock[0] += 1
        answers.append(referee.sees_the_goal(count))
    assert answers == [False, False, False, True]
    assert looks == [20, 40]
    assert (referee.count, referee.seconds, referee.score) == (40, 4, 40)


def test_evaluations_are_on_the_same_episodes_for_all_and_on_others_each_time():
    task = load_script(PEERS, "ppo_tasks").TASKS["Driving"]
    expert = task.world.make_demonstrator("expert")
    first, again = (task.mean_return(expert, 100, "one") for _ in range(2))
    assert first == again
    assert first != task.mean_return(expert, 100, "another")
    assert first != task.mean_return(expert, 101, "one")


def test_sb3_gets_our_settings_by_its_names():
    ppo = load_script(BENCHMARKS, "ppo")
    config = replace(ppo.CONFIGS["Driving"], clip_coef=0.1, ent_coef=0.2, vf_coef=0.3, max_grad_norm=0.4)
    settings = ppo.PEER.as_settings(config, 64)
    assert settings["max_env_steps"] == 150 * 32 * 64
    assert settings["falling"] == {"learning_rate": 3e-3}
    network = settings["constant"].pop("policy_kwargs")
    assert settings["constant"] == {
        "n_steps": 32,
        "batch_size": 512,
        "n_epochs": 5,
        "gamma": 0.995,
        "gae_lambda": 0.98,
        "clip_range": 0.1,
        "ent_coef": 0.2,
        "vf_coef": 0.3,
        "max_grad_norm": 0.4,
    }
    assert network["log_std_init"] == GaussianPolicy(3, 2).log_std[0]


@pytest.fixture
def sb3_worlds():
    """Eight CartPoles as SB3 sees them, and eight more with the same seed as the course sees them."""
    pytest.importorskip("stable_baselines3")
    task = load_script(PEERS, "ppo_tasks").TASKS["CartPole"]
    worlds = load_script(PEERS, "sb3_worlds").CourseWorlds(task.make_worlds())
    worlds.seed(100)
    return worlds, task.make_worlds()


def test_sb3_sees_the_same_steps_and_where_an_episode_really_ended(sb3_worlds):
    worlds, envs = sb3_worlds
    obs, (expected, _) = worlds.reset(), envs.reset(seed=100)
    np.testing.assert_array_equal(obs, expected)
    rng = np.random.default_rng(0)
    num_ended = 0
    for _ in range(100):
        actions = rng.integers(0, 2, size=8)
        obs, rewards, episode_over, infos = worlds.step(actions)
        last_obs, last_rewards, terminated, truncated, _ = envs.step(actions)
        expected = last_obs
        if (terminated | truncated).any():
            expected, _ = envs.reset(options={"reset_mask": terminated | truncated})
        np.testing.assert_array_equal(obs, expected)
        np.testing.assert_array_equal(rewards, last_rewards)
        np.testing.assert_array_equal(episode_over, terminated | truncated)
        for row, info in enumerate(infos):
            assert bool(info) == episode_over[row]
            if info:
                np.testing.assert_array_equal(info["terminal_observation"], last_obs[row])
                assert not info["TimeLimit.truncated"]
                num_ended += 1
    assert num_ended > 8


def test_sb3_is_told_which_episodes_the_clock_ended(sb3_worlds):
    worlds, _ = sb3_worlds
    obs = worlds.reset()
    expert = CARTPOLE.make_demonstrator("expert")
    for _ in range(500):
        obs, _, episode_over, infos = worlds.step(expert(obs))
    assert episode_over.all()
    assert all(info["TimeLimit.truncated"] for info in infos)
