import json
import os
from argparse import Namespace
from pathlib import Path
from tempfile import gettempdir

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output

from course_tools.build import build as building
from course_tools.build.build import build, check, find_lessons, paths, problems_of, run, strays
from course_tools.build.execute import WIDGET, tidy
from course_tools.build.notebooks import COMPARED, convert, render
from course_tools.workplace import ROOT, CourseError
from tests.tools.toy_course import change, make_course


def built(root):
    """A course whose solution looks executed, without the seconds that it takes."""
    lesson = make_course(root)
    student, solution = convert(lesson, root)
    for cell in solution.cells:
        if cell.cell_type == "code":
            cell.execution_count = 1
    for path, notebook in zip(paths(lesson, root), (student, solution), strict=True):
        path.parent.mkdir()
        path.write_text(render(notebook), encoding="utf-8")
    return lesson


def test_notebooks_in_the_tree_are_what_the_lessons_give():
    assert check(find_lessons([], ROOT), ROOT) + strays(ROOT) == []


def test_fresh_notebooks_have_no_problems(tmp_path):
    assert problems_of(built(tmp_path), tmp_path) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "stale"),
    [
        ("lessons/07_toy.py", "# # Toy", "# # Other", ["notebooks", "solutions"]),
        ("toy.py", "return x * factor", "return factor * x", ["notebooks", "solutions"]),
        ("notebooks/07_toy.ipynb", "write double", "write trouble", ["notebooks"]),
        ("solutions/07_toy.ipynb", "x * factor", "x * 2", ["solutions"]),
        ("solutions/07_toy.ipynb", '"execution_count": 1', '"execution_count": null', ["solutions"]),
        ("solutions/07_toy.ipynb", '"nbformat": 4', '"nbformat": "four"', ["solutions"]),
    ],
)
def test_stale_notebooks_are_found_without_executing(tmp_path, file, old, new, stale):
    lesson = built(tmp_path)
    change(tmp_path / file, old, new)
    problems = problems_of(lesson, tmp_path)
    assert [problem.split("/")[0] for problem in problems] == stale
    assert all("course.py build 07" in problem for problem in problems)


def test_solution_with_an_error_output_is_stale(tmp_path):
    lesson = built(tmp_path)
    path = paths(lesson, tmp_path)[1]
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = [new_output("error", ename="E", evalue="v", traceback=[])]
    path.write_text(render(notebook), encoding="utf-8")
    assert "holds an error" in problems_of(lesson, tmp_path)[0]


def test_check_command_fails_for_stale_and_stray_notebooks(tmp_path, capsys):
    lesson = built(tmp_path)
    options = Namespace(lessons=[], check=True)
    assert run(options, tmp_path) == 0
    lesson.rename(lesson.with_stem("08_toy"))
    assert run(options, tmp_path) == 1
    said = capsys.readouterr().out
    assert "notebooks/08_toy.ipynb: is not what" in said
    assert "solutions/07_toy.ipynb: has no lesson" in said


def test_lesson_that_is_not_there_is_named_with_those_that_are(tmp_path):
    make_course(tmp_path)
    assert [path.stem for path in find_lessons(["7"], tmp_path)] == ["07_toy"]
    (tmp_path / "lessons" / "07b_more_toys.py").write_text("# %%\n")
    for name in ("7b", "07b", "07b_more_toys"):
        assert [path.stem for path in find_lessons([name], tmp_path)] == ["07b_more_toys"]
    assert [path.stem for path in find_lessons(["7"], tmp_path)] == ["07_toy"]
    (tmp_path / "lessons" / "07b_more_toys.py").unlink()
    with pytest.raises(CourseError, match=r"no lesson '9'\. Lessons: 07_toy"):
        find_lessons(["9"], tmp_path)


def test_building_twice_gives_the_same_bytes_and_graded_outputs(tmp_path, capsys):
    lesson = make_course(tmp_path)
    build(lesson, tmp_path)
    first = [path.read_bytes() for path in paths(lesson, tmp_path)]
    build(lesson, tmp_path)
    assert [path.read_bytes() for path in paths(lesson, tmp_path)] == first
    assert problems_of(lesson, tmp_path) == []
    student, solution = (json.loads(text) for text in first)
    outputs = [cell["outputs"][0]["text"] for cell in solution["cells"] if cell.get("outputs")]
    assert outputs == [["passed\n"], ["Verdict holds: autograde\n"]]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in student["cells"])
    assert run(Namespace(lessons=[], check=False), tmp_path) == 0
    assert capsys.readouterr().out.endswith("07_toy: fresh\n")


def test_build_neither_reads_nor_writes_the_students_journal_and_leaves_the_process_as_it_was(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    lesson, before = make_course(tmp_path), dict(os.environ)
    change(
        lesson,
        'print("Verdict holds:", os.environ["NBGRADER_EXECUTION"])',
        'open(os.path.join(os.environ["COURSE_JOURNAL"], "verdict"), "x")\nprint("written")',
    )
    build(lesson, tmp_path)
    assert "written" in paths(lesson, tmp_path)[1].read_text(encoding="utf-8")
    assert not (tmp_path / "my_work").exists()
    assert dict(os.environ) == before


def test_failing_cell_stops_the_build_and_leaves_the_old_notebooks(tmp_path, capsys):
    lesson = built(tmp_path)
    before = [path.read_bytes() for path in paths(lesson, tmp_path)]
    change(lesson, 'print("Verdict', 'nonsense\nprint("Verdict')
    with pytest.raises(CourseError, match=r"(?s)07_toy: the cell 07-\w+ \(`nonsense`\) failed.*NameError"):
        build(lesson, tmp_path)
    assert [path.read_bytes() for path in paths(lesson, tmp_path)] == before


def test_too_large_solution_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(building, "MAX_BYTES", 10)
    monkeypatch.setattr(building, "execute", lambda *arguments: [])
    with pytest.raises(CourseError, match=r"1\.5 is the limit"):
        build(make_course(tmp_path), tmp_path)
    assert not (tmp_path / "solutions").exists()


def test_widgets_and_progress_bars_are_dropped_and_warnings_reported(tmp_path):
    kept = new_output("stream", name="stdout", text="kept")
    bar = new_output("stream", name="stderr", text="10%\r20%")
    warning = new_output("stream", name="stderr", text="careful")
    widget = new_output("display_data", data={WIDGET: {}, "text/plain": "HBox(...)"})
    cell = new_code_cell(id="a", outputs=[bar, kept, warning, widget])
    assert tidy(cell, "07_toy", tmp_path / "solutions") == ["07_toy: cell a wrote to stderr: careful"]
    assert cell.outputs == [kept]


def test_a_widget_that_is_a_cells_value_leaves_the_text_that_stands_for_it(tmp_path):
    form = new_output("execute_result", data={WIDGET: {}, "text/plain": "(a form)"}, execution_count=3)
    cell = new_code_cell(id="a", outputs=[form])
    assert tidy(cell, "07_toy", tmp_path / "solutions") == []
    (left,) = cell.outputs
    assert (left.data, left.execution_count) == ({"text/plain": "(a form)"}, 3)


@pytest.mark.parametrize(
    ("output", "tags", "message"),
    [
        (new_output("stream", name="stdout", text="<Car at 0x7f0012345678>"), [], "memory address"),
        (new_output("execute_result", data={"text/plain": "{root}/x"}), [], "folder of this machine"),
        (new_output("error", ename="E", evalue="v"), [], "is an error"),
        (new_output("stream", name="stderr", text="10%\r"), [COMPARED], "compared by nbval"),
    ],
)
def test_outputs_that_differ_between_machines_are_refused(tmp_path, output, tags, message):
    output = nbformat.from_dict(json.loads(json.dumps(output).replace("{root}", str(tmp_path))))
    cell = new_code_cell(id="a", outputs=[output], metadata={"tags": tags})
    with pytest.raises(CourseError, match=message):
        tidy(cell, "07_toy", tmp_path / "solutions")


@pytest.mark.parametrize("where", [gettempdir(), str(ROOT)])
def test_no_output_names_the_course_or_a_folder_that_is_thrown_away(where):
    page = f"<p>Written: {Path(where) / 'x' / 'page.html'}</p>"
    cell = new_code_cell(id="a", outputs=[new_output("display_data", data={"text/html": page})])
    with pytest.raises(CourseError, match="folder of this machine"):
        tidy(cell, "07_toy", ROOT / "solutions")
