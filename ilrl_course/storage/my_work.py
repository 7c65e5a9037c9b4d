"""Where a student's own work lies: predictions, verdicts, recorded games."""

import os
from pathlib import Path


def folder() -> Path:
    """`$COURSE_JOURNAL`, else `my_work/` at the course's root, else `my_work/` in the current folder."""
    if chosen := os.environ.get("COURSE_JOURNAL"):
        return Path(chosen)
    root = Path(__file__).resolve().parents[2]
    return (root if (root / "course.py").exists() else Path.cwd()) / "my_work"


def recordings() -> Path:
    """The folder of recorded games: as MINARI_DATASETS_PATH it shows them to Minari."""
    return folder() / "recordings"
