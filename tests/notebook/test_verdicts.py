"""Verdicts follow from the recorded runs and the plans alone, and a live run is set beside them."""

import dataclasses
import html
import json
import re

import numpy as np
import pytest

from ilrl_course.measures.evidence import Planned
from ilrl_course.notebook import journal, verdicts
from ilrl_course.notebook.claims import CLAIMS, PLANS
from ilrl_course.notebook.form import plans_table
from ilrl_course.storage import files

COMMON = {"claim": "C7", "lesson": "02", "quantity": "score", "more": "clone", "less": "teacher"}
COMMON |= {"unit": "points", "planned_effect": 20.0, "record": "toy"}
TOYS = (
    Planned("a", half="slips", condition="it is a", **COMMON),
    Planned("b", half="slips", condition="it is b", **COMMON),
    Planned("c", half="faults", condition="it is c", **COMMON),
)


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """Records in which a holds, b does not, and c cannot be told; a function that changes their plan."""
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    monkeypatch.setattr(verdicts, "PLANS", TOYS)
    monkeypatch.setattr(verdicts, "plan", {toy.name: toy for toy in TOYS}.get)
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    verdicts.judgements.cache_clear()
    spread = np.linspace(-1, 1, 48)
    means = {"a": 30 + 9 * spread, "b": spread, "c": 90 * spread}
    arms = {toy.name: toy.recorded(means[toy.name], np.zeros(48)) for toy in TOYS}
    (tmp_path / "toy.json").write_text(json.dumps({"arms": arms}))
    yield tmp_path / "toy.json"
    verdicts.judgements.cache_clear()


def test_every_half_gets_a_line_without_digits_and_its_numbers_below(toy, capsys):
    verdicts.verdict("C7", "02")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Verdict C7 holds only when it is a: a teacher's random slips are averaged out."
    assert lines[3] == "Verdict C7 cannot tell: a teacher's systematic faults are inherited."
    assert lines[1].startswith("  a: +30 points [")
    assert lines[1].endswith("48 seeds – holds")
    assert lines[2].endswith("– does not hold")
    assert not any(letter.isdigit() for line in (lines[0], lines[3]) for letter in line.replace("C7", ""))


def test_halves_are_kept_apart_and_read_again(toy, capsys):
    verdicts.verdict("C7", "02")
    kept = {record["half"]: record for record in journal.load_verdicts()["C7"]}
    assert kept["slips"]["outcome"] == "holds only when it is a"
    assert kept["faults"]["outcome"] == "cannot tell"
    assert {record["lesson"] for record in kept.values()} == {"02"}


def test_a_comparison_whose_runs_are_not_recorded_yet_is_left_out(toy, capsys):
    record = json.loads(toy.read_text())
    del record["arms"]["b"]
    toy.write_text(json.dumps(record))
    verdicts.verdict("C7", "02")
    assert "  b: " not in capsys.readouterr().out
    toy.unlink()
    verdicts.judgements.cache_clear()
    with pytest.raises(ValueError, match="no comparison about C7"):
        verdicts.verdict("C7", "02")


def test_a_rehearsal_leaves_no_record(toy, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_REHEARSAL", "1")
    verdicts.verdict("C7", "02")
    assert journal.load_verdicts() == {}


def test_a_record_made_for_another_plan_is_refused(toy):
    toy.write_text(toy.read_text().replace(TOYS[1].fingerprint, "0" * 16))
    with pytest.raises(ValueError, match=r"another plan than that of 'b': run .*results toy"):
        verdicts.judgements()


def test_what_was_never_planned_has_no_verdict(toy):
    with pytest.raises(ValueError, match="no comparison about C8 is recorded for lesson 02"):
        verdicts.verdict("C8", "02")


@pytest.mark.parametrize(
    ("live", "words"),
    [
        (5.0, "+5 in 8 runs here, the same direction as in the recorded runs"),
        (-5.0, "-5 in 8 runs here, another direction than in the recorded runs"),
    ],
)
def test_a_live_run_says_whether_it_points_where_the_recorded_runs_do(toy, capsys, live, words):
    verdicts.live_sign("a", np.full(8, live), np.zeros(8))
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"a: {words}"
    assert second.strip() == '(score: "clone" minus "teacher")'


OTHER = {"more": [0] * 8, "less": [0] * 8, "interval": [1.0, 3.0], "seeds with its sign": 7}


@pytest.mark.parametrize(
    ("differences", "words"),
    [
        ({"a": (2.0, 4.0), "b": (-2.0, -4.0)}, "(Stable) the same sign in every comparison."),
        ({"a": (2.0, 4.0), "b": (2.0, -4.0)}, "(Stable) another sign in: b."),
        ({"a": (-2.0, 4.0), "b": (0.0, -4.0)}, "(Stable) another sign in: a, b."),
    ],
)
def test_a_replication_says_which_comparisons_have_another_sign(toy, capsys, monkeypatch, differences, words):
    compared = {
        name: OTHER | {"difference": theirs, "difference of our PPO": ours}
        for name, (theirs, ours) in (differences | {"c": (-1.0, 1.0)}).items()
    }
    toy.with_name("peer.json").write_text(json.dumps({"library": "Stable 2.9", "compared": compared}))
    claim = {"a": "C7", "b": "C7", "c": "C9"}
    plans = {name: dataclasses.replace(TOYS[0], claim=claim[name]) for name in claim}
    monkeypatch.setattr(verdicts, "plan", plans.get)
    verdicts.replication("C7", "02", "peer")
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.endswith(words)
    assert [line.split(":")[0].strip() for line in rest] == ["a", "b"]
    assert rest[0].endswith("[+1, +3], with ours +4; 7 of 8 seeds have the sign of ours")
    with pytest.raises(ValueError, match="no comparison about C1 in lesson 02 was replicated"):
        verdicts.replication("C1", "02", "peer")


# --- the plans of the course --------------------------------------------------------------------------------


def test_plans_have_names_of_their_own_and_belong_to_a_part_of_a_claim_and_its_lesson():
    assert len({planned.name for planned in PLANS}) == len(PLANS)
    for planned in PLANS:
        claim = CLAIMS[planned.claim]
        assert planned.half in (claim.parts or {""})
        assert planned.lesson in claim.lessons


def test_every_recorded_comparison_was_made_for_todays_plan_on_seeds_that_nobody_had_seen():
    for planned in filter(verdicts.has_run, PLANS):
        record = files.load_results(planned.record)
        assert record["arms"][planned.name]["plan"] == planned.fingerprint
        assert record["seeds"] == list(planned.seeds)
        assert min(planned.seeds) >= 1000
        assert "+" not in record["commit"]


@pytest.mark.parametrize("family", ["home", "elsewhere", "many ways", "text"])
def test_students_see_every_comparison_with_the_size_that_matters_before_they_predict(family):
    table = plans_table(family).data
    plans = [planned for planned in PLANS if planned.family == family]
    rows = re.findall(r"<tr>(.+?)</tr>", table)
    smallest = {"points": "10 points", "crashes": "50% of the crashes", "share": "50% of the teacher"}
    for planned in plans:
        texts = (planned.lesson, planned.more, planned.less, planned.quantity, smallest[planned.unit])
        wanted = [html.escape(text) for text in texts]
        assert any(all(text in row for text in wanted) for row in rows), planned.name
    for claim in CLAIMS.values():
        is_planned = any(planned.claim == claim.id for planned in plans)
        is_shown = is_planned or (family == "home" and bool(claim.meaning))
        assert (html.escape(claim.text) in table) is is_shown
        assert html.escape(claim.meaning) in table or not is_shown
