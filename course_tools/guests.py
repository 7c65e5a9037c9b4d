"""Packages that the course's own environment must not have: each lives beside it and sees it."""

import os
import shutil
import sys
import sysconfig
import venv
from pathlib import Path

from filelock import FileLock

from course_tools.setup.faults import explain_pip
from course_tools.setup.install import pip_settings, run_quietly
from course_tools.workplace import ROOT, CourseError
from ilrl_course.storage.files import write_atomically

PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]


def guest(name: str, *requirements: str, with_dependencies: bool = True) -> Path:
    """The Python of `.venv/guests/NAME`: it has these packages, and all those of `.venv`; made only once.

    Without dependencies, packages come alone, whatever versions of others they ask for. Raises CourseError
    if pip fails.
    """
    folder = Path(sys.prefix) / "guests" / name
    python = folder / Path(sys.executable).relative_to(sys.prefix)
    stamp, wanted = folder / "installed", repr((sys.version, requirements, with_dependencies))
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.with_name(f"{name}.lock")):  # tests that run side by side may want the same guest
        if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder, python, [*requirements] if with_dependencies else ["--no-deps", *requirements])
            write_atomically(stamp, wanted)
    return python


def _make(folder: Path, python: Path, requirements: list[str]) -> None:
    venv.create(folder, symlinks=os.name != "nt")
    host = sysconfig.get_path("purelib")
    packages = folder / Path(host).relative_to(sys.prefix)
    # Not the bare path: this way, the packages that .venv only links to are found as well.
    write_atomically(packages / "host.pth", f"import site; site.addsitedir({host!r})\n")
    settings = pip_settings(ROOT, Path(sys.executable)) | {"PIP_CONFIG_FILE": os.devnull}
    outcome = run_quietly([str(python), *PIP, *requirements], ROOT, settings)
    if outcome.returncode:
        raise CourseError(explain_pip(outcome.stdout))
