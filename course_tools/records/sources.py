"""What a script executes of this course: the hash that says whether its record is still of today's code."""

import ast
import hashlib
import re
from pathlib import Path

from course_tools.changed import imported_names

PACKAGE = "ilrl_course"
ASIDE = {"ilrl_course.notebook.claims"}  # plans are compared with records one by one, by their fingerprints
DATA = {".txt", ".json", ".hdf5"}  # files that a module may read from its own folder
# another script beside this one, or in a folder such as parents[1] / "benchmarks" / "peers"
LOADS = re.compile(r'load_script\(Path\(__file__\)\.parent(s\[1\])?((?: / "\w+")*), "(\w+)"\)')


def hash_of_sources(script: Path, root: Path) -> str:
    """A hash of the script's code, of scripts that it loads, and of all modules below `root` they can reach.

    Comments, docstrings and the layout of the code do not matter; data files beside the modules do.
    """
    scripts = with_loaded(script)
    names = {name for path in scripts for name in reachable(path, root)}
    files = {*scripts, *(path for name in names for path in _files_of(name, root))}
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.relative_to(root).as_posix()):
        content = _code(path) if path.suffix == ".py" else path.read_bytes()
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:16]


def with_loaded(script: Path) -> set[Path]:
    """The script, and those beside it that it loads, directly or through others."""
    found, waiting = set(), {script}
    while waiting:
        path = waiting.pop()
        found.add(path)
        for above, folders, name in LOADS.findall(path.read_text(encoding="utf-8")):
            folder = path.parents[1 if above else 0].joinpath(*re.findall(r"\w+", folders))
            waiting |= {folder / f"{name}.py"} - found
    return found


def reachable(script: Path, root: Path) -> set[str]:
    """The dotted names of the package's modules that the script imports, directly or through others."""
    found, waiting = set(), _imported(script, root)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= _imported(_path(name, root), root) - found
    return found


def _imported(path: Path, root: Path) -> set[str]:
    names = imported_names(path)
    # A world's module is imported by its name in a text, when it is first used.
    names |= set(re.findall(rf'"({PACKAGE}(?:\.\w+)+)"', path.read_text(encoding="utf-8")))
    parents = {name.rsplit(".", level)[0] for name in names for level in range(1, name.count(".") + 1)}
    ours = {name for name in names | parents if name.split(".")[0] == PACKAGE}
    return {name for name in ours if _path(name, root)} - ASIDE


def _path(name: str, root: Path) -> Path | None:
    path = root.joinpath(*name.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _files_of(name: str, root: Path) -> list[Path]:
    path = _path(name, root)
    return [path, *(other for other in path.parent.iterdir() if other.suffix in DATA)]


def _code(path: Path) -> bytes:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and (
            ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:]
    return ast.dump(tree).encode()
