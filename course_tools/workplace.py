"""What all commands share: where things are, the error that a user reads, how a child process starts."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ilrl_course.storage.files import write_atomically

ROOT = Path(__file__).resolve().parents[1]
KERNEL_CONFIG = 'get_config().IPKernelApp.log_level = "ERROR"\n'
FOREIGN = ("JUPYTER", "IPYTHON", "PYTHON", "MPL", "MATPLOTLIB", "PYTEST", "TQDM")  # how their variables begin


class CourseError(Exception):
    """Something that the user can mend: the message says what is wrong and what to do."""


def own_environment() -> dict[str, str]:
    """The variables of this process without the user's settings for Python, Jupyter and Matplotlib."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(FOREIGN)}
    return kept | {"PYTHONUTF8": "1"}


def child_environment(private: Path | None = None) -> dict[str, str]:
    """The environment for JupyterLab, kernels and tests: private to this course, and everywhere the same.

    What they write down for themselves lies in the folder `private`, by default in `.venv`.
    """
    private = private or Path(sys.prefix) / "jupyter"
    # A kernel warns at each start that it is not encrypted, though it is not reached from other machines.
    write_atomically(private / "ipython/profile_default/ipython_kernel_config.py", KERNEL_CONFIG)
    # The user's own settings and extensions must not change what the course shows, nor the reverse.
    environment = own_environment() | {
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "IPYTHONDIR": str(private / "ipython"),
        "MPLCONFIGDIR": str(private / "matplotlib"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    # The course's networks are small: a second thread slows them down and changes the last digits.
    environment.setdefault("OMP_NUM_THREADS", "1")
    if not has_display():
        environment.setdefault("SDL_VIDEODRIVER", "dummy")
    return environment


def wait_for(child: subprocess.Popen) -> int:
    """The exit code of a program, whose own it is to answer Ctrl-C."""
    while True:
        try:
            code = child.wait()
            return code if code >= 0 else 128 - code
        except KeyboardInterrupt:
            continue


@contextmanager
def throw_away_environment() -> Iterator[dict[str, str]]:
    """The same for tests and builds, whose verdicts must not mix with those in the student's `my_work/`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        journal = Path(folder) / "my_work"
        journal.mkdir()
        yield child_environment() | {"COURSE_JOURNAL": str(journal)}


def has_display() -> bool:
    """Can a window be opened? Windows and macOS always have a display; elsewhere a variable names it."""
    named = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform in {"win32", "darwin"} or bool(named)
