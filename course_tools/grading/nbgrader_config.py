"""How nbgrader grades the course: `course.py grade` loads this file, and copies it to where it grades."""

import tempfile
import warnings
from collections import defaultdict
from pathlib import Path

import nbformat
from nbgrader.converters import Autograde
from nbgrader.preprocessors import (
    ClearOutput,
    Execute,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
)
from sqlalchemy.exc import SAWarning

warnings.simplefilter("ignore", SAWarning)  # nbgrader's own, and harmless
c = get_config()  # noqa: F821


class RestoreMarks(NbGraderPreprocessor):
    """Marks the cells of a submission as in the released notebook, whatever became of their marks.

    Each exercise and each check is marked once: of copies, the last. A check that was deleted comes back at
    the end of its exercise. One that was changed stays, unmarked, because students write code there, and
    the released one follows it.
    """

    def preprocess(self, notebook, resources):
        """Restore the marks; a warning names the student and the cell, where one had to be mended."""
        submission, cells = resources["nbgrader"], nbformat.v4.upgrade(notebook).cells
        release = Path("release", submission["assignment"], f"{submission['notebook']}.ipynb")
        released = nbformat.read(release, as_version=4).cells
        found = defaultdict(list)
        for cell in cells:
            found[(cell.metadata.pop("nbgrader", None) or {}).get("grade_id")].append(cell)
        end = len(cells)  # of the exercise
        for original in reversed([cell for cell in released if "nbgrader" in cell.metadata]):
            marks = original.metadata.nbgrader
            copies = usable = found[marks.grade_id]
            places = [index for index, cell in enumerate(cells) if any(cell is copy for copy in copies)]
            if marks.locked:  # the ending is enough: in earlier releases, a check did not import itself
                usable = [cell for cell in copies if original.source.endswith(cell.source.strip())]
            if not len(copies) == len(usable) == 1:
                message = "%s: expected one cell %s, found %d (%d usable)"
                self.log.warning(message, submission["student"], marks.grade_id, len(copies), len(usable))
            if marks.locked and not usable:
                usable = [nbformat.v4.new_code_cell()]
                cells.insert(places[-1] + 1 if places else end, usable[0])
            if usable:
                usable[-1].metadata.nbgrader = marks
                usable[-1].source = original.source if marks.locked else usable[-1].source
            end = places[-1] if places else end
        return notebook, resources


class ExecuteElsewhere(Execute):
    """Runs a submission in a folder of its own, so that no file near it is anybody else's."""

    def preprocess(self, notebook, resources, **options):
        """Execute all cells in a temporary folder."""
        before = resources["metadata"]["path"]
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            resources["metadata"]["path"] = folder
            notebook, resources = super().preprocess(notebook, resources, **options)
        resources["metadata"]["path"] = before
        return notebook, resources


def instead(preprocessor):
    """What takes the place of one of nbgrader's own preprocessors."""
    return ExecuteElsewhere if preprocessor is Execute else preprocessor


usual = Autograde.autograde_preprocessors.default()
c.Autograde.sanitize_preprocessors = [ClearOutput, RestoreMarks, OverwriteKernelspec, OverwriteCells]
c.Autograde.autograde_preprocessors = [instead(preprocessor) for preprocessor in usual]
c.Execute.timeout = 300  # seconds for a cell
c.Execute.extra_arguments = ["--IPKernelApp.log_level=ERROR"]
