"""`bc_loss = check(bc_loss)`: is the student's answer right, and if not, which mistake is it?"""

import os
from collections.abc import Callable

from ilrl_course.checks import lesson_00, lesson_01, lesson_02
from ilrl_course.checks.diagnosis import Diagnosis, diagnose, facts_about
from ilrl_course.checks.exercise import Exercise

EXERCISES: dict[str, Exercise] = {
    exercise.solution.__name__: exercise
    for lesson in (lesson_00, lesson_01, lesson_02)
    for exercise in lesson.EXERCISES
}
GOES_ON = "The lesson goes on with the course's version."
NUM_PRINTED_LINES = 3

_warm: set[str] = set()


def check(function: Callable) -> Callable:
    """Test an answer, say in a sentence or two what came of it, and return the function to go on with.

    That is the answer itself where it is right, and the course's own version otherwise. The exercise is
    found by the function's name. Raises ValueError for a name that is not an exercise and, in automatic
    grading (nbgrader), AssertionError for an answer that is not right.
    """
    name = getattr(function, "__name__", repr(function))
    if name not in EXERCISES:
        raise ValueError(
            f"there is no exercise {name!r}: define your function with `def` and one of the names "
            f"{', '.join(EXERCISES)}"
        )
    exercise = EXERCISES[name]
    if function is exercise.solution:
        return _not_passed(
            f"✏️ {name} is the course's version already. To test yours, run its cell first.", exercise
        )
    if name not in _warm:
        facts_about(
            exercise, exercise.solution
        )  # the first call into torch is slow: not at the student's cost
        _warm.add(name)
    diagnosis = diagnose(exercise, function)
    if diagnosis.passed:
        print(f"✅ {name} passed: {exercise.tested}")
        return function
    if not diagnosis.written:
        return _not_passed(f"✏️ {name} is not written yet. {GOES_ON}", exercise)
    return _not_passed(f"❌ {name}: {diagnosis.hint} {GOES_ON}{_printed(diagnosis)}", exercise)


def _not_passed(text: str, exercise: Exercise) -> Callable:
    if os.environ.get("NBGRADER_EXECUTION"):
        raise AssertionError(text)
    print(text)
    return exercise.solution


def _printed(diagnosis: Diagnosis) -> str:
    lines = [line.rstrip()[:80] for line in diagnosis.printed.splitlines() if line.strip()]
    if not lines:
        return ""
    more = ["..."] if len(lines) > NUM_PRINTED_LINES else []
    return "\n   ".join(["\nIt printed:", *lines[:NUM_PRINTED_LINES], *more])
