"""What is folded away is all there: for the browser, for a terminal, and for the numbers in the prose."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_tools.build.prose import printed_by
from ilrl_course.notebook import folded as module
from ilrl_course.notebook.folded import folded


@pytest.fixture
def shown(monkeypatch):
    blocks = []
    monkeypatch.setattr(module, "display", lambda data, raw: blocks.append(data))
    return blocks


def test_what_is_printed_is_shown_under_its_title_and_not_printed(shown, capsys):
    with folded("all <20>"):
        print("a < b")
    (block,) = shown
    assert capsys.readouterr().out == ""
    assert block["text/plain"] == "all <20>:\na < b\n"
    assert block["text/html"] == ("<details><summary>all &lt;20&gt;</summary><pre>a &lt; b\n</pre></details>")


def test_an_error_inside_is_raised_and_printing_goes_on_as_before(shown, capsys):
    with pytest.raises(ZeroDivisionError), folded("table"):
        print(1 / 0)
    print("on")
    assert capsys.readouterr().out == "on\n"


def test_the_prose_finds_numbers_in_a_folded_block_and_in_printed_lines_but_not_in_pictures(shown):
    with folded("table"):
        print("clone 5 %")
    cell = new_code_cell(
        "...",
        outputs=[
            new_output("stream", name="stdout", text="first\n"),
            new_output("display_data", data=shown[0]),
            new_output("display_data", data={"image/png": "AAAA", "text/plain": "<a figure>"}),
        ],
    )
    notebook = new_notebook(cells=[cell])
    nbformat.validate(notebook)
    assert printed_by(notebook)[cell.id] == "first\ntable:\nclone 5 %\n"
