"""The banks of known mistakes: each is told from right answers and from all the others."""

import numpy as np
import pytest
import torch

from ilrl_course.checks.diagnosis import examine, facts_about, what_shows
from ilrl_course.checks.exercises import LESSON_OF, exercise_named


@pytest.fixture(params=LESSON_OF)
def exercise(request):
    return exercise_named(request.param)


def test_each_exercise_is_the_function_that_its_file_is_named_after(exercise):
    assert exercise.solution.__name__ in LESSON_OF


def test_the_course_own_solution_passes(exercise):
    assert examine(exercise, exercise.solution).passed


def test_each_known_mistake_gets_its_own_hint(exercise):
    found = [(hint, examine(exercise, mistake).hint) for hint, mistake in exercise.known]
    assert [pair for pair in found if pair[0] != pair[1]] == []


def test_each_bank_holds_at_least_five_mistakes(exercise):
    assert len(exercise.mistakes) >= 5


def test_hints_are_plain_sentences_that_hold_no_code(exercise):
    for hint in exercise.mistakes:
        assert hint.endswith((".", "?"))
        assert len(hint) < 220
        assert "\n" not in hint
        assert "  " not in hint


def test_probes_give_the_same_facts_every_time(exercise):
    first, second = (facts_about(exercise.probes, exercise.solution) for _ in range(2))
    for a, b in zip(sum(first, ()), sum(second, ()), strict=True):
        assert a.name == b.name
        assert np.array_equal(a.got, b.got)


def test_an_answer_that_spoils_its_inputs_spoils_nothing_for_the_next_one(exercise):
    def vandal(*inputs):
        for value in (part for x in inputs for part in (x, *getattr(x, "__dict__", {}).values())):
            if isinstance(value, np.ndarray) and value.flags.writeable:
                value[...] = 1
            elif isinstance(value, torch.Tensor):
                value.detach().fill_(1)
        raise ValueError("spoiled")

    assert not examine(exercise, vandal).passed
    assert examine(exercise, exercise.solution).passed


def test_every_probe_is_needed_by_some_mistake(exercise):
    for probe in exercise.probes:
        shown = (what_shows(probe, mistake) for _, mistake in exercise.known)
        assert any(not all(fact.holds for fact in facts) for (facts,) in shown)
