"""What can go wrong while the course is set up, and what to say; standard library only."""

import errno
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from course_tools.workplace import CourseError

SPACE = 3e9  # bytes that a full installation needs, downloads included
LONGEST = 100  # characters; Windows allows 260, and the files of torch need the rest
NO_NETWORK = (
    "connection",
    "name resolution",
    "failed to resolve",
    "getaddrinfo",
    "timed out",
    "unreachable",
    "proxyerror",
    "sslerror",
    "max retries",
)


def check_machine(root: Path, needs_space: bool) -> None:
    """Raise CourseError for what would make the set-up fail half-way."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = ".".join(map(str, sys.version_info[:2]))
        raise CourseError(
            "This Python lacks its venv module, which the set-up needs. On Debian or Ubuntu: "
            f"sudo apt install python{version}-venv. Elsewhere: install Python anew, with all its parts."
        )
    if os.pathsep in str(root):
        raise CourseError(f"The folder {root} has a '{os.pathsep}' in its path; rename it, then start again.")
    if os.name == "nt" and len(str(root)) > LONGEST:
        raise CourseError(f"The path {root} is too long; move the course to a folder such as C:\\course.")
    if not os.access(root, os.W_OK):
        raise CourseError(f"You may not write in {root}; move the course to a folder of your own.")
    if needs_space:
        check_space(root, SPACE)


def check_space(root: Path, needed: float) -> None:
    """Raise CourseError unless so many bytes are free."""
    free = shutil.disk_usage(root).free
    if free < needed:
        raise CourseError(disk_full(f"{free / 1e9:.1f} GB are free, {needed / 1e9:.0f} GB are needed"))


def explain_pip(output: str) -> str:
    """What pip's words mean when it failed, or its last lines."""
    lines = [line for line in output.splitlines() if line.strip()]
    text = output.lower()
    if any(sign in text for sign in ("no space left", "not enough space", "quota exceeded")):
        return disk_full("the disk filled up")
    if any(sign in text for sign in NO_NETWORK):
        return (
            "The packages could not be downloaded: the network or the package index does not answer. "
            "Check the connection (and the proxy, if there is one), then start again."
        )
    if "no matching distribution" in text:
        version = ".".join(map(str, sys.version_info[:2]))
        return (
            f"For this system and Python {version} there is no {lines[-1].split()[-1]}. "
            "Use another Python, for example 3.12, and start again with it."
        )
    if "permission denied" in text or "access is denied" in text:
        return "A package cannot be written. Close JupyterLab and what else uses it, then start again."
    return "The installation failed; pip's last words were:\n" + "\n".join(lines[-8:])


def explain_os_error(error: OSError) -> str:
    """What the operating system refused."""
    if error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
        return disk_full("the disk is full")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return (
            f"Not allowed to use {error.filename}. Close programs that use it. If somebody else has set up "
            "the course here, copy it without the folder .venv into a folder of your own, and start it there."
        )
    return f"This failed: {error}. If it fails again, delete the folder .venv and start anew."


def disk_full(how: str) -> str:
    """The sentence about space on the disk."""
    return f"There is not enough space on the disk: {how}. Free some, then start again."
