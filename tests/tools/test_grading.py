"""The commands of docs/teaching.md, run by the real nbgrader on what students really hand in."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from course_tools.build.notebooks import convert, render
from course_tools.workplace import ROOT, throw_away_environment

OLD = ROOT / "tests" / "students" / "from_0b2daf4" / "notebooks" / "00_start_here.ipynb"
LESSON = """
# %%
import numpy as np
from ilrl_course.checks import check

# %% exercise="ilrl_course.data.discounted_return"

# %%
discounted_return = check(discounted_return)

# %% exercise="ilrl_course.measures.evaluation.normalized_score"

# %%
normalized_score = check(normalized_score)
"""
ANSWER, CHECK, SCORE, CHECK_SCORE = -4, -3, -2, -1  # the cells, counted from the end
WRONG = "def discounted_return(rewards, gamma):\n    return sum(rewards)"


def submissions(solution):
    """What each student hands in: the text of a file."""
    right = deepcopy(solution)
    for cell in right.cells:
        cell.source = "\n".join(line for line in cell.source.splitlines() if "### " not in line)

    def changed(change):
        notebook = deepcopy(right)
        change(notebook.cells)
        return nbformat.writes(notebook)

    def copy(cells, place, source=None):
        """As JupyterLab does it: with what nbgrader wrote about the cell."""
        cell = new_code_cell(source or cells[place].source, metadata=deepcopy(cells[place].metadata))
        cells.insert(place, cell)

    def copied_check_and_answer(cells):
        copy(cells, ANSWER, WRONG)
        copy(cells, CHECK_SCORE)

    def check_made_harmless(cells):
        cells[ANSWER].source = WRONG
        cells.insert(CHECK, new_code_cell("check = lambda f: f"))

    def one_check_deleted_and_one_merged_with_its_answer(cells):
        cells[CHECK_SCORE].source = f"{cells[SCORE].source}\n\n{cells[CHECK_SCORE].source}"
        cells[CHECK_SCORE].metadata.nbgrader.schema_version = 1
        del cells[CHECK], cells[SCORE]

    old = json.loads(OLD.read_text(encoding="utf-8"))
    old["cells"] = [cell for cell in old["cells"] if "nbgrader" in cell["metadata"]]
    return {
        "check deleted": changed(one_check_deleted_and_one_merged_with_its_answer),
        "check made harmless": changed(check_made_harmless),
        "check overwritten": changed(lambda cells: cells.insert(CHECK, new_code_cell("check = 3"))),
        "copies": changed(copied_check_and_answer),
        "kills the kernel": changed(lambda cells: cells.insert(0, new_code_cell("import os; os._exit(1)"))),
        "no notebook": "My answers are in the mail.",
        "of an old release": json.dumps(old),
        "right": nbformat.writes(right),
    }


@pytest.fixture
def graded(guest_or_skip, tmp_path):
    """Each student's points, and all that the commands printed."""
    set_up, commands = re.findall(r"(?s)```\n(.*?)```", docs_about_grading())
    python = guest_or_skip("nbgrader", *re.findall(r"nbgrader==\S+", set_up))
    course, desk = tmp_path / "course", tmp_path / "grading"
    for folder in ("lessons", "solutions", "docs"):
        (course / folder).mkdir(parents=True)
    lesson = course / "lessons" / "00_start_here.py"
    lesson.write_text(LESSON.lstrip(), encoding="utf-8")
    _, solution = convert(lesson, ROOT)
    (course / "solutions" / "00_start_here.ipynb").write_text(render(solution), encoding="utf-8")
    shutil.copy(ROOT / "docs" / "nbgrader_config.py", course / "docs")
    for name, text in submissions(solution).items():
        path = desk / "submitted" / name / "00_start_here" / "00_start_here.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    (desk / "submitted" / "nothing").mkdir()
    printed = run(commands, course, desk, python)
    with (desk / "grades.csv").open(encoding="utf-8") as file:
        points = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    return SimpleNamespace(points=points, printed=printed, desk=desk)


def docs_about_grading():
    text = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    return text[text.index("**Grading:**") : text.index("**Guesses, predictions, verdicts and answers")]


def run(commands, course, desk, python):
    """What a shell prints when it runs these commands at the desk for grading."""
    with throw_away_environment() as environment:
        path = os.pathsep.join([str(python.parent), os.environ["PATH"]])
        environment |= {"G": str(desk), "PATH": path, "PYTHONPATH": str(ROOT)}
        shared = [f"{prefix}/share/jupyter" for prefix in (desk, sys.prefix)]
        environment |= {"JUPYTER_PATH": os.pathsep.join(shared)}
        kernel = [sys.executable, "-m", "ipykernel", "install", "--prefix", str(desk)]
        subprocess.run(kernel, env=environment, capture_output=True, check=True)
        shell = ["bash", "-c", commands]
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.run(shell, cwd=course, env=environment, **options).stdout


@pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")
def test_everybody_gets_the_points_of_their_own_answers_and_the_bad_ones_are_named(graded):
    assert graded.points == {
        "right": 2,
        "copies": 2,
        "check deleted": 2,
        "check made harmless": 1,
        "check overwritten": 2,
        "of an old release": 1,  # which has one of the two exercises
        "no notebook": 0,
        "kills the kernel": 0,
    }, graded.printed
    listed = re.findall(r"^NOT GRADED: (.*)$", graded.printed, re.MULTILINE)
    assert listed == ["kills the kernel", "no notebook", "nothing"]
    for said in (
        "Notebook does not appear to be JSON: 'My answers are in the mail.'",
        "DeadKernelError: Kernel died",
        "check deleted: expected one cell check_discounted_return, found 0",
        "check deleted: expected one cell check_normalized_score, found 1 (0 usable)",
        "copies: expected one cell check_normalized_score, found 2 (2 usable)",
    ):
        assert said in graded.printed
    assert not re.search("right: expected|SAWarning", graded.printed)
    names = {path.parent.parent.name for path in graded.desk.glob("feedback/*/*/*.html")}
    assert names == graded.points.keys() - {"kills the kernel", "no notebook"}
