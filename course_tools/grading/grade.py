"""`course.py grade NN --submissions FOLDER`: nbgrader's round trip for one lesson, as one command."""

from pathlib import Path

from course_tools.grading.desk import Desk, Grade, Limits
from course_tools.grading.submissions import Submission, find_submissions, passed_over
from course_tools.guests import guest
from course_tools.lab.lab import notebook_of
from course_tools.locks import locked
from course_tools.workplace import ROOT, CourseError

NBGRADER = "nbgrader==0.9.6"
IS_BUSY = "Another command is grading into this folder. Wait until it is done, then start again."


def add_arguments(parser) -> None:
    """What to grade, and where."""
    parser.add_argument("lesson", metavar="NN", help="the lesson, such as 02")
    parser.add_argument(
        "--submissions",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="what was handed in: files STUDENT_NN_topic.ipynb, or a folder for each student",
    )
    parser.add_argument(
        "--into",
        type=Path,
        default=ROOT / "my_grading",
        metavar="FOLDER",
        help="where grades.csv, feedback and nbgrader's files go; default: my_grading in the course's folder",
    )
    parser.add_argument(
        "--limit", type=int, default=Limits.cell, metavar="SECONDS", help="for a cell; default: %(default)s"
    )


def run(options) -> int:
    """Grade what is new; the exit code is 1 where somebody could not be graded."""
    if options.limit < 1:
        raise CourseError(f"--limit is {options.limit}: give at least one second for a cell.")
    limits = Limits(options.limit, 5 * options.limit)
    return grade(options.lesson, options.submissions, options.into, limits, ROOT)


def grade(lesson: str, folder: Path, into: Path, limits: Limits, root: Path) -> int:
    """The whole round: release, grade each submission, feedback, points, and a table of all students."""
    stem = notebook_of(lesson, root / "notebooks").stem
    submissions = find_submissions(folder, stem)
    print(f"{stem}: {len(submissions)} students. Making nbgrader's environment, if it is not there yet ...")
    python = guest("nbgrader", NBGRADER)
    into.mkdir(parents=True, exist_ok=True)
    into.chmod(0o700)  # grades are nobody else's business
    with locked("grading", IS_BUSY, into):
        desk = Desk(into.resolve(), stem, python)
        desk.release(root / "solutions" / f"{stem}.ipynb")
        grades, new = _grade_all(desk, submissions, limits)
    print(f"\n{table(grades)}\n")
    if names := passed_over(folder, stem):
        print(f"Passed over, since their names do not end in _{stem}.ipynb: {', '.join(names)}")
    failed = sum(grade.points is None for grade in grades.values())
    before = len(grades) - new - failed
    print(f"{len(grades)} students: {new} graded now, {before} before, {failed} not graded.")
    print(f"Points: {desk.folder / 'grades.csv'}\nFeedback: {desk.feedback_of('STUDENT')}")
    return 1 if failed else 0


def _grade_all(desk: Desk, submissions: list[Submission], limits: Limits) -> tuple[dict[str, Grade], int]:
    """Everybody's grade, and how many were graded in this run; each is written down at once."""
    known, new = desk.known(), 0
    kept = {each.student: known[each.student] for each in submissions if each.student in known}
    for number, each in enumerate(submissions, start=1):
        before = kept.get(each.student)
        if before and before.points is not None and before.submitted == desk.fingerprint(each):
            continue
        print(f"  {number} of {len(submissions)}: {each.student} ...", flush=True)
        kept[each.student] = desk.grade(each, limits)
        new += kept[each.student].points is not None
        desk.keep(known | kept)
    return {each.student: kept[each.student] for each in submissions}, new


def table(grades: dict[str, Grade]) -> str:
    """Student, points, of how many, or why not graded."""
    width = max(len("student"), *map(len, grades))
    lines = [f"{'student':{width}}  points  of"]
    for student, each in grades.items():
        points = "-" if each.points is None else f"{each.points:g}"
        remark = f"not graded: {each.fault}" if each.points is None else ""
        if each.mended:
            remark += f"{'; ' if remark else ''}mended: {', '.join(each.mended)}"
        lines.append(f"{student:{width}}  {points:>6}  {each.max_points:>2g}  {remark}".rstrip())
    return "\n".join(lines)
