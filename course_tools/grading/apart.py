"""Programs that run students' code: in a home of their own, with little of ours, and not for ever."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from course_tools.workplace import ROOT

KEPT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "COMSPEC", "PATHEXT")  # no secrets


class Endless(Exception):
    """A program took too long, and was stopped."""


def run_apart(command: list[str], folder: Path, log: Path, seconds: float | None = None) -> None:
    """Run a program in a folder, with a temporary home and journal; what it prints goes to a log.

    In the end everything that it left running in its name is stopped. Raises Endless after so many seconds.
    """
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", os.defpath)])
    with _temporary_home() as home, log.open("w", encoding="utf-8") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(home) | {"PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Endless from None
        finally:
            stop_all_at(home)
            child.wait()


def environment(home: Path) -> dict[str, str]:
    """All variables of a program that runs students' code.

    It rehearses, since checks do not depend on how long the course's own experiments train.
    """
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        **dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(home)),
        "COURSE_JOURNAL": str(home / "my_work"),
        "COURSE_REHEARSAL": "1",
        "JUPYTER_PATH": os.pathsep.join([str(home / "jupyter"), str(Path(sys.prefix) / "share" / "jupyter")]),
        "JUPYTER_PLATFORM_DIRS": "1",
        "OMP_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONPATH": str(ROOT),  # this course, whichever .venv has installed
        "PYTHONUTF8": "1",
        "SDL_VIDEODRIVER": "dummy",
    }


def stop_all_at(home: Path) -> None:
    """Kill every process that has this folder as its home.

    While a program begins it shows no environment for a moment, so we look until twice nothing is found.
    """
    looks_in_vain = 0
    while looks_in_vain < 2:
        found = [process for process in psutil.process_iter() if _has_home(process, home)]
        for process in found:
            with suppress(psutil.Error):  # it has ended
                process.kill()
        looks_in_vain = 0 if found else looks_in_vain + 1
        time.sleep(0.02)


def _has_home(process: psutil.Process, home: Path) -> bool:
    try:
        return process.environ().get("HOME") == str(home)
    except psutil.Error:  # it has ended, or is somebody else's
        return False


@contextmanager
def _temporary_home() -> Iterator[Path]:
    """A folder that is removed, with a kernel in it that is the course's own Python."""
    with tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as name:
        kernel = Path(name) / "jupyter" / "kernels" / "python3" / "kernel.json"
        kernel.parent.mkdir(parents=True)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "Python 3 (ipykernel)", "language": "python"}
        kernel.write_text(json.dumps(spec), encoding="utf-8")
        yield Path(name)
