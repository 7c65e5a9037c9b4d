"""Choices on disk: each is there the moment it is made, as a game is; and whose choices to go on with."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ilrl_course.envs.text.reader import ScriptedReader
from ilrl_course.play.choices import Choice, choose_by_script
from ilrl_course.play.recordings import YOU
from ilrl_course.storage import my_work

MOST_NAMED = 5  # damaged lines that are told one by one


class Choices:
    """The choices in `my_work/choices/text.jsonl`, or in another file: a line for each, only ever added to.

    Several kernels may add at the same time, and a line that is damaged costs no other.
    """

    def __init__(self, path: Path | None = None):
        self.path = my_work.folder() / "choices" / "text.jsonl" if path is None else Path(path)

    def load(self, chooser: str | None = None, tell: Callable[[str], Any] = print) -> list[Choice]:
        """The choices of one chooser or of all, oldest first.

        Where somebody chose between the same two lines again, the later choice counts. What cannot be read
        is named, and stays where it is.
        """
        last_words, damaged = {}, []
        for number, line in enumerate(self._lines(tell), start=1):
            if not line.strip():
                continue
            try:
                choice = Choice(**json.loads(line))
            except (ValueError, TypeError, RecursionError):  # no JSON, no object, another kind of object
                damaged.append(number)
                continue
            pair = choice.chooser, frozenset((choice.first, choice.second))
            last_words.pop(pair, None)
            last_words[pair] = choice
        if damaged:
            tell(self._words_about(damaged))
        return [choice for choice in last_words.values() if chooser in (None, choice.chooser)]

    def add(self, choice: Choice) -> None:
        """Write a choice behind those that are there; raises OSError where the disk refuses it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+", buffering=0) as file:
            if size := file.seek(0, os.SEEK_END):
                file.seek(size - 1)
            is_cut_off = file.read(1) not in (b"", b"\n")  # a power failure left half a line
            line = json.dumps(asdict(choice)) + "\n"
            file.write(("\n" * is_cut_off + line).encode())
            os.fsync(file.fileno())

    def _lines(self, tell: Callable[[str], Any]) -> list[str]:
        try:
            return self.path.read_text(encoding="utf-8", errors="replace").split("\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            tell(f"{self.path} cannot be read, and stays as it is: {error.strerror or error}.")
            return []

    def _words_about(self, damaged: list[int]) -> str:
        which = ", ".join(map(str, damaged[:MOST_NAMED])) + ", ..." * (len(damaged) > MOST_NAMED)
        lines = f"line {which} holds" if len(damaged) == 1 else f"lines {which} hold"
        return f"In {self.path}, {lines} no choice. What cannot be read is skipped, and stays there."


def your_choices(reader: ScriptedReader, first: Sequence[str], second: Sequence[str]) -> list[Choice]:
    """The choices that you made; without any, those of a scripted reader between these pairs of lines.

    Says which they are.
    """
    if choices := Choices().load(YOU):
        print(f"Going on with your choices: {len(choices)}.")
        return choices
    print(f"You have not chosen anything here. Going on with {len(first)} choices that a SCRIPT made, by its")
    print("own taste and with errors: what follows says nothing about people.")
    return choose_by_script(reader, first, second)
