"""The one command of the course: it sets everything up in the folder .venv and then does what you ask.

This file uses only syntax that old Pythons can read, so that they can say that they are too old.
"""

import shutil
import subprocess
import sys

NEWER = ("python3.13", "python3.12", "python3.11", "python3.14")


def main(arguments):
    """Run a command if this Python is new enough; returns the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036, for this is where older ones end
        print(too_old(), file=sys.stderr)
        return 1
    from course_tools.start import start  # in newer syntax

    return start(arguments)


def too_old():
    """What to say to a Python that cannot run the course; names a newer one if this machine has it."""
    found = [name for name in NEWER if runs(name)]
    remedy = f"Type {found[0]} instead of python3" if found else "Install a newer one and use that"
    version = ".".join(str(number) for number in sys.version_info[:3])
    return f"The course needs Python 3.11 or newer, and this is Python {version}. {remedy}."


def runs(name):
    """Is there a program of this name, and does it start?"""
    path = shutil.which(name)
    nothing = subprocess.DEVNULL
    return path is not None and subprocess.call([path, "-c", ""], stdout=nothing, stderr=nothing) == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
