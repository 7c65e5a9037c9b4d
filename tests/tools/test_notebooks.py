import subprocess
import sys

import pytest

from course_tools.build.notebooks import COMPARED, convert
from course_tools.workplace import CourseError
from tests.tools.toy_course import LESSON, change, make_course

STUB = '''@functools.lru_cache(maxsize=3)
def double(
    x: int,
    *,
    factor: int = 2,  # why two
) -> int:
    """Twice x.

    A second paragraph.
    """
    raise NotImplementedError("write double here, then run the next cell")'''


def cell_of(notebook, grade_id):
    return next(
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def test_student_gets_signature_docstring_and_a_blank_body(tmp_path):
    student, _ = convert(make_course(tmp_path), tmp_path)
    assert cell_of(student, "double").source == STUB


def test_solution_gets_the_package_function_between_grader_marks(tmp_path):
    _, solution = convert(make_course(tmp_path), tmp_path)
    head = STUB.rsplit("\n", 1)[0]
    body = "    # why it is so\n    return x * factor  # (1,)"
    source = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
    assert cell_of(solution, "double").source == source


def test_worked_example_is_the_package_function_in_both(tmp_path):
    student, solution = convert(make_course(tmp_path), tmp_path)
    exercise = cell_of(solution, "double").source
    plain = [line for line in exercise.splitlines() if "SOLUTION" not in line]
    for notebook in (student, solution):
        worked = next(cell for cell in notebook.cells if "worked" in cell.metadata)
        assert worked.source.splitlines() == plain


def test_faded_exercise_keeps_the_lesson_body_and_gets_the_docstring(tmp_path):
    head = "@functools.lru_cache(maxsize=3)\ndef double(x: int, *, factor: int = 2) -> int:\n"
    partial = f"{head}    # yours\n    return ..."
    lesson = make_course(
        tmp_path, LESSON.replace('exercise="toy.double"\n', f'exercise="toy.double"\n{partial}\n')
    )
    student, solution = convert(lesson, tmp_path)
    docstring = '    """Twice x.\n\n    A second paragraph.\n    """\n'
    assert cell_of(student, "double").source == partial.replace("    # yours", docstring + "    # yours")
    assert "x * factor" in cell_of(solution, "double").source


def test_checks_are_compared_in_the_solution_and_text_cells_are_the_same(tmp_path):
    student, solution = convert(make_course(tmp_path), tmp_path)
    assert cell_of(solution, "check_double").metadata.tags == [COMPARED]
    assert "tags" not in cell_of(student, "check_double").metadata
    assert student.cells[0].source.startswith("# Toy\n\n<details>")
    assert [cell.id for cell in student.cells] == [cell.id for cell in solution.cells]


def test_a_check_imports_itself_so_that_no_other_check_can_stand_in(tmp_path):
    for notebook in convert(make_course(tmp_path), tmp_path):
        first, *_, last = cell_of(notebook, "check_double").source.splitlines()
        assert (first, last) == ("from ilrl_course.checks import check", "double = check(double)")


def test_both_carry_valid_grader_metadata(tmp_path):
    for notebook in convert(make_course(tmp_path), tmp_path):
        marks = [cell.metadata["nbgrader"] for cell in notebook.cells if "nbgrader" in cell.metadata]
        assert [(mark.grade, mark.solution, mark.locked) for mark in marks] == [
            (False, True, False),
            (True, False, True),
        ]
        assert all(mark.schema_version == 3 and mark.task is False for mark in marks)
        assert "points" not in marks[0]
        assert marks[1].points == 1


def test_cell_ids_stay_when_a_cell_is_added(tmp_path):
    lesson = make_course(tmp_path)
    before = [cell.id for cell in convert(lesson, tmp_path)[0].cells]
    change(lesson, "# %% [markdown]\n# # Toy", "# %% [markdown]\n# New\n\n# %% [markdown]\n# # Toy")
    assert [cell.id for cell in convert(lesson, tmp_path)[0].cells][1:] == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("toy.double", "toy.triple", "no function or class 'triple'"),
        ("toy.double", "nothing.double", "no module 'nothing'"),
        ("toy.double", "toy.bare", "docstring"),
        ("double = check(double)", "double(2)", "comes `double = check"),
        ("# %%\ndouble = check(double)\n", "", "no check"),
        ('worked="toy.double"\n', 'worked="toy.double"\n1\n', "must be empty"),
        (
            'exercise="toy.double"\n',
            'exercise="toy.double"\ndef double(x): return 1\n',
            "signature def double",
        ),
        ('exercise="toy.double"\n', 'exercise="toy.double"\ndef double(\n', "not Python"),
        ('worked="toy.double"', 'exercise="toy.double"', "unique"),
    ],
)
def test_wrong_markup_is_refused_with_the_cell_named(tmp_path, old, new, message):
    lesson = make_course(tmp_path, LESSON.replace(old, new))
    with pytest.raises(CourseError, match=message):
        convert(lesson, tmp_path)


def test_the_first_code_of_a_notebook_says_how_to_start_it_where_the_course_is_not_installed(tmp_path):
    for notebook in convert(make_course(tmp_path), tmp_path):
        first = next(cell for cell in notebook.cells if cell.cell_type == "code")
        exec(first.source, {})
        ran = subprocess.run([sys.executable, "-I", "-S", "-c", first.source], capture_output=True, text=True)
        last = ran.stderr.splitlines()[-1]
        assert last.startswith("ModuleNotFoundError: This notebook runs in the course's own Python.")
        assert "python3 course.py lab" in last


def test_another_first_cell_makes_every_notebook_stale(tmp_path, monkeypatch):
    lesson = make_course(tmp_path)
    before = convert(lesson, tmp_path)[1].metadata["ilrl_course"]["source_hash"]
    monkeypatch.setattr("course_tools.build.notebooks.START", "import ilrl_course")
    assert convert(lesson, tmp_path)[1].metadata["ilrl_course"]["source_hash"] != before
