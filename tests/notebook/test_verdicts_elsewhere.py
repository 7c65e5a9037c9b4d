"""Verdicts of lesson 11 follow from its own records and family, and say nothing of those at home."""

import json

import numpy as np
import pytest

from ilrl_course.measures.evidence import FAMILY_SIZES
from ilrl_course.notebook import journal, verdicts
from ilrl_course.notebook.claims import CLAIMS, PLANS

CLAIMS_THERE = sorted({planned.claim for planned in PLANS if planned.family == "elsewhere"})


@pytest.fixture(autouse=True)
def my_work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))


def said(capsys) -> list[str]:
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("claim", CLAIMS_THERE)
def test_each_part_gets_one_line_without_digits_and_the_numbers_of_every_comparison(recorded, capsys, claim):
    verdicts.verdict(claim, "11")
    lines = said(capsys)
    headlines = [line for line in lines if line.startswith("Verdict ")]
    plans = [planned for planned in PLANS if (planned.claim, planned.lesson) == (claim, "11")]
    assert len(headlines) == len({planned.half for planned in plans})
    for line in headlines:
        assert not any(letter.isdigit() for letter in line.removeprefix(f"Verdict {claim}"))
    for planned in plans:
        assert sum(line.startswith(f"  {planned.name}: ") for line in lines) == 1
    assert len(lines) == len(headlines) + len(plans)
    assert {record["lesson"] for record in journal.load_verdicts()[claim]} == {"11"}


def test_p_values_are_corrected_within_the_family_of_the_lesson(recorded):
    first = min(verdicts.judgements("elsewhere").values(), key=lambda one: one.effect.p_value)
    assert first.corrected_p == pytest.approx(min(1.0, first.effect.p_value * FAMILY_SIZES["elsewhere"]))


def test_a_rehearsal_leaves_no_record(recorded, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_REHEARSAL", "1")
    verdicts.verdict("C1", "11")
    assert journal.load_verdicts() == {}


def test_a_folder_that_cannot_be_written_is_named_and_the_verdict_stands(recorded, monkeypatch, capsys):
    def refuse(*record):
        raise PermissionError("not yours")

    monkeypatch.setattr(journal, "record_verdict", refuse)
    verdicts.verdict("C1", "11")
    lines = said(capsys)
    assert lines[0].startswith("Verdict C1 ")
    assert lines[-1].startswith("It could not be kept for later (not yours).")


@pytest.mark.parametrize(
    ("claim", "lesson", "words"),
    [
        ("C2", "11", "no comparison about C2 is recorded for lesson 11"),
        ("C1", "07", "lesson '07' has comparisons of 0 families"),
    ],
)
def test_what_was_never_planned_has_no_verdict(recorded, claim, lesson, words):
    with pytest.raises(ValueError, match=words):
        verdicts.verdict(claim, lesson)


def test_before_its_runs_are_recorded_a_lesson_has_no_verdict(alone):
    for name in ("lander", "door"):
        (alone / f"elsewhere_{name}.json").unlink()
    verdicts.judgements.cache_clear()
    with pytest.raises(ValueError, match="recorded for lesson 11"):
        verdicts.verdict("C1", "11")


@pytest.mark.parametrize(
    ("live", "words"), [(5.0, "+5 in 4 runs here, the same direction as"), (-5.0, "another direction than")]
)
def test_a_live_run_is_set_beside_the_recorded_one_of_its_own_family(recorded, capsys, live, words):
    record = json.loads((recorded / "elsewhere_lander.json").read_text())["arms"]["head start in LunarLander"]
    assert np.mean(record["more"]) > np.mean(record["less"])
    verdicts.live_sign("head start in LunarLander", np.full(4, live), np.zeros(4))
    first, second = said(capsys)
    assert first.startswith("head start in LunarLander: ")
    assert words in first
    assert "PPO from a clone of twenty flights" in second
    assert CLAIMS["C1"].id not in first
