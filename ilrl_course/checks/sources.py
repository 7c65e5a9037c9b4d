"""A function of a notebook as a Python file of its own: with the imports, constants and helpers it uses."""

import ast
import inspect
import linecache
import re
import symtable
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from ilrl_course.checks.exercise import kind

FUTURE = "from __future__ import annotations"  # nobody looks them up, so none can be missing
HEAD = f"""\
# Your answer to {{}}, as check() kept it when it passed. A file that was changed is not used any more:
# change the cell in the notebook, and check it again.

{FUTURE}"""
KEEPS = "and only imports, constants, functions and classes can be kept"
LONGEST = 10_000  # characters of a constant
ATOMS = (bool, int, str, bytes, range, type(None))
BRACKETS = {list: "[]", tuple: "()", set: "{}"}
CALLED_IN_CONSTANTS = re.compile(r"set|range|np\.(float|u?int)\d+")
IN_CONSTANTS = (ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.USub, ast.Load)
IN_CONSTANTS += (ast.Name, ast.Attribute, ast.Call)
DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class CannotBeKept(Exception):
    """A function needs what no Python file can hold; the message says what, and how to do without."""


def module_of(function: Any) -> str:
    """The text of a module with a function of a notebook and what it uses, as that is now.

    Raises CannotBeKept.
    """
    name, found = function.__name__, _Found()
    found.add(name, function, _Place(name, {name: function}, []))
    return found.text(name)


def source_of(function: Any) -> str:
    """A function as it stands in its cell, with decorators and comments. Raises CannotBeKept."""
    try:
        source = inspect.getsource(function)
        return textwrap.dedent(source) if source[0].isspace() else source
    except (OSError, TypeError):
        name = getattr(function, "__name__", kind(function))
        raise CannotBeKept(
            f"the text of `{name}` is not at hand; if its cell begins with a line like %%time, take that out"
        ) from None


def only_defines(tree: ast.Module) -> bool:
    """Does a module nothing but import, define, and name constants, as `module_of` writes it?

    A decorator or a default may still do anything: this tells accidents, the seal keeps strangers out.
    """
    return all(map(_defines, tree.body))


def _defines(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Assign):
        return isinstance(statement, DEFINITIONS)
    parts = list(ast.walk(statement.value))
    called = [ast.unparse(part.func) for part in parts if isinstance(part, ast.Call)]
    names_only = all(isinstance(target, ast.Name) for target in statement.targets)
    is_constant = all(isinstance(part, IN_CONSTANTS) for part in parts)
    return names_only and is_constant and all(map(CALLED_IN_CONSTANTS.fullmatch, called))


class _Place(NamedTuple):
    """Where names are looked up: those that a function sees, and the texts of cells that may explain them."""

    user: str  # the function's own name
    names: dict[str, Any]
    cells: list[str]


class _Piece(NamedTuple):
    value: Any
    kind: str = ""
    text: str = ""


class _Found:
    """What has been found so far: name -> its piece of the module, each after those that it needs."""

    def __init__(self):
        self.pieces: dict[str, _Piece] = {}

    def add(self, name: str, value: Any, place: _Place) -> None:
        """Add what a name stands for, and what that needs in turn; raises CannotBeKept."""
        if name in self.pieces:
            if self.pieces[name].value is not value:
                raise CannotBeKept(f"`{name}` stands for two different things in it: give one another name")
            return
        self.pieces[name] = _Piece(value)  # so that a function may call itself
        if (text := _constant(value)) is not None:
            self._add_constant(name, value, text, place)
        elif _stands_in_a_cell(value):
            self._add_definition(name, value, place)
        elif text := _import_of(name, value, place):
            self._finish(name, value, "import", text)
        else:
            is_lambda = getattr(value, "__name__", "") == "<lambda>"
            what = "a lambda, instead of a function with `def`" if is_lambda else f"{kind(value)}, {KEEPS}"
            raise CannotBeKept(f"`{place.user}` uses `{name}`, {what}")

    def text(self, name: str) -> str:
        """The module, which is named after an answer."""
        texts = {
            kind: [piece.text for piece in self.pieces.values() if piece.kind == kind]
            for kind in ("import", "constant", "definition")
        }
        lines = {line for text in texts["import"] for line in text.splitlines()}
        imports = sorted(lines, key=lambda line: (line.startswith("from"), line))
        top = [HEAD.format(name), "\n".join(imports), "\n".join(texts["constant"])]
        return "\n\n\n".join(["\n\n".join(filter(None, top)), *texts["definition"]]) + "\n"

    def _finish(self, name: str, value: Any, kind: str, text: str) -> None:
        del self.pieces[name]  # it comes after all that it needs
        self.pieces[name] = _Piece(value, kind, text)

    def _add_constant(self, name: str, value: Any, text: str, place: _Place) -> None:
        if len(text) > LONGEST:
            raise CannotBeKept(f"`{place.user}` uses `{name}`, {kind(value)} that is too long to be kept")
        if "np." in text:
            self.add("np", np, place)
        self._finish(name, value, "constant", f"{name} = {text}")

    def _add_definition(self, name: str, value: Any, place: _Place) -> None:
        source, inner = _definition(value, place)
        (node,) = ast.parse(source).body
        is_decorated = node.decorator_list and inner.names.get(node.name) is value
        if inspect.unwrap(value) is not value and not is_decorated:
            raise CannotBeKept(f"`{place.user}` uses `{name}`, which was made of `{node.name}`, {KEEPS}")
        if node.name != name:
            self.add(node.name, value, place)
            self._finish(name, value, "definition", f"{name} = {node.name}")
            return
        needed = _global_names(f"{FUTURE}\n{source}") & inner.names.keys()
        for used in sorted(needed):
            self.add(used, inner.names[used], inner)
        for used in sorted(_global_names(source) & inner.names.keys() - needed):
            self._add_if_possible(used, inner)
        self._finish(name, value, "definition", source.rstrip("\n"))

    def _add_if_possible(self, name: str, place: _Place) -> None:
        """For annotations, which are for readers alone: where one cannot be kept, nothing is lost."""
        before = dict(self.pieces)
        try:
            self.add(name, place.names[name], place)
        except CannotBeKept:
            self.pieces = before


def _stands_in_a_cell(value: Any) -> bool:
    """Is it a function or a class that a notebook has defined?"""
    plain = inspect.unwrap(value) if callable(value) else value
    is_named = isinstance(plain, FunctionType | type) and plain.__name__ != "<lambda>"
    return is_named and plain.__module__ == "__main__"


def _definition(value: Any, place: _Place) -> tuple[str, _Place]:
    """The text of a function or a class, and the place where it stands."""
    plain = inspect.unwrap(value)
    if isinstance(plain, type):
        return _source_of_class(plain, place), place._replace(user=plain.__name__)
    if plain.__closure__:
        raise CannotBeKept(f"`{plain.__name__}` uses variables of the function in which it was defined")
    names, file = plain.__globals__, plain.__code__.co_filename
    cells = [cell for cell in names.get("In", ()) if isinstance(cell, str)]  # in a notebook: all that ran
    return source_of(plain), _Place(plain.__name__, names, [*reversed(cells), _text_of(file)])


def _source_of_class(cls: type, place: _Place) -> str:
    """Python does not know where a class of a notebook stands, but it knows it of its methods."""
    methods = [method for method in vars(cls).values() if isinstance(method, FunctionType)]
    for cell in [*(_text_of(method.__code__.co_filename) for method in methods), *place.cells]:
        for node in _statements_in(cell):
            if isinstance(node, ast.ClassDef) and node.name == cls.__name__:
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                return "\n".join(cell.splitlines()[first - 1 : node.end_lineno])
    raise CannotBeKept(f"`{place.user}` uses the class `{cls.__name__}`, whose text is not at hand")


def _text_of(file: str) -> str:
    return "".join(linecache.getlines(file))


@lru_cache(maxsize=1000)
def _statements_in(cell: str) -> list[ast.stmt]:
    try:
        return ast.parse(cell).body
    except SyntaxError:
        return []


def _import_of(name: str, value: Any, place: _Place) -> str:
    """The line that imports a value, as a cell has it or else as the value tells it; "" where none does.

    They are several where a module came through its package, as with `import scipy.stats`.
    """
    lines = (line for cell in place.cells for given, line in _imports_in(cell) if given == name)
    found = [line for line in dict.fromkeys(lines) if _gives(line, name, value)]
    whole = [line for line in found if re.fullmatch(r"import [\w.]+", line)]
    if found:
        return "\n".join(whole or found[:1])
    origin, called = (getattr(value, attribute, None) for attribute in ("__module__", "__name__"))
    modules = (one.__name__ for one in place.names.values() if isinstance(one, ModuleType))
    guesses = [f"from {module} import {called}" for module in (origin, *modules)]
    if isinstance(value, ModuleType):
        guesses = [f"import {called}"]
    guesses = (line for guess in guesses for line in (guess, f"{guess} as {name}"))
    return next((line for line in guesses if _gives(line, name, value)), "")


def _gives(line: str, name: str, value: Any) -> bool:
    if "__main__" in line:  # the notebook itself
        return False
    names = {}
    with suppress(Exception):  # the line of a cell that failed, or a guess that makes no sense
        exec(line, names)
    return names.get(name) is value


@lru_cache(maxsize=1000)
def _imports_in(cell: str) -> list[tuple[str, str]]:
    """The imports in a cell one by one: the name that each gives, and its line."""
    nodes = (node for statement in _statements_in(cell) for node in ast.walk(statement))
    return [
        (alias.asname or alias.name.split(".")[0], ast.unparse(type(node)(**vars(node) | {"names": [alias]})))
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]


def _constant(value: Any) -> str | None:
    """A value as Python text, if it is made of numbers, texts and the like."""
    if type(value) in ATOMS or (isinstance(value, np.integer | np.floating) and np.isfinite(value)):
        return repr(value)
    if type(value) is float:
        return None if np.isnan(value) else repr(value).replace("inf", "1e999")
    if type(value) is dict:
        keys, values = (list(map(_constant, part)) for part in (value, value.values()))
        pairs = map(": ".join, zip(keys, values, strict=True)) if None not in keys + values else None
        return pairs and f"{{{', '.join(pairs)}}}"
    if type(value) not in BRACKETS:
        return None
    parts = list(map(_constant, value))
    if None in parts:
        return None
    if type(value) is set:
        return f"{{{', '.join(sorted(parts))}}}" if parts else "set()"
    (opening, closing), alone = BRACKETS[type(value)], type(value) is tuple and len(parts) == 1
    return f"{opening}{', '.join(parts)}{',' if alone else ''}{closing}"


def _global_names(source: str) -> set[str]:
    """The names that a definition looks up in its module, at once or when it is called."""
    names = set(_names_in(symtable.symtable(source, "", "exec")))
    return {name for name in names if not re.fullmatch("__.*__", name)}  # those each module has of its own


def _names_in(table: symtable.SymbolTable) -> Iterator[str]:
    is_module = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() if is_module else symbol.is_global():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _names_in(inner)
