"""Lift a function's source out of the package, whole or as a stub, without importing it."""

import ast
import io
import tokenize
from dataclasses import dataclass
from pathlib import Path

from course_tools.workplace import CourseError

INDENT = "    "


@dataclass(frozen=True)
class Lifted:
    """A function (or class) of the package as text."""

    name: str
    source: str  # decorators, signature, docstring and body
    node: ast.FunctionDef | ast.ClassDef

    @property
    def head(self) -> str:
        """Decorators, signature and docstring."""
        return "\n".join(self.source.splitlines()[: self._docstring_end()])

    @property
    def body(self) -> str:
        """All that follows the docstring."""
        return "\n".join(self.source.splitlines()[self._docstring_end() :])

    @property
    def docstring(self) -> str:
        """The docstring's own lines, quotes and indentation included."""
        return "\n".join(self.source.splitlines()[self.node.body[0].lineno - 1 : self._docstring_end()])

    def stub(self) -> str:
        """What a student finds: the head, and a body that says that it is still to be written."""
        message = f"write {self.name} here, then run the next cell"
        return f'{self.head}\n{INDENT}raise NotImplementedError("{message}")'

    def solution(self) -> str:
        """The whole function, its body between nbgrader's marks."""
        return f"{self.head}\n{INDENT}### BEGIN SOLUTION\n{self.body}\n{INDENT}### END SOLUTION"

    def _docstring_end(self) -> int:
        return self.node.body[0].end_lineno


def lift(dotted: str, root: Path) -> Lifted:
    """Find `package.module.name` below `root`; raises CourseError where it is not documented there."""
    module, _, name = dotted.rpartition(".")
    path = root.joinpath(*module.split(".")).with_suffix(".py")
    if not path.is_file():
        path = path.with_suffix("") / "__init__.py"
    if not module or not path.is_file():
        raise CourseError(f"{dotted}: there is no module {module!r}; expected 'package.module.function'")
    text = path.read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return parse_definition("\n".join(text.splitlines()[first - 1 : node.end_lineno]), dotted)
    raise CourseError(
        f"{dotted}: {path.relative_to(root)} defines no function or class {name!r} at its top level"
    )


def parse_definition(source: str, origin: str) -> Lifted:
    """Wrap the text of one documented definition; `origin` is named in errors."""
    node = ast.parse(source).body[0]
    if ast.get_docstring(node) is None or len(node.body) < 2:
        raise CourseError(f"{origin}: needs a docstring and a body, so that a stub can be made of it")
    return Lifted(node.name, source, node)


def faded(partial: str, whole: Lifted, origin: str) -> str:
    """Check a lesson's partial version against the whole function; add the docstring where it has none."""
    try:
        tree = ast.parse(partial)
    except SyntaxError as error:
        raise CourseError(f"{origin}: the partial version of {whole.name} is not Python: {error}") from None
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    if len(tree.body) != 1 or len(functions) != 1 or _signature(functions[0]) != _signature(whole.node):
        wanted = f"def {whole.name}({ast.unparse(whole.node.args)})"
        raise CourseError(
            f"{origin}: an exercise cell must be empty or hold one function with the signature {wanted}"
        )
    if ast.get_docstring(functions[0]) is not None:
        return partial
    lines = partial.splitlines()
    end = _signature_end(partial)
    return "\n".join([*lines[:end], whole.docstring, *lines[end:]])


def _signature(node: ast.FunctionDef) -> str:
    parts = [node.name, ast.dump(node.args), ast.dump(node.returns) if node.returns else ""]
    return "\n".join(parts + [ast.dump(decorator) for decorator in node.decorator_list])


def _signature_end(source: str) -> int:
    """The line number of the colon that ends the `def`."""
    depth, in_def = 0, False
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        in_def |= token.string == "def"
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.string, 0)
        if in_def and depth == 0 and token.string == ":":
            return token.start[0]
    raise ValueError("no def in the source")
