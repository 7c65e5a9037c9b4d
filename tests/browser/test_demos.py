"""Every slider and button of every lesson answers in a real browser, without an error in its console."""

import nbformat
import pytest

from course_tools.workplace import ROOT
from tests.browser.needed import needed


def demo_cells() -> list:
    """The cells that end in a demo: notebook, and the cells that it needs."""
    found = []
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        cells = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        for number, cell in enumerate(cells):
            if "\ndemo(" in f"\n{cell}":
                found.append(pytest.param(needed(cells, number), id=f"{path.stem}-{number}"))
    return found


@pytest.mark.parametrize("cells", demo_cells())
def test_every_control_of_a_demo_changes_what_it_shows(open_notebook, cells):
    notebook = open_notebook(*cells)
    notebook.run_all(seconds=150)
    output = notebook.page.locator(".jp-Notebook-cell").last.locator(".jp-OutputArea").last
    controls = output.locator(".widget-toggle-buttons, .widget-inline-hbox:has(.noUi-handle)")
    controls.first.wait_for()
    for number in range(controls.count()):
        before = output.inner_html()
        turn(controls.nth(number))
        notebook.page.wait_for_function(
            "([area, before]) => area.innerHTML !== before && !area.innerText.includes('running …')",
            arg=[output.element_handle(), before],
            timeout=60_000,
        )
        assert "did not work" not in output.inner_text()
    assert notebook.complaints == []


def turn(control) -> None:
    """Move a slider by a step, or choose another button."""
    handle = control.locator(".noUi-handle")
    if handle.count():
        at_the_end = handle.first.get_attribute("aria-valuenow") == handle.first.get_attribute(
            "aria-valuemax"
        )
        handle.first.focus()
        handle.first.press("ArrowLeft" if at_the_end else "ArrowRight")
    else:
        control.locator(".widget-toggle-button:not(.mod-active)").first.click()


def test_a_prediction_is_saved_at_the_click(open_notebook, journal):
    notebook = open_notebook("from ilrl_course.notebook.form import prediction_form\nprediction_form()")
    notebook.run_all()
    notebook.page.get_by_role("button", name="only sometimes").first.click()
    notebook.page.get_by_text("1 of 12 predictions").wait_for()
    assert (journal / "predictions.json").exists()
    assert notebook.complaints == []
