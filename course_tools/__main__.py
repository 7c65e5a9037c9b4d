"""Run one of the course's commands: `python3 course.py COMMAND` comes here once `.venv` is ready."""

import argparse
import importlib
import sys

from course_tools import COMMANDS
from course_tools.locks import in_use
from course_tools.setup.faults import explain_os_error
from course_tools.workplace import CourseError


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, import the one command that it names, run it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="course.py", description="A course on imitation learning.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    arguments = sys.argv[1:] if arguments is None else arguments
    for name, (module_name, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if name in arguments[:1]:
            module = importlib.import_module(module_name)
            module.add_arguments(command)
    options = parser.parse_args(arguments)
    try:
        with in_use():
            return module.run(options)
    except CourseError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{explain_os_error(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
