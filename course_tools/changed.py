"""What a change touches: for maintainers who do not want to wait for all tests each time."""

import ast
import subprocess
from functools import cache
from pathlib import Path

from course_tools.workplace import CourseError

FOLDERS = ("ilrl_course", "course_tools", "tests", "results", "benchmarks")


def changed_paths(commit: str, root: Path) -> list[str]:
    """Files that differ from a commit, and new ones, relative to the root; raises CourseError."""
    paths = []
    for command in (["diff", "--name-only", commit], ["ls-files", "--others", "--exclude-standard"]):
        outcome = subprocess.run(["git", *command], cwd=root, capture_output=True, text=True)
        if outcome.returncode:
            raise CourseError(f"git cannot tell what has changed since {commit!r}: {outcome.stderr.strip()}")
        paths += outcome.stdout.splitlines()
    return sorted(set(paths))


def touched_tests(changes: list[str], root: Path) -> list[str]:
    """Test files that are changed, mirror a changed exercise, or import something changed, however far."""
    uses = import_graph(root)
    touched = {path for path in changes if path in uses}
    while more := {path for path, used in uses.items() if used & touched} - touched:
        touched |= more
    for path in changes:
        if path.startswith("ilrl_course/checks/lesson_"):
            _, _, lesson, name = path.split("/")
            touched |= {f"tests/checks/{lesson}/test_{name}", "tests/checks/test_banks.py"}
    found = sorted(path for path in touched if Path(path).name.startswith("test_"))
    return [path for path in found if path.startswith("tests/") and (root / path).is_file()]


def touched_notebooks(changes: list[str], root: Path) -> list[str]:
    """The notebooks that are changed, or whose lesson is, or imports a changed module itself."""
    modules = {_module(path) for path in changes if path.endswith(".py")}
    found = []
    for lesson in sorted(root.glob("lessons/*.py")):
        pair = [f"{folder}/{lesson.stem}.ipynb" for folder in ("notebooks", "solutions")]
        imports = {name for name in modules if name in lesson.read_text(encoding="utf-8")}
        if imports or {lesson.relative_to(root).as_posix(), *pair} & set(changes):
            found += pair
    return found


def touches_site(changes: list[str]) -> bool:
    """Can a change be seen on the site? It shows notebooks, documents, and the package's source."""
    shown = ("README.md", "docs/", "notebooks/", "solutions/", "ilrl_course/", "course_tools/site/")
    return any(path.startswith((*shown, "tests/site/", "requirements-site.txt")) for path in changes)


@cache
def import_graph(root: Path) -> dict[str, set[str]]:
    """Each Python file of the project, and the files that it imports, wherever in the file."""
    paths = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    files = {_module(path.relative_to(root).as_posix()): path.relative_to(root).as_posix() for path in paths}
    return {
        path.relative_to(root).as_posix(): {files[n] for n in imported_names(path) if n in files}
        for path in paths
    }


def imported_names(path: Path) -> set[str]:
    """The dotted names that a file imports; of `from a import b` both a and a.b."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
