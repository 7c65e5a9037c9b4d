"""What a lesson shows is what its check knows."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from ilrl_course.checks.exercises import exercise_named
from ilrl_course.checks.lesson_01.episode_returns import buggy_episode_returns

LESSONS = Path(__file__).parents[2] / "lessons"


def statements(function: ast.FunctionDef) -> list[str]:
    """The statements of a function, without its docstring and layout."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return [ast.unparse(statement) for statement in body]


def test_the_bug_hunt_of_lesson_01_is_the_one_that_the_check_knows():
    lesson = ast.parse((LESSONS / "01_demonstrations.py").read_text(encoding="utf-8"))
    (shown,) = (node for node in lesson.body if getattr(node, "name", "") == "episode_returns")
    known = ast.parse(inspect.getsource(buggy_episode_returns)).body[0]
    assert statements(shown) == statements(known)


@pytest.mark.parametrize("name", ["compute_gae", "clipped_loss"])
def test_what_an_answer_should_not_read_is_there_in_the_lesson(name):
    code = (LESSONS / "07_ppo.py").read_text(encoding="utf-8")
    for leftover in exercise_named(name).leftovers:
        assert re.search(rf"^(for .*)?\s*\b{leftover}\b.*( = | in )", code, re.MULTILINE), leftover
