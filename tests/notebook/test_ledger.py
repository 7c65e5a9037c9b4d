"""The ledger sets predictions beside verdicts, and says what carried over to worlds that others made."""

import numpy as np
import pytest

from ilrl_course.measures.evidence import FAILS, HOLDS, OPEN, Judged, measure
from ilrl_course.notebook import journal, ledger, verdicts
from ilrl_course.notebook.beside import Carried, carried_over
from ilrl_course.notebook.claims import CLAIMS, PLANS
from ilrl_course.storage import files
from tests.made_up_elsewhere import recorded_in

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


# --- what carried over --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Made-up records of lesson 11 beside those at home."""
    with recorded_in(tmp_path_factory.mktemp("results")) as folder:
        yield folder


def said_of(book, capsys) -> tuple[str, list[str]]:
    """The table of a ledger, and the lines below it."""
    ledger.print_limits(book)
    return ledger.ledger_table(book).data, capsys.readouterr().out.splitlines()


@pytest.fixture
def at_home(monkeypatch):
    """C1 holds in lesson 08 and fails in lesson 09, so it holds only sometimes."""
    outcomes = {"08": HOLDS, "09": FAILS}
    about_c1 = [one for one in PLANS if (one.claim, one.family) == ("C1", "home")]
    found = {one.name: judged(one, outcomes[one.lesson]) for one in about_c1}
    monkeypatch.setattr(ledger, "judgements", lambda: found)
    monkeypatch.setattr(ledger, "has_run", lambda planned: True)


@pytest.mark.parametrize(
    ("elsewhere", "words", "of_what_failed"),
    [
        (HOLDS, "carried over", "other than at home"),
        (FAILS, "did not carry over", "as at home"),
        (OPEN, "cannot tell whether it carries over", "other than at home"),
        (ONLY, f"carried over in part: {ONLY}", "other than at home"),
    ],
)
def test_a_row_that_holds_says_in_table_and_lines_if_it_did_not_carry_over(
    at_home, monkeypatch, capsys, elsewhere, words, of_what_failed
):
    monkeypatch.setattr(ledger, "carried_over", lambda: [Carried("C1", "", ONLY, elsewhere)])
    table, lines = said_of(ledger.entries(), capsys)
    assert "in worlds that others made" in table
    assert table.count(f">{words}</td>") == table.count(f">{of_what_failed}</td>") == 1
    line = f"C1, lesson 08, {words}: {CLAIMS['C1'].text.removesuffix('.')}."
    assert lines == ([] if elsewhere == HOLDS else [line])


def test_with_all_runs_recorded_every_row_that_holds_and_did_not_wholly_carry_over_has_a_line(
    recorded, capsys
):
    book = ledger.entries()
    table, lines = said_of(book, capsys)
    outcomes = {(one.claim, one.part): one.elsewhere for one in carried_over()}
    assert outcomes
    limited = []
    for entry in book:
        for part in entry.parts:
            found = outcomes.get((entry.claim.id, part.judged[0].planned.half))
            assert (part.elsewhere == "") == (found is None)
            if part.outcome.startswith(HOLDS) and found not in (None, HOLDS):
                limited.append(f"{entry.claim.id}, lesson {part.lesson}, ")
    assert len(limited) == len(lines) > 0
    assert all(line.startswith(start) for line, start in zip(lines, limited, strict=True))
    assert "in worlds that others made" in table


@pytest.mark.parametrize("recorded_so_far", [[], ["elsewhere_lander"], ["elsewhere_door", "elsewhere_pong"]])
def test_before_all_planned_runs_elsewhere_are_recorded_nothing_is_said(
    at_home, recorded, monkeypatch, tmp_path, capsys, recorded_so_far
):
    monkeypatch.setattr(ledger, "has_run", verdicts.has_run)
    monkeypatch.setattr(ledger, "carried_over", lambda: [Carried("C1", "", ONLY, FAILS)])
    assert said_of(ledger.entries(), capsys)[1]  # with all of them
    for name in recorded_so_far:
        (tmp_path / f"{name}.json").symlink_to(recorded / f"{name}.json")
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    table, lines = said_of(ledger.entries(), capsys)
    assert lines == []
    assert "carr" not in table
    assert "others made" not in table


def test_a_row_that_was_not_tested_elsewhere_has_a_dash_beside_rows_that_were():
    book = [entry(HOLDS, HOLDS), ledger.Entry(CLAIM, None, ()), entry(HOLDS, FAILS)]
    carried = ledger.Part("08", "faster", HOLDS, (judged(PLAN, HOLDS),), Carried("C9", "", HOLDS, FAILS))
    book.append(ledger.Entry(CLAIM, None, (carried,)))
    head, *rows = ledger.ledger_table(book).data.split("<tr>")[1:]
    assert head.count("<th") == 8
    assert all(row.count("<td") == 8 for row in rows)
    assert [row.count(">–</td>") for row in rows] == [1, 6, 1, 1]
    assert ">did not carry over</td>" in rows[3]
