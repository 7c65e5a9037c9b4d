"""A rehearsal: a notebook runs from top to bottom with little training, to see that it runs at all.

It is on where the environment variable COURSE_REHEARSAL is set, as the tests do for the student's notebooks.
Then `run_seeds` trains two seeds only, watched trainings end early, clones learn little, films are short,
and no verdict reaches the journal.
"""

import os
from collections.abc import Iterable, Iterator
from itertools import islice

NUM_SEEDS = 2
NUM_ITERATIONS = 2
NUM_UPDATES = 50
NUM_FRAMES = 20


def is_rehearsal() -> bool:
    """Is this a rehearsal?"""
    return bool(os.environ.get("COURSE_REHEARSAL"))


def shortened(training: Iterable, num_iterations: int = NUM_ITERATIONS) -> Iterator:
    """The training; in a rehearsal its first iterations only."""
    return islice(training, num_iterations if is_rehearsal() else None)


def at_most(number: int, limit: int) -> int:
    """The number; in a rehearsal at most the limit."""
    return min(number, limit) if is_rehearsal() else number
