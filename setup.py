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
}
FILES = "ilrl_course/storage/files.py"
# The folder above the package would be that of all installed packages. Recorded results hash this line of
# files.py: so it is the copy in the wheel that looks inside the package.
BESIDE, INSIDE = (
    'RESULTS = Path(__file__).parents[2] / "results"',
    'RESULTS = Path(__file__).parents[1] / "results"',
)


class BuildWithNotebooks(build_py):
    """As usual, and then the rest of the course."""

    def run(self):
        """Fill the folder from which the wheel is made."""
        super().run()
        if not self.editable_mode:
            for pattern, folder in PARTS.items():
                bring(pattern, Path(self.build_lib, folder))
            look_inside(Path(self.build_lib, FILES))


def bring(pattern: str, folder: Path) -> None:
    """Copy files of the repository; raises FileNotFoundError where there are none."""
    found = sorted(ROOT.glob(pattern))
    if not found:
        raise FileNotFoundError(f"the wheel needs {pattern}: build it from the whole repository")
    folder.mkdir(parents=True, exist_ok=True)
    for path in found:
        shutil.copy(path, folder)


def look_inside(path: Path) -> None:
    """Let the copy of files.py find the results in the wheel; raises ValueError where it has changed."""
    text = path.read_text(encoding="utf-8")
    if text.count(BESIDE) != 1:
        raise ValueError(f"{FILES} should say once: {BESIDE}")
    path.write_text(text.replace(BESIDE, INSIDE), encoding="utf-8")


setup(cmdclass={"build_py": BuildWithNotebooks})
