"""Answers that passed, as sealed files: code from elsewhere is never taken for a student's own.

The seal is a keyed hash (HMAC) of the text. Its key is made once per person and computer and lies in the home
folder, outside `my_work`, so that a file that was changed by hand, or copied from somebody else's `my_work`,
does not fit its seal. That is all it can do: a program that already runs with the student's rights can read
the key. Whoever moves to another computer checks the answers there once more, or takes the key along.
"""

import hashlib
import hmac
import secrets
from pathlib import Path

from ilrl_course.storage.files import write_atomically
from ilrl_course.storage.my_work import folder

SEAL = "\n# Sealed on this computer: "
KEY_LENGTH = 32  # bytes


class SealError(ValueError):
    """A file that this computer did not write as it stands; the message says what happened to it."""


def path_of(name: str) -> Path:
    """Where the answer to an exercise is kept; what stood there before is beside it, in `earlier`."""
    return folder() / "answers" / f"{name}.py"


def save(name: str, text: str) -> None:
    """Write an answer, or nothing if it is there already. An older one is kept, too, under a number."""
    path, content = path_of(name), _sealed(text, _key() or _new_key())
    older = path.read_bytes() if path.exists() else None
    if older == content:
        return
    if older is not None:
        _set_aside(path, older)
    write_atomically(path, content)


def read(name: str) -> str:
    """The answer that was saved. Raises FileNotFoundError, and SealError where the seal does not fit."""
    return _unsealed(path_of(name))


def save_note(name: str, note: str) -> None:
    """Write down in a line why an answer could not be saved; an empty note takes the line away."""
    if not note:
        _note_of(name).unlink(missing_ok=True)
    elif note != read_note(name):
        write_atomically(_note_of(name), _sealed(note, _key() or _new_key()))


def read_note(name: str) -> str:
    """Why the newest answer could not be saved; "" where it was, or where no such line was written here."""
    try:
        return _unsealed(_note_of(name))
    except (OSError, SealError):
        return ""


def key_file() -> Path:
    """Where the key of the seals lies; raises OSError if this person has no home folder."""
    try:
        return Path.home() / ".ilrl_course" / "key_of_answers"
    except RuntimeError as error:
        raise FileNotFoundError(2, f"{error}: the variable HOME should name your folder") from error


def _note_of(name: str) -> Path:
    return path_of(name).with_suffix(".not_kept.txt")


def _set_aside(path: Path, content: bytes) -> None:
    """Copy what is about to be replaced to `earlier/NAME-1.py`, or the next number, unless it is there."""
    number = 1
    while (aside := path.parent / "earlier" / f"{path.stem}-{number}.py").exists():
        if aside.read_bytes() == content:
            return
        number += 1
    write_atomically(aside, content)


def _sealed(text: str, key: bytes) -> bytes:
    seal = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"{text}{SEAL}{_owner(key)} {seal}\n".encode()


def _unsealed(path: Path) -> str:
    content, key = path.read_bytes(), _key()
    text, begins, seal = content.decode(errors="replace").rpartition(SEAL)
    owner, goes_on, _ = seal.partition(" ")
    is_sealed = begins and goes_on
    if is_sealed and (key is None or owner != _owner(key)):
        raise SealError("it was written on another computer, and code from elsewhere is never run")
    if not is_sealed or not hmac.compare_digest(content, _sealed(text, key)):
        raise SealError("its file was changed outside the notebook")
    return text


def _owner(key: bytes) -> str:
    """A name for the key that does not tell it."""
    return hashlib.sha256(b"the owner of " + key).hexdigest()[:12]


def _key() -> bytes | None:
    """The key; None if there is none yet."""
    try:
        key = key_file().read_bytes()
    except FileNotFoundError:
        return None
    return key if len(key) == KEY_LENGTH else None


def _new_key() -> bytes:
    key_file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # for the student's eyes only
    write_atomically(key_file(), secrets.token_bytes(KEY_LENGTH))
    return key_file().read_bytes()
