"""A known wrong answer is an edit of the right one: what a student would have typed in its place."""

import ast
import inspect
import itertools
import linecache
import textwrap
from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

AT_HAND = {"np": np, "torch": torch, "nn": nn, "F": F}  # for edits, besides what the solution's module knows
Wrong = str | tuple[str, ...] | Callable  # an edit, several edits of one answer, or the wrong answer itself

_numbers = itertools.count()


def wrong_answer(solution: Callable, wrong: Wrong) -> Callable:
    """The function that a known mistake stands for."""
    return wrong if callable(wrong) else edited(solution, *([wrong] if isinstance(wrong, str) else wrong))


def edited(solution: Callable, *edits: str) -> Callable:
    """The solution with these edits, one after the other, compiled. An edit is

    - `old => new`: a text that stands in the solution exactly once is replaced;
    - `return ...`: this is returned instead, where `result` is what the solution would have returned;
    - any other statement: it comes before all others.

    The solution's text is `text_of(solution)`. Raises ValueError where an edit does not fit it any more.
    """
    text = text_of(solution)
    for edit in edits:
        text = _replaced(text, edit) if " =>" in edit else _transformed(text, edit)
    try:
        code = compile(text, file := f"<{solution.__name__}, edit {next(_numbers)}>", "exec")
    except SyntaxError as error:
        raise ValueError(f"{solution.__name__} with {edits} is no Python: {error}") from error
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names = AT_HAND | vars(inspect.getmodule(solution))
    exec(code, names)
    return names[solution.__name__]


@cache
def text_of(solution: Callable) -> str:
    """A function as `ast.unparse` writes it: one statement per line, without comments and docstring."""
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(solution))).body
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    return ast.unparse(function)


def _replaced(text: str, edit: str) -> str:
    old, _, new = edit.partition(" =>")
    if text.count(old) != 1:
        times = text.count(old)
        raise ValueError(f"{edit!r}: {old!r} should stand exactly once, not {times} times, in\n{text}")
    line = text[: text.index(old)].rpartition("\n")[2]
    indent = line[: len(line) - len(line.lstrip())]
    return text.replace(old, new.removeprefix(" ").replace("\n", f"\n{indent}"))


def _transformed(text: str, edit: str) -> str:
    (function,) = ast.parse(text).body
    if edit.startswith("return "):
        returned = ast.parse(edit.removeprefix("return "), mode="eval").body
        function = _Returns(function, returned).visit(function)
    else:
        function.body = ast.parse(edit).body + function.body
    return ast.unparse(ast.fix_missing_locations(function))


class _Returns(ast.NodeTransformer):
    """Puts another `return` in the place of each, but not in functions within the function."""

    def __init__(self, function: ast.FunctionDef, returned: ast.expr):
        self.function, self.returned = function, returned
        self.asks = any(isinstance(n, ast.Name) and n.id == "result" for n in ast.walk(returned))

    def visit_Return(self, node):
        kept = [ast.Assign([ast.Name("result", ast.Store())], node.value)] if self.asks else []
        return [*kept, ast.Return(self.returned)]

    def visit_FunctionDef(self, node):
        return self.generic_visit(node) if node is self.function else node
