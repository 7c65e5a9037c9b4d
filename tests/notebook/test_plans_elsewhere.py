"""What lesson 11 compares was written down before its runs, within one family, on seeds of its own."""

from pathlib import Path

import pytest

from course_tools.records.scripts import load_script
from ilrl_course.measures.evidence import FAMILY_SIZES
from ilrl_course.notebook.claims import CLAIMS, PLANS

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = [planned for planned in PLANS if planned.family == "elsewhere"]
PONG = load_script(ROOT / "results", "elsewhere_pong")


def test_the_family_has_room_for_all_its_plans():
    assert 0 < len(ELSEWHERE) <= FAMILY_SIZES["elsewhere"]


def test_names_are_unique_among_all_plans_and_parts_are_those_of_the_claim():
    names = [planned.name for planned in PLANS]
    for planned in ELSEWHERE:
        assert names.count(planned.name) == 1
        assert planned.half in (CLAIMS[planned.claim].parts or {""})


def test_it_is_the_family_of_lesson_11_with_sixteen_seeds_that_no_other_family_uses():
    assert {planned.lesson for planned in ELSEWHERE} == {"11"}
    assert [planned for planned in PLANS if planned.lesson == "11"] == ELSEWHERE
    assert {planned.seeds for planned in ELSEWHERE} == {range(5000, 5016)}
    others = {seed for planned in PLANS if planned.family != "elsewhere" for seed in planned.seeds}
    assert others.isdisjoint(range(5000, 5016))


@pytest.mark.parametrize(
    ("claim", "halves"),
    {
        "C1": {""},
        "C4": {"fewer", "improves"},
        "C5": {""},
        "C7": {"faults", "slips"},
        "C8": {"unseen", "rare"},
        "C9": {"faster", "safer"},
        "C10": {"script"},
        "C12": {""},
    }.items(),
)
def test_every_part_of_these_claims_is_tested(claim, halves):
    assert {planned.half for planned in ELSEWHERE if planned.claim == claim} == halves
    assert "11" in CLAIMS[claim].lessons


def test_lesson_11_is_named_by_no_claim_that_it_does_not_test():
    named = {claim.id for claim in CLAIMS.values() if "11" in claim.lessons}
    assert named == {planned.claim for planned in ELSEWHERE}


def test_effects_are_planned_as_large_as_at_home():
    home = {(planned.unit, planned.planned_effect) for planned in PLANS if planned.family == "home"}
    assert {(planned.unit, planned.planned_effect) for planned in ELSEWHERE} <= home


def test_pong_is_a_replication_with_half_of_the_seeds_and_no_plan():
    assert list(range(5000, 5008)) == PONG.SEEDS
    assert not {planned.name for planned in PLANS} & set(PONG.COMPARED)
    assert all(planned.record != "elsewhere_pong" for planned in PLANS)
    for claim, half, *_ in PONG.COMPARED.values():
        assert half in (CLAIMS[claim].parts or {""})
        assert "11" in CLAIMS[claim].lessons
