"""The scripts of lesson 11's records: each compares what was planned, and runs from end to end."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from course_tools.records.scripts import load_script
from ilrl_course.algorithms.dagger import DAggerConfig
from ilrl_course.data import Trajectory
from ilrl_course.envs.elsewhere import DOOR_KEY, LUNAR_LANDER, PONG, reference_scores
from ilrl_course.notebook.claims import PLANS
from tests.envs.elsewhere.borrowed import needs

RESULTS = Path(__file__).resolve().parents[2] / "results"
LANDER, DOOR, GAMES = (load_script(RESULTS, f"elsewhere_{name}") for name in ("lander", "door", "pong"))
NUM_SEEDS, STEPS = 4, [0, 20_480, 40_960, 61_440]


def made_up(arms, rng) -> dict:
    """A table (seeds, examinations) of each quantity for each arm, as scripts keep them."""
    return {
        arm: {
            "env_steps": [STEPS] * NUM_SEEDS,
            "return": rng.uniform(-1, 1, (NUM_SEEDS, 4)).tolist(),
            "crashes": rng.integers(1, 9, (NUM_SEEDS, 4)).cumsum(axis=1).tolist(),
        }
        for arm in arms
    }


def players_of(rng) -> dict:
    returns = {"chance": -0.5, "human-like": 0.3, "expert": 0.9}
    return {name: mean + rng.uniform(-0.1, 0.1, NUM_SEEDS) for name, mean in returns.items()}


def points(value: float, world: str) -> float:
    scores = reference_scores(world)
    return (value - scores["random"]) / (scores["expert"] - scores["random"]) * 100


def expected(kind: str, table: dict, world: str, players: dict) -> list[float]:
    """What one arm is worth, seed by seed, computed step by step."""
    found = []
    for seed in range(NUM_SEEDS):
        returns = table["return"][seed]
        if kind == "crashes":
            found.append(table["crashes"][seed][-1])
        elif kind == "first":
            found.append(points(returns[0], world))
        elif kind == "last":
            found.append(points(returns[-1], world))
        elif kind == "level":
            low, high = sum(players["chance"]) / NUM_SEEDS, sum(players["human-like"]) / NUM_SEEDS
            found.append(sum(min(100 * (r - low) / (high - low), 100) for r in returns) / len(returns))
        else:
            counted = returns[:3] if kind == "early" else returns  # 61,440 steps are no longer early
            found.append(sum(points(r, world) for r in counted) / len(counted))
    return found


TRAINED = {  # comparison -> what is measured in which arm, first the one that should have more
    LANDER: {
        "head start in LunarLander": [("early", "20 flights"), ("early", "from nothing")],
        "whole training in LunarLander": [("whole", "20 flights"), ("whole", "from nothing")],
        "improvement on five flights": [("last", "5 flights"), ("first", "5 flights")],
        "improvement on twenty flights": [("last", "20 flights"), ("first", "20 flights")],
        "crashes, five flights": [("crashes", "from nothing"), ("crashes", "5 flights")],
        "crashes, twenty flights": [("crashes", "from nothing"), ("crashes", "20 flights")],
        "speed in the wind": [("whole", "20 flights, wind"), ("whole", "from nothing, wind")],
        "safety in the wind": [("crashes", "from nothing, wind"), ("crashes", "20 flights, wind")],
        "as good as the player of LunarLander": [
            ("level", "20 human-like flights"),
            ("level", "from nothing"),
        ],
    },
    DOOR: {
        "head start in DoorKey": [("early", "20 games"), ("early", "from nothing")],
        "speed in DoorKey": [("whole", "20 games"), ("whole", "from nothing")],
        "as good as the player of DoorKey": [("level", "20 human-like games"), ("level", "from nothing")],
        "mixture in DoorKey": [("whole", "mixed"), ("whole", "followed")],
    },
    GAMES: {
        "head start in Pong": [("early", "20 games"), ("early", "from nothing")],
        "whole training in Pong": [("whole", "20 games"), ("whole", "from nothing")],
        "improvement in Pong": [("last", "20 games"), ("first", "20 games")],
        "as good as the player of Pong": [("level", "20 human-like games"), ("level", "from nothing")],
    },
}
CLONED = {  # likewise: in which table, of what
    LANDER: {
        "slips in LunarLander": ("slips", "clone", "teacher"),
        "starts of flights": ("starts", "many starts", "one start"),
        "own states in LunarLander": ("own states", "DAgger", "clone"),
    },
    DOOR: {
        "layouts of DoorKey": ("layouts", "many layouts", "few layouts"),
        "own states in DoorKey": ("own states", "DAgger", "clone"),
    },
    GAMES: {"slips in Pong": ("slips", "clone", "teacher")},
}
FAULTS = {
    LANDER: ("landing beside the pad", "where flights end"),
    DOOR: ("turning right only", "turns to the right"),
    GAMES: ("lower half of the court", "how low"),
}
WORLD = {LANDER: LUNAR_LANDER, DOOR: DOOR_KEY, GAMES: PONG}
each = pytest.mark.parametrize("script", WORLD, ids=lambda script: WORLD[script].name)
each_ready = pytest.mark.parametrize(
    "script", [pytest.param(s, id=w.name, marks=needs(w)) for s, w in WORLD.items()]
)


def compare(script, rng):
    """What the script makes of made-up runs, and these runs."""
    trained, players = made_up(script.ARMS, rng), players_of(rng)
    cloned = {FAULTS[script][1]: rng.uniform(0, 1, (NUM_SEEDS, 4))}
    for table, *arms in CLONED[script].values():
        cloned[table] = {arm: rng.uniform(-1, 1, NUM_SEEDS) for arm in arms}
    more = ["followed"] if script is DOOR else []
    return script.compared(trained, players, cloned, *more), trained, players, cloned


# --- what is compared ---------------------------------------------------------------------------------------


@each
def test_both_arms_of_every_comparison_are_what_their_runs_say(script):
    found, trained, players, cloned = compare(script, np.random.default_rng(0))
    world = WORLD[script].name
    for name, arms in TRAINED[script].items():
        wanted = [expected(kind, trained[arm], world, players) for kind, arm in arms]
        np.testing.assert_allclose(found[name], wanted, err_msg=name)
    for name, (table, *arms) in CLONED[script].items():
        wanted = [[points(value, world) for value in cloned[table][arm]] for arm in arms]
        np.testing.assert_allclose(found[name], wanted, err_msg=name)
    name, table = FAULTS[script]
    wanted = [(pupil - expert) / (teacher - expert) for expert, teacher, _, pupil in cloned[table].tolist()]
    np.testing.assert_allclose(found[name], [wanted, [0] * NUM_SEEDS])


@each
def test_nothing_is_compared_that_was_not_planned_and_all_that_was(script):
    found, *_ = compare(script, np.random.default_rng(1))
    record = script.__name__.removeprefix("results_")
    planned = {p.name for p in PLANS if p.record == record} or set(GAMES.COMPARED)
    assert set(found) == planned == {*TRAINED[script], *CLONED[script], FAULTS[script][0]}


def test_a_mixture_has_to_beat_that_end_which_the_pilot_found_better():
    rng = np.random.default_rng(2)
    trained, players = made_up(DOOR.ARMS, rng), players_of(rng)
    cloned = {"turns to the right": rng.uniform(0, 1, (NUM_SEEDS, 4))}
    cloned |= {table: {a: np.zeros(4) for a in arms} for table, *arms in CLONED[DOOR].values()}
    for end in ("followed", "from nothing"):
        less = DOOR.compared(trained, players, cloned, end)["mixture in DoorKey"][1]
        np.testing.assert_allclose(less, expected("whole", trained[end], "DoorKey", players))


# --- what is measured ---------------------------------------------------------------------------------------


def game(actions, obs=None) -> Trajectory:
    actions = np.array(actions)
    obs = np.zeros((len(actions) + 1, 10), dtype=np.float32) if obs is None else obs
    return Trajectory(obs, actions, np.zeros(len(actions), dtype=np.float32), True, False)


def test_habits_are_measured_in_each_game_and_then_averaged():
    assert DOOR.turns_to_the_right([game([0, 1, 1, 2]), game([0] * 9), game([2, 5])]) == pytest.approx(1 / 3)
    assert DOOR.turns_to_the_right([game([2, 2])]) == 0.5  # nobody turned
    obs = np.zeros((3, 10), dtype=np.float32)
    obs[:, 0], obs[:, GAMES.MINE] = [0.1, 0.2, 0.4], [0.0, 0.3, 0.6]
    assert LANDER.where_it_ends([game([0, 0], obs), game([0, 0])]) == pytest.approx(0.2)
    assert GAMES.how_low([game([0, 0], obs), game([0])]) == pytest.approx(0.15)


@pytest.mark.parametrize(("best", "end"), [(0.9, "followed"), (0.1, "from nothing")])
def test_the_pilot_takes_the_setting_with_the_highest_mean_and_the_better_end(monkeypatch, best, end):
    pilot = load_script(RESULTS, "elsewhere_pilot_door")

    def fake_runs(function, numbers, world, arm, settings, length):
        assert function is pilot.TRAINING.tried
        assert len(settings) == 8
        means = np.full((8, 3), 0.5 if arm.use == "clone" else best - 0.05)
        means[3] = [0.0, 0.5, 1.3] if arm.use == "clone" else best
        return means.flatten()[list(numbers)]

    monkeypatch.setattr(pilot.TRAINING, "run_seeds", fake_runs)
    report = pilot.run()
    assert report["to beat"] == end
    for arm, tuned in report["arms tuned"].items():
        assert tuned["chosen"] == tuned["settings"][3], arm
    mixed = report["arms tuned"]["mixed"]["settings"]
    alone = report["arms tuned"]["from nothing"]["chosen"]
    assert all(m["learning_rate"] == alone["learning_rate"] and m["gamma"] == alone["gamma"] for m in mixed)


def test_each_setting_is_tried_on_each_pilot_seed_and_judged_by_its_whole_training(monkeypatch):
    training = load_script(RESULTS / "elsewhere", "training")
    settings = [training.Setting(1e-3, gamma, 0.0) for gamma in (0.1, 0.3, 0.2)]

    def fake_training(seed, world, arm, setting, length, options):
        return [{"return": 10 * seed}, {"return": setting.gamma}]

    monkeypatch.setattr(training, "learn", fake_training)
    monkeypatch.setattr(training, "run_seeds", lambda run, seeds, **given: [run(s, **given) for s in seeds])
    tuned = training.tuned("DoorKey", training.Arm(), settings, training.Length(1, 1, 1, 1))
    wanted = [[(10 * seed + setting.gamma) / 2 for seed in (0, 1, 2)] for setting in settings]
    np.testing.assert_allclose(tuned["mean return"], wanted, atol=1e-3)
    assert tuned["chosen"]["gamma"] == 0.3
    assert tuned["best"] == pytest.approx(np.mean(wanted[1]))


ARM_NAMES = {
    LANDER: {"from nothing", "5 flights", "20 flights", "20 human-like flights"},
    DOOR: {"from nothing", "20 games", "20 human-like games", "followed", "mixed"},
}


def test_every_arm_is_tuned_among_eight_settings():
    alone = {"learning_rate": 1e-3, "gamma": 0.99}
    followed = DOOR.PILOT.grid(DOOR.PILOT.FOLLOWED)
    for settings in (LANDER.PILOT.SETTINGS, DOOR.PILOT.grid(), followed, DOOR.PILOT.mixtures(alone)):
        assert len(set(settings)) == len(settings) == 8
    assert {setting.imitation_coef for setting in followed} == {1.0}
    for script, names in ARM_NAMES.items():
        assert {name.removesuffix(", wind") for name in script.ARMS} == names


# --- in the worlds themselves -------------------------------------------------------------------------------


@needs(LUNAR_LANDER)
def test_flights_from_a_single_start_begin_alike_and_are_no_copies():
    expert = LUNAR_LANDER.make_demonstrator("expert")
    one, other = (
        LANDER.IMITATION.games_in(LANDER.IMITATION.SingleStart(start), expert, [0, 1]) for start in (0, 1)
    )
    np.testing.assert_array_equal(one[0].obs[0], one[1].obs[0])
    assert not np.array_equal(one[0].obs[:40], one[1].obs[:40])
    assert not np.array_equal(one[0].obs[0], other[0].obs[0])
    assert one[0].terminated


@needs(DOOR_KEY)
def test_games_after_a_stroll_are_the_experts_moves_in_the_same_layouts(monkeypatch):
    monkeypatch.setattr(DOOR, "NUM_GAMES", 15)
    games = DOOR.layouts(3)
    assert {len(found) for found in games.values()} == {15}
    expert = DOOR_KEY.make_demonstrator("expert")
    for found in games.values():
        for one in found:
            np.testing.assert_array_equal(expert(one.obs[:-1]), one.actions)
    starts = {name: {one.obs[0].tobytes() for one in found} for name, found in games.items()}
    assert len(starts["few layouts"]) == 5
    assert len(starts["few layouts, no copies"]) > 10
    assert len(starts["many layouts"]) > 10


SIZES = {"NUM_TESTS": 2, "NUM_FLIGHTS": 2, "NUM_GAMES": 2, "SEEDS": [0, 1]}
SIZES |= {"DAGGER": DAggerConfig(num_rounds=2, num_steps=5, num_updates=2)}


ARMS_OF = {
    LANDER: [(LANDER.PILOT, "ARMS")],
    DOOR: [(DOOR.PILOT, "CLONES"), (DOOR, "ARMS")],
    GAMES: [(GAMES, "ARMS")],
}


def shrink(monkeypatch, script):
    """The same script with tiny settings, whose runs are made here."""
    training, few = script.TRAINING, 1 if script is GAMES else 2  # games of Pong take long
    for name, value in (SIZES | {"NUM_TESTS": few, "NUM_GAMES": few}).items():
        if hasattr(script, name):
            monkeypatch.setattr(script, name, value)
    length = training.Length(num_iterations=4, every=2, num_games=few, num_games_at_ends=few)
    monkeypatch.setattr(script if script is GAMES else script.PILOT, "LENGTH", length)
    for owner, name in ARMS_OF[script]:
        arms = {
            arm: replace(old, num_games=min(old.num_games, few)) for arm, old in getattr(owner, name).items()
        }
        monkeypatch.setattr(owner, name, arms)
    tiny = {"NUM_COPIES": 2, "NUM_STEPS": 16, "WARM_UP": 1, "PILOT_SEEDS": [0]}
    for name, value in tiny.items():
        monkeypatch.setattr(training, name, value)
    for owner in (training, script.IMITATION.TRAINING):
        monkeypatch.setattr(owner, "NUM_UPDATES", dict.fromkeys(training.WORLDS, 5))
    if script is not GAMES:
        settings = [training.Setting(1e-3, 0.99, 0.01), training.Setting(3e-4, 0.99, 0.0)]
        names = ["SETTINGS"] if script is LANDER else ["grid", "mixtures"]
        for name in names:
            value = settings if name == "SETTINGS" else lambda *_: settings
            monkeypatch.setattr(script.PILOT, name, value)
    for module in (script, training):
        monkeypatch.setattr(module, "run_seeds", lambda run, seeds, **given: [run(s, **given) for s in seeds])


@each_ready
def test_a_script_runs_from_its_pilot_to_its_record(script, monkeypatch):
    shrink(monkeypatch, script)
    if script is not GAMES:
        tuned = json.loads(json.dumps(script.PILOT.run(), allow_nan=False))
        assert set(tuned["arms tuned"]) == ARM_NAMES[script]
        monkeypatch.setattr(script, "load_results", lambda name: tuned)
    report = json.loads(json.dumps(script.run(), allow_nan=False))
    assert report["seeds"] == [0, 1]
    for name, run in report["trained"].items():
        assert run["env_steps"] == [[0, 64, 128]] * 2, name
        assert np.shape(run["return"]) == (2, 3)
    found = report.get("arms") or {name: both["values"] for name, both in report["compared"].items()}
    for name, both in found.items():
        assert np.isfinite([both["more"], both["less"]]).all(), name
        assert len(both["more"]) == len(both["less"]) == 2
    if script is GAMES:
        assert "plan" not in json.dumps(report)


@needs(LUNAR_LANDER)
@needs(DOOR_KEY)
def test_what_is_explored_afterward_runs_on_the_planned_seeds_and_compares_nothing(monkeypatch):
    script = load_script(RESULTS, "elsewhere_explored")
    assert script.SEEDS == LANDER.SEEDS
    for owner, name, value in (
        (script, "SEEDS", [0, 1]),
        (script, "NUM_TESTS", 2),
        (script, "FEW", 2),
        (script.LANDER, "NUM_FLIGHTS", 3),
        (script.DOOR, "NUM_GAMES", 2),
        (script.TRAINING, "NUM_UPDATES", dict.fromkeys(script.TRAINING.WORLDS, 5)),
        (script.IMITATION.TRAINING, "NUM_UPDATES", dict.fromkeys(script.TRAINING.WORLDS, 5)),
        (script, "run_seeds", lambda run, seeds, **given: [run(seed, **given) for seed in seeds]),
    ):
        monkeypatch.setattr(owner, name, value)
    report = json.loads(json.dumps(script.run(), allow_nan=False))
    assert "arms" not in report
    assert set(report["slips in DoorKey"]) == {"teacher", "clone", "clone, drawing"}
    assert set(report["human-like clones"]) == {"likeliest", "drawing"}
    assert set(report["in strong wind"]) == {"expert", "chance"}
    starts = report["starts of flights"]
    assert {name.partition(", ")[2] for name in starts} == {"five starts", "one start"}
    assert min(starts["steps, one start"]) > 0
    assert all(np.shape(values) == (2,) for part in list(report.values())[1:] for values in part.values())
