"""The exercises, found by their names: checks/lesson_NN/NAME.py holds the check of NAME."""

import importlib
from functools import cache
from pathlib import Path

from ilrl_course.checks.exercise import Exercise

_PATHS = sorted(Path(__file__).parent.glob("lesson_*/[!_]*.py"))
LESSON_OF = {path.stem: path.parent.name for path in _PATHS}  # name -> its folder


@cache
def exercise_named(name: str) -> Exercise:
    """An exercise; KeyError if there is none of this name."""
    return importlib.import_module(f"ilrl_course.checks.{LESSON_OF[name]}.{name}").EXERCISE
