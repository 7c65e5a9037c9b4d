"""The scripts of lesson 12's road works: each compares what was planned, and runs from end to end."""

import json
from pathlib import Path

import numpy as np
import pytest

from course_tools.records.scripts import load_script
from course_tools.records.sources import with_loaded
from ilrl_course.algorithms.bc import BCConfig
from ilrl_course.algorithms.chunks import ChunkedActor, EnsemblingActor
from ilrl_course.data import Trajectory
from ilrl_course.measures.road_works import passings
from ilrl_course.notebook.claims import PLANS

RESULTS = Path(__file__).resolve().parents[2] / "results"
WAYS = load_script(RESULTS, "ways")
PILOT, CLONING, ROAD = WAYS.PILOT, WAYS.CLONING, WAYS.ROAD
Method, Setting = CLONING.Method, CLONING.Setting
PLANNED = {planned.name for planned in PLANS if planned.record == "ways"}


def here(run, seeds, **given):
    return [run(seed, **given) for seed in seeds]


def made_up_pilot(rng) -> dict:
    """What the pilot tunes, with a choice of its own for each kind of clone."""

    def tried(executed):
        found = {number: {"chosen": vars(Setting(float(rng.uniform())))} for number in executed}
        best = int(rng.choice(executed))
        return {
            "tried": {str(n): one for n, one in found.items()},
            "executed": best,
            "chosen": found[best]["chosen"],
        }

    cells = [
        (PILOT.DIFFER, answer, pace) for answer in CLONING.ANSWERS for pace in (PILOT.STEPS, PILOT.PLANS)
    ]
    tuned = {}
    for place, answer, pace in cells + PILOT.OWN:
        executed = (1,) if pace == PILOT.STEPS else PILOT.EXECUTED
        tuned.setdefault(place, {}).setdefault(answer, {})[pace] = tried(executed)
    return tuned


# --- what is compared ---------------------------------------------------------------------------------------

DIFFER, EARLY, AGREE, LATE = "they differ", "they differ early", "they agree", "they are late"
SLIPPERY = "they agree, slippery"
EXPECTED = {}  # comparison -> quantity, (place, answer, pace) of the arm that should have more, the other one
for kind in ("mixture", "flow"):
    for pace in ("step by step", "in plans"):
        arms = (DIFFER, "squared error", pace), (DIFFER, kind, pace)
        EXPECTED[f"{kind}, {pace}"] = "crash_rate", *arms
        EXPECTED[f"both sides by a {kind}, {pace}"] = "both_sides", *arms[::-1]
    steps = "step by step"
    EXPECTED[f"{kind}, sides chosen early"] = (
        "crash_rate",
        (EARLY, "squared error", steps),
        (EARLY, kind, steps),
    )
    EXPECTED[f"plans of a {kind}"] = "crash_rate", (DIFFER, kind, steps), (DIFFER, kind, "in plans")
for name, place in {"late": LATE, "agreeing": AGREE}.items():
    arms = ((place, "squared error", pace) for pace in ("step by step", "in plans"))
    EXPECTED[f"plans after {name} drivers"] = "crash_rate", *arms
EXPECTED["plans on a slippery road"] = (
    "crash_rate",
    (SLIPPERY, "squared error", "in plans"),
    (SLIPPERY, "squared error", "step by step"),
)


def test_both_arms_of_every_comparison_are_what_their_runs_say():
    rng = np.random.default_rng(0)
    settings, executed = WAYS.settings_of(made_up_pilot(rng))
    places = settings | {SLIPPERY: settings[AGREE]}
    clones = {
        place: {
            answer: {
                n: {
                    way: {name: rng.uniform(size=4).tolist() for name in ("crash_rate", "both_sides")}
                    for way in WAYS.ways_to_act(int(n))
                }
                for n in own
            }
            for answer, own in kinds.items()
        }
        for place, kinds in places.items()
    }
    found = WAYS.compared(clones, executed)
    assert set(found) == set(EXPECTED) == PLANNED
    for name, (quantity, *arms) in EXPECTED.items():
        wanted = []
        for place, answer, pace in arms:
            taught_in = AGREE if place == SLIPPERY else place
            steps = pace == "step by step"
            length, so_many = ("1", "1") if steps else ("16", str(executed[taught_in][answer]))
            wanted.append(clones[place][answer][length][so_many][quantity])
        np.testing.assert_array_equal(found[name], wanted, err_msg=name)


def test_every_clone_that_is_compared_was_tuned_in_its_own_place_and_the_others_where_drivers_differ():
    tuned = made_up_pilot(np.random.default_rng(1))
    settings, executed = WAYS.settings_of(tuned)
    for _, *arms in EXPECTED.values():
        for place, answer, pace in arms:
            taught_in = AGREE if place == SLIPPERY else place
            cell = tuned[taught_in][answer][pace]
            assert settings[taught_in][answer]["1" if pace == "step by step" else "16"] == cell["chosen"]
            assert pace == "step by step" or executed[taught_in][answer] == cell["executed"]
    assert settings[LATE]["flow"]["1"] == tuned[DIFFER]["flow"]["step by step"]["chosen"]
    assert executed[LATE]["flow"] == tuned[DIFFER]["flow"]["in plans"]["executed"]
    for answer, own in settings[DIFFER].items():
        assert list(own) == ["1", "4", "8", "16"]
        assert own["4"] == own["8"] == own["16"] == tuned[DIFFER][answer]["in plans"]["chosen"]


def test_the_hash_of_a_record_covers_all_scripts_that_it_loads():
    names = {path.relative_to(RESULTS).as_posix() for path in with_loaded(RESULTS / "ways.py")}
    assert names == {"ways.py", "ways_pilot.py", "ways/road.py", "ways/cloning.py"}


# --- what is tuned ------------------------------------------------------------------------------------------


def test_every_kind_of_clone_is_tried_equally_often(monkeypatch):
    tries = {}

    def made_up_scores(tried, settings, place, method, executed):
        assert len(set(settings)) == len(settings)
        pace = "step by step" if method.horizon == 1 else "in plans"
        tries[place, method.answer, pace] = len(settings) * len(executed)
        scores = np.zeros((len(settings), 3, len(executed)))
        scores[2, :, -1] = 1.0
        return scores

    monkeypatch.setattr(CLONING, "scores", made_up_scores)
    monkeypatch.setattr(PILOT, "slippery", lambda setting: {"chosen": 0.8})
    tuned = PILOT.run()["tuned"]
    assert set(tries.values()) == {8}
    rates = [[one.learning_rate for one in CLONING.SETTINGS[answer]] for answer in CLONING.ANSWERS]
    assert rates == [rates[0]] * 4
    assert {arm for _, *arms in EXPECTED.values() for arm in arms if arm[0] != SLIPPERY} <= set(tries)
    found = tuned[DIFFER]["flow"]["in plans"]
    assert found["executed"] == 16
    assert found["chosen"] == found["tried"]["16"]["settings"][2]


def test_the_setting_with_the_highest_mean_is_chosen_and_each_is_tried_on_each_pilot_seed(monkeypatch):
    monkeypatch.setattr(CLONING, "run_seeds", here)
    settings = tuple(map(Setting, (0.1, 0.3, 0.2)))

    def tried(number, settings):
        setting, seed = CLONING.by_number(number, settings)
        return 10 * (seed - 7100) + setting.learning_rate

    tuned = CLONING.tuned(tried, settings)
    np.testing.assert_allclose(tuned["scores"], [[r, 10 + r, 20 + r] for r in (0.1, 0.3, 0.2)])
    assert tuned["chosen"] == vars(settings[1])
    assert tuned["best"] == pytest.approx(10.3)


def test_the_slippery_road_leaves_the_plain_clone_room_both_ways(
    monkeypatch,
):
    rates = dict(zip(PILOT.GRIPS, (0.0, 0.1, 0.26, 0.4, 0.9, 1.0), strict=True))
    monkeypatch.setattr(PILOT, "run_seeds", lambda run, seeds, **given: [list(rates.values()) for _ in seeds])
    assert PILOT.slippery(Setting(1e-3))["chosen"] == 0.85


# --- who shows it -------------------------------------------------------------------------------------------


def test_there_are_as_many_drives_in_each_place_and_drivers_pass_on_their_side(monkeypatch):
    monkeypatch.setattr(ROAD, "NUM_DRIVES", 4)
    for place in ROAD.PLACES:
        drives = ROAD.demonstrations(place, 7000)
        assert len(drives) == 4
        sides = [passings(one) for one in drives]
        differ = place in (DIFFER, EARLY)
        assert all(right == 0 < left for left, right in (sides[:2] if differ else sides))
        assert not differ or all(left == 0 < right for left, right in sides[2:])
    assert ROAD.road(7003)["track"] == 603


def test_controls_differ_in_what_they_are_named_after_alone(monkeypatch):
    pilot = made_up_pilot(np.random.default_rng(0))
    settings, executed = WAYS.settings_of(pilot)
    seen = []

    def note(run, seeds, place, roads, method, setting, num_updates):
        usual = settings[place][method.answer][str(method.horizon)]
        other = {name: value for name, value in vars(setting).items() if value != usual[name]}
        other |= {"history": method.history} if method.history > 1 else {}
        other |= {"updates": num_updates} if num_updates != PILOT.NUM_UPDATES else {}
        assert set(roads) == {place}
        seen.append((place, method.answer, method.horizon, other))
        return [{place: {str(n): {"crash_rate": 0.5} for n in (1, 4, 16)}} for _ in seeds]

    monkeypatch.setattr(WAYS, "run_seeds", note)
    found = WAYS.controls(settings, executed)
    assert all(len(paces["in plans"]["crash_rate"]) == 16 for paces in found.values())
    expected = {
        "mixture that draws": (DIFFER, "mixture", {"draws": True}),
        "flow, five times as long": (DIFFER, "flow", {"updates": 5 * PILOT.NUM_UPDATES}),
        "flow, twice as wide": (DIFFER, "flow", {"is_wide": True}),
        "flow that keeps its noise": (DIFFER, "flow", {"keeps_noise": True}),
        "squared error, late, with a history": (LATE, "squared error", {"history": 3}),
    }
    assert list(found) == list(expected)
    wanted = [(place, answer, n, other) for place, answer, other in expected.values() for n in (1, 16)]
    assert seen == wanted


def test_a_wide_network_has_twice_the_units_and_kept_noise_gives_the_same_answer_in_each_step():
    setting = Setting(1e-2, draws=True, keeps_noise=True, is_wide=True)
    demos = CLONING.seen_with_history([lesson()], Method("flow"))
    policy = CLONING.fresh(Method("flow"), setting, demos, 0)
    layers = [one.out_features for one in policy.modules() if hasattr(one, "out_features")]
    assert layers[:2] == [256, 256]
    obs = np.zeros((5, 3), dtype=np.float32)
    kept, drawn = (
        CLONING.clone([lesson()], Method("flow"), Setting(1e-2, draws=True, keeps_noise=keeps), 3, 0).plan(7)
        for keeps in (True, False)
    )
    first = kept(obs)
    assert len(np.unique(first, axis=0)) == 5  # each episode has a noise of its own
    np.testing.assert_array_equal(kept(obs), first)
    assert (drawn(obs) != drawn(obs)).any()


# --- what learns and acts -----------------------------------------------------------------------------------


def lesson(num_steps=30, seed=0) -> Trajectory:
    rng = np.random.default_rng(seed)
    obs = rng.normal(size=(num_steps + 1, 3)).astype(np.float32)
    return Trajectory(obs, 0.1 * obs[:-1, :2], np.ones(num_steps, dtype=np.float32), False, True)


@pytest.mark.parametrize("answer", CLONING.ANSWERS)
def test_every_answer_is_learned_by_the_same_layers_with_plans_and_a_history(answer):
    method, setting = Method(answer, horizon=3, history=2), CLONING.SETTINGS[answer][-1]
    demos = CLONING.seen_with_history([lesson(30, 0), lesson(5, 1)], method)
    assert demos.obs.shape == (35, 6)
    assert demos.actions.shape == (35, 6)
    policy = CLONING.fresh(method, setting, demos, 0)
    layers = [one.out_features for one in policy.modules() if hasattr(one, "out_features")]
    assert layers[:2] == list(CLONING.HIDDEN_SIZES)
    clone = CLONING.clone([lesson()], method, setting, 3, seed=0)
    obs = np.zeros((4, 3), dtype=np.float32)
    assert clone.plan(0)(obs).shape == (4, 6)
    assert clone.actor(0, 2)(obs).shape == (4, 2)
    assert (clone.actor(0, 2)(obs) == clone.actor(0, 2)(obs)).all()


def test_the_loss_is_that_of_the_answer():
    demos = CLONING.seen_with_history([lesson()], Method("Gaussian"))
    spreads = {}
    for answer in ("squared error", "Gaussian"):
        policy = CLONING.fresh(Method(answer), Setting(1e-2), demos, 0)
        before = policy.log_std.detach().clone()
        for _ in CLONING.training(policy, Method(answer), demos, BCConfig(1e-2, 3), 0):
            pass
        spreads[answer] = (policy.log_std != before).any().item()
    assert spreads == {"squared error": False, "Gaussian": True}


def test_a_plain_clone_learns_what_it_is_shown():
    clone = CLONING.clone([lesson(300)], Method("squared error"), Setting(3e-3), 400, seed=0)
    new = lesson(50, seed=1)
    np.testing.assert_allclose(clone.actor(0, 1)(new.obs[:-1]), new.actions, atol=0.05)


def test_plans_are_executed_or_averaged():
    clone = CLONING.Clone(lambda seed: lambda obs: np.zeros((len(obs), 8)), 4)
    executing, averaging = clone.actor(0, 3), clone.actor(0)
    assert isinstance(executing, ChunkedActor)
    assert (executing.horizon, executing.num_executed) == (4, 3)
    assert isinstance(averaging, EnsemblingActor)
    assert (averaging.horizon, averaging.decay) == (4, 0.01)


def test_the_scripts_run_from_pilot_to_record(monkeypatch):
    for owner in (WAYS, PILOT, CLONING):
        monkeypatch.setattr(owner, "run_seeds", here)
    for owner, name, value in (
        (ROAD, "NUM_DRIVES", 2),
        (ROAD, "NUM_TESTS", 2),
        (ROAD, "WORKS", ROAD.WORKS | {"max_episode_steps": 12}),
        (PILOT, "NUM_UPDATES", 2),
        (PILOT, "GRIPS", (0.9, 0.6)),
        (PILOT, "SEEDS", [7100]),
        (CLONING, "PILOT_SEEDS", [7100]),
        (CLONING, "HIDDEN_SIZES", (8, 8)),
        (CLONING, "SETTINGS", {answer: tried[-1:] for answer, tried in CLONING.SETTINGS.items()}),
        (WAYS, "SEEDS", [7000, 7001]),
        (WAYS, "CONTROLS", {name: (*control[:-1], 2) for name, control in WAYS.CONTROLS.items()}),
    ):
        monkeypatch.setattr(owner, name, value)
    pilot = json.loads(json.dumps(PILOT.run(), allow_nan=False))
    monkeypatch.setattr(WAYS, "load_results", lambda name: pilot)
    report = json.loads(json.dumps(WAYS.run(), allow_nan=False))
    assert report["grip"] in (0.9, 0.6)
    assert set(report["clones"]) == {DIFFER, EARLY, AGREE, LATE, SLIPPERY}
    assert set(report["controls"]) == set(WAYS.CONTROLS)
    for paces in report["controls"].values():
        assert set(paces) == {"step by step", "in plans"}
        assert len(paces["in plans"]["crash_rate"]) == 2
    averaged = report["clones"][DIFFER]["flow"]["16"]["averaged"]
    assert len(averaged["crash_rate"]) == 2
    assert set(report["arms"]) == PLANNED
    for both in report["arms"].values():
        assert np.shape([both["more"], both["less"]]) == (2, 2)
