"""What a saved notebook keeps of its widgets, so that it can be read the next day, when its kernel is gone.

With its setting `saveState` JupyterLab saves the state of all widgets that a kernel still knows. That is too
much, since a cell that ran twice leaves a second set, and too little, since a notebook that is opened, looked
at and saved again would lose what it shows.
"""

import json
import re
from copy import copy
from pathlib import Path

from jupyter_server.utils import to_os_path

from course_tools.lab.pictures import drop_html

WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
REFERENCE = re.compile(r"IPY_MODEL_([0-9a-f]+)")  # one widget's state names another


def keep_what_is_shown(model: dict, path: str, contents_manager, **_) -> None:
    """Jupyter calls this with each file before it writes it."""
    if model["type"] == "notebook":
        drop_html(model["content"])
        complete(model["content"], _states(_read(Path(to_os_path(path, contents_manager.root_dir)))))


def complete(notebook: dict, before: dict[str, dict]) -> None:
    """Let a notebook hold the state of the widgets that it shows, and of no other.

    What it lacks comes from the states that the file held `before`. A widget without a state cannot be shown:
    its text takes its place, and a progress bar that has closed leaves nothing.
    """
    known = before | _states(notebook)
    shown = set()
    for cell in notebook["cells"]:
        outputs = []
        for output in cell.get("outputs", []):
            name = output.get("data", {}).get(WIDGET, {}).get("model_id")
            shown |= {name} & known.keys()
            outputs += [output] if name is None or name in known else without_widget(output)
        if "outputs" in cell:
            cell["outputs"] = outputs
    kept = _with_their_parts(shown, known)
    notebook["metadata"].pop("widgets", None)
    if kept:
        states = {"version_major": 2, "version_minor": 0, "state": kept}
        notebook["metadata"]["widgets"] = {STATE: states}


def without_widget(output: dict) -> list[dict]:
    """What is left of a widget's output: the text that stands for a cell's value; otherwise nothing."""
    if output["output_type"] != "execute_result":
        return []
    left = copy(output)
    left["data"] = {kind: content for kind, content in output["data"].items() if kind != WIDGET}
    return [left]


def _states(notebook: dict) -> dict[str, dict]:
    return notebook.get("metadata", {}).get("widgets", {}).get(STATE, {}).get("state", {})


def _read(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # a new notebook, or a damaged one
        return {}


def _with_their_parts(names: set[str], known: dict[str, dict]) -> dict[str, dict]:
    """The states of these widgets, and of all that they consist of."""
    found, waiting = {}, sorted(names)
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found[name] = known[name]
            waiting += REFERENCE.findall(json.dumps(known[name]))
    return found
