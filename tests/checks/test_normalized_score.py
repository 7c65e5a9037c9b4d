"""Lesson 00, the scale: right answers and mistakes, written independently of the bank."""

import math

import numpy as np
import pytest

from tests.checks.answers import hint_for


def score_by_interpolation(score, random_score, expert_score):
    slope, intercept = np.polyfit([random_score, expert_score], [0, 1], 1)
    return slope * score + intercept


RIGHT = [
    score_by_interpolation,
    lambda s, r, e: 1 - (e - s) / (e - r),
    lambda s, r, e: np.float32((r - s) / (r - e)),
]


WRONG = [
    ("the distance is taken to the score", lambda s, r, e: s / (e - s) - r / (e - s)),
    ("a plus stands", lambda s, r, e: (s - r) * (1 / (e + r))),
    ("the result is rounded", lambda s, r, e: round((s - r) / (e - r), ndigits=2)),
    ("the result is rounded", lambda s, r, e: float(f"{(s - r) / (e - r):.2f}")),
    ("the random score is not taken", lambda s, r, e: np.divide(s, e)),
    ("random becomes 0, but", lambda s, r, e: s / e - r / e),
    ("the scale is upside down", lambda s, r, e: 1 - (s - r) / (e - r)),
    ("the sign is wrong", lambda s, r, e: -(s - r) / (e - r)),
    ("the score is cut off", lambda s, r, e: float(np.clip((s - r) / (e - r), 0, 1))),
    ("parentheses are missing", lambda s, r, e: s - (r / e) - r),
    ("the result is in percent", lambda s, r, e: (s - r) / (e - r) * 100),
    ("the fraction loses", lambda s, r, e: math.floor((s - r) / (e - r))),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("normalized_score", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("normalized_score", function).startswith(hint)
