"""Lesson 00, the scale: right answers and mistakes, written independently of the bank."""

import numpy as np
import pytest

from tests.checks.answers import hint_for, wrong_answers


def right(score, random_score, expert_score):
    distance = expert_score - random_score
    return (score - random_score) / distance


def by_interpolation(score, random_score, expert_score):
    slope, intercept = np.polyfit([random_score, expert_score], [0, 1], 1)
    return slope * score + intercept


RIGHT = [
    right,
    by_interpolation,
    lambda s, r, e: 1 - (e - s) / (e - r),
    lambda s, r, e: np.float32((r - s) / (r - e)),
]
WRONG = {
    "the distance is taken to the score": [lambda s, r, e: s / (e - s) - r / (e - s)],
    "a plus stands": [lambda s, r, e: (s - r) * (1 / (e + r))],
    "the result is rounded": ["return round(result, ndigits=2)", "return float(f'{result:.2f}')"],
    "the random score is not taken": [lambda s, r, e: np.divide(s, e)],
    "random becomes 0, but": [lambda s, r, e: s / e - r / e],
    "the scale is upside down": ["return 1 - result"],
    "the sign is wrong": ["return -result"],
    "the score is cut off": ["return float(np.clip(result, 0, 1))"],
    "parentheses are missing": [lambda s, r, e: s - (r / e) - r],
    "the result is in percent": ["return result * 100"],
    "the fraction loses": ["return np.floor(result)"],
}


@pytest.mark.parametrize("answer", RIGHT)
def test_unusual_right_answers_pass(answer):
    assert hint_for("normalized_score", answer) == ""


@pytest.mark.parametrize(("hint", "answer"), wrong_answers(right, WRONG))
def test_a_mistake_is_named(hint, answer):
    assert hint_for("normalized_score", answer).startswith(hint)
