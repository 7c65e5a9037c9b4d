import ast
import os
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ilrl_course"
FILES = sorted(PACKAGE.rglob("*.py"))
TOOLS = sorted(ROOT.glob("course_tools/**/*.py"))
SCRIPTS = [ROOT / "course.py", *sorted(ROOT.glob("benchmarks/*.py")), *sorted(ROOT.glob("results/**/*.py"))]

# A room may import from those above its own line, and from itself.
ROOMS = [
    {"data", "distributions"},
    {"envs", "networks"},
    {"rollout"},
    {"storage"},
    {"measures"},
    {"algorithms"},
    {"clones"},
    {"play"},
    {"checks"},
    {"notebook"},
]
HEIGHT = {name: height for height, rooms in enumerate(ROOMS) for name in rooms}
ONLY_IMPORTERS = {  # library -> the only modules that know it
    "matplotlib": {"notebook.plotting"},
    "IPython": {f"notebook.{name}" for name in ("certificate", "folded", "form", "ledger", "video")},
    "ipywidgets": {f"notebook.{name}" for name in ("form", "guesses", "quiet", "sliders", "video")},
    "anywidget": {"notebook.price_map", "play.choosing", "play.screen"},
}
NOT_IN_ALGORITHMS = {"gymnasium", "matplotlib", "IPython", "ipywidgets", "tqdm"}


def part_of(path: Path) -> str:
    """The part of the package that a file belongs to: `data`, `envs`, ..."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def imported(path: Path) -> set[str]:
    """The dotted names of all modules that a file imports, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {name for name in inner if is_module(name)}
            names |= modules | ({node.module} if modules != inner else set())
    return names


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_imports_point_downward_only(path):
    room = part_of(path)
    if room == "__init__":
        assert not any(name.startswith("ilrl_course") for name in imported(path))
        return
    assert room in HEIGHT, f"give {room} a place in ROOMS"
    for name in imported(path):
        assert not name.startswith("course_tools"), f"{relative(path)} imports {name}, a maintainers' tool"
        if name.startswith("ilrl_course."):
            other = name.split(".")[1]
            assert other == room or HEIGHT[other] < HEIGHT[room], f"{relative(path)} imports {name}"


@pytest.mark.parametrize("root", ["ilrl_course", "course_tools"])
def test_imports_form_no_circle(root):
    paths = sorted((ROOT / root).rglob("*.py"))
    graph = {module_name(path): {n for n in imported(path) if n.startswith(root)} for path in paths}
    order = TopologicalSorter({name: {n for n in used if n in graph} for name, used in graph.items()})
    assert set(graph) <= set(order.static_order())  # raises CycleError, which names the circle


def test_no_lesson_imports_the_tools_of_maintainers():
    lessons = sorted(ROOT.glob("lessons/*.py"))
    assert not [path for path in lessons if "course_tools" in path.read_text(encoding="utf-8")]


def test_the_first_level_of_the_package_holds_at_most_thirteen_entries():
    entries = sorted(path.name for path in PACKAGE.iterdir() if path.name != "__pycache__")
    assert len(entries) <= 13, entries


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_figures_and_widgets_have_their_own_modules(path):
    top_levels = {name.split(".")[0] for name in imported(path)}
    for library, importers in ONLY_IMPORTERS.items():
        assert library not in top_levels or module_name(path).removeprefix("ilrl_course.") in importers


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("algorithms/**/*.py")), ids=relative)
def test_algorithms_neither_print_nor_know_about_worlds_and_notebooks(path):
    assert not {name.split(".")[0] for name in imported(path)} & NOT_IN_ALGORITHMS
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [
        node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and hasattr(node.func, "id")
    ]
    assert "print" not in calls


@pytest.mark.parametrize("path", FILES + TOOLS + SCRIPTS, ids=relative)
def test_functions_stay_short(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno + 1 <= 40, f"{node.name} is too long"


def test_importing_the_package_does_no_work():
    code = "import sys; before = set(sys.modules); import ilrl_course; print(*(set(sys.modules) - before))"
    outcome = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in outcome.stdout.split()}
    assert loaded <= {"ilrl_course"} | sys.stdlib_module_names
    assert "ilrl_course." not in outcome.stdout


def test_set_up_needs_the_standard_library_only():
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import course_tools.start"
    outcome = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr


def test_old_pythons_can_read_course_py():
    text = (ROOT / "course.py").read_text(encoding="utf-8")
    assert ast.parse(text, feature_version=(3, 6))
    assert all(not node.returns for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))


def test_no_file_names_a_package_host_or_a_folder_of_one_machine():
    hosts = r"pypi\.|pythonhosted|conda\.anaconda|registry\.npmjs"
    folders = r"(?<![\w.:/*~)])/(?:home|root|work|opt|Users)/\w"
    assert lines_with(re.compile(f"{hosts}|{folders}")) == []


def test_no_file_holds_the_marks_of_a_conflict():
    assert lines_with(re.compile(r"^(<{7}|>{7}) ")) == []


def lines_with(pattern: re.Pattern) -> list[str]:
    """Lines of the project's texts that match."""
    found = []
    for folder, subfolders, names in os.walk(ROOT):
        hidden = {name for name in subfolders if name.startswith(".") and name != ".ci"}
        generated = {"__pycache__", "my_work", "my_grading", "my_hub"}
        generated |= {"site"} if folder == str(ROOT) else set()
        subfolders[:] = set(subfolders) - hidden - generated
        for path in (Path(folder) / name for name in names):
            if path.suffix in {".py", ".md", ".txt", ".toml", ".cfg", ".json", ".ipynb", ".js", ".css", ""}:
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
                # Longer lines are pictures, in which any letters may come together.
                found += [
                    f"{relative(path)}: {line}" for line in lines if len(line) < 2000 and pattern.search(line)
                ]
    return [line for line in found if not line.startswith("tests/test_package.py")]


RENAMES = re.compile(r"\bos\.(replace|rename|renames)\(|\bshutil\.move\(|\.rename\(")


@pytest.mark.parametrize("path", [*FILES, *TOOLS, *SCRIPTS], ids=relative)
def test_every_renaming_goes_through_the_function_that_tries_again(path):
    text = path.read_text(encoding="utf-8")
    found = [line.strip() for line in text.splitlines() if RENAMES.search(line)]
    allowed = 2 if relative(path) == "ilrl_course/storage/files.py" else 0
    assert len(found) == allowed, found
