"""Numbers in prose are those that a notebook prints; a wrong placeholder stops the build and says why."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_tools.build.build import build, carry_over, paths, problems_of
from course_tools.build.notebooks import convert
from course_tools.build.prose import fill, printed_by
from course_tools.workplace import ROOT, CourseError
from tests.tools.toy_course import change, make_course

RATES = "clone   crashes 47 %, mean −1,234.5\nDAgger  crashes  3 %, mean 39.27\n"


def text_after(printed: list[str], text: str) -> str:
    """A text cell behind code cells that have printed these texts, filled in."""
    cells = []
    for number, output in enumerate(printed):
        cell = new_code_cell("print()", id=f"c{number}")
        cell.outputs = [new_output("stream", name="stdout", text=output)]
        cells.append(cell)
    notebook = new_notebook(cells=[*cells, new_markdown_cell(text, id="text")])
    fill(notebook, printed_by(notebook), "toy")
    return notebook.cells[-1].source


@pytest.mark.parametrize(
    ("placeholder", "filled"),
    [
        (r"{{printed: clone +crashes (\d+ %)}}", "47 %"),
        (r"{{printed: DAgger +crashes +(\d+) %}}", "3"),
        (r"{{printed: DAgger.*mean ([\d.]+) | .0f}}", "39"),
        (r"{{printed: clone.*mean (\S+) | +.1f}}", "-1234.5"),
        (r"{{printed: DAgger +crashes +(\d+ %) | .1%}}", "3.0%"),
        (r"{{printed: 39\.\d+}}", "39.27"),
    ],
)
def test_a_placeholder_becomes_what_was_printed(placeholder, filled):
    assert text_after([RATES], f"It is {placeholder}, says it.") == f"It is {filled}, says it."


def test_what_a_benchmark_measured_is_taken_from_its_table():
    rows = json.loads((ROOT / "benchmarks/ppo.json").read_text())["rows"]
    (row,) = [row for row in rows if row["method"] == "SB3, its defaults"]
    filled = text_after([], "{{measured: ppo / SB3, its defaults / seconds | .1f}} s")
    assert filled == f"{row['seconds']:.1f} s"


@pytest.mark.parametrize("entry", ["nothing / SB3 / seconds", "ppo / SB4 / seconds", "ppo / seconds"])
def test_an_entry_that_no_benchmark_has_is_named(entry):
    with pytest.raises(CourseError, match=f"benchmarks have no '{entry}'.*expected: name / method / column"):
        text_after([], f"{{{{measured: {entry}}}}}")


def test_the_nearest_cell_above_counts():
    assert text_after(["n = 1\n", "n = 2\n", "other\n"], r"{{printed: n = (\d)}}") == "2"


@pytest.mark.parametrize(
    ("placeholder", "complaint"),
    [
        (r"{{printed: learner (\d+)}}", "no cell above has printed"),
        (r"{{printed: crashes +(\d+)}}", "stands 2 times"),
        (r"{{printed: (clone) | .0f}}", "cannot be formatted"),
        ("{{printed: clone\n}}", "a placeholder is broken"),
    ],
)
def test_a_wrong_placeholder_is_named_with_its_cell(placeholder, complaint):
    with pytest.raises(CourseError, match=rf"toy, cell text: .*{complaint}"):
        text_after([RATES], placeholder)


def test_text_in_double_braces_that_is_no_placeholder_stays():
    assert text_after([], r"$x^{{2}}$ {{a}}") == r"$x^{{2}}$ {{a}}"


def test_both_notebooks_get_the_numbers_and_are_fresh_without_a_run(tmp_path, capsys):
    lesson = make_course(tmp_path)
    with lesson.open("a") as file:
        file.write("\n# %% [markdown]\n# It was {{printed: Verdict holds: (\\w+)}}.\n")
    build(lesson, tmp_path)
    for path in paths(lesson, tmp_path):
        assert "It was autograde." in path.read_text(encoding="utf-8")
    assert problems_of(lesson, tmp_path) == []
    change(paths(lesson, tmp_path)[1], "It was autograde.", "It was manual.")
    assert [problem.split("/")[0] for problem in problems_of(lesson, tmp_path)] == ["solutions"]
    change(lesson, "Verdict holds: (\\w+)", "Verdict fails: (\\w+)")
    assert "no cell above has printed" in problems_of(lesson, tmp_path)[0]


def test_outputs_are_carried_over_only_while_the_code_stays(tmp_path, capsys):
    lesson = make_course(tmp_path)
    build(lesson, tmp_path)
    path = paths(lesson, tmp_path)[1]
    change(lesson, "A remark between.", "Another remark.")
    build(lesson, tmp_path, again=False)
    assert "only its text has changed" in capsys.readouterr().out
    assert problems_of(lesson, tmp_path) == []
    change(lesson, "import functools", "import functools as f")
    assert not carry_over(convert(lesson, tmp_path)[1], path)
    assert not carry_over(convert(lesson, tmp_path)[1], tmp_path / "missing.ipynb")
