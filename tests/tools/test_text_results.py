"""The scripts of lesson 13's records: each compares what was planned, and runs from end to end."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from course_tools.records.scripts import load_script
from course_tools.records.sources import with_loaded
from ilrl_course.envs.text.corpus import held_out_lines, training_lines
from ilrl_course.envs.text.tastes import melodious
from ilrl_course.notebook.claims import PLANS
from ilrl_course.play.choices import Choice, pairs_of

RESULTS = Path(__file__).resolve().parents[2] / "results"
TEXT, JUDGES = load_script(RESULTS, "text"), load_script(RESULTS, "text_judges")
PILOT, SAMPLING, TRAINING, BEGINNINGS = TEXT.PILOT, TEXT.SAMPLING, TEXT.TRAINING, TEXT.BEGINNINGS
Judge, Tied, Direct = PILOT.Judge, PILOT.Tied, PILOT.Direct
NUM_SEEDS, LEARNED = 4, ["100 choices", "1000 choices", "10000 choices"]
ANCHORS = BEGINNINGS.anchors()
PLANNED = {planned.name for planned in PLANS if planned.record == "text"}


def made_up_pilot(rng, to_beat="no tie") -> dict:
    """A record of the pilot, in which other settings are best at the end than over the whole training."""
    tuned = {}
    for payer, arms in PILOT.ARMS.items():
        tuned[payer] = {}
        for arm, settings in arms.items():
            end, whole = rng.choice(len(settings), 2, replace=False)
            chosen = {"end": settings[end], "whole": settings[whole]}
            tuned[payer][arm] = {by: {"chosen": dict(vars(one))} for by, one in chosen.items()}
    best = {payer: {"chosen": 8} for payer in LEARNED}
    return {"arms tuned": tuned, "best of n": best, "to beat": dict.fromkeys(LEARNED, to_beat)}


# --- what is compared ---------------------------------------------------------------------------------------


def made_up_tables(rng) -> dict:
    arms = TEXT.arms_of(made_up_pilot(rng)["arms tuned"])
    names = ("taste", "novel")
    return {
        payer: {arm: {name: rng.uniform(0, 3, (NUM_SEEDS, 11)).tolist() for name in names} for arm in own}
        for payer, own in arms.items()
    }


def points(taste: float) -> float:
    return (taste - ANCHORS["chance"]) / (ANCHORS["corpus"] - ANCHORS["chance"]) * 100


def expected(table: dict, kind: str) -> list[float]:
    """What one arm is worth, seed by seed, computed step by step."""
    found = []
    for seed in range(NUM_SEEDS):
        taste = table["taste"][seed]
        if kind == "novel":
            found.append(table["novel"][seed][-1])
        elif kind in ("first", "last"):
            found.append(points(taste[0 if kind == "first" else -1]))
        else:
            counted = taste[:7] if kind == "early" else taste  # 57,344 steps are no longer early
            found.append(sum(map(points, counted)) / len(counted))
    return found


READER = PILOT.READER
ARMS = {  # comparison -> who pays, arm and kind; first the arm that should have more
    "head start of a writer": [(READER, "no tie", "early"), (READER, "from nothing", "early")],
    "invention, paid by the reader": [
        (READER, "no tie at the end", "novel"),
        (READER, "strong tie at the end", "novel"),
    ],
    "invention, paid by a thousand choices": [
        ("1000 choices", "no tie at the end", "novel"),
        ("1000 choices", "strong tie at the end", "novel"),
    ],
    "improvement by a thousand choices": [("1000 choices", "PPO", "last"), ("1000 choices", "PPO", "first")],
    "improvement by ten thousand choices": [
        ("10000 choices", "PPO", "last"),
        ("10000 choices", "PPO", "first"),
    ],
}
MIXED = {
    "tie for a hundred choices": "100 choices",
    "tie for a thousand choices": "1000 choices",
    "tie for ten thousand choices": "10000 choices",
}


@pytest.mark.parametrize("to_beat", ["no tie", "imitator"])
def test_both_arms_of_every_comparison_are_what_their_runs_say(to_beat):
    tables = made_up_tables(np.random.default_rng(0))
    found = TEXT.compared(tables, dict.fromkeys(LEARNED, to_beat))
    wanted = {name: [expected(tables[p][arm], kind) for p, arm, kind in both] for name, both in ARMS.items()}
    for name, payer in MIXED.items():
        end = ("no tie", "whole") if to_beat == "no tie" else ("mixture", "first")
        wanted[name] = [expected(tables[payer][arm], kind) for arm, kind in (("mixture", "whole"), end)]
    assert set(found) == set(wanted) == PLANNED
    for name, arms in wanted.items():
        np.testing.assert_allclose(found[name], arms, err_msg=name)


def test_each_arm_has_the_setting_that_is_best_for_what_is_compared():
    tuned = made_up_pilot(np.random.default_rng(1))["arms tuned"]
    arms = TEXT.arms_of(tuned)
    for payer in LEARNED:
        chosen = {
            arm: {by: tuned[payer][arm][by]["chosen"] for by in ("end", "whole")} for arm in tuned[payer]
        }
        own = {arm: vars(setting) for arm, setting in arms[payer].items()}
        assert own["PPO"] == chosen["tie"]["end"]
        assert own["mixture"] == chosen["tie"]["whole"]
        assert own["no tie"] == chosen["no tie"]["whole"]
        assert own["DPO"] == chosen["DPO"]["end"]
        ladder = [own[f"beta {beta}"] for beta in TEXT.BETAS]
        assert [one["beta"] for one in ladder] == [0.0, 0.03, 0.1, 0.3, 1.0, 3.0]
        assert all(one | {"beta": own["PPO"]["beta"]} == own["PPO"] for one in ladder)
        assert own["PPO"] in ladder
    for payer in ("1000 choices", READER):
        for arm, beta in (("no tie", 0.0), ("strong tie", 1.0)):
            assert vars(arms[payer][f"{arm} at the end"]) == tuned[payer][arm]["end"]["chosen"]
            assert arms[payer][f"{arm} at the end"].beta == beta
    assert arms[READER]["from nothing"].starts == "nothing"
    assert arms["shuffled choices"] == {arm: arms["1000 choices"][arm] for arm in ("PPO", "DPO")}
    assert arms["nobody"] == {"PPO": arms["1000 choices"]["PPO"]}


def test_every_arm_is_tuned_among_at_most_twelve_settings_and_trained_ones_among_as_many():
    for arms in PILOT.ARMS.values():
        for settings in arms.values():
            assert len(set(settings)) == len(settings) == 12
    assert len(PILOT.NUMBERS) <= 12
    for setting in (*PILOT.TIES, *PILOT.alone(0.0)):
        block = TRAINING.NUM_COPIES * setting.num_steps
        assert TRAINING.EVERY % block == 0  # so that all are examined after as many steps
    assert TRAINING.ENV_STEPS % TRAINING.EVERY == 0
    assert all(setting.num_updates % TRAINING.NUM_LOOKS == 0 for setting in PILOT.DIRECT)


def test_the_pilot_takes_what_is_best_at_the_end_and_over_the_whole_training(monkeypatch):
    settings = (Tied(0.1, 1.0, 16), Tied(0.3, 1.0, 16), Tied(1.0, 1.0, 16))
    curves = {0.1: [1, 2, 4], 0.3: [1, 3, 3.5], 1.0: [1, 2, 2]}

    def fake_learn(seed, judge, settings):
        return [[{"taste": taste + seed} for taste in curves[setting.beta]] for setting in settings]

    monkeypatch.setattr(TRAINING, "learn", fake_learn)
    monkeypatch.setattr(PILOT, "SEEDS", [0, 1])
    monkeypatch.setattr(PILOT, "run_seeds", lambda run, seeds, **given: [run(s, **given) for s in seeds])
    found = PILOT.tuned(Judge(100), settings)
    assert found["end"]["chosen"]["beta"] == 0.1
    assert found["whole"]["chosen"]["beta"] == 0.3
    np.testing.assert_allclose(found["end"]["taste"], [[4, 5], [3.5, 4.5], [2, 3]])
    assert found["whole"]["best"] == pytest.approx(2.5 + 0.5)
    assert found["before"] == pytest.approx(1.5)


@pytest.mark.parametrize(("best", "end"), [(2.1, "no tie"), (1.9, "imitator")])
def test_a_mixture_has_to_beat_the_end_that_the_pilot_found_better(best, end):
    assert PILOT.to_beat({"no tie": {"whole": {"best": best}, "before": 2.0}}) == end


# --- what is measured ---------------------------------------------------------------------------------------


def test_lines_are_degenerate_that_are_empty_endless_or_stutter_and_hardly_any_of_the_corpus_is():
    assert all(map(TRAINING.is_degenerate, ["", "abcdefghijklmnop", "ooo", "tututu", "banbanban", "xaaax"]))
    assert not any(map(TRAINING.is_degenerate, ["a", "tutu", "banban", "eafielowu", "abcdefghijklmno"]))
    assert np.mean([TRAINING.is_degenerate(line) for line in training_lines()]) < 0.001


def test_lines_are_repeated_that_stand_in_the_same_number_of_lines_already():
    assert TRAINING.repeated(["a", "b", "a", "a"]) == 0.5
    assert TRAINING.repeated(["a", "b"]) == 0


def test_no_line_of_the_corpus_is_novel_but_better_ones_are_possible():
    assert melodious(training_lines() + held_out_lines()).max() == TRAINING.BEST_OF_CORPUS
    assert melodious(["banelidofu"]) > TRAINING.BEST_OF_CORPUS


def test_the_corpus_gets_a_hundred_points_and_chance_none():
    low, high = BEGINNINGS.anchors().values()
    np.testing.assert_allclose(BEGINNINGS.points([low, high]), [0, 100])
    assert high == pytest.approx(melodious(training_lines() + held_out_lines()).mean())
    assert low < 0


def test_shuffled_answers_are_as_many_and_say_nothing_about_the_pairs():
    choices = [Choice("a", "bcd", i < 300) for i in range(400)]
    pairs = pairs_of(choices)
    dealt = BEGINNINGS.shuffled(pairs, 0)
    assert dealt.prefers_first.sum() == 300
    assert dealt.first is pairs.first
    agreement = (dealt.prefers_first == pairs.prefers_first).float().mean()
    assert agreement == pytest.approx(0.75**2 + 0.25**2, abs=0.06)  # as chance has it


def test_a_judge_learns_with_the_setting_that_foresees_most_choices_that_were_set_aside(tiny, monkeypatch):
    rates = {1e-2: 0.6, 3e-3: 0.7, 1e-3: 0.8, 3e-4: 0.5}

    def fake_learn(pairs, learning, seed):
        assert len(pairs) == 30
        return rates[learning.learning_rate] - 0.01 * (learning.num_updates != 400) + 0.1 * (seed == 6101)

    monkeypatch.setattr(JUDGES, "run_seeds", lambda run, seeds, **given: [run(s, **given) for s in seeds])
    monkeypatch.setattr(JUDGES, "agreement_with", lambda judge, pairs: judge)
    for name, value in (SIZES | {"learn_reward": fake_learn}).items():
        monkeypatch.setattr(JUDGES.BEGINNINGS, name, value)
    monkeypatch.setattr(JUDGES, "NUMBERS", (30,))
    monkeypatch.setattr(JUDGES, "NUM_SET_ASIDE", 5)
    found = json.loads(json.dumps(JUDGES.run(), allow_nan=False))["judges tuned"]["30"]
    assert found["chosen"] == {"learning_rate": 1e-3, "num_updates": 400}
    assert np.shape(found["agreement"]) == (12, 3)
    monkeypatch.undo()
    monkeypatch.setattr(BEGINNINGS, "load_results", lambda name: {"judges tuned": {"30": found}})
    assert BEGINNINGS.tuned_judges() == {30: Judge(30, BEGINNINGS.Learning(1e-3, 400))}


def test_a_tie_weighs_lines_by_the_exponential_of_their_reward():
    values = {"reward": torch.tensor([0.0, 2.0], dtype=torch.float64)}
    values["taste"] = torch.tensor([1.0, 3.0], dtype=torch.float64)
    found = SAMPLING.reweighted(values, beta=2.0)
    p = np.e / (1 + np.e)
    assert found["taste"] == pytest.approx(1 + 2 * p)
    assert found["reward"] == pytest.approx(2 * p)
    assert found["kl"] == pytest.approx(p * np.log(2 * p) + (1 - p) * np.log(2 * (1 - p)))
    assert found["lines"] == pytest.approx(1 / (p**2 + (1 - p) ** 2))
    assert SAMPLING.reweighted(values, beta=1e-3)["kl"] == pytest.approx(np.log(2))


def test_all_who_pay_do_so_in_standard_deviations_of_the_imitator_s_lines():
    pay = BEGINNINGS.standardized(["aeb", "ab", "bab"])
    assert pay(["aeb", "ab", "bab"]).mean() == pytest.approx(0)
    assert pay(["aeb", "ab", "bab"]).std() == pytest.approx(1)
    mute = BEGINNINGS.pay_of(Judge(is_mute=True), None, None, 0)
    assert mute(["a", "b"]).tolist() == [0, 0]


def test_the_records_depend_on_all_scripts_that_they_load():
    names = {path.name for path in with_loaded(RESULTS / "text.py")}
    assert names == {"text.py", "text_pilot.py", "sampling.py", "training.py", "beginnings.py"}


# --- from end to end ----------------------------------------------------------------------------------------

SIZES = {"NUM_CLONED": 20, "NUM_KNOWN": 20, "NUM_ASKED": 40, "NUM_BY_CHANCE": 200}
LENGTH = {"NUM_COPIES": 4, "ENV_STEPS": 128, "EVERY": 64, "NUM_LOOKS": 2}
LENGTH |= {"NUM_LINES": 10, "NUM_LINES_AT_ENDS": 20}


@pytest.fixture
def tiny(monkeypatch):
    """The same scripts with tiny settings, whose runs are made here."""
    learning = BEGINNINGS.Learning(1e-3, 2)
    judges = {number: Judge(number, learning) for number in (100, 1000, 10_000)}
    monkeypatch.setattr(BEGINNINGS, "tuned_judges", lambda: judges)
    for module, sizes in ((BEGINNINGS, SIZES), (TRAINING, LENGTH), (SAMPLING, {"NUM_LINES": 40})):
        for name, value in sizes.items():
            monkeypatch.setattr(module, name, value)
    for module, lines in ((BEGINNINGS, "training_lines"), (TRAINING, "held_out_lines")):
        some = getattr(module, lines)()[:60]
        monkeypatch.setattr(module, lines, lambda some=some: some)
    few = {"tie": (Tied(0.3, 1e-3, 16), Tied(1.0, 1e-3, 8)), "no tie": (Tied(0.0, 1e-3, 16),)}
    few |= {"DPO": (Direct(0.3, 1e-3, 2), Direct(1.0, 1e-3, 4))}
    strong, nothing = (Tied(1.0, 1e-3, 16),), (Tied(0.0, 1e-3, 16, "nothing"),)
    arms = dict.fromkeys(LEARNED, few) | {"1000 choices": few | {"strong tie": strong}}
    arms |= {READER: {"no tie": few["no tie"], "strong tie": strong, "from nothing": nothing}}
    for name, value in {"ARMS": arms, "NUMBERS": (2, 8), "SEEDS": [0]}.items():
        monkeypatch.setattr(PILOT, name, value)
    for name, value in {"SEEDS": [0, 1], "NUM_NEW_PAIRS": 10, "EARLY": 64}.items():
        monkeypatch.setattr(TEXT, name, value)
    for module in (PILOT, TEXT):
        monkeypatch.setattr(module, "run_seeds", lambda run, seeds, **given: [run(s, **given) for s in seeds])


def test_the_scripts_run_from_the_pilot_to_the_record(tiny, monkeypatch):
    pilot = json.loads(json.dumps(PILOT.run(), allow_nan=False))
    assert set(pilot["to beat"].values()) <= {"no tie", "imitator"}
    monkeypatch.setattr(TEXT, "load_results", lambda name: pilot)
    report = json.loads(json.dumps(TEXT.run(), allow_nan=False))
    assert report["seeds"] == [0, 1]
    assert set(report["arms"]) == PLANNED
    for payer, arms in report["trained"].items():
        for arm, tables in arms.items():
            assert {np.shape(table) for table in tables.values()} == {(2, 3)}, (payer, arm)
            assert set(tables) == set(TRAINING.QUANTITIES)
        assert set(arms) == set(report["settings"][payer])
    written = report["trained"]["1000 choices"]["PPO"]["lines"]
    assert written[0][0] == 0
    assert written[0][1] < written[0][2] <= 128
    tied = report["trained"]["100 choices"]["PPO"]
    np.testing.assert_allclose(np.array(tied["kl"])[:, 0], 0, atol=1e-5)  # the imitator itself
    np.testing.assert_allclose(np.array(tied["forward_kl"])[:, 0], 0, atol=1e-5)
    for sampled in report["sampled"].values():
        assert np.shape(sampled["best of n"]["taste"]) == (2, 2)
        assert np.shape(sampled["tied"]["kl"]) == (2, 5)
    assert np.shape(report["judges"]["agreement"]) == (2, 3)
    assert np.shape(report["judges"]["deviation of its taste"]) == (2,)
    for both in report["arms"].values():
        assert np.isfinite([both["more"], both["less"]]).all()
        assert len(both["more"]) == len(both["less"]) == 2
