"""What a lesson shows is what its check knows."""

import ast
import inspect
from pathlib import Path

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
