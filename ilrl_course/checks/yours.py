"""A student's own functions: what passed is kept in `my_work/answers/`, and goes on in later lessons."""

import ast
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

from ilrl_course.checks.diagnosis import examine
from ilrl_course.checks.exercises import LESSON_OF, exercise_named
from ilrl_course.checks.reading import changed_signature
from ilrl_course.checks.runner import run_calmly
from ilrl_course.checks.sources import CannotBeKept, module_of, only_defines, source_of
from ilrl_course.measures.rehearsal import is_rehearsal
from ilrl_course.storage import answers
from ilrl_course.storage.my_work import folder

SOLUTION_MARK = "### BEGIN SOLUTION"  # in the notebooks of `solutions/`, whose answers are the course's
NOT_WRITTEN = "not written yet"


class DoesNotPass(Exception):
    """An answer that was kept is no good today; the message says why, to the student."""


@dataclass(frozen=True)
class _Carried:
    """The function to go on with, whose it is, and what is to be said about it."""

    name: str
    function: Callable
    is_yours: bool
    remark: str = ""


def keep(answer: Callable) -> str:
    """Keep an answer of a notebook that has passed; returns a sentence where that could not be done.

    Not in automatic grading and not in a rehearsal. What was kept before goes on existing, under a number.
    """
    is_of_a_notebook = getattr(answer, "__module__", "") == "__main__"
    if not is_of_a_notebook or is_rehearsal() or os.environ.get("NBGRADER_EXECUTION"):
        return ""
    try:
        note = _keep(answer)
        return f"It is not kept for later lessons: {note}." if note else ""
    except OSError as error:
        question = f"Is {folder()} yours to write, and the disk not full?"
        return f"It could not be kept for later lessons ({error}). {question}"
    except Exception as error:  # whatever a student's own objects do when they are looked at: it has passed
        return f"It could not be kept for later lessons ({type(error).__name__}: {error})."


def _keep(answer: Callable) -> str:
    name, note = answer.__name__, ""
    try:
        if SOLUTION_MARK in source_of(answer):
            return ""
        text = module_of(answer)
        revived = _revived(name, text)
        if changed_signature(revived, answer):
            raise CannotBeKept("its cell ran when its defaults were others: run the cell again, and check it")
        answers.save(name, text)
    except (CannotBeKept, DoesNotPass) as reason:
        note = str(reason)
    answers.save_note(name, note)
    return note


def your_functions(*names: str) -> SimpleNamespace:
    """Your own answers to these exercises (or to all), where they were kept and still pass.

    Each is read from `my_work/answers/`, where `check` put it on this computer, and is checked again. Where
    there is none, or it fails, the course's version takes its place. Says which are whose; raises ValueError
    for a name that is no exercise.
    """
    for name in names:
        if name not in LESSON_OF:
            raise ValueError(f"there is no exercise {name!r}: choose among {', '.join(LESSON_OF)}")
    carried = [_carried(name) for name in names or LESSON_OF]
    print(_whose(carried))
    return SimpleNamespace(**{one.name: one.function for one in carried})


def _carried(name: str) -> _Carried:
    note = answers.read_note(name)
    try:
        function = _revived(name, answers.read(name))
        newer = f"an earlier version of yours; the newest passed, but is not kept: {note}"
        return _Carried(name, function, True, newer if note else "")
    except FileNotFoundError:
        remark = f"yours passed, but is not kept: {note}" if note else NOT_WRITTEN
    except OSError as error:
        remark = f"its file cannot be read ({error})"
    except (answers.SealError, DoesNotPass) as error:
        remark = str(error)
    return _Carried(name, exercise_named(name).solution, False, remark)


def _revived(name: str, text: str) -> Callable:
    """The function that the text of a module defines, in names of its own; raises DoesNotPass."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DoesNotPass(f"this Python cannot read it ({error})") from None
    if not only_defines(tree):
        raise DoesNotPass("its file does more than define functions and constants")
    names = {"__name__": "__main__"}  # as in a notebook: dataclasses look their module up by its name

    def define() -> str:
        try:
            exec(compile(tree, answers.path_of(name), "exec", dont_inherit=True), names)
        except Exception as error:
            return f"it does not run by itself ({type(error).__name__}: {error})"
        return "" if callable(names.get(name)) else f"its file does not define {name}"

    run = run_calmly(define)
    fault = run.result if run.finished else "its file does not come to an end"
    if fault:
        raise DoesNotPass(fault)
    diagnosis = examine(exercise_named(name), names[name])
    if not diagnosis.passed:
        raise DoesNotPass(f"by itself it does not pass: {(diagnosis.hint or NOT_WRITTEN).rstrip('.')}")
    return names[name]


def _whose(carried: Sequence[_Carried]) -> str:
    """Which functions are whose, and why."""
    parts = [
        f"{whose} {_listed([one.name for one in carried if one.is_yours is are_yours])}"
        for whose, are_yours in (("your", True), ("the course's", False))
        if any(one.is_yours is are_yours for one in carried)
    ]
    lines = [f"This notebook goes on with {' and '.join(parts)}."]
    for remark in dict.fromkeys(one.remark for one in carried if one.remark):
        about = [one.name for one in carried if one.remark == remark]
        places = [f"{name} (lesson {LESSON_OF[name].removeprefix('lesson_')})" for name in about]
        lines.append(f"  {_listed(places)}: {remark}.")
    if len(lines) > 1:
        lines.append(
            "To have your own here, run its cell and its check in that lesson, then this cell again."
        )
    return "\n".join(lines)


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
