"""The ledger sets predictions beside verdicts, and says how well calibrated the student was."""

import numpy as np
import pytest

from ilrl_course.measures.evidence import FAILS, HOLDS, OPEN, Judged, measure
from ilrl_course.notebook import journal, ledger
from ilrl_course.notebook.claims import CLAIMS, PLANS

CLAIM = CLAIMS["C9"]
PLAN = next(planned for planned in PLANS if planned.claim == "C9" and planned.unit == "points")
ONLY = "holds only when it rains"


@pytest.fixture(autouse=True)
def my_work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))


def judged(planned, outcome):
    less = np.arange(planned.num_seeds, dtype=float)
    return Judged(planned, measure(planned, less + 30, less), 0.01, outcome)


def part(outcome):
    return ledger.Part("08", "<faster>", outcome, (judged(PLAN, outcome),))


def entry(predicted, *outcomes):
    return ledger.Entry(CLAIM, predicted, tuple(part(outcome) for outcome in outcomes))


@pytest.mark.parametrize(
    ("outcomes", "measured"),
    [
        ([HOLDS, HOLDS], HOLDS),
        ([FAILS, FAILS], FAILS),
        ([HOLDS, FAILS], "only sometimes"),
        ([ONLY], "only sometimes"),
        ([HOLDS, OPEN], "only sometimes"),
        ([FAILS, OPEN], OPEN),
        ([OPEN], OPEN),
        ([], OPEN),
    ],
)
def test_a_claim_holds_or_fails_only_if_all_its_parts_do(outcomes, measured):
    assert entry(None, *outcomes).measured == measured


@pytest.mark.parametrize(
    ("predicted", "outcome", "is_right"),
    [
        (HOLDS, HOLDS, True),
        ("only sometimes", ONLY, True),
        (FAILS, HOLDS, False),
        (HOLDS, ONLY, False),
        (HOLDS, OPEN, None),
        ("not sure", HOLDS, None),
        (None, HOLDS, None),
    ],
)
def test_a_prediction_is_right_or_wrong_only_where_both_sides_have_said_something(
    predicted, outcome, is_right
):
    assert entry(predicted, outcome).is_right is is_right


def test_calibration_counts_by_hand_and_beside_the_best_constant_answer():
    book = [entry(HOLDS, HOLDS), entry(HOLDS, ONLY), entry(FAILS, ONLY), entry("only sometimes", ONLY)]
    book += [entry("not sure", HOLDS), entry(HOLDS, OPEN), entry(None, FAILS)]
    said = ledger.calibration(book)
    assert "right about 2 of 4 claims" in said
    assert "not sure about 1" in said
    assert "'only sometimes' to each of them is right about 3" in said


def test_without_predictions_nothing_is_judged():
    assert "not sure about 1" in ledger.calibration([entry("not sure", HOLDS), entry(None, HOLDS)])


def test_the_ledger_holds_every_claim_with_the_prediction_of_lesson_00_and_every_comparison(monkeypatch):
    found = {planned.name: judged(planned, HOLDS) for planned in PLANS}
    monkeypatch.setattr(ledger, "judgements", lambda: found)
    journal.save_predictions({"C1": "holds", "C7": "not sure"})
    book = ledger.entries()
    assert [one.claim.id for one in book] == list(CLAIMS)
    assert {one.claim.id: one.predicted for one in book if one.predicted} == {"C1": "holds", "C7": "not sure"}
    names = [j.planned.name for one in book for p in one.parts for j in p.judged]
    assert sorted(names) == sorted(found)
    assert book[0].is_right


def test_the_table_escapes_what_was_tested_and_has_a_row_for_each_part():
    html = ledger.ledger_table([entry(HOLDS, HOLDS, FAILS), entry(None)]).data
    assert html.count("<tr>") == 1 + 2 + 1
    assert "&lt;faster&gt;" in html
    assert "<faster>" not in html
    assert "holds ✗" in html
    assert "rowspan='2'" in html


def test_without_any_prediction_it_says_so():
    assert ledger.calibration([entry(None, HOLDS)]) == "You made no predictions in lesson 00."
