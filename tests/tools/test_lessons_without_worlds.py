"""Lessons about worlds of others run from top to bottom where none of their packages is installed."""

import os

import nbformat
import pytest
from nbclient import NotebookClient

from course_tools.workplace import ROOT

HIDDEN = ("Box2D", "minigrid", "ale_py", "gymnasium_robotics", "mujoco")
SITE = f"""import sys


class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {HIDDEN}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Hidden())
"""
LESSONS = ("11_other_worlds", "12_many_right_ways")


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_goes_on_without_the_packages_and_says_what_to_do(stem, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(SITE)
    notebook = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
        "COURSE_JOURNAL": str(tmp_path / "my_work"),
        "COURSE_REHEARSAL": "1",
    }
    NotebookClient(notebook, timeout=300).execute(env=environment, cwd=str(tmp_path))
    said = "".join(
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stdout"
    )
    assert "run `python3 course.py worlds`" in said
    assert "The lesson goes on without it." in said
    assert "This film was recorded." in said


def test_every_lesson_about_worlds_of_others_is_tried_without_them():
    about = [
        path.stem
        for path in sorted(ROOT.glob("lessons/[0-9]*.py"))
        if "ilrl_course.notebook.here" in path.read_text(encoding="utf-8")
    ]
    assert tuple(about) == LESSONS
