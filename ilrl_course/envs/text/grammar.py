"""A grammar of invented village names: words of two or three syllables, some with an ending or a word before.

It wrote `corpus.txt`, and writes it again whenever it is asked.
"""

import numpy as np

from ilrl_course.envs.text.alphabet import MAX_LENGTH

SEED = 13
NUM_LINES = 4000

ONSETS = ["b", "br", "d", "dr", "f", "fl", "h", "l", "m", "n", "r", "s", "st", "t", "th", "tr", "v", "w"]
VOWELS = ["a", "a", "a", "e", "e", "e", "i", "i", "o", "o", "u", "ai", "ea"]  # as often as they stand here
CODAS = ["", "", "", "l", "m", "n", "r", "s"]
ENDINGS = ["by", "dale", "fell", "field", "ford", "ham", "holm", "mere", "ton", "wick", "wood"]
FIRST_WORDS = ["east", "far", "high", "long", "low", "new", "old"]
P_ENDING, P_FIRST_WORD, P_THIRD_SYLLABLE = 0.35, 0.2, 0.3


def write_name(rng: np.random.Generator) -> str:
    """A name, of any length."""
    num_syllables = 2 + (rng.random() < P_THIRD_SYLLABLE)
    name = "".join(_syllable(rng) for _ in range(num_syllables))
    if rng.random() < P_ENDING:
        name = "".join(_syllable(rng) for _ in range(num_syllables - 1)) + rng.choice(ENDINGS)
    if rng.random() < P_FIRST_WORD:
        name = f"{rng.choice(FIRST_WORDS)} {name}"
    return str(name)


def _syllable(rng: np.random.Generator) -> str:
    return "".join(rng.choice(parts) for parts in (ONSETS, VOWELS, CODAS))


def write_corpus(num_lines: int = NUM_LINES, seed: int = SEED) -> list[str]:
    """Different names that fit on a line, in the order in which they came to mind."""
    rng, names = np.random.default_rng(seed), {}
    while len(names) < num_lines:
        name = write_name(rng)
        if len(name) < MAX_LENGTH:
            names[name] = None
    return list(names)
