"""What lesson 13 compares was written down before its runs, within one family, on seeds of its own."""

from pathlib import Path

import pytest

from course_tools.records.scripts import load_script
from ilrl_course.measures.evidence import FAMILY_SIZES
from ilrl_course.notebook.claims import CLAIMS, PLANS

PILOT = load_script(Path(__file__).resolve().parents[2] / "results", "text_pilot")
TEXT = [planned for planned in PLANS if planned.family == "text"]


def test_the_family_has_room_for_all_its_plans():
    assert 0 < len(TEXT) <= FAMILY_SIZES["text"]


def test_it_is_the_family_of_lesson_13_with_sixteen_seeds_that_nobody_else_uses():
    assert {planned.lesson for planned in TEXT} == {"13"}
    assert [planned for planned in PLANS if planned.lesson == "13"] == TEXT
    assert {planned.seeds for planned in TEXT} == {range(6000, 6016)}
    others = {seed for planned in PLANS if planned.family != "text" for seed in planned.seeds}
    assert others.isdisjoint([*range(6000, 6016), *PILOT.SEEDS])
    assert set(PILOT.SEEDS).isdisjoint(range(6000, 6016))


@pytest.mark.parametrize(
    ("claim", "halves"), {"C1": {""}, "C4": {"improves"}, "C11": {""}, "C12": {""}}.items()
)
def test_these_parts_of_these_claims_are_tested(claim, halves):
    assert {planned.half for planned in TEXT if planned.claim == claim} == halves


def test_lesson_13_is_named_by_no_claim_that_it_does_not_test():
    named = {claim.id for claim in CLAIMS.values() if "13" in claim.lessons}
    assert named == {planned.claim for planned in TEXT}


def test_effects_are_planned_as_large_as_at_home():
    home = {(planned.unit, planned.planned_effect) for planned in PLANS if planned.family == "home"}
    assert {(planned.unit, planned.planned_effect) for planned in TEXT} <= home


def test_no_condition_holds_a_digit_for_verdicts_are_compared_without():
    assert not [planned.condition for planned in TEXT if any(map(str.isdigit, planned.condition))]
