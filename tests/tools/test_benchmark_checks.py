"""The time of a check is measured for a right answer and for wrong ones that meet a fresh bank."""

from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT


def test_right_and_wrong_answers_of_an_exercise_are_timed():
    row = load_script(ROOT / "benchmarks", "checks").seconds_of("normalized_score")
    assert row["exercise"] == "normalized_score"
    assert 0 < row["wrong, median"] <= row["slowest"]
    assert row["right"] > 0
