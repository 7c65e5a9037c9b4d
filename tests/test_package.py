import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ilrl_course"
FILES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = [ROOT / "course.py", *sorted(ROOT.glob("benchmarks/*.py")), *sorted(ROOT.glob("results/*.py"))]

# A module may import from the lines above its own, and from its own package.
LAYERS = [
    {"claims", "data", "distributions", "files", "palette"},
    {"dataset_checks", "envs", "journal", "networks"},
    {"checkpoints", "demonstrations", "hands", "rollout", "safety"},
    {"covariate_shift", "evaluation", "recordings"},
    {"games", "sharing"},
    {"scripted"},
    {"shipped"},
    {"algorithms"},
    {"clones", "discriminators", "progress", "stats", "treasure"},
    {"checks"},
    {"plotting"},
    {"video"},
    {"live"},
    {"commands"},
    {"__main__"},
]
HEIGHT = {name: height for height, layer in enumerate(LAYERS) for name in layer}
ONLY_IMPORTERS = {
    "matplotlib": {"plotting"},
    "IPython": {"video", "live"},
    "ipywidgets": {"video", "live"},
    "anywidget": {"live"},
}
NOT_IN_ALGORITHMS = {"gymnasium", "matplotlib", "IPython", "ipywidgets", "tqdm"}


def part_of(path: Path) -> str:
    """The part of the package that a file belongs to: `data`, `envs`, ..."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The dotted names of all modules that a file imports, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            if node.module == "ilrl_course":
                names |= {f"ilrl_course.{alias.name}" for alias in node.names}
            else:
                names.add(node.module)
    return names


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_imports_point_downward_only(path):
    part = part_of(path)
    if part == "__init__":
        assert not imported(path)
        return
    assert part in HEIGHT, f"give {part} a place in LAYERS"
    for name in imported(path):
        if name.startswith("ilrl_course."):
            other = name.split(".")[1]
            assert other == part or HEIGHT[other] < HEIGHT[part], f"{relative(path)} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_figures_and_widgets_have_their_own_modules(path):
    top_levels = {name.split(".")[0] for name in imported(path)}
    for library, importers in ONLY_IMPORTERS.items():
        assert library not in top_levels or part_of(path) in importers


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("algorithms/**/*.py")), ids=relative)
def test_algorithms_neither_print_nor_know_about_worlds_and_notebooks(path):
    assert not {name.split(".")[0] for name in imported(path)} & NOT_IN_ALGORITHMS
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [
        node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and hasattr(node.func, "id")
    ]
    assert "print" not in calls


@pytest.mark.parametrize("path", FILES + SCRIPTS, ids=relative)
def test_files_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 200
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno + 1 <= 40, f"{node.name} is too long"


def test_importing_the_package_does_no_work():
    code = "import sys; before = set(sys.modules); import ilrl_course; print(*(set(sys.modules) - before))"
    outcome = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert outcome.stdout.split() == ["ilrl_course"]


def test_set_up_needs_the_standard_library_only():
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import ilrl_course.commands.start"
    outcome = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr


def test_old_pythons_can_read_course_py():
    text = (ROOT / "course.py").read_text(encoding="utf-8")
    assert ast.parse(text, feature_version=(3, 6))
    assert all(not node.returns for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))


def test_no_file_names_a_package_host_or_a_folder_of_one_machine():
    hosts = r"pypi\.|pythonhosted|conda\.anaconda|registry\.npmjs"
    folders = r"(?<![\w.:/*~)])/(?:home|root|work|opt|Users)/\w"
    pattern = re.compile(f"{hosts}|{folders}")
    found = []
    for folder, subfolders, names in os.walk(ROOT):
        hidden = {name for name in subfolders if name.startswith(".") and name != ".ci"}
        subfolders[:] = set(subfolders) - hidden - {"__pycache__", "my_work"}
        for path in (Path(folder) / name for name in names):
            if path.suffix in {".py", ".md", ".txt", ".toml", ".cfg", ".json", ".ipynb", ".js", ".css", ""}:
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
                # Longer lines are pictures, in which any letters may come together.
                found += [
                    f"{relative(path)}: {line}" for line in lines if len(line) < 2000 and pattern.search(line)
                ]
    assert [line for line in found if not line.startswith("tests/test_package.py")] == []
