"""`course.py wheel`: build the wheel, which holds the package, the tools, the notebooks and the results."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from course_tools.setup.faults import explain_pip
from course_tools.setup.install import run_quietly
from course_tools.workplace import ROOT, CourseError

FOLDERS = ("ilrl_course", "course_tools", "notebooks", "results")
FILES = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "LICENSE-TEXT", "requirements-worlds.txt")
PIP = ("-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation", "--quiet", "--no-input")


def add_arguments(parser) -> None:
    """No options."""


def run(options) -> int:
    """Build it in the folder `dist`, and say how it is installed."""
    wheel = build_wheel(ROOT / "dist")
    print(f"{wheel.stat().st_size / 1e6:.1f} MB. To install it: python3 -m pip install {wheel}")
    return 0


def build_wheel(target: Path) -> Path:
    """Build the wheel in the folder `target`; returns its path. Raises CourseError if pip fails.

    It is made from a copy: setuptools leaves a folder `build` behind, whose old files get into later wheels.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, built = Path(folder, "source"), Path(folder, "built")
        litter = shutil.ignore_patterns("__pycache__")
        for name in FOLDERS:
            shutil.copytree(ROOT / name, source / name, ignore=litter)
        for name in FILES:
            shutil.copy(ROOT / name, source)
        settings = {"PIP_CONFIG_FILE": os.devnull}
        outcome = run_quietly([sys.executable, *PIP, "--wheel-dir", str(built), "."], source, settings)
        if outcome.returncode:
            raise CourseError(explain_pip(outcome.stdout))
        target.mkdir(parents=True, exist_ok=True)
        (wheel,) = built.glob("*.whl")
        return Path(shutil.copy(wheel, target))
