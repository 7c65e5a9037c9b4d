"""Small JSON files of a student: one that cannot be read is kept when something new is saved."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ilrl_course.storage.files import rename, write_atomically


def read(path: Path, is_valid: Callable[[Any], bool], tell: Callable[[str], Any] = print) -> Any:
    """The content of a JSON file; None if there is none, or if it is damaged. Reading changes nothing."""
    content, exists = _stored(path, is_valid)
    if exists and content is None:
        tell(
            f"{path.name} in {path.parent} cannot be read. It stays as it is; saving anew will keep it, too."
        )
    return content


def write(
    path: Path, content: dict, is_valid: Callable[[Any], bool], tell: Callable[[str], Any] = print
) -> None:
    """Write a JSON file; one there that cannot be read is kept under another name."""
    found, exists = _stored(path, is_valid)
    if exists and found is None:
        _set_aside(path, tell)
    write_atomically(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _stored(path: Path, is_valid: Callable[[Any], bool]) -> tuple[Any, bool]:
    """The content of a file, or None, and whether there is a file at all."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return (content if is_valid(content) else None), True
    except FileNotFoundError:
        return None, False
    except (ValueError, TypeError, RecursionError, OSError):  # no JSON, no text, odd types, another user's
        return None, True


def _set_aside(path: Path, tell: Callable[[str], Any]) -> None:
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}")).exists():
        number += 1
    try:
        rename(path, aside)
    except FileNotFoundError:  # another process was faster
        return
    tell(f"{path.name} in {path.parent} could not be read; it is kept as {aside.name}, and a new one begins.")
