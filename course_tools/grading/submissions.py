"""What was handed in: a notebook for each student, or the reason why there is none to grade."""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from course_tools.workplace import CourseError

MAX_BYTES = 100_000_000  # of a notebook
OF_ANY_LESSON = re.compile(r".+_(\d\d[a-z]?_\w+|live)( ?\(\d+\)|-\d+)?\.ipynb")


@dataclass(frozen=True)
class Submission:
    """What one student handed in."""

    student: str
    notebook: Path | None
    fault: str = ""  # why it cannot be graded


def find_submissions(folder: Path, lesson: str) -> list[Submission]:
    """One for each student, in order: of the files STUDENT_LESSON.ipynb, and of the folders STUDENT/.

    In a student's folder, the notebook LESSON.ipynb may lie at any depth. What platforms add when a file is
    handed in again, as in `LESSON-1.ipynb` and `LESSON (1).ipynb`, is allowed. Raises CourseError where
    nobody handed in anything.
    """
    if not folder.is_dir():
        raise CourseError(f"There is no folder {folder}: give the one that holds the submissions.")
    name = re.compile(rf"(?:(?P<student>.+)_)?{re.escape(lesson)}(?: ?\(\d+\)|-\d+)?\.ipynb")
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if is_hidden(path):
            continue
        if path.is_dir():
            notebooks = [file for file in sorted(path.rglob("*.ipynb")) if name.fullmatch(file.name)]
            found.setdefault(path.name.strip(), []).extend(
                file for file in notebooks if not any(map(is_hidden, file.relative_to(path).parents))
            )
        elif (match := name.fullmatch(path.name)) and match["student"]:
            found.setdefault(match["student"].strip(), []).append(path)
    if not found:
        raise CourseError(
            f"Nobody's {lesson}.ipynb is in {folder}: expected are files named STUDENT_{lesson}.ipynb, or a "
            f"folder for each student with the file {lesson}.ipynb in it."
        )
    return [_examined(student, paths, lesson) for student, paths in sorted(found.items())]


def passed_over(folder: Path, lesson: str) -> list[str]:
    """Files of the folder that belong to no student and to no lesson, by their names."""
    files = [path.name for path in sorted(folder.iterdir()) if path.is_file() and not is_hidden(path)]
    return [name for name in files if not OF_ANY_LESSON.fullmatch(name)]


def is_hidden(path: Path) -> bool:
    """Is it one of the files and folders that systems and editors add by themselves?"""
    return path.name.startswith(".") or path.name == "__MACOSX"


def _examined(student: str, paths: list[Path], lesson: str) -> Submission:
    if not paths:
        return Submission(student, None, f"no notebook named {lesson}.ipynb")
    if len(paths) > 1:
        names = ", ".join(path.name for path in paths)
        return Submission(student, None, f"{len(paths)} notebooks ({names}): keep the one that counts")
    return Submission(student, paths[0], _fault_of(paths[0]))


def _fault_of(path: Path) -> str:
    """Why a file is no notebook; "" where it is one."""
    if path.stat().st_size > MAX_BYTES:
        return f"not a notebook: it is larger than {MAX_BYTES // 10**6} MB"
    try:
        nbformat.read(path, as_version=4)
    except Exception as error:  # a file from anywhere may hold anything
        lines = str(error).splitlines() or [type(error).__name__]
        return f"not a notebook: {lines[0][:80]}"
    return ""
