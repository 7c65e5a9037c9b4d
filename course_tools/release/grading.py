"""Every lesson through the grade round trip: its solution earns all points, the blank notebook none."""

import csv
import shutil
import tempfile
from pathlib import Path

import nbformat

from course_tools.grading.desk import Limits
from course_tools.grading.grade import grade
from course_tools.release.outcome import Outcome

HANDED_IN = {"solution": "solutions", "blank": "notebooks"}  # who -> the folder that they took it from


def grade_all(root: Path) -> Outcome:
    """Grade both notebooks of each lesson that has exercises; each submission counts once."""
    with tempfile.TemporaryDirectory() as folder:
        desk, lessons = Path(folder, "desk"), graded_lessons(root)
        for stem in lessons:
            handed_in = Path(folder, stem)
            handed_in.mkdir()
            for student, source in HANDED_IN.items():
                shutil.copy(root / source / f"{stem}.ipynb", handed_in / f"{student}_{stem}.ipynb")
            grade(stem, handed_in, desk, Limits(), root)
        faults = wrong_points(desk / "grades.csv")
    tried = len(lessons) * len(HANDED_IN)
    return Outcome(tried - len(faults), len(faults), remarks=[f"lessons graded: {len(lessons)}", *faults])


def graded_lessons(root: Path) -> list[str]:
    """The names of all lessons in which something can be earned."""
    return [path.stem for path in sorted(root.glob("notebooks/*.ipynb")) if _has_points(path)]


def _has_points(path: Path) -> bool:
    cells = nbformat.read(path, as_version=4).cells
    return any("points" in cell.metadata.get("nbgrader", {}) for cell in cells)


def wrong_points(table: Path) -> list[str]:
    """Who did not get what they should have, a sentence each."""
    faults = []
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            points, of = row["points"] and float(row["points"]), float(row["of"])
            if points != (of if row["student"] == "solution" else 0):
                earned = f"has {points:g} of {of:g} points" if row["points"] else "was not graded"
                why = row["not graded because"]
                faults.append(f"{row['lesson']}: the {row['student']} {earned}" + (f": {why}" if why else ""))
    return faults
