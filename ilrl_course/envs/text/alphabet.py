"""From letters to numbers and back: 28 characters, lines of at most 16, and what of a line can be seen."""

import string
from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ilrl_course.data import Trajectory

LETTERS = string.ascii_lowercase + " "
END = len(LETTERS)  # the character that ends a line; it is not printed
NUM_CHARACTERS = len(LETTERS) + 1
BLANK = -1  # nothing is written here
MAX_LENGTH = 16  # characters of a line, its end included
WINDOW = 8  # characters that are seen: the last ones
OBS_DIM = WINDOW * NUM_CHARACTERS

_CODES = {letter: code for code, letter in enumerate(LETTERS)}
_ONE_HOT = np.eye(NUM_CHARACTERS + 1, NUM_CHARACTERS, dtype=np.float32)  # the last row, of BLANK, is 0


def encode(line: str) -> np.ndarray:
    """The characters of a line and its end, (T,) int64; one of 16 characters is full, and has no end.

    Raises ValueError for a line that nobody can write here.
    """
    if set(line) - set(LETTERS) or len(line) > MAX_LENGTH:
        raise ValueError(
            f"{line!r} is no line of this world: at most {MAX_LENGTH} small letters and spaces are expected"
        )
    characters = [*(_CODES[letter] for letter in line), END]
    return np.array(characters[:MAX_LENGTH], dtype=np.int64)


def decode(characters: np.ndarray) -> str:
    """The line (T,) int64 up to its end, or as far as it is written."""
    line = ""
    for code in np.asarray(characters).tolist():
        if code in (END, BLANK):
            break
        line += LETTERS[code]
    return line


def observe(windows: np.ndarray) -> np.ndarray:
    """What is seen of the last characters (N, WINDOW), the newest last: (N, OBS_DIM) float32 of 0 and 1."""
    return _ONE_HOT[windows].reshape(len(windows), OBS_DIM)


def as_demonstration(line: str) -> Trajectory:
    """The line as an episode of the world, in which somebody wrote it; raises ValueError as `encode` does."""
    characters = encode(line)  # (T,)
    written = np.concatenate([np.full(WINDOW, BLANK), characters])  # (WINDOW + T,)
    is_full, is_ended = len(characters) == MAX_LENGTH, bool(characters[-1] == END)
    return Trajectory(
        obs=observe(sliding_window_view(written, WINDOW)),  # (T + 1, OBS_DIM)
        actions=characters,
        rewards=np.zeros(len(characters), dtype=np.float32),
        terminated=True,
        truncated=is_full,
        crashed=not is_ended,
        success=is_ended,
    )


def lines_of(trajectories: Sequence[Trajectory]) -> list[str]:
    """What was written in some episodes of the world, a line each."""
    return [decode(trajectory.actions) for trajectory in trajectories]
