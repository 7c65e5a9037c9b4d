"""A notebook that is opened the next day shows what it showed, and says what to run to go on."""

import json

import pytest

from course_tools.lab.saving import STATE
from ilrl_course.notebook.form import PredictionForm
from ilrl_course.notebook.quiet import Quiet

ERROR = "Error displaying widget"
DEMO = """from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.sliders import demo

def line(height=3, kind="weak"):
    figure, axis = plotting.panels(height=2)
    axis.plot([0, height])
    return video.picture(figure, alt=f"A line rises to {height}."), f"{kind} and done"

demo(line, height=(1, 9), kind=["expert", "weak"])"""
FORM = "from ilrl_course.notebook.form import prediction_form\nprediction_form()"
BAR = "from tqdm.auto import tqdm\nfor _ in tqdm(range(5), leave={}): pass"
STOPPED = "try:\n    for i in tqdm(range(5)): assert i < 3\nexcept AssertionError: print('stopped')"
WATCHED = "from ilrl_course.notebook.progress import watch\n_ = watch(iter([{'loss': 1.0}] * 2), 2)"
GAME = """from ilrl_course.envs import CARTPOLE
from ilrl_course.play.screen import play

play(CARTPOLE, seed=1)"""
SHOWN = {  # cells, and what is seen of them later
    DEMO: [Quiet.hint, "weak and done"],
    FORM: [PredictionForm.hint, "C12"],
    BAR.format(False): [],
    BAR.format(True): ["5/5"],
    STOPPED: ["3/5", "stopped"],
    WATCHED: [],
    GAME: ["this cell"],
}


def states(notebook, workplace):
    """The states of widgets that are in the notebook's file."""
    content = json.loads((workplace / notebook.name).read_text(encoding="utf-8"))
    return content["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})


def settled(notebook):
    """The page's text when its widgets are there."""
    notebook.page.wait_for_timeout(2500)
    return notebook.page.locator(".jp-Notebook").inner_text()


def hint(notebook):
    return notebook.page.locator(".ilrl-hint")


def test_what_cells_showed_is_there_the_next_day_and_the_day_after(open_notebook):
    notebook = open_notebook(*SHOWN)
    notebook.run_all()
    notebook.page.get_by_role("button", name="not sure").nth(2).click()
    notebook.page.get_by_text("of 12 predictions").wait_for()
    for _ in range(2):
        notebook.save()
        notebook.reopen()
        text = settled(notebook)
        assert ERROR not in text
        assert "Loading widget" not in text
        shown = {number: notebook.output(number) for number in range(len(SHOWN))}
        for number, parts in enumerate(SHOWN.values()):
            assert [part for part in parts if part not in shown[number]] == []
            assert parts or shown[number] == ""
        answers = notebook.page.locator(".widget-toggle-buttons").filter(has_text="not sure").nth(2)
        assert answers.locator(".mod-active").inner_text() == "not sure"


def test_a_demo_keeps_its_last_picture_with_its_description_and_its_controls_rest(open_notebook):
    notebook = open_notebook(DEMO)
    notebook.run_cell(0)
    assert not hint(notebook).is_visible()
    notebook.page.locator(".noUi-handle").press("ArrowRight")
    notebook.page.get_by_alt_text("A line rises to 4.").wait_for()
    notebook.save()
    notebook.reopen()
    notebook.page.get_by_alt_text("A line rises to 4.").wait_for()
    assert hint(notebook).inner_text() == Quiet.hint
    with pytest.raises(Exception, match="Timeout"):
        notebook.page.get_by_role("button", name="expert").click(timeout=500)
    notebook.run_cell(0)
    notebook.page.get_by_alt_text("A line rises to 3.").wait_for()
    assert not hint(notebook).is_visible()


def test_what_was_not_run_again_stays(open_notebook):
    notebook = open_notebook(DEMO, DEMO.replace("rises", "sinks"), BAR.format(False))
    notebook.run_all()
    notebook.save()
    notebook.reopen()
    notebook.run_cell(1)
    notebook.save()
    notebook.reopen()
    settled(notebook)
    for word in ("rises", "sinks"):
        assert notebook.page.get_by_alt_text(f"A line {word} to 3.").is_visible()
    assert hint(notebook).count() == 2


def test_a_cell_that_ran_often_is_saved_once_whether_or_not_the_kernel_was_restarted(
    open_notebook, workplace
):
    notebook = open_notebook(DEMO)
    notebook.run_cell(0)
    notebook.save()
    once = states(notebook, workplace)
    pictures = [state for state in once.values() if "data:image/png" in json.dumps(state)]
    assert len(pictures) == 1
    notebook.run_cell(0)
    notebook.save()
    assert len(states(notebook, workplace)) == len(once)
    notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    notebook.await_idle(20)
    hint(notebook).wait_for()
    notebook.run_cell(0)
    notebook.save()
    assert len(states(notebook, workplace)) == len(once)
