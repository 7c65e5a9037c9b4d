"""How the tests of the checks speak: answers as students write them, and what is said about them."""

import inspect
from types import MappingProxyType

import pytest

from ilrl_course.checks import check
from ilrl_course.checks.diagnosis import examine
from ilrl_course.checks.edits import wrong_answer
from ilrl_course.checks.exercises import exercise_named


def hint_for(name, function):
    """The hint that an answer to the exercise gets; '' if it passes."""
    exercise = exercise_named(name)
    diagnosis = examine(exercise, _under_its_signature(function, exercise.solution))
    assert diagnosis.written
    return diagnosis.hint


def wrong_answers(right, table):
    """Pairs of a hint and a wrong answer, from a table hint -> mistakes in `right`, a test's own answer."""
    return [(hint, wrong_answer(right, wrong)) for hint, mistakes in table.items() for wrong in mistakes]


def promises_of(name, right, right_answers, wrong, nonsense=MappingProxyType({})):
    """The tests that every exercise has.

    `right` is the test's own answer; `right_answers` are edits of it, or other functions; `wrong` is a table
    hint -> mistakes in it, or pairs of `wrong_answers`; `nonsense` maps bodies of an answer to their hints.
    """
    nonsense = {"pass": "it returned nothing", "exit()": "it asks Python to exit"} | nonsense
    others = [wrong_answer(right, answer) for answer in right_answers]

    class Promises:
        @pytest.mark.parametrize("answer", dict.fromkeys([right, *others]))
        def test_unusual_right_answers_pass(self, answer):
            assert hint_for(name, answer) == ""

        pairs = wrong_answers(right, wrong) if isinstance(wrong, dict) else wrong

        @pytest.mark.parametrize(("hint", "answer"), pairs)
        def test_a_mistake_written_in_another_way_gets_the_same_hint(self, hint, answer):
            assert hint_for(name, answer).startswith(hint)

        @pytest.mark.usefixtures("unchanged_state")
        @pytest.mark.parametrize("body", nonsense)
        def test_nonsense_and_names_of_the_lesson_get_calm_words(self, body, capsys):
            check(written(name, body))
            assert capsys.readouterr().out.startswith(f"❌ {name}: {nonsense[body]}")

    return Promises


def written(name, body="raise NotImplementedError", arguments="*inputs"):
    """A function of that name, as if a student had written it."""
    namespace = {}
    exec(f"import numpy as np\ndef {name}({arguments}):\n    {body}", namespace)
    return namespace[name]


def _under_its_signature(function, solution):
    """Tests write `*inputs` for short; a student has the line with `def` before them."""
    takes = inspect.signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in takes):
        function.__signature__ = inspect.signature(solution)
    return function
