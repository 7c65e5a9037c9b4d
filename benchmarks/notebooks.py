"""Seconds of each solution notebook from top to bottom, and the same beside a fixed piece of work."""

import tempfile
import time
from pathlib import Path

import nbformat
import numpy as np

from course_tools.build.build import find_lessons
from course_tools.build.execute import execute
from course_tools.workplace import ROOT
from course_tools.yardstick import yardstick


def add_arguments(parser) -> None:
    """Which notebooks."""
    parser.add_argument("lessons", nargs="*", metavar="NN", help="lessons to measure; without any: all")


def run(arguments) -> dict:
    """Execute the notebooks one after the other; the yardstick is measured before each and at the end."""
    rows, units = [], [yardstick()]
    for lesson in find_lessons(arguments.lessons, ROOT):
        seconds = run_time(ROOT / "solutions" / f"{lesson.stem}.ipynb")
        units.append(yardstick())
        print(f"{lesson.stem}: {seconds:.1f} s")
        ratio = seconds / np.mean(units[-2:])
        rows.append({"notebook": lesson.stem, "seconds": seconds, "yardsticks": ratio})
    total = {name: sum(row[name] for row in rows) for name in ("seconds", "yardsticks")}
    return {
        "title": "Each solution notebook: seconds, and multiples of a fixed piece of torch work",
        "rows": [*rows, {"notebook": "all", **total}],
        "notes": [
            f"The yardstick took {min(units):.2f} to {max(units):.2f} s: 1,000 gradient steps on one thread."
        ],
    }


def run_time(notebook: Path) -> float:
    """Seconds from the kernel's start to its last cell."""
    with tempfile.TemporaryDirectory() as folder:
        loaded = nbformat.read(notebook, as_version=4)
        start = time.perf_counter()
        execute(loaded, notebook.stem, Path(folder))
        return time.perf_counter() - start
