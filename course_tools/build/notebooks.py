"""From one lesson in text to two notebooks: the student's, with blank exercises, and the solution's."""

import hashlib
import re
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from course_tools.build.glossary import MARK, glossary
from course_tools.build.lift import Lifted, faded, lift
from course_tools.workplace import CourseError

COMPARED = "nbval-check-output"  # nbval compares the text of cells with this tag
IMPORT = "from ilrl_course.checks import check"  # in each check's cell: graded whatever `check` is by then
START = """\
# This notebook is started with `python3 course.py lab`; anywhere else, this cell says what to do.
try:
    import ilrl_course
except ModuleNotFoundError:
    raise ModuleNotFoundError(
        "This notebook runs in the course's own Python. Type `python3 course.py lab` in the course's "
        "folder, and open it there; or choose the Python in its folder .venv as this program's kernel."
    ) from None"""
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}


def convert(lesson: Path, root: Path) -> tuple[NotebookNode, NotebookNode]:
    """The student's and the solution's notebook of a lesson, both without outputs; raises CourseError."""
    text = lesson.read_text(encoding="utf-8")
    cells = jupytext.reads(text, fmt="py:percent").cells
    if cells and cells[0].cell_type == "raw":  # the header, which is for editors
        cells = cells[1:]
    _add_ids(cells, prefix=number_of(lesson))
    cells = _with_start(cells, prefix=number_of(lesson))
    student, solution = [], []
    sources, exercises = [text, START], set()
    waiting = None  # the exercise whose check has not come yet
    for cell in cells:
        origin = f"{lesson.name}, cell {cell.id}"
        if "exercise" in cell.metadata or "worked" in cell.metadata:
            if waiting:
                raise CourseError(f"{origin}: the exercise {waiting.name} before it has no check")
            pair, lifted = _lifted_pair(cell, root, origin)
            if "exercise" in cell.metadata and lifted.name in exercises:
                raise CourseError(
                    f"{origin}: a second exercise named {lifted.name}; graders need unique names"
                )
            exercises.add(lifted.name)
            sources.append(lifted.source)
            waiting = lifted if "exercise" in cell.metadata else None
        elif cell.cell_type == "code" and waiting:
            pair, waiting = _check_pair(cell, waiting, origin), None
        else:
            if MARK in cell.source:
                cell.source = cell.source.replace(MARK, glossary(root))
            pair = _copy(cell), _copy(cell)
        student.append(pair[0])
        solution.append(pair[1])
    if waiting:
        raise CourseError(f"{lesson.name}: the exercise {waiting.name} has no check after it")
    digest = hashlib.sha256("\0".join(sources).encode()).hexdigest()
    return _notebook(student, lesson, digest), _notebook(solution, lesson, digest)


def number_of(path: Path) -> str:
    """What stands before the first _ in the name of a lesson or its notebooks, such as 06b."""
    return path.stem.partition("_")[0]


def render(notebook: NotebookNode) -> str:
    """The notebook as the text of a file; equal notebooks give equal text."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def _lifted_pair(
    cell: NotebookNode, root: Path, origin: str
) -> tuple[tuple[NotebookNode, NotebookNode], Lifted]:
    """An exercise differs in the two notebooks; a worked example is the package's code in both."""
    given = cell.source.strip("\n")
    if "worked" in cell.metadata:
        if given:
            raise CourseError(f"{origin}: a worked cell must be empty, its code is lifted from the package")
        lifted = lift(cell.metadata["worked"], root)
        return (_copy(cell, lifted.source), _copy(cell, lifted.source)), lifted
    lifted = lift(cell.metadata["exercise"], root)
    student = faded(given, lifted, origin) if given else lifted.stub()
    pair = _copy(cell, student), _copy(cell, lifted.solution())
    for version in pair:
        version.metadata["nbgrader"] = _grading(lifted.name, solution=True)
    return pair, lifted


def _check_pair(cell: NotebookNode, exercise: Lifted, origin: str) -> tuple[NotebookNode, NotebookNode]:
    """The cell after an exercise must check it, and its answer is compared by nbval in the solution."""
    name = exercise.name
    if not re.fullmatch(rf"{name} = check\({name}\)", cell.source.strip()):
        raise CourseError(
            f"{origin}: after the exercise {name} comes `{name} = check({name})` and nothing else"
        )
    source = f"{IMPORT}\n\n{cell.source.strip()}"
    pair = _copy(cell, source), _copy(cell, source)
    for version in pair:
        version.metadata["nbgrader"] = _grading(f"check_{name}", solution=False, points=1)
    tags = pair[1].metadata.setdefault("tags", [])
    if COMPARED not in tags:
        tags.append(COMPARED)
    return pair


def _grading(grade_id: str, solution: bool, points: int | None = None) -> dict:
    marks = {"grade": not solution, "grade_id": grade_id, "locked": not solution, "schema_version": 3}
    marks |= {"solution": solution, "task": False}
    return marks if points is None else marks | {"points": points}


def _add_ids(cells: list[NotebookNode], prefix: str) -> None:
    """Ids that stay as they are when cells elsewhere change, so that differences stay small."""
    seen = {}
    for cell in cells:
        content = repr((cell.cell_type, cell.source, sorted(cell.metadata.items())))
        digest = hashlib.sha256(content.encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = f"{prefix}-{digest}" + (f"-{seen[digest]}" if seen[digest] > 1 else "")


def _with_start(cells: list[NotebookNode], prefix: str) -> list[NotebookNode]:
    """A cell before all other code, folded, that says how a notebook wants to be started if it was not."""
    first = next((number for number, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    start = nbformat.v4.new_code_cell(
        START, id=f"{prefix}-start", metadata={"jupyter": {"source_hidden": True}}
    )
    return [*cells[:first], start, *cells[first:]]


def _copy(cell: NotebookNode, source: str | None = None) -> NotebookNode:
    new_cell = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }[cell.cell_type]
    metadata = nbformat.from_dict({**cell.metadata})
    if "tags" in metadata:
        metadata["tags"] = list(metadata["tags"])
    return new_cell(cell.source if source is None else source, id=cell.id, metadata=metadata)


def _notebook(cells: list[NotebookNode], lesson: Path, digest: str) -> NotebookNode:
    origin = {"lesson": f"lessons/{lesson.name}", "source_hash": digest}
    metadata = nbformat.from_dict({**METADATA, "ilrl_course": origin})
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    notebook.nbformat_minor = 5
    return notebook
