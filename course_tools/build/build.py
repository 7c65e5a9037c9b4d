"""`course.py build`: make notebooks/, solutions/ and tables in documents; with --check say what is stale."""

import time
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_tools.build.execute import execute
from course_tools.build.notebooks import convert, number_of, render
from course_tools.build.prose import fill, printed_by
from course_tools.build.tables import stale_tables, write_tables
from course_tools.locks import locked
from course_tools.workplace import ROOT, CourseError
from ilrl_course.storage.files import write_atomically

MAX_BYTES = 1_500_000


def add_arguments(parser) -> None:
    """Lessons to build, or --check."""
    parser.add_argument("lessons", nargs="*", metavar="NN", help="lessons to build even if they are fresh")
    parser.add_argument("--check", action="store_true", help="execute nothing; say what is stale")


def run(options, root: Path = ROOT) -> int:
    """Build the named lessons, or all stale ones; returns the exit code."""
    lessons = find_lessons(options.lessons, root)
    if options.check:
        problems = check(lessons, root) + ([] if options.lessons else strays(root) + stale_tables(root))
        print("\n".join(problems) or f"fresh: {len(lessons)} lessons, {2 * len(lessons)} notebooks")
        return 1 if problems else 0
    with locked("build", "Another build is running in this folder. Wait for it to end.", root):
        for lesson in lessons:
            if options.lessons or problems_of(lesson, root):
                build(lesson, root, again=bool(options.lessons))
            else:
                print(f"{lesson.stem}: fresh", flush=True)
        if not options.lessons:
            write_tables(root)
    for problem in strays(root):
        print(problem)
    return 0


def find_lessons(numbers: list[str], root: Path) -> list[Path]:
    """The lessons with these numbers (or names), or all; raises CourseError for one that is not there."""
    every = sorted(root.glob("lessons/*.py"))
    if not numbers:
        return every
    found = []
    for number in numbers:
        matches = [
            path for path in every if path.stem == number or number_of(path).lstrip("0") == number.lstrip("0")
        ]
        if not matches:
            there = ", ".join(path.stem for path in every) or "none"
            raise CourseError(f"There is no lesson {number!r}. Lessons: {there}.")
        found += matches
    return found


def build(lesson: Path, root: Path, again: bool = True) -> None:
    """Write both notebooks of a lesson; prints one line.

    The solution is executed, `again` even if its code is that of the solution that is there.
    """
    started = time.perf_counter()
    student, solution = convert(lesson, root)
    student_path, solution_path = paths(lesson, root)
    print(f"{lesson.stem}: running ...", end="", flush=True)
    try:
        carried_over = not again and carry_over(solution, solution_path)
        remarks = [] if carried_over else execute(solution, lesson.stem, solution_path.parent)
        printed = printed_by(solution)
        for notebook in (student, solution):
            fill(notebook, printed, lesson.name)
    except CourseError:
        print(" failed")
        raise
    text = render(solution)
    size = len(text.encode())
    if size > MAX_BYTES:
        raise CourseError(
            f"{lesson.stem}: the solution has {size / 1e6:.1f} MB, 1.5 is the limit; shorten a clip"
        )
    write_atomically(student_path, render(student))
    write_atomically(solution_path, text)
    how = "only its text has changed" if carried_over else f"{time.perf_counter() - started:.1f} s"
    print(f" built ({how}), {size / 1000:.0f} kB", flush=True)
    for remark in remarks:
        print(f"  {remark}")


def carry_over(solution: NotebookNode, path: Path) -> bool:
    """Take the outputs of the solution that is there, if it holds the same code; say whether it did."""
    try:
        found = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    except Exception:  # missing or damaged in one of many ways
        return False
    cells = [cell for cell in solution.cells if cell.cell_type == "code"]
    if [(cell.id, cell.source) for cell in cells] != [(cell.id, cell.source) for cell in found]:
        return False
    if any(cell.execution_count is None for cell in found):
        return False
    for cell, old in zip(cells, found, strict=True):
        cell.execution_count, cell.outputs = old.execution_count, old.outputs
    return True


def paths(lesson: Path, root: Path) -> tuple[Path, Path]:
    """Where the student's and the solution's notebook of a lesson are."""
    return root / "notebooks" / f"{lesson.stem}.ipynb", root / "solutions" / f"{lesson.stem}.ipynb"


def check(lessons: list[Path], root: Path) -> list[str]:
    """What is stale in these lessons' notebooks; nothing is executed."""
    return [problem for lesson in lessons for problem in problems_of(lesson, root)]


def strays(root: Path) -> list[str]:
    """Notebooks whose lesson is gone."""
    found = sorted([*root.glob("notebooks/*.ipynb"), *root.glob("solutions/*.ipynb")])
    return [
        f"{path.parent.name}/{path.name}: has no lesson; delete it, or write lessons/{path.stem}.py"
        for path in found
        if not (root / "lessons" / f"{path.stem}.py").is_file()
    ]


def problems_of(lesson: Path, root: Path) -> list[str]:
    """What is wrong with a lesson's two notebooks, one sentence each."""
    student, solution = convert(lesson, root)
    student_path, solution_path = paths(lesson, root)
    mend = f"run `python3 course.py build {number_of(lesson)}`"
    try:
        printed = printed_by(nbformat.read(solution_path, as_version=4))
        for notebook in (student, solution):
            fill(notebook, printed, lesson.name)
        problems = []
    except CourseError as error:
        return [f"{error}; {mend}"]
    except Exception:  # it is missing, or cannot be read: named below
        problems = []
    if not student_path.is_file() or student_path.read_text(encoding="utf-8") != render(student):
        problems.append(f"notebooks/{student_path.name}: is not what its lesson gives; {mend}")
    fault = _fault_of_solution(solution_path, solution)
    return problems + ([f"solutions/{solution_path.name}: {fault}; {mend}"] if fault else [])


def _fault_of_solution(path: Path, expected: NotebookNode) -> str | None:
    if not path.is_file():
        return "is missing"
    try:
        found = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds
        return f"cannot be read ({type(error).__name__})"
    code_cells = [cell for cell in found.cells if cell.cell_type == "code" and cell.source.strip()]
    if any(cell.execution_count is None for cell in code_cells):
        return "was not executed"
    if any(output.output_type == "error" for cell in code_cells for output in cell.outputs):
        return "holds an error"
    if path.stat().st_size > MAX_BYTES:
        return "is larger than 1.5 MB"
    for cell in found.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
    return None if render(found) == render(expected) else "is not what its lesson gives"
