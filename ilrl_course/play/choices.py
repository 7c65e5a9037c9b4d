"""What people chose between two lines, and what a script that stands in for them chooses."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ilrl_course.algorithms.episodes import pad_episodes
from ilrl_course.algorithms.preferences import Pairs
from ilrl_course.envs.text.alphabet import MAX_LENGTH, as_demonstration, encode
from ilrl_course.envs.text.reader import NAME as SCRIPT
from ilrl_course.envs.text.reader import ScriptedReader
from ilrl_course.play.recordings import YOU


@dataclass(frozen=True)
class Choice:
    """Two lines that somebody saw side by side, and which one they liked better."""

    first: str  # a person saw it on the left
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
