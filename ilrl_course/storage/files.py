"""Files: written and renamed so that an interruption never leaves half of one; and the results, read."""

import json
import os
import time
from pathlib import Path
from uuid import uuid4

RESULTS = Path(__file__).parents[2] / "results"
RETRIES = [0.02 * 1.5**attempt for attempt in range(10)]  # s between attempts: 2.3 s together


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace the file `path` (its folder is made if need be) by this content, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{uuid4().hex}.partial")
    try:
        with partial.open("xb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        rename(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def rename(source: Path, target: Path) -> None:
    """Give a file or a folder the name `target`, whose folder is made if need be.

    A file takes the place of one that is there; a folder does not. Windows refuses both for as long as
    another program, such as a virus scanner, has the file or one in the folder open: so it is tried again
    for about two seconds.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for pause in RETRIES:
        try:
            return os.replace(source, target)
        except PermissionError:
            time.sleep(pause)
    return os.replace(source, target)


def load_results(name: str) -> dict:
    """What `course.py results NAME` has recorded in the folder `results/` of the course.

    Raises FileNotFoundError where the package is installed without the course around it.
    """
    path = RESULTS / f"{name}.json"
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no {path}: recorded results come with the whole course, not with the package alone; "
            "download the course and start it with `python3 course.py lab`"
        )
    return json.loads(path.read_text(encoding="utf-8"))
