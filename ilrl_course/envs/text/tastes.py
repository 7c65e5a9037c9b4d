"""What a reader likes, as functions of whole lines: known exactly, so that a learned taste can be judged."""

import re
from collections.abc import Callable, Sequence

import numpy as np

Taste = Callable[[Sequence[str]], np.ndarray]  # N lines -> (N,)

VOWELS = "aeiou"
LONGEST = 10  # characters that can be read without effort
CLUSTERS = re.compile(r"(?=[^aeiou ]{3}|[aeiou]{3})")  # each place where three of a kind begin


def melodious(lines: Sequence[str]) -> np.ndarray:
    """Points (N,) of somebody who reads lines aloud.

    1 for each different vowel, up to 5; less 1 for each place where three consonants or three vowels stand
    side by side, which are hard to speak; less 0.5 for each character beyond the tenth.
    """
    return np.array([_melody(line) for line in lines], dtype=np.float64)


def _melody(line: str) -> float:
    num_clusters = len(CLUSTERS.findall(line))
    return len(set(line) & set(VOWELS)) - num_clusters - 0.5 * max(0, len(line) - LONGEST)


def short(lines: Sequence[str]) -> np.ndarray:
    """Points (N,) of somebody in a hurry: minus the number of characters."""
    return -np.array([len(line) for line in lines], dtype=np.float64)


TASTES: dict[str, Taste] = {"melodious": melodious, "short": short}


def taste_named(taste: str | Taste | None) -> Taste | None:
    """The taste of this name; functions and None stay as they are. Raises ValueError for anything else."""
    if taste is None or callable(taste):
        return taste
    if not isinstance(taste, str) or taste not in TASTES:
        raise ValueError(
            f"taste is {taste!r}: choose from {', '.join(TASTES)}, or give a function of lines, or None"
        )
    return TASTES[taste]
