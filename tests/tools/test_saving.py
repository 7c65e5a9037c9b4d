"""A saved notebook holds the states of the widgets that it shows, whatever JupyterLab leaves out or adds."""

import asyncio
import copy
import json

import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_tools.lab.lab import SERVER
from course_tools.lab.pictures import Contents
from course_tools.lab.saving import STATE, WIDGET, complete


def view(name, kind="execute_result"):
    data = {WIDGET: {"model_id": name, "version_major": 2, "version_minor": 0}, "text/plain": f"({name})"}
    return new_output(kind, data, **({"execution_count": 1} if kind == "execute_result" else {}))


def notebook(*outputs, **states):
    cells = [new_markdown_cell("text"), *(new_code_cell("x", outputs=[output]) for output in outputs)]
    metadata = {"widgets": {STATE: {"version_major": 2, "version_minor": 0, "state": states}}}
    return new_notebook(cells=cells, metadata=metadata if states else {})


def state(value, *parts):
    return {"state": {"value": value, "children": [f"IPY_MODEL_{part}" for part in parts]}}


def states(notebook):
    return notebook["metadata"]["widgets"][STATE]["state"]


def outputs(notebook):
    return [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_a_shown_widget_is_kept_with_all_its_parts_and_others_are_not():
    saved = notebook(view("a0"), a0=state(1, "b0"), b0=state(2, "c0"), c0=state(3), d0=state(4, "a0"))
    before = copy.deepcopy(outputs(saved))
    complete(saved, {})
    assert states(saved) == {"a0": state(1, "b0"), "b0": state(2, "c0"), "c0": state(3)}
    assert outputs(saved) == before


def test_what_is_shown_and_no_longer_alive_comes_from_the_file_and_what_is_alive_is_newer():
    saved = notebook(view("a0"), view("b0"), a0=state("new"))
    complete(saved, {"a0": state("old"), "b0": state("kept", "c0"), "c0": state("part"), "d0": state("gone")})
    assert states(saved) == {"a0": state("new"), "b0": state("kept", "c0"), "c0": state("part")}


@pytest.mark.parametrize("name", ["a0", ""])  # "": JupyterLab knows that it was closed
def test_without_a_state_a_value_leaves_its_text_and_a_bar_nothing(name):
    saved = notebook(view(name), view(name, "display_data"), new_output("stream", text="said"))
    complete(saved, {})
    value, bar, stream = outputs(saved)
    assert [(output.data, output.execution_count) for output in value] == [({"text/plain": f"({name})"}, 1)]
    assert bar == []
    assert stream[0].text == "said"
    assert "widgets" not in saved["metadata"]


def test_widgets_that_contain_each_other_are_kept_once():
    saved = notebook(view("a0"), a0=state(1, "b0"), b0=state(2, "a0"))
    complete(saved, {})
    assert states(saved).keys() == {"a0", "b0"}


def test_jupyter_saves_what_the_file_held_and_trusts_it(tmp_path):
    """A real contents manager calls us; a notebook that is new, or damaged on disk, is saved as it is."""
    name = SERVER["ContentsManager.pre_save_hook"]
    manager = AsyncLargeFileManager(root_dir=str(tmp_path), pre_save_hook=name)
    (tmp_path / "a b").mkdir()
    path = tmp_path / "a b" / "n.ipynb"

    def save(content):
        model = {"type": "notebook", "format": "json", "content": content}
        asyncio.run(manager.save(model, "a b/n.ipynb"))
        return json.loads(path.read_text(encoding="utf-8"))

    assert states(save(notebook(view("a0"), a0=state(1)))) == {"a0": state(1)}
    assert states(save(notebook(view("a0")))) == {"a0": state(1)}
    path.write_text("damaged", encoding="utf-8")
    assert outputs(save(notebook(view("a0"))))[0][0]["data"] == {"text/plain": ["(a0)"]}
    asyncio.run(manager.save({"type": "file", "format": "text", "content": "x"}, "a b/t.txt"))
    assert (tmp_path / "a b" / "t.txt").read_text() == "x"


def picture(**look):
    data = {"text/html": "<img>", "image/png": "iVBOR\n", "text/plain": "a line"}
    return new_output("display_data", data, metadata={"image/png": look} if look else {})


def test_a_picture_is_written_once_and_read_with_its_description(tmp_path):
    settings = {"pre_save_hook": SERVER["ContentsManager.pre_save_hook"]}
    manager = Contents(root_dir=str(tmp_path), **settings)
    other = new_output("display_data", {"text/html": "<b>x</b>"})
    content = notebook(picture(alt="a <line>", width=9), picture(), other)
    asyncio.run(manager.save({"type": "notebook", "format": "json", "content": content}, "n.ipynb"))
    stored = outputs(json.loads((tmp_path / "n.ipynb").read_text(encoding="utf-8")))
    assert [set(output["data"]) for (output,) in stored] == [
        {"image/png", "text/plain"},
        {"text/html", "image/png", "text/plain"},  # nobody has described it: its HTML may be all there is
        {"text/html"},
    ]
    read = asyncio.run(manager.get("n.ipynb"))["content"]
    (first,), (second,), (third,) = outputs(read)
    assert next(iter(first["data"])) == "text/html"
    assert 'src="data:image/png;base64,iVBOR" alt="a &lt;line&gt;" width="9"' in first["data"]["text/html"]
    assert (second["data"]["text/html"], third["data"]["text/html"]) == ("<img>", "<b>x</b>")
    assert asyncio.run(manager.get("n.ipynb", content=False))["content"] is None
    assert asyncio.run(manager.get(""))["type"] == "directory"
    assert SERVER["ServerApp.contents_manager_class"] == f"{Contents.__module__}.Contents"
