"""Execute a notebook and tidy its outputs, so that building twice gives the same bytes."""

import os
import re
from pathlib import Path
from tempfile import gettempdir
from unittest.mock import patch

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course_tools.build.notebooks import COMPARED
from course_tools.lab.pictures import drop_html
from course_tools.lab.saving import WIDGET, without_widget
from course_tools.workplace import CourseError, throw_away_environment

CELL_TIMEOUT = 300  # seconds
COLOR = re.compile(r"\x1b\[[0-9;]*m")
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def execute(notebook: NotebookNode, name: str, folder: Path) -> list[str]:
    """Run all cells in place, working in `folder`; returns remarks, raises CourseError at the first fault.

    The kernel believes that it is grading: there, a failed check raises, so a solution that fails its own
    check cannot be built.
    """
    folder.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    )
    try:
        with throw_away_environment() as environment, patch.dict(os.environ, environment):
            os.environ["NBGRADER_EXECUTION"] = "autograde"
            client.execute()
    except CellExecutionError as error:
        traceback = COLOR.sub("", error.traceback).strip()
        raise CourseError(f"{name}: {_where(notebook)} failed.\n{traceback}") from None
    except CellTimeoutError:
        raise CourseError(f"{name}: {_where(notebook)} ran longer than {CELL_TIMEOUT} s") from None
    except DeadKernelError:
        raise CourseError(f"{name}: {_where(notebook)} ended the kernel (out of memory?)") from None
    drop_html(notebook)
    notebook.metadata.language_info = {"name": "python", "pygments_lexer": "ipython3"}
    return [
        remark for cell in notebook.cells if cell.cell_type == "code" for remark in tidy(cell, name, folder)
    ]


def _where(notebook: NotebookNode) -> str:
    """The cell that ran last, as its author knows it."""
    ran = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.execution_count]
    if not ran:
        return "the kernel's start"
    lines = ran[-1].source.strip().splitlines()
    return f"the cell {ran[-1].id} (`{lines[0]}`)" if lines else f"the cell {ran[-1].id}"


def tidy(cell: NotebookNode, name: str, folder: Path) -> list[str]:
    """Drop what cannot be shown outside a running kernel; refuse what differs from machine to machine."""
    remarks, kept = [], []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            if "\r" not in output.text:  # not a progress bar
                remarks.append(f"{name}: cell {cell.id} wrote to stderr: {output.text.strip()[:300]}")
        else:
            kept += without_widget(output) if WIDGET in output.get("data", {}) else [output]
    where = f"{name}: the output of cell {cell.id}"
    if kept != cell.outputs and COMPARED in cell.metadata.get("tags", []):
        raise CourseError(f"{where} is compared by nbval, so it must not hold a widget, a bar or a warning")
    for output in kept:
        text = _text(output)
        if output.output_type == "error":
            raise CourseError(f"{where} is an error; catch it and print what it says")
        if ADDRESS.search(text):
            raise CourseError(f"{where} holds a memory address, which is new each time: {text.strip()[:200]}")
        if str(folder.parent) in text or gettempdir() + os.sep in text:
            raise CourseError(f"{where} names a folder of this machine: {text.strip()[:200]}")
    cell.outputs = kept
    return remarks


def _text(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return output.text
    data = output.get("data", {})
    return "\n".join(str(data[kind]) for kind in data if kind.startswith("text/"))
