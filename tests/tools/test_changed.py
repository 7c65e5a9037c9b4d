"""What a change touches is found, and what it does not touch is left alone."""

import subprocess

import pytest

from course_tools.changed import (
    changed_paths,
    import_graph,
    touched_notebooks,
    touched_tests,
    touches_site,
)
from course_tools.workplace import CourseError

FILES = {
    "ilrl_course/__init__.py": "",
    "ilrl_course/low.py": "",
    "ilrl_course/high.py": "def f():\n    from ilrl_course import low\n",
    "ilrl_course/checks/lesson_02/loss.py": "",
    "tests/test_low.py": "import ilrl_course.low",
    "tests/test_high.py": "from ilrl_course.high import f",
    "tests/test_other.py": "import os",
    "tests/checks/lesson_02/test_loss.py": "",
    "tests/checks/test_banks.py": "",
    "lessons/01_a.py": "from ilrl_course.low import x",
    "lessons/02_b.py": "import numpy",
}


@pytest.fixture
def root(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_module_touches_the_tests_that_import_it_however_far(root):
    assert touched_tests(["ilrl_course/low.py"], root) == ["tests/test_high.py", "tests/test_low.py"]
    assert touched_tests(["ilrl_course/high.py"], root) == ["tests/test_high.py"]


def test_the_site_is_touched_by_what_it_shows_and_by_how_it_is_made():
    shown = [
        "README.md",
        "docs/a.md",
        "solutions/01_a.ipynb",
        "ilrl_course/low.py",
        "course_tools/site/api.py",
    ]
    assert all(touches_site([path]) for path in shown)
    assert not touches_site(["lessons/01_a.py", "course_tools/test.py", "results/a.json"])


def test_an_exercise_touches_its_own_test_and_that_of_the_banks(root):
    touched = touched_tests(["ilrl_course/checks/lesson_02/loss.py"], root)
    assert touched == ["tests/checks/lesson_02/test_loss.py", "tests/checks/test_banks.py"]


def test_a_changed_test_is_run_and_a_text_touches_none(root):
    assert touched_tests(["tests/test_other.py", "README.md"], root) == ["tests/test_other.py"]


def test_a_lesson_touches_its_two_notebooks_as_does_a_module_that_it_imports(root):
    pair = ["notebooks/02_b.ipynb", "solutions/02_b.ipynb"]
    assert touched_notebooks(["lessons/02_b.py"], root) == pair
    assert touched_notebooks(["solutions/02_b.ipynb"], root) == pair
    assert touched_notebooks(["ilrl_course/low.py"], root) == ["notebooks/01_a.ipynb", "solutions/01_a.ipynb"]


def test_changed_and_new_files_are_found_and_an_unknown_commit_is_refused(root):
    def git(*arguments):
        identity = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "first")
    (root / "lessons/01_a.py").write_text("1")
    (root / "new.py").write_text("2")
    assert changed_paths("HEAD", root) == ["lessons/01_a.py", "new.py"]
    with pytest.raises(CourseError, match="since 'nowhere'"):
        changed_paths("nowhere", root)


def test_the_graph_knows_the_project_itself():
    from course_tools.workplace import ROOT

    graph = import_graph(ROOT)
    assert "ilrl_course/algorithms/bc.py" in graph["ilrl_course/algorithms/dagger.py"]
    assert "tests/algorithms/test_dagger.py" in touched_tests(["ilrl_course/algorithms/bc.py"], ROOT)
