"""A fact holds apart from rounding, and its words show by how much it does not."""

import numpy as np
import pytest

from ilrl_course.checks.diagnosis import examine
from ilrl_course.checks.exercise import Exercise, Fact


def right(x):
    """A solution."""
    return x


def hint_of(got, expected):
    def probe(answer):
        yield Fact("the number", answer(got), expected)

    exercise = Exercise(right, "", (probe,), {})
    return examine(exercise, lambda x: x).hint


@pytest.mark.parametrize("got", [1.0 + 5e-5, np.float32(1.0)])
def test_rounding_is_borne(got):
    assert Fact("", got, 1.0).holds


def test_a_large_number_may_be_off_by_its_rounding_and_not_by_more():
    assert Fact("", 70_000.3, 70_000.0).holds
    assert not Fact("", 70_003.0, 70_000.0).holds


def test_numbers_that_look_alike_are_printed_with_more_digits():
    assert hint_of(3.5702, 3.57) == "the number: expected about 3.57, got 3.5702."
    assert hint_of(3.57, 4.0) == "the number: expected about 4, got 3.57."
