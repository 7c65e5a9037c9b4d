"""The notebooks, laid out in a student's folder; after an upgrade once more, and nothing of theirs is lost.

A small file in the folder says how each notebook was when it was laid out. One that is still the same is
replaced by a newer version; beside one that the student has changed, the newer one is put under another name.
A notebook that was deleted comes back: that is how to begin it anew.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from course_tools.workplace import ROOT, CourseError
from ilrl_course.storage.files import write_atomically

IN_THE_WHEEL = Path(__file__).with_name("notebooks")
NOTEBOOKS = IN_THE_WHEEL if IN_THE_WHEEL.is_dir() else ROOT / "notebooks"
RECORD = ".ilrl-course.json"  # in the folder: a file's name -> the hash of what was last laid out for it
IS_REPOSITORY = (
    "{folder} is the folder of the course itself: start it there with `python3 course.py lab`, or give "
    "`ilrl-course` another folder."
)


@dataclass
class LaidOut:
    """The names of the notebooks that were written."""

    new: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)  # as they were laid out, and now newer
    kept: dict[str, str] = field(default_factory=dict)  # changed by the student -> the newer one beside it


def lay_out(folder: Path, source: Path = NOTEBOOKS) -> LaidOut:
    """Put the notebooks of the folder `source` into `folder`, which is made if need be.

    Raises CourseError where this is no folder for a student's work, and OSError where it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is a file, and the notebooks need a folder: give another name.")
    if (folder / "course.py").exists() and (folder / "course_tools").exists():
        raise CourseError(IS_REPOSITORY.format(folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    laid_out, known = LaidOut(), _read_record(folder)
    for path in sorted(source.glob("*.ipynb")):
        _lay_out_one(path.read_bytes(), folder / path.name, known, laid_out)
    write_atomically(folder / RECORD, json.dumps(known, indent=1))
    return laid_out


def _lay_out_one(content: bytes, target: Path, known: dict[str, str], laid_out: LaidOut) -> None:
    """Write one notebook where it belongs, or where it is out of the way; note it in `known`."""
    name, there, newest, last = target.name, _hash_of(target), _hash(content), known.get(target.name)
    if there is None:
        write_atomically(target, content)
        laid_out.new.append(name)
    elif there == last != newest:
        write_atomically(target, content)
        laid_out.replaced.append(name)
    elif newest not in (there, last):
        aside = _beside(target, newest, known)
        write_atomically(aside, content)
        known[aside.name] = newest
        laid_out.kept[name] = aside.name
    known[name] = newest


def _beside(target: Path, newest: str, known: dict[str, str]) -> Path:
    """The first name `02_topic.new.ipynb`, `02_topic.new2.ipynb`, ... that holds nothing of the student's."""
    names = (target.with_name(f"{target.stem}.new{number}.ipynb") for number in ("", *range(2, 1000)))
    return next(path for path in names if _hash_of(path) in (None, newest, known.get(path.name)))


def _hash_of(path: Path) -> str | None:
    return _hash(path.read_bytes()) if path.exists() else None


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_record(folder: Path) -> dict[str, str]:
    """What was noted; where that cannot be read, nothing: then whatever differs counts as the student's."""
    try:
        known = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
