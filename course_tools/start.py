"""What `python3 course.py` does: set up what is missing, then hand over to it; standard library only."""

import subprocess
import sys
from pathlib import Path

from course_tools import COMMANDS
from course_tools.setup.faults import check_machine, explain_os_error
from course_tools.setup.install import DEVELOPER, STUDENT, is_ready, prepare, python_path
from course_tools.site.environment import prepare_site, site_python
from course_tools.workplace import ROOT, CourseError, own_environment

# The root comes last, so that no file beside course.py takes the place of a module of Python's.
RUN = "import sys; sys.path.append(sys.argv.pop(1)); from course_tools.__main__ import main; sys.exit(main())"
NEEDS_DEVELOPER = {"test", "build", "wheel"}
NEEDS_SITE = {"test", "site"}


def start(arguments: list[str]) -> int:
    """Set up what is missing, then run the command; returns the exit code."""
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        print(help_text())
        return 0
    command = arguments[0]
    if command not in COMMANDS:
        print(f"There is no command {command!r}.\n\n{help_text()}", file=sys.stderr)
        return 2
    try:
        if command == "doctor" and not is_ready(STUDENT):  # a doctor looks, and changes nothing
            check_machine(ROOT, needs_space=not (ROOT / ".venv").exists())
            state = "was not completed or is out of date" if (ROOT / ".venv").exists() else "is not there yet"
            raise CourseError(f"The installation in .venv {state}. Run: python3 course.py lab")
        if command in NEEDS_SITE:
            prepare_site()
        if command == "site":
            return hand_over(arguments, site_python())
        prepare(DEVELOPER if command in NEEDS_DEVELOPER else STUDENT)
        return hand_over(arguments, python_path())
    except CourseError as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(explain_os_error(error))
    except KeyboardInterrupt:
        return _complain("Stopped. Start again whenever you like: what is unfinished will be repaired.", 130)


def help_text() -> str:
    """What can be typed."""
    lines = [f"  python3 course.py {name:8} {purpose}" for name, (_, purpose) in COMMANDS.items()]
    return "\n".join(["A course on imitation learning. To begin: python3 course.py lab", "", *lines])


def hand_over(arguments: list[str], python: Path) -> int:
    """Run the command with this Python; Ctrl-C is for that program to answer."""
    child = subprocess.Popen([str(python), "-P", "-c", RUN, str(ROOT), *arguments], env=own_environment())
    while True:
        try:
            code = child.wait()
            return code if code >= 0 else 128 - code
        except KeyboardInterrupt:
            continue


def _complain(sentence: str, code: int = 1) -> int:
    print(f"\n{sentence}", file=sys.stderr)
    return code
