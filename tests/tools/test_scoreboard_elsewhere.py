"""The scoreboards of worlds that others made: lesson 11's settings, lesson 10's methods and records."""

import json
import pickle
from dataclasses import replace

import cloudpickle
import numpy as np
import pytest

from course_tools.records.scripts import load_script
from course_tools.records.sources import with_loaded
from course_tools.records.staleness import faults
from course_tools.workplace import ROOT, CourseError
from ilrl_course.envs.elsewhere import DOOR_KEY, LUNAR_LANDER, PONG, reference_scores
from ilrl_course.measures.evaluation import Evaluation
from ilrl_course.measures.films import replay
from ilrl_course.measures.price_map import check_record
from ilrl_course.measures.scoreboard import COSTS, Ledger
from ilrl_course.notebook.claims import plan
from ilrl_course.storage import files
from tests.envs.elsewhere.borrowed import needs
from tests.made_up_elsewhere import pilots

WORLDS = {"lander": LUNAR_LANDER, "door": DOOR_KEY, "pong": PONG}
SCRIPTS = {name: load_script(ROOT / "results", f"scoreboard_{name}") for name in WORLDS}
LESSONS = {name: load_script(ROOT / "results", f"elsewhere_{name}") for name in WORLDS}
SHARED = SCRIPTS["lander"].METHODS
ALL = [
    pytest.param(name, method, numbers[0], marks=needs(WORLDS[name]), id=f"{name} {method}")
    for name, script in SCRIPTS.items()
    for method, numbers in script.ARENA.numbers.items()
]


def small(name: str):
    """The arena of a script, with a little training of every method."""
    arena = SCRIPTS[name].ARENA
    few = {"num_steps": 2, "num_epochs": 1}
    if arena.dagger:
        arena = replace(arena, dagger=replace(arena.dagger, num_rounds=4, num_steps=2, num_updates=2))
        judged = replace(arena.adversarial, num_iterations=3, num_discriminator_updates=1, **few)
        arena = replace(arena, dagger_every=2, adversarial=judged, adversarial_every=2)
    return replace(arena, num_iterations=7, ppo_every=3, num_episodes=1, max_film=10)


def setting_of(method: str, number: int):
    return SHARED.Setting(1e-3, 0.99, 0.01) if "PPO" in method else None


def tiny(monkeypatch, script):
    """Little cloning, and blocks of two steps, in this script's methods."""
    methods = script.METHODS
    whole = methods.AT_HOME.clone_of
    for owner in (methods, methods.AT_HOME):
        monkeypatch.setattr(
            owner, "clone_of", lambda world, demos, seed, num_updates: whole(world, demos, seed, 2)
        )
    monkeypatch.setattr(methods.TRAINING, "NUM_STEPS", 2)


# --- what the methods do ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "method", "number"), ALL)
def test_each_method_yields_rows_of_growing_costs_and_a_film(monkeypatch, name, method, number):
    script, arena = SCRIPTS[name], small(name)
    tiny(monkeypatch, script)
    run = script.METHODS.learn(arena, method, min(number, 2), 0, setting_of(method, number))
    rows, film = run["rows"], run["film"]
    for cost in COSTS:
        assert (np.diff([row[cost] for row in rows], prepend=0) >= 0).all()
    assert np.isfinite([row["score"] for row in rows]).all()
    replay(json.loads(json.dumps(film)))
    assert film["env_id"].endswith(f":{WORLDS[name].env_id}")
    a_block, a_judged = 2 * arena.ppo_copies, 2 * SHARED.AT_HOME.NUM_COPIES
    assert [row["steps"] for row in rows] == {
        "BC": [0],
        "BC with noise": [0],
        "DAgger": [2 * 2 * arena.dagger_copies, 4 * 2 * arena.dagger_copies],
        "GAIL": [0, 2 * a_judged, 3 * a_judged],
        "PPO": [0, 3 * a_block, 6 * a_block, 7 * a_block],
        "BC, then PPO": [0, 3 * a_block, 6 * a_block, 7 * a_block],
    }[method]
    assert (rows[-1]["labels"] > 0) == (method == "DAgger")


@needs(DOOR_KEY)
def test_a_learner_is_examined_in_other_games_each_time_and_draws_its_actions(monkeypatch):
    script, seen = SCRIPTS["door"], []
    tiny(monkeypatch, script)

    def fake_evaluation(actor, env_id, num_episodes, seed):
        seen.append((actor(np.zeros((200, 28), dtype=np.float32)), env_id, num_episodes, seed))
        nothing = np.zeros(1)
        return Evaluation(nothing + reference_scores("DoorKey")["expert"], nothing, nothing, nothing)

    monkeypatch.setattr(script.METHODS, "evaluate", fake_evaluation)
    arena = replace(small("door"), num_episodes=7)
    rows = script.METHODS.learn(arena, "PPO", 0, 0, setting_of("PPO", 0))["rows"]
    assert [row["score"] for row in rows] == pytest.approx([100] * 4)
    assert all(len(np.unique(actions)) > 1 for actions, *_ in seen)
    assert not np.array_equal(seen[0][0], seen[1][0])
    assert {(env_id, number) for _, env_id, number, _ in seen} == {(DOOR_KEY.env_id, 7)}
    assert len({seed for *_, seed in seen}) == len(seen) == 4


@needs(PONG)
@pytest.mark.parametrize("method", ["BC", "BC with noise", "BC, then PPO"])
def test_clones_have_the_gradient_steps_of_lesson_11(monkeypatch, method):
    script, given = SCRIPTS["pong"], []
    arena = replace(small("pong"), ppo={1: SHARED.configure(setting_of("PPO", 0), 6, is_clone=True)})

    def note(world, demos, seed, num_updates):
        given.append(num_updates)
        return SHARED.AT_HOME.fresh_policy(world, seed)

    for owner in (script.METHODS, script.METHODS.AT_HOME):
        monkeypatch.setattr(owner, "clone_of", note)
    short = {"expert": lambda obs: np.zeros(len(obs), dtype=np.int64)}  # it loses at once
    monkeypatch.setattr(type(PONG), "make_demonstrator", lambda self, kind, seed=0: short[kind])
    next(script.METHODS.METHODS[method](arena, 1, 0, Ledger()))
    assert given == [8000]


# --- settings -----------------------------------------------------------------------------------------------


@needs(DOOR_KEY)
@pytest.mark.parametrize("number", [0, 20])
def test_ppo_is_configured_and_begins_as_in_the_trainings_of_lesson_11(monkeypatch, number):
    training, made = LESSONS["door"].TRAINING, []

    def note(policy, value_net, demos, envs, config, seed):
        made.append((config, envs.num_envs))
        return iter(())

    monkeypatch.setattr(training, "finetune", note)
    monkeypatch.setattr(training, "trace", lambda *_: [])
    setting = training.Setting(learning_rate=2e-3, gamma=0.9, ent_coef=0.07)
    arm = training.Arm("expert", number) if number else training.Arm()
    length = LESSONS["door"].PILOT.LENGTH
    training.learn(0, "DoorKey", arm, setting, length, {})
    arena = SCRIPTS["door"].ARENA
    ours = SHARED.configure(SHARED.Setting(**vars(setting)), arena.num_iterations, is_clone=number > 0)
    assert made == [(ours, arena.ppo_copies)]


def test_places_and_settings_are_those_of_lesson_11_and_of_earlier_lessons():
    adversarial = load_script(ROOT / "results", "adversarial").ARENAS
    for name, alike in (("lander", "Driving"), ("door", "Dungeon")):
        arena, lesson = SCRIPTS[name].ARENA, LESSONS[name]
        assert arena.num_iterations == lesson.PILOT.LENGTH.num_iterations
        assert (arena.dagger, arena.dagger_copies) == (lesson.DAGGER, lesson.NUM_COPIES)
        assert arena.dagger.num_rounds % arena.dagger_every == 0  # the last round is examined
        judged, home = arena.adversarial, adversarial[alike].adversarial
        assert judged == replace(home, num_iterations=judged.num_iterations)
        steps = arena.num_iterations * SHARED.TRAINING.NUM_STEPS * SHARED.TRAINING.NUM_COPIES
        assert judged.num_iterations * judged.num_steps * SHARED.AT_HOME.NUM_COPIES == steps
    for name, script in SCRIPTS.items():
        assert script.ARENA.world == WORLDS[name]
        assert script.ARENA.ppo_copies == LESSONS[name].TRAINING.NUM_COPIES


def test_no_seed_was_seen_by_lesson_11_or_by_its_pilots():
    seen = {*plan("head start in LunarLander").seeds, *LESSONS["pong"].SEEDS, *SHARED.TRAINING.PILOT_SEEDS}
    assert len(SHARED.SEEDS) == 16
    assert len(SCRIPTS["pong"].SEEDS) == 8
    assert not seen & {*SHARED.SEEDS, *SCRIPTS["pong"].SEEDS}


# --- the record ---------------------------------------------------------------------------------------------


def recorded(monkeypatch, name: str, folder) -> tuple[dict, list[dict]]:
    """The record of a script with made-up pilots and runs, and with what each run was called."""
    for pilot, record in pilots().items():
        for number, tuned in enumerate(record["arms tuned"].values()):
            tuned["chosen"] = tuned["chosen"] | {"ent_coef": number / 100}
        (folder / f"{pilot}.json").write_text(json.dumps(record), encoding="utf-8")
    monkeypatch.setattr(files, "RESULTS", folder)
    script, calls = SCRIPTS[name], []
    finals = {seed: (7 * seed) % 16 for seed in SHARED.SEEDS}

    def fake_runs(function, seeds, **settings):
        assert function is script.learn
        calls.append(settings)
        rows = {seed: [dict.fromkeys(COSTS, 0) | {"score": finals[seed]}] for seed in seeds}
        return [{"rows": rows[seed], "film": {"return": finals[seed]}} for seed in seeds]

    monkeypatch.setattr(script.METHODS, "run_seeds", fake_runs)
    return script.run(), calls


@pytest.mark.parametrize("name", WORLDS)
def test_a_record_is_what_the_figures_and_the_map_of_prices_read(monkeypatch, tmp_path, name):
    found, calls = recorded(monkeypatch, name, tmp_path)
    wanted = [(m, number) for m, numbers in SCRIPTS[name].ARENA.numbers.items() for number in numbers]
    assert [(run["method"], run["demos"]) for run in found["runs"]] == wanted
    assert [(film["method"], film["demos"]) for film in found["films"]] == wanted
    assert [(call["method"], call["number"]) for call in calls] == wanted
    middle = 3 if name == "pong" else 7
    assert {film["return"] for film in found["films"]} == {
        sorted((7 * seed) % 16 for seed in found["seeds"])[middle]
    }
    assert found["world"] == WORLDS[name].name
    assert found["reference"]["expert"] == reference_scores(WORLDS[name].name)["expert"]
    check_record(json.loads(json.dumps(found, allow_nan=False)))


@pytest.mark.parametrize(
    ("name", "arms"),
    [
        ("lander", {0: "from nothing", 20: "20 flights"}),
        ("door", {0: "from nothing", 5: "20 games", 20: "20 games"}),
        ("pong", {0: None, 20: None}),
    ],
)
def test_only_ppo_has_a_setting_and_its_arms_pilot_chose_it(monkeypatch, tmp_path, name, arms):
    _, calls = recorded(monkeypatch, name, tmp_path)
    lesson = LESSONS[name]
    order = list(lesson.PILOT.ARMS if name == "lander" else lesson.ARMS)
    for call in calls:
        if "PPO" not in call["method"]:
            assert call["setting"] is None
        elif name == "pong":
            assert vars(call["setting"]) == vars(lesson.SETTING)
        else:
            assert call["setting"].ent_coef == order.index(arms[call["number"]]) / 100
    assert {call["number"] for call in calls if "PPO" in call["method"]} == set(arms)


@pytest.mark.parametrize("name", ["lander", "door"])
def test_without_its_pilot_a_board_says_what_to_run_first(monkeypatch, tmp_path, name):
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    with pytest.raises(CourseError, match=f"course.py results elsewhere_pilot_{name}` first"):
        SCRIPTS[name].run()


@pytest.mark.parametrize("name", WORLDS)
def test_a_script_can_be_examined_before_its_pilot_has_run(monkeypatch, tmp_path, name):
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    load_script(ROOT / "results", f"scoreboard_{name}")
    if not (ROOT / f"results/scoreboard_{name}.json").is_file():
        assert "was never recorded" in faults(f"scoreboard_{name}", ROOT / "results")[0]


def test_what_workers_get_can_be_pickled_and_sources_hold_the_shared_scripts():
    for name, script in SCRIPTS.items():
        assert pickle.loads(cloudpickle.dumps(script.learn)).__name__ == "learn"
        loaded = {path.name for path in with_loaded(ROOT / "results" / f"scoreboard_{name}.py")}
        assert {"methods.py", "methods_elsewhere.py", "training.py", f"elsewhere_{name}.py"} <= loaded
