"""How the tests of the checks speak: answers as students write them, and what is said about them."""

import inspect

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
