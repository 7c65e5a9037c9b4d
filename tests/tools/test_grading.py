"""`course.py grade`, with the real nbgrader, on what students really hand in."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from copy import deepcopy
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from course_tools.__main__ import main
from course_tools.build.notebooks import convert, render
from course_tools.grading import grade as command
from course_tools.grading.apart import Endless, environment, run_apart, stop_all_at
from course_tools.grading.desk import Desk, Grade, Limits
from course_tools.grading.submissions import find_submissions, passed_over
from course_tools.workplace import ROOT

pytestmark = pytest.mark.xdist_group("grading")  # one class is graded for all tests
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
ENDLESS = "import time\nwhile True:\n    time.sleep(0.1)"
SPITEFUL = """
import json, os
from pathlib import Path
from ilrl_course.storage import my_work

for folder in (Path.home(), my_work.folder(), Path(os.environ["TMPDIR"])):
    folder.mkdir(exist_ok=True)
    (folder / "was here").touch()
wanted = [folder / name for folder in Path.cwd().parents for name in ("submitted", "gradebook.db")]
print("within reach:", [path.name for path in wanted if path.exists()])
os.write(1, json.dumps({"score": 99, "max_score": 99}).encode())
"""


def submissions(blank, solution):
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

    def answers_of_others(cells):
        cells[ANSWER].source = WRONG
        cells.insert(0, new_code_cell(SPITEFUL))

    def cheating(cells):
        cells[ANSWER].source = WRONG
        cells.insert(0, new_code_cell("import ilrl_course.checks\nilrl_course.checks.check = lambda f: f"))

    old = json.loads(OLD.read_text(encoding="utf-8"))
    old["cells"] = [cell for cell in old["cells"] if "nbgrader" in cell["metadata"]]
    return {
        "blank": nbformat.writes(blank),
        "cheats": changed(cheating),
        "check deleted": changed(one_check_deleted_and_one_merged_with_its_answer),
        "check made harmless": changed(check_made_harmless),
        "check overwritten": changed(lambda cells: cells.insert(CHECK, new_code_cell("check = 3"))),
        "copies": changed(copied_check_and_answer),
        "is spiteful": changed(answers_of_others),
        "kills the kernel": changed(lambda cells: cells.insert(0, new_code_cell("import os; os._exit(1)"))),
        "never ends": changed(lambda cells: cells.insert(0, new_code_cell(ENDLESS))),
        "no notebook": "My answers are in the mail.",
        "of an old release": json.dumps(old),
        "right": nbformat.writes(right),
    }


def make_course(root, lesson, blank, solution):
    for folder, notebook in (("notebooks", blank), ("solutions", solution)):
        (root / folder).mkdir(parents=True)
        (root / folder / f"{lesson}.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")


def grade(*arguments):
    """The exit code, and what is printed."""
    with redirect_stdout(io.StringIO()) as printed:
        code = command.grade(*arguments)
    return code, printed.getvalue()


def points_in(desk):
    with (desk / "grades.csv").open(encoding="utf-8") as file:
        return {row["student"]: row["points"] and float(row["points"]) for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def graded(guest_or_skip, tmp_path_factory):
    """A class of students, each in a folder, graded once for all tests."""
    guest_or_skip("nbgrader", command.NBGRADER)
    folder = tmp_path_factory.mktemp("class")
    lesson = folder / "00_start_here.py"
    lesson.write_text(LESSON.lstrip(), encoding="utf-8")
    blank, solution = (nbformat.reads(render(notebook), as_version=4) for notebook in convert(lesson, ROOT))
    make_course(folder / "course", lesson.stem, blank, solution)
    for name, text in submissions(blank, solution).items():
        path = folder / "submitted" / name / "00_start_here.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    (folder / "submitted" / "nothing").mkdir()
    (folder / "home").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder / "home"))
        patch.setenv("COURSE_JOURNAL", str(folder / "home" / "my_work"))
        places = (folder / "submitted", folder / "desk")
        code, printed = grade("00", *places, Limits(cell=30, submission=600), folder / "course")
    return SimpleNamespace(code=code, printed=printed, desk=folder / "desk", home=folder / "home")


def test_everybody_gets_the_points_of_their_own_answers(graded):
    assert points_in(graded.desk) == {
        "blank": 0,
        "cheats": 2,  # an answer runs in the same process as its check, as docs/teaching.md says
        "check deleted": 2,
        "check made harmless": 1,
        "check overwritten": 2,
        "copies": 2,
        "is spiteful": 1,
        "kills the kernel": "",
        "never ends": 2,  # its cell was stopped, and the others went on
        "no notebook": "",
        "nothing": "",
        "of an old release": 1,  # which has one of the two exercises
        "right": 2,
    }, graded.printed


def test_the_table_says_who_could_not_be_graded_and_why_and_which_cells_were_mended(graded):
    assert graded.code == 1
    for said in (
        "right                     2   2\n",
        "blank                     0   2\n",
        "kills the kernel          -   2  not graded: its code ends the kernel\n",
        "no notebook               -   2  not graded: not a notebook: Notebook does not appear to be JSON",
        "nothing                   -   2  not graded: no notebook named 00_start_here.ipynb\n",
        "check deleted             2   2  mended: check_normalized_score (1 found), ",
        "check_discounted_return (0 found)\n",
        "copies                    2   2  mended: check_normalized_score (2 found), ",
        "13 students: 10 graded now, 0 before, 3 not graded.",
    ):
        assert said in graded.printed, graded.printed


def test_feedback_is_there_for_everybody_who_was_graded(graded):
    names = {path.parent.parent.name for path in graded.desk.glob("feedback/*/*/*.html")}
    assert names == {name for name, points in points_in(graded.desk).items() if points != ""}


def test_students_code_has_a_home_and_a_journal_of_its_own(graded):
    feedback = Desk(graded.desk, "00_start_here", None).feedback_of("is spiteful").read_text(encoding="utf-8")
    assert "within reach: []" in feedback
    assert not list(graded.home.rglob("was here"))


def short(path):
    """A lesson without its experiments: its imports, its exercises and their checks."""
    notebook = nbformat.read(path, as_version=4)
    graded = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    imports = [cell for cell in notebook.cells if cell.source.startswith("import ")][:1]
    notebook.cells = imports + graded
    return notebook


def test_a_second_lesson_from_a_flat_folder_and_only_what_is_new_is_graded_again(guest_or_skip, tmp_path):
    guest_or_skip("nbgrader", command.NBGRADER)
    folders = ("notebooks", "solutions")
    blank, solution = (short(ROOT / folder / "01_demonstrations.ipynb") for folder in folders)
    make_course(tmp_path / "course", "01_demonstrations", blank, solution)
    places = tmp_path / "handed in", tmp_path / "desk"
    places[0].mkdir()
    names = [f"{student}_01_demonstrations.ipynb" for student in ("Anna Ito", "ben")]
    for name, notebook in zip(names, (solution, blank), strict=True):
        (places[0] / name).write_text(nbformat.writes(notebook), encoding="utf-8")
    assert grade("01", *places, Limits(), tmp_path / "course")[0] == 0
    assert points_in(places[1]) == {"Anna Ito": 4, "ben": 0}
    shutil.copy(places[0] / names[0], places[0] / names[1])
    code, printed = grade("01", *places, Limits(), tmp_path / "course")
    assert code == 0
    assert points_in(places[1]) == {"Anna Ito": 4, "ben": 4}
    assert "2 of 2: ben" in printed
    assert "1 of 2" not in printed
    assert "2 students: 1 graded now, 1 before, 0 not graded." in printed


def test_submissions_are_found_in_folders_and_by_name_as_platforms_hand_them_out(tmp_path):
    for path in (
        "anna_02_cloning.ipynb",
        "ben_1234_02_cloning-1.ipynb",
        "carla/deep/down/02_cloning (2).ipynb",
        "dora/02_cloning.ipynb",
        "dora/copy/02_cloning.ipynb",
        "emil/.ipynb_checkpoints/02_cloning.ipynb",
        "emil/my_02_cloning_old.ipynb",
        "fritz_03_failing.ipynb",
        "02_cloning.ipynb",
        "gina.ipynb",
        ".DS_Store",
        "__MACOSX/02_cloning.ipynb",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(nbformat.writes(nbformat.v4.new_notebook()))
    found = {each.student: each for each in find_submissions(tmp_path, "02_cloning")}
    assert {name: each.fault for name, each in found.items() if each.fault} == {
        "dora": "2 notebooks (02_cloning.ipynb, 02_cloning.ipynb): keep the one that counts",
        "emil": "no notebook named 02_cloning.ipynb",
    }
    assert found["ben_1234"].notebook.name == "ben_1234_02_cloning-1.ipynb"
    assert found["carla"].notebook.parent.name == "down"
    assert sorted(found) == ["anna", "ben_1234", "carla", "dora", "emil"]
    assert passed_over(tmp_path, "02_cloning") == ["02_cloning.ipynb", "gina.ipynb"]


@pytest.mark.parametrize(
    "text", ["[1, 2]", '{"cells": 3}', pytest.param("[" * 100_000, id="deep"), "\0\x1f", ""]
)
def test_a_file_that_is_no_notebook_is_a_fault_and_not_an_error(text, tmp_path):
    (tmp_path / "anna_02_cloning.ipynb").write_text(text)
    (submission,) = find_submissions(tmp_path, "02_cloning")
    assert submission.fault.startswith("not a notebook: ")


def test_a_wrong_call_gets_a_sentence(tmp_path, capsys):
    for arguments, said in (
        (["99", "--submissions", str(tmp_path)], "There is no lesson '99'"),
        (["00", "--submissions", str(tmp_path / "gone")], "There is no folder"),
        (["00", "--submissions", str(tmp_path)], "expected are files named STUDENT_00_start_here.ipynb"),
        (["00", "--submissions", str(tmp_path), "--limit", "0"], "at least one second"),
    ):
        assert main(["grade", *arguments]) == 1
        assert said in capsys.readouterr().err


def test_the_points_of_all_lessons_stand_in_one_file(tmp_path):
    for lesson in ("00_a", "01_b"):
        Desk(tmp_path, lesson, None).keep(
            {"anna": Grade(1, 2), "ben": Grade(None, 2, "it is, in short, lost")}
        )
    with (tmp_path / "grades.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["lesson", "student", "points", "of", "not graded because"]
    assert rows[1:3] == [["00_a", "anna", "1", "2", ""], ["00_a", "ben", "", "2", "it is, in short, lost"]]
    assert [row[0] for row in rows[3:]] == ["01_b", "01_b"]


def test_a_program_that_does_not_end_is_stopped_with_all_that_it_started(tmp_path):
    with pytest.raises(Endless):
        run_apart([sys.executable, "-c", "while True: pass"], tmp_path, tmp_path / "log", seconds=0.1)
    code = "import sys; sys.stdin.read()"
    detached = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        env=environment(tmp_path),
        start_new_session=True,
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    stop_all_at(tmp_path)
    assert detached.wait(timeout=60)
    assert other.communicate() == (None, None)
    assert other.returncode == 0


def test_students_code_does_not_see_the_variables_of_the_teacher(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "42")
    code = "import os; print(sorted(os.environ), os.environ['HOME'])"
    run_apart([sys.executable, "-c", code], tmp_path, tmp_path / "log")
    printed = (tmp_path / "log").read_text()
    assert "COURSE_JOURNAL" in printed
    assert "SECRET_TOKEN" not in printed
    assert os.path.expanduser("~") not in printed
