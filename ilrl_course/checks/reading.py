"""What can be known of an answer without running it: its source, and the names that it reads."""

import ast
import dis
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter
from types import CodeType

import numpy as np


def is_blank(function: Callable, given: str = "") -> bool:
    """Does its source hold no code but a `raise` and what the stub gives? True if the source is not there."""
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0].body
    except Exception:  # source is not everywhere at hand, and need not be Python alone in a notebook
        return True
    return _code(body) == _code(ast.parse(given).body)


class _WithoutIdleLines(ast.NodeTransformer):
    """Removes what does nothing, at any depth: `raise`, `pass`, and texts."""

    def visit_Raise(self, node):
        return None

    visit_Pass = visit_Raise

    def visit_Expr(self, node):
        return None if isinstance(node.value, ast.Constant) else node


def _code(body: list[ast.stmt]) -> str:
    return ast.dump(_WithoutIdleLines().visit(ast.Module(body, [])))


def global_names(function: Callable) -> set[str]:
    """The global names that the function reads, also in functions within it."""
    code = getattr(function, "__code__", None)
    return set(_global_names(code)) if isinstance(code, CodeType) else set()


def _global_names(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname == "LOAD_GLOBAL":
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)


def changed_signature(function: Callable, solution: Callable) -> str:
    """Words about an argument that other cells could not pass any more as they do; '' if all is as it was."""
    try:
        own = inspect.signature(function).parameters
    except (TypeError, ValueError):  # not every callable tells
        return ""
    wanted = inspect.signature(solution).parameters
    if _positions(own)[: len(wanted)] != _positions(wanted):
        names = ", ".join(wanted)
        return f"its arguments should be {names}, in this order: other cells pass them by these names."
    for name, parameter in wanted.items():
        if parameter.default is not Parameter.empty and not _same(own[name].default, parameter.default):
            default = getattr(parameter.default, "__name__", parameter.default)
            return f"the argument {name} should have the default {default}: other cells leave it out."
    return ""


def _positions(parameters: Mapping[str, Parameter]) -> list[str]:
    return [name for name, p in parameters.items() if p.kind is Parameter.POSITIONAL_OR_KEYWORD]


def _same(own, wanted) -> bool:
    """Equal defaults; of functions it is enough that there is one, since it may be the student's own."""
    if own is Parameter.empty:
        return False
    return callable(own) if callable(wanted) else bool(np.all(own == wanted))
