"""Files: written so that an interruption never leaves half of one; and the recorded results, read."""

import json
import os
import time
from pathlib import Path
from uuid import uuid4

RESULTS = Path(__file__).parents[2] / "results"


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace the file `path` (its folder is made if need be) by this content, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{uuid4().hex}.partial")
    try:
        with partial.open("xb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        _replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _replace(source: Path, target: Path, attempts: int = 20) -> None:
    """`os.replace`, which Windows refuses for the moment in which another process has the file open."""
    for attempt in range(attempts):
        try:
            return os.replace(source, target)
        except PermissionError:
            if attempt == attempts - 1:
                raise
            time.sleep(0.02)
    return None


def load_results(name: str) -> dict:
    """What `course.py results NAME` has recorded in the folder `results/`."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
