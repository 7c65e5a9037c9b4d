"""What can be known of an answer without running it: its source, and the names that it reads."""

import ast
import dis
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType


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
