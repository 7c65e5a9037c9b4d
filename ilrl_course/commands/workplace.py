"""What all commands share: where things are, the error that a user reads, how a child process starts."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KERNEL_CONFIG = 'get_config().IPKernelApp.log_level = "ERROR"\n'


class CourseError(Exception):
    """Something that the user can mend: the message says what is wrong and what to do."""


def child_environment() -> dict[str, str]:
    """The environment for JupyterLab, kernels and tests: private to this course, and everywhere the same."""
    private = Path(sys.prefix) / "jupyter"
    # A kernel warns at each start that it is not encrypted, though it is not reached from other machines.
    write_atomically(private / "ipython/profile_default/ipython_kernel_config.py", KERNEL_CONFIG)
    environment = dict(os.environ)
    # The user's own Jupyter settings and extensions must not change what the course shows, nor the reverse.
    environment |= {
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "IPYTHONDIR": str(private / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    # The course's networks are small: a second thread slows them down and changes the last digits.
    environment.setdefault("OMP_NUM_THREADS", "1")
    if not has_display():
        environment.setdefault("SDL_VIDEODRIVER", "dummy")
    return environment


def has_display() -> bool:
    """Can a window be opened? Windows and macOS always have a display; elsewhere a variable names it."""
    named = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform in {"win32", "darwin"} or bool(named)


def write_atomically(path: Path, text: str) -> None:
    """Write a text file so that an interruption leaves the old one or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(path)
