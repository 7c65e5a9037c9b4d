"""A guess is typed in a real browser: it is kept, no shortcut fires, and it stands beside the result."""

import json

import pytest

from ilrl_course.notebook.guesses import Guess

TYPED = "aadd: 00 zx 400, for it is slow"  # letters that add, delete, restart, undo and cut in a notebook
IMPORT = "from ilrl_course.notebook.guesses import predict, show_guess"
CELLS = [IMPORT, 'predict("02-pole", "after how many $ or $ steps?")', 'print("391")\nshow_guess("02-pole")']


@pytest.fixture
def file(journal):
    """Where guesses are kept: none yet."""
    path = journal / "guesses.json"
    path.unlink(missing_ok=True)
    return path


def line(notebook):
    """The line, by the name that a screen reader says."""
    return notebook.page.get_by_role("textbox", name="Predict after how many $ or $ steps?", exact=True)


def await_saved(notebook, file, text):
    for _ in range(100):
        if file.exists() and json.loads(file.read_text(encoding="utf-8")).get("02-pole") == text:
            return
        notebook.page.wait_for_timeout(100)
    raise AssertionError(f"{text!r} was not saved")


def test_a_guess_is_kept_as_it_is_typed_and_stands_beside_the_result(open_notebook, file):
    notebook = open_notebook(*CELLS)
    notebook.run_all()
    assert notebook.output(2).strip() == "391"
    line(notebook).click()
    notebook.page.keyboard.type(TYPED)
    await_saved(notebook, file, TYPED)
    notebook.page.get_by_text("saved", exact=True).wait_for()
    assert line(notebook).input_value() == TYPED
    assert notebook.page.locator(".jp-Notebook-cell").count() == len(CELLS)
    notebook.run_cell(2)
    assert notebook.output(2).split("\n")[:2] == ["391", f"You predicted: {TYPED}"]
    notebook.run_cell(1)
    assert line(notebook).input_value() == TYPED
    assert notebook.page.locator(".ilrl-guess").bounding_box()["height"] < 70
    assert notebook.complaints == []


def test_the_guess_of_another_day_stands_there_and_can_be_changed_when_the_cells_ran(open_notebook, file):
    notebook = open_notebook(*CELLS)
    notebook.run_all()
    line(notebook).fill("391")
    await_saved(notebook, file, "391")
    notebook.save()
    notebook.reopen()
    notebook.page.get_by_text(Guess.hint).wait_for()
    assert line(notebook).input_value() == "391"
    notebook.run_all()
    assert not notebook.page.get_by_text(Guess.hint).is_visible()
    assert line(notebook).input_value() == "391"
    line(notebook).press("End")
    notebook.page.keyboard.type(" or 392")
    await_saved(notebook, file, "391 or 392")
    assert notebook.complaints == []
