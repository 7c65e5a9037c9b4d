"""The pages about the package, from its docstrings and its source; nothing is imported."""

import ast
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path

from course_tools.site.cells import fenced, folded

PACKAGE = "ilrl_course"
FIRST = ("algorithms", "envs", "measures")  # rooms that a reader comes for; the others follow by name
Definition = ast.FunctionDef | ast.ClassDef
DECORATORS = {"property": "property", "classmethod": "classmethod", "staticmethod": "staticmethod"}


def api_pages(root: Path) -> dict[str, str]:
    """The pages in Markdown, by name: one for each part of the package, and the list of them."""
    parts = parts_of(root)
    pages = {name: "\n\n".join(_part(path, root)) + "\n" for name, path in parts.items()}
    return {"index": _index(root / PACKAGE, parts), **pages}


def parts_of(root: Path) -> dict[str, Path]:
    """The modules and folders of the package's first level, in reading order."""
    package = root / PACKAGE
    found = {path.stem: path for path in package.glob("*.py") if path.stem != "__init__"}
    found |= {path.parent.name: path.parent for path in package.glob("*/__init__.py")}
    return {name: found[name] for name in [*FIRST, *sorted(found.keys() - set(FIRST))] if name in found}


def public(tree: ast.Module | ast.ClassDef) -> list[Definition]:
    """The functions and classes for others, in the order of the file."""
    return [node for node in tree.body if isinstance(node, Definition) and not node.name.startswith("_")]


def _index(package: Path, parts: dict[str, Path]) -> str:
    lines = [
        "# The package\n",
        _docstring(_tree(package / "__init__.py")),
        "\n| part | what it holds |",
        "|---|---|",
    ]
    for name, path in parts.items():
        first = _docstring(_tree(path if path.suffix else path / "__init__.py")).splitlines()[0]
        lines.append(f"| [`{PACKAGE}.{name}`]({name}.md) | {first} |")
    return "\n".join(lines) + "\n"


def _part(path: Path, root: Path) -> Iterator[str]:
    """One page: a module, or a folder of them in the order in which its docstring names them."""
    if path.suffix:
        yield from _module(path, root, "#")
        return
    yield from _module(path / "__init__.py", root, "#")
    text = _docstring(_tree(path / "__init__.py"))

    def place(module: Path) -> tuple[int, Path]:
        first = module.relative_to(path).parts[0].removesuffix(".py")
        return _place(first, text), module

    for module in sorted(_modules(path), key=place):
        yield from _module(module, root, "##")


def _modules(folder: Path) -> list[Path]:
    found = [path for path in folder.rglob("*.py") if path != folder / "__init__.py"]
    return [path for path in found if path.name == "__init__.py" or not path.name.startswith("_")]


def _place(name: str, text: str) -> int:
    """Where a text first names a module; what it does not name comes last."""
    match = re.search(rf"\b{name}\b", text)
    return match.start() if match else len(text)


def _module(path: Path, root: Path, mark: str) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    if mark == "##" and not public(tree) and path.name == "__init__.py":
        return
    yield f"{mark} `{name if mark == '#' else name.split('.', 2)[2]}`"  # parts of a page by their short names
    yield fenced("", f"{{py:module}} {name}")
    yield _docstring(tree)
    known = _names(tree, name, root)
    for node in public(tree):
        yield _definition(node, text, known)


def _definition(node: Definition, text: str, known: dict[str, str]) -> str:
    """A function or a class, with its source folded away; a class of fields shows it, for they explain it."""
    source = fenced(_source(node, text), "{code-block} python")
    parts = [_docstring(node)]
    if isinstance(node, ast.ClassDef):
        if _is_dataclass(node):
            parts.append(fenced(_fields(node, text), "{code-block} python"))
        parts += [_method(method, known) for method in public(node)]
    parts.append(folded("Source", source, "code"))
    kind = "class" if isinstance(node, ast.ClassDef) else "function"
    return fenced("\n\n".join(parts), f"{{py:{kind}}} {_signature(node, known)}")


def _method(node: ast.FunctionDef, known: dict[str, str]) -> str:
    decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
    kind = next((DECORATORS[name] for name in DECORATORS if name in decorators), "method")
    signature = node.name if kind == "property" else _signature(node, known)
    return fenced(_docstring(node), f"{{py:{kind}}} {signature}")


def _signature(node: Definition, known: dict[str, str]) -> str:
    """Name, parameters and result; types of the package under their full names, so that they become links."""
    if isinstance(node, ast.ClassDef):
        makers = [
            entry for entry in node.body if isinstance(entry, ast.FunctionDef) and entry.name == "__init__"
        ]
        return _signature(makers[0], known).replace("__init__", node.name) if makers else node.name
    arguments = deepcopy(node.args)
    of_method = bool(arguments.args) and arguments.args[0].arg in ("self", "cls")
    if of_method:
        arguments.args.pop(0)
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg) and argument.annotation:
            argument.annotation = _InFull(known).visit(argument.annotation)
    returns = f" -> {ast.unparse(_InFull(known).visit(node.returns))}" if node.returns else ""
    return f"{node.name}({ast.unparse(arguments)}){returns}"


class _InFull(ast.NodeTransformer):
    """Replaces the short names of types by full ones."""

    def __init__(self, known: dict[str, str]):
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A name that was imported from the package, or is defined in the module."""
        return ast.copy_location(ast.Name(self.known.get(node.id, node.id)), node)


def _names(tree: ast.Module, module: str, root: Path) -> dict[str, str]:
    """The public classes of the package that a module knows, by the name that it uses."""
    names = {name: f"{module}.{name}" for name in _classes(tree)}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module.startswith(f"{PACKAGE}."):
            classes = _classes(_tree(_path(node.module, root)))
            found = [alias for alias in node.names if alias.name in classes]
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in found}
    return names


def _classes(tree: ast.Module) -> set[str]:
    return {node.name for node in public(tree) if isinstance(node, ast.ClassDef)}


def _path(module: str, root: Path) -> Path:
    path = root.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _is_dataclass(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)


def _fields(node: ast.ClassDef, text: str) -> str:
    """The lines of a class before its first method, without the docstring: fields and their comments."""
    methods = [entry for entry in node.body if isinstance(entry, ast.FunctionDef)]
    end = min((_first_line(method) for method in methods), default=node.end_lineno + 1)
    start = node.body[0].end_lineno if ast.get_docstring(node) else node.lineno
    lines = text.splitlines()[start : end - 1]
    return re.sub(r"^    ", "", "\n".join(lines).strip("\n"), flags=re.MULTILINE)


def _source(node: Definition, text: str) -> str:
    return "\n".join(text.splitlines()[_first_line(node) - 1 : node.end_lineno])


def _first_line(node: Definition) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _docstring(node: ast.Module | Definition) -> str:
    """The docstring as Markdown: what it says between backticks is code, and nothing in it is HTML."""
    return (ast.get_docstring(node) or "").replace("<", "&lt;")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
