"""`course.py test`: unit tests, style, a browser, every notebook executed by nbval; ends with the totals."""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from course_tools.workplace import ROOT, CourseError, throw_away_environment

PYTEST = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2"]
NBVAL = [
    "--nbval-lax",  # only tagged cells are compared
    "--nbval-current-env",
    "--nbval-sanitize-with=tests/sanitize.cfg",
    "--nbval-cell-timeout=300",
    "--dist=loadscope",  # one notebook stays on one worker
]
Totals = tuple[int, int, int]  # passed, failed, skipped


def add_arguments(parser) -> None:
    """Parts to run."""
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these of: {', '.join(PARTS)}")


def run(options) -> int:
    """Run the parts one after the other, whatever the earlier ones say; returns the exit code."""
    if unknown := sorted(set(options.parts) - set(PARTS)):
        raise CourseError(f"There is no part {unknown[0]!r}. Parts: {', '.join(PARTS)}.")
    totals = {}
    for part in options.parts or PARTS:
        print(f"\n== {part} ==", flush=True)
        totals[part] = PARTS[part]()
    passed, failed, skipped = (sum(column) for column in zip(*totals.values(), strict=True))
    if failing := [part for part, (_, part_failed, _) in totals.items() if part_failed]:
        print(f"\nNot passed: {', '.join(failing)}; run one part alone with `course.py test {failing[0]}`.")
    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0


def unit() -> Totals:
    """The tests in tests/, but for those that need a browser."""
    return _pytest("tests", "--ignore=tests/browser", "-p", "no:nbval")


def browser() -> Totals:
    """Playing and clicking in a real browser, one test after the other: here time matters."""
    return _pytest("tests/browser", "-p", "no:nbval", "-n", "0")


def lint() -> Totals:
    """Ruff's rules and its formatting; each counts as one test."""
    commands = (["check"], ["format", "--check"])
    codes = [subprocess.call([sys.executable, "-m", "ruff", *command, "."], cwd=ROOT) for command in commands]
    return codes.count(0), len(codes) - codes.count(0), 0


def notebooks() -> Totals:
    """Every notebook from top to bottom; each cell is one test."""
    files = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("solutions/*.ipynb")])
    if not files:
        print("There is no notebook to test; `python3 course.py build` makes them.")
        return 0, 1, 0
    return _pytest(*NBVAL, *(str(path.relative_to(ROOT)) for path in files))


def _pytest(*arguments: str) -> Totals:
    with tempfile.TemporaryDirectory() as folder, throw_away_environment() as environment:
        report = Path(folder) / "report.xml"
        command = [sys.executable, *PYTEST, f"--junitxml={report}", *arguments]
        code = subprocess.call(command, cwd=ROOT, env=environment)
        passed, failed, skipped = read_totals(report)
    # pytest itself can fail with every test passed: a broken import, no test found.
    return passed, failed or int(code != 0), skipped


def read_totals(report: Path) -> Totals:
    """Passed, failed and skipped in a JUnit report; all 0 where there is none."""
    if not report.is_file():
        return 0, 0, 0
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    count = {
        name: sum(int(suite.get(name, 0)) for suite in suites)
        for name in ("tests", "failures", "errors", "skipped")
    }
    failed = count["failures"] + count["errors"]
    return max(count["tests"] - failed - count["skipped"], 0), failed, count["skipped"]


PARTS = {"unit": unit, "lint": lint, "browser": browser, "notebooks": notebooks}
