"""The folder for grading: what nbgrader needs there, and what is known of each submission."""

import csv
import hashlib
import io
import json
import re
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from course_tools.grading.apart import Endless, run_apart
from course_tools.grading.submissions import Submission
from course_tools.workplace import CourseError
from ilrl_course.storage.files import write_atomically

CONFIG = Path(__file__).with_name("nbgrader_config.py")
MENDED = re.compile(r"\[WARNING\] .*: expected one cell (\w+), found (\d+) \((\d+) usable\)")
ERROR = re.compile(r"^\s*([\w.]+(?:Error|Exception|Exit): .*)$", re.MULTILINE)
NO_LESSON = "{} has no exercise to grade."


@dataclass(frozen=True)
class Limits:
    """How long students' code may run, in seconds."""

    cell: int = 300
    submission: int = 1500


@dataclass(frozen=True)
class Grade:
    """What came of a submission."""

    points: float | None  # None where it could not be graded
    max_points: float
    fault: str = ""  # why not
    mended: list[str] = field(default_factory=list)  # cells that were copied, deleted or changed
    submitted: str = ""  # fingerprint of the notebook and of what it was graded by


class Desk:
    """Where one lesson is graded. `python` is one that has nbgrader."""

    def __init__(self, folder: Path, lesson: str, python: Path):
        self.folder, self.lesson, self.python = folder, lesson, python
        self.max_points = 0.0

    def release(self, solution: Path) -> None:
        """Make the assignment from the solution notebook, unless it is there; raises CourseError."""
        source = self.folder / "source" / self.lesson / f"{self.lesson}.ipynb"
        source.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(solution, source)
        shutil.copy(CONFIG, self.folder)
        report = self._clerk("release", self.lesson)
        if "error" in report:
            raise CourseError(f"nbgrader could not release {self.lesson}. {_fault_in(report)}")
        self.max_points = report["max_score"]
        if not self.max_points:
            raise CourseError(NO_LESSON.format(self.lesson))

    def grade(self, submission: Submission, limits: Limits) -> Grade:
        """Run nbgrader on one submission; what was there of an earlier one is removed."""
        student, fingerprint = submission.student, self.fingerprint(submission)
        for step in ("submitted", "autograded", "feedback"):
            shutil.rmtree(self._of(step, student).parent, ignore_errors=True)
        if submission.notebook is None or submission.fault:
            return Grade(None, self.max_points, submission.fault, submitted=fingerprint)
        notebook = self._of("submitted", student)
        notebook.parent.mkdir(parents=True)
        shutil.copyfile(submission.notebook, notebook)
        try:
            arguments = ("grade", self.lesson, student, str(limits.cell))
            report = self._clerk(*arguments, seconds=limits.submission)
        except Endless:
            fault = f"it runs longer than {limits.submission} s in all"
            return Grade(None, self.max_points, fault, submitted=fingerprint)
        mended = [f"{name} ({found} found)" for name, found, _ in MENDED.findall(report.get("log", ""))]
        if "error" in report:
            return Grade(None, self.max_points, _fault_in(report), mended, fingerprint)
        return Grade(report["score"], report["max_score"], "", mended, fingerprint)

    def fingerprint(self, submission: Submission) -> str:
        """Of a notebook and of all that decides its points: the release and the settings."""
        release = self.folder / "release" / self.lesson / f"{self.lesson}.ipynb"
        parts = [submission.fault.encode(), CONFIG.read_bytes(), release.read_bytes()]
        parts += [submission.notebook.read_bytes()] if submission.notebook else []
        return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()

    def feedback_of(self, student: str) -> Path:
        """The page to give back."""
        return self._of("feedback", student).with_suffix(".html")

    def known(self) -> dict[str, Grade]:
        """The grades of earlier runs, by student."""
        path = self._records()
        if not path.is_file():
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
        return {student: Grade(**grade) for student, grade in content.items()}

    def keep(self, grades: dict[str, Grade]) -> None:
        """Write them down, here and in grades.csv."""
        content = {student: asdict(grade) for student, grade in grades.items()}
        write_atomically(self._records(), json.dumps(content, indent=1))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["lesson", "student", "points", "of", "not graded because"])
        for path in sorted(self._records().parent.glob("*.json")):
            for student, grade in json.loads(path.read_text(encoding="utf-8")).items():
                row = [path.stem, student, grade["points"], grade["max_points"], grade["fault"]]
                writer.writerow(row)
        write_atomically(self.folder / "grades.csv", text.getvalue())

    def _records(self) -> Path:
        return self.folder / "records" / f"{self.lesson}.json"

    def _of(self, step: str, student: str) -> Path:
        return self.folder / step / student / self.lesson / f"{self.lesson}.ipynb"

    def _clerk(self, *arguments: str, seconds: float | None = None) -> dict:
        """Let nbgrader take a step; what it reports. Raises Endless."""
        report, log = self.folder / "report.json", self.folder / "nbgrader.log"
        report.unlink(missing_ok=True)
        command = [str(self.python), "-m", "course_tools.grading.clerk", str(report), *arguments]
        run_apart(command, self.folder, log, seconds)
        if not report.is_file():
            printed = log.read_text(encoding="utf-8", errors="replace")
            return {"error": printed[-2000:] or "nbgrader was stopped (out of memory?)"}
        return json.loads(report.read_text(encoding="utf-8"))


def _fault_in(report: dict) -> str:
    """A sentence for the teacher from what nbgrader said."""
    log = report.get("log", "") + report["error"]
    if "DeadKernelError" in log or "Kernel died" in log:
        return "its code ends the kernel"
    if "kernel became unresponsive" in log or "MemoryError" in log:
        return "its code cannot be stopped, or takes too much memory"
    errors = [line for line in ERROR.findall(log) if "NbGraderException" not in line]
    return (errors or report["error"].splitlines() or ["no reason was given"])[-1].strip()[:200]
