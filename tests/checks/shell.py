"""Runs cells as a notebook does: `python -m tests.checks.shell` with notebooks as JSON, lists of cells.

Each notebook begins without names. Prints, as JSON again, what each of its cells printed.
"""

import json
import sys

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from ilrl_course.checks import runner


def main() -> None:
    """Read, run, print."""
    runner.PATIENCE, runner.LONGEST = 100, 6000  # nothing depends on the clock
    # Its history would be a database that two threads write to while each notebook resets it.
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    printed = []
    for cells in json.load(sys.stdin):
        shell.reset(new_session=True)
        printed.append([run(shell, cell) for cell in cells])
    json.dump(printed, sys.stdout)


def run(shell: InteractiveShell, cell: str) -> str:
    """What a cell prints; an error ends it all."""
    with capture_output(display=False) as said:
        outcome = shell.run_cell(cell, store_history=True)
    outcome.raise_error()
    return said.stdout


if __name__ == "__main__":
    main()
