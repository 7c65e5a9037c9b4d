"""The course with each Python that it is for: from a fresh clone, and as a wheel in an empty environment."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course_tools.build.wheel import build_wheel
from course_tools.release.outcome import Outcome
from course_tools.setup.install import install_torch, python_path, run_pip, run_quietly, torch_of
from course_tools.workplace import CourseError, own_environment

VERSIONS = ("3.11", "3.12", "3.13")
TOTALS = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.MULTILINE)
LESSONS = ("00_start_here.ipynb", "02_behavioral_cloning.ipynb")


def try_python(version: str, root: Path) -> Outcome:
    """The unit tests in a fresh clone, with all worlds; and the wheel. One that is not here is not tried."""
    python = find_python(version)
    if python is None:
        return Outcome(0, 0, remarks=["not found on this machine"], was_tried=False)
    with tempfile.TemporaryDirectory(prefix=".release-", dir=root, ignore_cleanup_errors=True) as folder:
        passed, failed, skipped = try_clone(python, root, Path(folder, "clone"))
        fault = try_wheel(python, build_wheel(Path(folder, "dist")), Path(folder, "empty"), torch_of(root))
    remarks = [f"{python}: {passed:,} unit tests passed", f"the wheel: {fault or 'lessons 00 and 02 run'}"]
    return Outcome(passed + (not fault), failed + bool(fault), skipped, remarks)


def find_python(version: str) -> Path | None:
    """One of this version that runs: on the path, or installed by pyenv."""
    named = f"python{version}"
    found = [shutil.which(named), *sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/{named}"))]
    return next((Path(path) for path in found if path and _runs(path)), None)


def _runs(python: str | Path) -> bool:
    return subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


def try_clone(python: Path, root: Path, clone: Path) -> tuple[int, int, int]:
    """`course.py worlds` and `course.py test unit` in a clone of the commit: passed, failed, skipped."""
    subprocess.run(["git", "clone", "--quiet", str(root), str(clone)], check=True)
    _follow([str(python), "course.py", "worlds"], clone)
    code, said = _follow([str(python), "course.py", "test", "unit"], clone)
    totals = TOTALS.findall(said)
    if not totals:
        return 0, 1, 0  # it was not even set up; what it said stands above
    passed, failed, skipped = (int(number or 0) for number in totals[-1])
    return passed, failed or int(code != 0), skipped


def _follow(command: list[str], folder: Path) -> tuple[int, str]:
    """Run a program, show what it prints as it comes; its exit code, and what it printed."""
    child = subprocess.Popen(
        command,
        cwd=folder,
        env=own_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    lines = []
    for line in child.stdout:
        print(line, end="", flush=True)
        lines.append(line)
    return child.wait(), "".join(lines)


def try_wheel(python: Path, wheel: Path, folder: Path, torch: str) -> str:
    """Install it into an empty environment, and use it in an empty folder; what failed, or nothing."""
    desk = folder / "desk"
    desk.mkdir(parents=True)
    made = run_quietly([str(python), "-m", "venv", str(folder / ".venv")], folder)
    if made.returncode:
        raise CourseError(f"{python} made no environment: {made.stdout}")
    install_torch(torch, folder)
    if fault := run_pip(folder, "install", str(wheel)):
        return f"pip: {_last_line(fault)}"
    programs = python_path(folder).parent
    path = os.pathsep.join([str(programs), os.environ.get("PATH", "")])
    environment = {"PATH": path, "COURSE_REHEARSAL": "1", "HOME": str(folder), "USERPROFILE": str(folder)}
    lessons = ["jupyter", "execute", "--timeout=600", *LESSONS]
    for words in (["ilrl-course", "notebooks", "."], ["ilrl-course", "doctor"], lessons):
        program = str(programs / (words[0] + (".exe" if sys.platform == "win32" else "")))
        ran = run_quietly([program, *words[1:]], desk, environment)
        if ran.returncode:
            return f"{' '.join(words[:2])}: {_last_line(ran.stdout)}"
    return ""


def _last_line(text: str) -> str:
    return ([line for line in text.splitlines() if line.strip()] or ["no message"])[-1].strip()[:200]
