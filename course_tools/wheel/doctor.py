"""`ilrl-course doctor`: as `course.py doctor`, for a course that was installed, in the current folder."""

import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from course_tools.setup import doctor
from course_tools.workplace import child_environment

INSTALL = "install the course anew, into an environment of its own: python -m pip install --force-reinstall "
WHEEL = "ilrl_course-{version}-py3-none-any.whl"


def findings(private: Path) -> Iterator[doctor.Finding]:
    """All findings, the quick ones first; Jupyter's own files lie in the folder `private`."""
    version, folder = metadata.version("ilrl-course"), Path.cwd()
    remedies = {doctor.REINSTALL: INSTALL + WHEEL.format(version=version)}
    yield "Course", f"version {version}, for Python {sys.version.split()[0]} in {sys.prefix}", ""
    for name, found, remedy in _seen_from(folder, private):
        yield name, found, remedies.get(remedy, remedy)


def _seen_from(folder: Path, private: Path) -> Iterator[doctor.Finding]:
    yield from doctor.packages("\n".join(metadata.requires("ilrl-course")))
    yield doctor.disk(shutil.disk_usage(folder).free)
    yield doctor.display()
    yield doctor.port()
    yield doctor.worlds("ilrl-course worlds")
    yield from doctor.kernel(folder, child_environment(private))
