"""`bc_loss = check(bc_loss)`: is the student's answer right, and if not, which mistake is it?"""

import difflib
import inspect
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ilrl_course.checks.diagnosis import Diagnosis, examine
from ilrl_course.checks.exercise import kind
from ilrl_course.checks.exercises import LESSON_OF, exercise_named
from ilrl_course.checks.yours import keep, your_functions

__all__ = ["check", "your_functions"]

GOES_ON = "The lesson goes on with the course's version."
NUM_PRINTED_LINES = 3


@dataclass(frozen=True)
class _Outcome:
    text: str
    goes_on_with: Any
    passed: bool = False


def check(function: Callable) -> Callable:
    """Test an answer, say in a sentence or two what came of it, and return the function to go on with.

    That is the answer itself where it is right, and the course's own version otherwise. The exercise is
    the one that the cell names, or else the one with the function's name. An answer of a notebook that is
    right is kept for later lessons (`your_functions`). In automatic grading (nbgrader) it
    raises AssertionError for an answer that is not right; even so the notebook goes on with the course's
    version, so that a mistake costs no points in the exercises that build on it.
    """
    cell = inspect.currentframe().f_back
    outcome = _outcome_of(function, cell.f_code.co_names)
    if outcome.passed or not os.environ.get("NBGRADER_EXECUTION"):
        print(outcome.text)
        if outcome.passed and (remark := keep(function)):
            print(remark)
        return outcome.goes_on_with
    name = getattr(outcome.goes_on_with, "__name__", "")
    if name in LESSON_OF and cell.f_globals.get(name) is function:
        cell.f_globals[name] = outcome.goes_on_with
    raise AssertionError(outcome.text)


def _outcome_of(function: Any, names_in_the_cell: Sequence[str]) -> _Outcome:
    name = getattr(function, "__name__", "<lambda>")
    is_a_function = callable(function) and not isinstance(function, type) and name != "<lambda>"
    named = _exercises_in(names_in_the_cell)
    if not is_a_function or (len(named) == 1 and name != named[0]):
        return _not_the_function(function, named)
    if name not in LESSON_OF:
        return _Outcome(f"❌ check: there is no exercise {name}. {_advice(name)}", function)
    exercise = exercise_named(name)
    if function is exercise.solution:
        text = f"✏️ {name} is the course's version already. To test yours, run its cell first."
        return _Outcome(text, exercise.solution)
    diagnosis = examine(exercise, function)
    if diagnosis.passed:
        return _Outcome(f"✅ {name} passed: {exercise.tested}", function, passed=True)
    if not diagnosis.written:
        return _Outcome(f"✏️ {name} is not written yet. {GOES_ON}", exercise.solution)
    return _Outcome(f"❌ {name}: {diagnosis.hint} {GOES_ON}{_printed(diagnosis)}", exercise.solution)


def _not_the_function(value: Any, named: list[str]) -> _Outcome:
    """Say what to do about a value that no `def` of the exercise made, if the cell names just one."""
    if value is None or isinstance(value, type):
        what = "None" if value is None else "a class"
    elif hasattr(value, "__name__"):
        what = "a lambda" if value.__name__ == "<lambda>" else f"the function {value.__name__}"
    else:
        what = kind(value)
    if len(named) == 1:
        text = f"❌ {named[0]}: this is {what}. Define {named[0]} with `def {named[0]}(...)`. {GOES_ON}"
        return _Outcome(text, exercise_named(named[0]).solution)
    example = next(iter(LESSON_OF))
    text = (
        f"❌ check: this is {what}. Define a function with `def`, as in `def {example}(...)`, and check it."
    )
    return _Outcome(text, value)


def _advice(name: str) -> str:
    similar = difflib.get_close_matches(name, LESSON_OF, n=1, cutoff=0.5)
    if similar:
        return f"Did you rename {similar[0]}? Give it its name back in the line with `def`, and here."
    return "Keep the name that the function has in the lesson, in the line with `def` and here."


def _exercises_in(names_in_the_cell: Sequence[str]) -> list[str]:
    return [name for name in LESSON_OF if name in names_in_the_cell]


def _printed(diagnosis: Diagnosis) -> str:
    lines = [line.rstrip()[:80] for line in diagnosis.printed.splitlines() if line.strip()]
    if not lines:
        return ""
    more = ["..."] if len(lines) > NUM_PRINTED_LINES else []
    return "\n   ".join(["\nIt printed:", *lines[:NUM_PRINTED_LINES], *more])
