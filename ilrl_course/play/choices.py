"""What people chose between two lines: each choice is on disk the moment it is made, as a game is."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ilrl_course.algorithms.episodes import pad_episodes
from ilrl_course.algorithms.preferences import Pairs
from ilrl_course.envs.text.alphabet import MAX_LENGTH, as_demonstration, encode
from ilrl_course.envs.text.reader import NAME as SCRIPT
from ilrl_course.envs.text.reader import ScriptedReader
from ilrl_course.play.recordings import YOU
from ilrl_course.storage import kept, my_work


@dataclass(frozen=True)
class Choice:
    """Two lines that somebody saw side by side, and which one they liked better."""

    first: str
    second: str
    prefers_first: bool
    chooser: str = YOU
    chosen_at: int = 0  # s since 1970, UTC

    def __post_init__(self):
        texts = dict.fromkeys(("first", "second", "chooser"), str)
        kinds = texts | {"prefers_first": bool, "chosen_at": int}
        if any(type(getattr(self, name)) is not kind for name, kind in kinds.items()) or self.chosen_at < 0:
            raise ValueError(
                f"{self}: two lines and chooser are texts, prefers_first is True or False, chosen_at a whole "
                "number of seconds"
            )
        for line in (self.first, self.second):
            encode(line)


class Choices:
    """The choices in `my_work/choices/text.json`, or in another file: kept one by one, checked when read."""

    def __init__(self, path: Path | None = None):
        self.path = my_work.folder() / "choices" / "text.json" if path is None else Path(path)

    def load(self, chooser: str | None = None) -> list[Choice]:
        """The choices of one chooser or of all, oldest first; says so if the file cannot be read."""
        stored = (kept.read(self.path, _are_choices) or {"choices": []})["choices"]
        choices = [Choice(**one) for one in stored]
        return [choice for choice in choices if chooser in (None, choice.chooser)]

    def add(self, choice: Choice) -> None:
        """Keep a choice, behind those that are there; a file that cannot be read is set aside, and kept."""
        stored = kept.read(self.path, _are_choices, tell=lambda words: None) or {"choices": []}
        kept.write(self.path, {"choices": [*stored["choices"], asdict(choice)]}, _are_choices)


def _are_choices(content: Any) -> bool:
    is_list = isinstance(content, dict) and content.keys() == {"choices"} and type(content["choices"]) is list
    return is_list and all(map(_is_choice, content["choices"]))


def _is_choice(stored: Any) -> bool:
    if not isinstance(stored, dict) or stored.keys() != {field.name for field in fields(Choice)}:
        return False
    try:
        Choice(**stored)
    except ValueError:
        return False
    return True


def choose_by_script(reader: ScriptedReader, first: Sequence[str], second: Sequence[str]) -> list[Choice]:
    """What a scripted reader says about pairs of lines; said to be a script's."""
    answers = reader.prefers_first(first, second).tolist()
    now = int(time.time())
    return [Choice(*pair, SCRIPT, now) for pair in zip(first, second, answers, strict=True)]


def pairs_of(choices: Sequence[Choice]) -> Pairs:
    """The choices as the algorithms take them; raises ValueError where there are none."""
    if not choices:
        raise ValueError("no choices: make at least one before learning from them")
    sides = ([choice.first for choice in choices], [choice.second for choice in choices])
    episodes = [pad_episodes([as_demonstration(line) for line in lines], MAX_LENGTH) for lines in sides]
    return Pairs(*episodes, torch.from_numpy(np.array([choice.prefers_first for choice in choices])))
