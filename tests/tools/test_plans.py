"""docs/plans.md adds up, with the minutes that the lessons and the README name."""

import re

import pytest

from course_tools.site.documents import table
from course_tools.workplace import ROOT

PLANS = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
TEACHING = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
SESSION = 90  # minutes
SHOW = 5  # minutes that the run sheet of live.ipynb takes


def minutes_of_lessons():
    """By number: what each lesson says, ready or in preparation."""
    found = {}
    for path in [*ROOT.glob("lessons/[0-9]*.py"), *ROOT.glob("lessons/waiting/[0-9]*.py")]:
        found[path.stem.partition("_")[0]] = int(
            re.search(r"\*\*Time\*\* \| (\d+) minutes", path.read_text(encoding="utf-8"))[1]
        )
    return found


MINUTES = minutes_of_lessons()


def rows(heading):
    return table(PLANS[PLANS.index(f"## {heading}") :])


def test_the_readme_says_the_same_minutes_as_the_lessons():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| \[(\d\d[a-z]?)\]\(notebooks.*\| (\d+)(?: \(\+ \d+\))? \|$", readme, re.MULTILINE)
    assert len(found) >= 11
    assert all(MINUTES[number] == int(minutes) for number, minutes in found)


def test_a_semester_has_fourteen_weeks_and_what_does_not_fit_is_homework():
    weeks = rows("A semester")
    assert [int(row[0]) for row in weeks] == list(range(1, 15))
    assert [int(row[2]) for row in weeks] == [MINUTES[row[1]] for row in weeks]
    assert [int(row[3]) for row in weeks] == [max(0, MINUTES[row[1]] - SESSION) for row in weeks]
    assert f"{sum(int(row[3]) for row in weeks)} minutes in the whole semester" in PLANS


def test_a_block_week_covers_lessons_00_to_10_in_their_order():
    days = rows("A block week")
    assert len(days) == 5
    lessons = [row[1].split(", ") for row in days]
    assert [number for day in lessons for number in day] == sorted(
        number for number in MINUTES if number <= "10"
    )
    assert [int(row[2]) for row in days] == [sum(MINUTES[number] for number in day) for day in lessons]


def test_a_workshop_takes_two_hours():
    parts = rows("A workshop")
    assert sum(int(row[2]) for row in parts) == 120
    for _, lesson, minutes, _ in parts:
        if lesson:
            assert int(minutes) <= (SHOW if lesson == "live" else MINUTES[lesson])
    assert re.search(rf"^\| {SHOW}:00 \|", TEACHING, re.MULTILINE)  # the last line of the run sheet


def test_all_lessons_that_are_ready_add_up():
    ready = [number for number in MINUTES if number <= "10"]
    assert f"up to 10 take {sum(MINUTES[number] for number in ready):,} minutes" in PLANS


@pytest.mark.parametrize("heading", ["How many demonstrations does it take?", "What exactly is cloned?"])
def test_the_sections_that_the_workshop_names_are_there(heading):
    assert heading in PLANS
    assert f"# ## {heading}\n" in (ROOT / "lessons" / "02_behavioral_cloning.py").read_text(encoding="utf-8")
