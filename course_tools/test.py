"""`course.py test`: unit tests, style, a browser, the site, every notebook by nbval; ends with the totals.

`course.py test release` runs all of that, and what takes hours.
"""

import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

from course_tools.changed import changed_paths, touched_notebooks, touched_tests, touches_site
from course_tools.release.release import release
from course_tools.workplace import ROOT, CourseError, throw_away_environment

PYTEST = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2"]
UNIT = [
    "-p",
    "no:nbval",
    "--dist=loadgroup",  # the tests of one exercise share what its bank shows
    "--timeout=600",  # s; what hangs fails, with its stack
]
NBVAL = [
    "--nbval-lax",  # only tagged cells are compared
    "--nbval-current-env",
    "--nbval-sanitize-with=tests/sanitize.cfg",
    "--nbval-cell-timeout=300",
    "--dist=loadscope",  # one notebook stays on one worker
]
RELEASE = "release"
IN_A_BROWSER = ("tests/browser", "tests/site")
Totals = tuple[int, int, int]  # passed, failed, skipped


def add_arguments(parser) -> None:
    """Parts to run."""
    only = f"only these of: {', '.join(PARTS)}; or alone, `{RELEASE}`: all of them and what takes hours"
    parser.add_argument("parts", nargs="*", metavar="PART", help=only)
    parser.add_argument(
        "--changed",
        nargs="?",
        const="HEAD",
        metavar="COMMIT",
        help="only what is touched by the changes since a commit (HEAD); not a substitute for all tests",
    )


def run(options) -> int:
    """Run the parts one after the other, whatever the earlier ones say; returns the exit code."""
    if RELEASE in options.parts:
        if options.parts != [RELEASE] or options.changed is not None:
            raise CourseError(f"`{RELEASE}` runs everything: name no other part beside it, and no --changed.")
        return release(PARTS)
    if unknown := sorted(set(options.parts) - set(PARTS)):
        raise CourseError(f"There is no part {unknown[0]!r}. Parts: {', '.join([*PARTS, RELEASE])}.")
    changes = None if options.changed is None else changed_paths(options.changed, ROOT)
    totals = {}
    for part in options.parts or PARTS:
        print(f"\n== {part} ==", flush=True)
        totals[part] = timed(PARTS[part], changes)
    passed, failed, skipped = (sum(column) for column in zip(*totals.values(), strict=True))
    if failing := [part for part, (_, part_failed, _) in totals.items() if part_failed]:
        print(f"\nNot passed: {', '.join(failing)}; run one part alone with `course.py test {failing[0]}`.")
    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0


def timed(part: Callable, changes: list[str] | None) -> Totals:
    """Run a part and say how long it took, in seconds and in multiples of a fixed piece of work."""
    from course_tools.yardstick import yardstick  # torch takes seconds to load

    unit, start = yardstick(), time.perf_counter()
    totals = part(changes)
    seconds = time.perf_counter() - start
    unit = (unit + yardstick()) / 2
    print(f"{seconds:.0f} s, {seconds / unit:.0f} times a yardstick of {unit:.2f} s", flush=True)
    return totals


def unit_tests(changes: list[str] | None) -> Totals:
    """The tests in tests/, but for those that need a browser."""
    tests = ["tests"] if changes is None else touched_tests(changes, ROOT)
    tests = [path for path in tests if not path.startswith(IN_A_BROWSER)]
    return _pytest(*tests, *(f"--ignore={folder}" for folder in IN_A_BROWSER), *UNIT) if tests else (0, 0, 0)


def browser(changes: list[str] | None) -> Totals:
    """Playing and clicking in a real browser."""
    if changes is not None and not any(p.startswith("tests/browser") for p in touched_tests(changes, ROOT)):
        return 0, 0, 0
    return _pytest("tests/browser", *UNIT)


def site(changes: list[str] | None) -> Totals:
    """The pages of the site, built and read in a real browser."""
    if changes is not None and not touches_site(changes):
        return 0, 0, 0
    return _pytest("tests/site", *UNIT)


def lint(changes: list[str] | None) -> Totals:
    """Ruff's rules and its formatting; each counts as one test."""
    commands = (["check"], ["format", "--check"])
    codes = [subprocess.call([sys.executable, "-m", "ruff", *command, "."], cwd=ROOT) for command in commands]
    return codes.count(0), len(codes) - codes.count(0), 0


def notebooks(changes: list[str] | None) -> Totals:
    """Every notebook from top to bottom; each cell is one test.

    The solutions run in full and are compared. The student's notebooks, which differ in the exercises only,
    are rehearsed.
    """
    totals = [
        _notebooks(folder, changes, rehearsal)
        for folder, rehearsal in (("solutions", False), ("notebooks", True))
    ]
    return tuple(sum(column) for column in zip(*totals, strict=True))


def _notebooks(folder: str, changes: list[str] | None, rehearsal: bool) -> Totals:
    files = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob(f"{folder}/*.ipynb"))]
    if not files:
        print(f"There is no notebook in {folder}; `python3 course.py build` makes them.")
        return 0, 1, 0
    if changes is not None:
        files = [name for name in files if name in touched_notebooks(changes, ROOT)]
    return _pytest(*NBVAL, *files, rehearsal=rehearsal) if files else (0, 0, 0)


def _pytest(*arguments: str, rehearsal: bool = False) -> Totals:
    with tempfile.TemporaryDirectory() as folder, throw_away_environment() as environment:
        report = Path(folder) / "report.xml"
        command = [sys.executable, *PYTEST, f"--junitxml={report}", *arguments]
        environment |= {"COURSE_REHEARSAL": "1"} if rehearsal else {}
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


PARTS = {"unit": unit_tests, "lint": lint, "browser": browser, "site": site, "notebooks": notebooks}
