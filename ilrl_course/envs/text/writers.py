"""Scripted writers: functions of what is seen alone, so that they can go on from any text."""

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache

import numpy as np

from ilrl_course.envs.options import require_known
from ilrl_course.envs.text.alphabet import (
    BLANK,
    END,
    LETTERS,
    NUM_CHARACTERS,
    WINDOW,
    encode,
)
from ilrl_course.envs.text.corpus import training_lines
from ilrl_course.envs.text.tastes import taste_named

OPTIONS = ("taste",)
KINDS = ("expert", "weak", "biased")
ORDER = 4  # characters that the expert remembers
WEAK_RANDOM = 0.2  # share of the weak one's characters that are random
SPACE = LETTERS.index(" ")


@cache
def _what_follows() -> dict[tuple[int, ...], np.ndarray]:
    """After each context in the corpus, of at most ORDER characters: how likely each next one is (28,)."""
    counts = defaultdict(Counter)
    for line in training_lines():
        characters = (BLANK,) * ORDER + tuple(encode(line).tolist())
        for here in range(ORDER, len(characters)):
            for order in range(ORDER + 1):
                counts[characters[here - order : here]][characters[here]] += 1
    tables = {}
    for context, counter in counts.items():
        tables[context] = np.array([counter[code] for code in range(NUM_CHARACTERS)]) / counter.total()
    return tables


def next_character(seen: np.ndarray) -> np.ndarray:
    """The distribution (28,) of what follows these characters (WINDOW,), by the longest known context."""
    tables = _what_follows()
    contexts = (tuple(seen[len(seen) - order :].tolist()) for order in range(ORDER, -1, -1))
    return next(tables[context] for context in contexts if context in tables)


def make_demonstrator(kind: str, seed: int = 0, **options) -> Callable[[np.ndarray], np.ndarray]:
    """A writer, as an actor: obs (B, 224) -> characters (B,) int64, drawn from `seed`.

    "expert" writes as the corpus does: it draws what followed the last four characters there, or fewer where
    these never occurred. One in five of the weak one's characters is random. The biased one writes as the
    expert, but never a space: it ends the line instead. The world's `taste` changes nothing. Raises
    ValueError for another kind or option.
    """
    require_known("the text world", options, OPTIONS)
    taste_named(options.get("taste"))
    if kind not in KINDS:
        raise ValueError(f"there is no writer {kind!r}: choose one of {', '.join(KINDS)}")
    rng = np.random.default_rng(seed)

    def demonstrator(obs: np.ndarray) -> np.ndarray:
        one_hot = obs.reshape(len(obs), WINDOW, NUM_CHARACTERS)
        seen = np.where(one_hot.any(axis=2), one_hot.argmax(axis=2), BLANK)  # (B, WINDOW)
        chances = np.array([next_character(row) for row in seen])  # (B, 28)
        drawn = (chances.cumsum(axis=1) > rng.random((len(obs), 1))).argmax(axis=1)
        if kind == "weak":
            is_random = rng.random(len(obs)) < WEAK_RANDOM
            drawn = np.where(is_random, rng.integers(NUM_CHARACTERS, size=len(obs)), drawn)
        if kind == "biased":
            drawn = np.where(drawn == SPACE, END, drawn)
        return drawn

    return demonstrator
