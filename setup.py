"""Builds the wheel: beside the packages it holds the notebooks, and the results that they read.

The rest is said in pyproject.toml. An editable installation, as in `.venv`, stays as the repository is.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
PARTS = {  # what lies beside the packages in the repository -> where it lies in the wheel
    "notebooks/*.ipynb": "course_tools/wheel/notebooks",
    "results/*.json": "ilrl_course/results",
    "requirements-worlds.txt": "course_tools/setup",
}
# Lines that must say something else where there is no repository around the package. Recorded results hash
# these lines: so it is the copies in the wheel that are changed.
CHANGED = {
    "ilrl_course/storage/files.py": (  # the folder above the package would be that of all installed packages
        'RESULTS = Path(__file__).parents[2] / "results"',
        'RESULTS = Path(__file__).parents[1] / "results"',
    ),
    "ilrl_course/envs/elsewhere/missing.py": (
        "run `python3 course.py worlds` in the folder of the course, and restart",
        "run `ilrl-course worlds` in a terminal (in a cell: `!ilrl-course worlds`), and restart",
    ),
}


class BuildWithNotebooks(build_py):
    """As usual, and then the rest of the course."""

    def run(self):
        """Fill the folder from which the wheel is made."""
        super().run()
        if not self.editable_mode:
            for pattern, folder in PARTS.items():
                bring(pattern, Path(self.build_lib, folder))
            for name, (here, there) in CHANGED.items():
                replace_once(here, there, Path(self.build_lib, name))


def bring(pattern: str, folder: Path) -> None:
    """Copy files of the repository; raises FileNotFoundError where there are none."""
    found = sorted(ROOT.glob(pattern))
    if not found:
        raise FileNotFoundError(f"the wheel needs {pattern}: build it from the whole repository")
    folder.mkdir(parents=True, exist_ok=True)
    for path in found:
        shutil.copy(path, folder)


def replace_once(old: str, new: str, path: Path) -> None:
    """Change a text in a file of the wheel; raises ValueError where it does not stand there once."""
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"{path} should say once: {old}")
    path.write_text(text.replace(old, new), encoding="utf-8")


setup(cmdclass={"build_py": BuildWithNotebooks})
