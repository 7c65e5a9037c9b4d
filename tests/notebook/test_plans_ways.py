"""What lesson 12 compares was written down before its runs, within one family, on seeds of its own."""

from pathlib import Path

import pytest

from course_tools.records.scripts import load_script
from ilrl_course.measures.evidence import FAMILY_SIZES
from ilrl_course.notebook.claims import CLAIMS, PLANS

RESULTS = Path(__file__).resolve().parents[2] / "results"
WAYS = [planned for planned in PLANS if planned.family == "many ways"]
ROBOTS = load_script(RESULTS, "robots")


def test_the_family_has_room_for_all_its_plans():
    assert len(WAYS) == 15 <= FAMILY_SIZES["many ways"]


def test_it_is_the_family_of_lesson_12_with_sixteen_seeds_that_nobody_else_uses():
    assert {planned.lesson for planned in WAYS} == {"12"}
    assert [planned for planned in PLANS if planned.lesson == "12"] == WAYS
    assert {planned.record for planned in WAYS} == {"ways"}
    assert {planned.seeds for planned in WAYS} == {range(7000, 7016)}
    pilot = ROBOTS.PILOT.SEEDS
    others = {seed for planned in PLANS if planned.family != "many ways" for seed in planned.seeds}
    assert others.isdisjoint([*range(7000, 7016), *pilot])
    assert set(pilot).isdisjoint(range(7000, 7016))


def test_lesson_12_is_named_by_no_claim_that_it_does_not_test():
    named = {claim.id for claim in CLAIMS.values() if "12" in claim.lessons}
    assert named == {planned.claim for planned in WAYS} == {"C3"}


def test_its_parts_of_the_claim_are_tested_by_nobody_else():
    parts = {planned.half for planned in WAYS}
    assert parts == {"answers", "variety", "plans", "feedback"}
    assert parts.isdisjoint(planned.half for planned in PLANS if planned.family != "many ways")


def test_effects_are_planned_as_large_as_at_home():
    home = {(planned.unit, planned.planned_effect) for planned in PLANS if planned.family == "home"}
    assert {(planned.unit, planned.planned_effect) for planned in WAYS} <= home


def test_no_condition_holds_a_digit_and_none_stands_twice_in_a_part():
    conditions = [(planned.half, planned.condition) for planned in WAYS]
    assert len(set(conditions)) == len(conditions)
    assert not [condition for _, condition in conditions if any(map(str.isdigit, condition))]


@pytest.mark.parametrize("name", ["robots", "robots_ppo"])
def test_the_arm_is_a_replication_with_half_of_the_seeds_and_no_plan(name):
    script = load_script(RESULTS, name)
    assert list(range(7000, 7008)) == script.SEEDS
    assert all(planned.record != name for planned in PLANS)


def test_what_the_arm_repeats_are_parts_of_three_claims():
    compared = load_script(RESULTS, "robots_ppo").COMPARED
    assert {claim for claim, *_ in compared.values()} == {"C1", "C2", "C4"}
    assert not {planned.name for planned in PLANS} & set(compared)
    for claim, half, *_ in compared.values():
        assert half in (CLAIMS[claim].parts or {""})
