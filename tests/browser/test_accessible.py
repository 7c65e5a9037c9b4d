"""Whoever cannot see a picture hears or reads what it shows."""

import json
import shutil

import pytest

from course_tools.lab.browser import NotebookPage
from course_tools.workplace import ROOT

PICTURES = """import numpy as np
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.sliders import demo
"""
FIGURE = (
    PICTURES
    + """figure, axis = plotting.panels()
axis.plot([0, 1])
video.show(figure, alt='A "line" < 2 rises.')"""
)
CLIP = PICTURES + "video.clip([np.full((40, 60, 3), v, np.uint8) for v in (0, 200)], alt='It gets lighter.')"
SLIDER = (
    PICTURES
    + """def box(side=1):
    return video.clip([np.zeros((side, side, 3), np.uint8)], alt=f"A box of {side} pixels.")

demo(box, side=[1, 2])"""
)
IN_A_DEMO = FIGURE.replace("video.show(figure,", "demo(lambda n=1: video.picture(figure,") + ", n=[1, 2])"
CELLS = {FIGURE: 'A "line" < 2 rises.', CLIP: "It gets lighter.", SLIDER: "A box of 1 pixels."}
FAULTY = "images => images.filter(image => !image.alt.trim() || !image.naturalWidth).length"


def pictures(notebook):
    return notebook.page.locator(".jp-OutputArea-output img")


def test_every_picture_says_in_words_what_it_shows(open_notebook):
    notebook = open_notebook(*CELLS)
    notebook.run_all()
    for words in CELLS.values():
        notebook.page.get_by_alt_text(words, exact=True).wait_for()
    assert pictures(notebook).evaluate_all(FAULTY) == 0
    notebook.page.locator(".noUi-handle").press("ArrowRight")
    notebook.page.get_by_alt_text("A box of 2 pixels.", exact=True).wait_for()
    assert pictures(notebook).count() == len(CELLS)
    assert pictures(notebook).evaluate_all(FAULTY) == 0


def test_pictures_of_a_notebook_that_is_not_trusted_keep_their_words_and_their_size(open_notebook, workplace):
    notebook = open_notebook(FIGURE, CLIP)
    notebook.run_all()
    sizes = [picture.bounding_box() for picture in pictures(notebook).all()]
    notebook.save()
    path = workplace / notebook.name
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"][0]["source"] += "\n"  # as after a change elsewhere: its signature no longer fits
    path.write_text(json.dumps(content), encoding="utf-8")
    notebook.reopen()
    pictures(notebook).nth(1).wait_for()
    assert not notebook.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.model.cells.get(0).trusted"
    )
    assert pictures(notebook).count() == 2
    assert pictures(notebook).evaluate_all(FAULTY) == 0
    for picture, size in zip(pictures(notebook).all(), sizes, strict=True):
        assert picture.bounding_box()["width"] == size["width"]


@pytest.mark.parametrize("cell", [FIGURE, IN_A_DEMO], ids=["figure", "slider"])
def test_a_wide_picture_fits_into_a_narrow_page(open_notebook, cell):
    notebook = open_notebook(cell)
    notebook.page.set_viewport_size({"width": 700, "height": 800})
    notebook.run_cell(0)
    pictures(notebook).wait_for()
    box, area = (
        place.bounding_box() for place in (pictures(notebook), notebook.page.locator(".jp-OutputArea-output"))
    )
    assert box["x"] + box["width"] <= area["x"] + area["width"]
    assert box["height"] == pytest.approx(box["width"] / 2, abs=2)


def test_the_pictures_of_a_solution_that_is_only_read_say_what_they_show(context, address, workplace):
    shutil.copy(ROOT / "solutions" / "05_maxent_irl.ipynb", workplace / "solution.ipynb")
    notebook = NotebookPage(context, address, "solution.ipynb")
    pictures = notebook.page.locator(".jp-OutputArea img")
    pictures.first.wait_for()
    words = [picture.get_attribute("alt") for picture in pictures.all()]
    notebook.close()
    assert len(words) >= 5
    assert all(words)
