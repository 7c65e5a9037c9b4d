"""Home beside elsewhere: each comparison is in the figure, each part says whether it carried over."""

import json

import numpy as np
import pytest

from ilrl_course.measures.evidence import FAILS, HOLDS, OPEN
from ilrl_course.notebook import beside, plotting, verdicts
from ilrl_course.notebook.beside import Carried, Effect
from ilrl_course.notebook.claims import CLAIMS, PLANS

SOMETIMES = "holds only when it rains"


def effect(name, where="home", unit="points", claim="C1", part="", holds=True, at=30.0):
    return Effect(claim, part, name, where, unit, at, at - 5, at + 5, holds)


@pytest.mark.parametrize(
    ("home", "elsewhere", "words"),
    [
        (HOLDS, HOLDS, "carried over"),
        (SOMETIMES, HOLDS, "carried over"),
        (HOLDS, SOMETIMES, "carried over in part"),
        (HOLDS, FAILS, "did not carry over"),
        (SOMETIMES, FAILS, "did not carry over"),
        (HOLDS, OPEN, "cannot tell whether it carries over"),
        (FAILS, FAILS, "as at home"),
        (OPEN, OPEN, "as at home"),
        (FAILS, HOLDS, "other than at home"),
        (OPEN, FAILS, "other than at home"),
    ],
)
def test_words_follow_from_both_outcomes(home, elsewhere, words):
    assert Carried("C1", "", home, elsewhere).words == words


def test_every_part_that_was_tested_in_both_places_is_named_once_without_digits(recorded, capsys):
    beside.print_carried_over()
    lines = capsys.readouterr().out.splitlines()
    parts = {(planned.claim, planned.half) for planned in PLANS if planned.family == "elsewhere"}
    for claim, part in parts:
        sentence = CLAIMS[claim].parts.get(part, CLAIMS[claim].text).removesuffix(".")
        assert sum(line.startswith(f"{claim} ") and sentence in line for line in lines) == 1
    assert len(lines) == len(parts)
    assert not any(letter.isdigit() for line in lines for letter in line.partition(" ")[2])


def test_what_did_not_carry_over_comes_first(monkeypatch, capsys):
    found = [
        Carried("C1", "", HOLDS, HOLDS),
        Carried("C5", "", HOLDS, FAILS),
        Carried("C12", "", FAILS, FAILS),
    ]
    monkeypatch.setattr(beside, "carried_over", lambda: list(found))
    beside.print_carried_over()
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["C5", "C1", "C12"]


def test_a_part_that_was_recorded_in_one_place_only_is_not_said_to_carry_over(alone):
    assert beside.carried_over() == []  # nothing is recorded at home


def test_pong_points_where_the_claim_says_or_the_exceptions_are_named(alone, capsys):
    path = alone / "elsewhere_pong.json"
    record = json.loads(path.read_text())
    beside.replicated("C4")
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.endswith("points where the claim does, in every comparison.")
    assert [line.split(":")[0].strip() for line in rest] == ["whole training in Pong", "improvement in Pong"]
    assert all("of 8 seeds" in line for line in rest)
    record["compared"]["improvement in Pong"]["difference"] = -1.0
    path.write_text(json.dumps(record))
    beside.replicated("C4")
    first = capsys.readouterr().out.splitlines()[0]
    assert first.endswith("points elsewhere in: improvement in Pong.")
    assert not any(letter.isdigit() for letter in first)
    (path.parent / "another.json").write_text(path.read_text())
    beside.replicated("C4", "another", "The robot arm")
    assert capsys.readouterr().out.startswith("The robot arm (a replication, without a verdict) points else")
    with pytest.raises(ValueError, match="no comparison about C12"):
        beside.replicated("C12")


def test_every_comparison_about_what_was_tested_in_both_places_is_an_effect(recorded):
    found = beside.effects()
    names = [one.name for one in found]
    assert len(set(names)) == len(names)
    tested = {(planned.claim, planned.half) for planned in PLANS if planned.family == "elsewhere"}
    wanted = {
        planned.name
        for planned in PLANS
        if (planned.claim, planned.half) in tested and planned.family in ("home", "elsewhere")
    }
    pong = json.loads((recorded / "elsewhere_pong.json").read_text())["compared"]
    assert set(names) == wanted | set(pong)
    for one in found:
        if one.where == "Pong":
            assert one.difference == pong[one.name]["difference"]
            assert not one.holds
        else:
            judged = verdicts.judgements(one.where)[one.name]
            assert (one.low, one.high) == (judged.effect.low, judged.effect.high)
            assert one.holds is (judged.outcome == HOLDS)


def drawn(figure):
    """What stands beside the rows of each panel, and where the dots are."""
    plotting.png(figure, dpi=20)
    names = [[text.get_text() for text in axis.get_yticklabels()] for axis in figure.axes]
    dots = {}
    for axis, rows in zip(figure.axes, names, strict=True):
        for line in axis.lines:
            if line.get_marker() in ("o", "D"):
                (x,), (y,) = line.get_data()
                dots[rows[round(y)]] = (x, line.get_marker(), line.get_markerfacecolor())
    return names, dots


def test_the_figure_has_a_row_for_each_effect_under_its_part_home_first():
    found = [
        effect("there", "elsewhere", at=-7.0, holds=False),
        effect("game", "Pong", holds=False),
        effect("here", at=42.0),
        effect("crashes", unit="share", claim="C5", at=0.5),
    ]
    names, dots = drawn(beside.figure_of(found))
    assert names[0] == ["C1", "here", "there", "game"]
    assert names[3] == ["C5", "crashes"]
    assert {name: dot[0] for name, dot in dots.items()} == {
        "here": 42.0,
        "there": -7.0,
        "game": 30.0,
        "crashes": 0.5,
    }
    assert [dots[name][1] for name in ("here", "there", "game")] == ["o", "o", "D"]
    assert dots["here"][2] != dots["there"][2]  # filled where it holds, open where it does not


def test_every_unit_and_claim_has_a_place_in_the_figure(recorded):
    found = beside.effects()
    _, dots = drawn(beside.figure_of(found))
    assert set(dots) == {one.name for one in found}


def test_an_effect_far_away_is_not_cut_off():
    figure = beside.figure_of([effect("far", at=400.0), effect("low", at=-300.0)])
    low, high = figure.axes[0].get_xlim()
    assert low <= -305
    assert high >= 405
    assert np.isfinite([low, high]).all()
