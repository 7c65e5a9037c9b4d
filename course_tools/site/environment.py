"""The folder .venv-site, in which the site is built; standard library only.

It is small, and it knows nothing of the course's own packages: so pages can be published without torch.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from course_tools.locks import locked
from course_tools.setup.faults import check_machine, explain_pip
from course_tools.setup.install import pip_settings, run_quietly, version_of
from course_tools.workplace import ROOT, CourseError
from ilrl_course.storage.files import write_atomically

REQUIREMENTS = "requirements-site.txt"
IS_BUSY = (
    "The site is being built by another command in this folder. Wait until it is done, then start again."
)


def prepare_site(root: Path = ROOT) -> None:
    """Make sure that .venv-site holds what requirements-site.txt asks for; raises CourseError."""
    if is_ready(root):
        return
    check_machine(root, needs_space=False)
    with locked("site", IS_BUSY, root):
        print("Setting up what builds the site, in .venv-site: once, about a minute.", flush=True)
        shutil.rmtree(root / ".venv-site", ignore_errors=True)
        _require(run_quietly([sys.executable, "-m", "venv", str(root / ".venv-site")], root))
        python = site_python(root)
        settings = pip_settings(root, python) | {"PIP_CONFIG_FILE": os.devnull}
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
        install = ["install", "--only-binary", ":all:", "-r", REQUIREMENTS]
        _require(run_quietly([str(python), "-m", "pip", *install, *quiet], root, settings))
        write_atomically(_stamp(root), _fingerprint(root))


def is_ready(root: Path = ROOT) -> bool:
    """Was the installation completed for these requirements, this folder and the Python that it has?"""
    try:
        return _stamp(root).read_text(encoding="utf-8") == _fingerprint(root)
    except (OSError, ValueError):
        return False


def site_python(root: Path = ROOT) -> Path:
    """The Python of .venv-site."""
    return root / ".venv-site" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _require(outcome) -> None:
    if outcome.returncode:
        raise CourseError(explain_pip(outcome.stdout))


def _fingerprint(root: Path) -> str:
    wanted = (root / REQUIREMENTS).read_text(encoding="utf-8")
    return hashlib.sha256(f"{wanted}\0{root}\0{version_of(site_python(root))}".encode()).hexdigest()


def _stamp(root: Path) -> Path:
    return root / ".venv-site" / "installed"
