"""What must not happen twice at once; standard library only.

The operating system frees these locks when their process ends, however it ends.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4

from course_tools.workplace import ROOT, CourseError

IS_SET_UP = (
    "The course in this folder is being set up by another command right now. Wait until it says that the "
    "set-up is complete, then start again."
)
IS_USED = (
    "The course has to be set up or updated, but JupyterLab or another of its commands is running in this "
    "folder. Stop it (Ctrl+C in its terminal), then start again."
)


@contextmanager
def locked(name: str, refusal: str, root: Path = ROOT) -> Iterator[None]:
    """Hold the lock `name` of the course in `root`; raises CourseError(refusal) where another holds it."""
    path = root / ".locks" / name
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as file:
        if not any(_take(file) or time.sleep(0.05) for _ in range(10)):  # it may be looked at for a moment
            raise CourseError(refusal)
        yield


@contextmanager
def in_use(root: Path = ROOT) -> Iterator[None]:
    """Keep `.venv` as it is meanwhile; raises CourseError while it is being set up."""
    name = f"in-use-{uuid4().hex}"  # in two containers, processes have the same numbers
    try:
        with locked(name, IS_USED, root):
            with locked("set-up", IS_SET_UP, root):
                pass
            yield
    finally:
        (root / ".locks" / name).unlink(missing_ok=True)


@contextmanager
def setting_up(root: Path) -> Iterator[None]:
    """Have `.venv` to oneself; raises CourseError where another command sets it up or uses it."""
    with locked("set-up", IS_SET_UP, root):
        for path in (root / ".locks").glob("in-use-*"):
            with locked(path.name, IS_USED, root):
                pass
            path.unlink(missing_ok=True)  # of a process that was killed
        yield


def _take(file: IO) -> bool:
    """Lock a file that is open, or find it locked; where a disk knows no locks, nothing is locked."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a network drive without locks
        pass
    return True
