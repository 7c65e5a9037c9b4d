"""The check of lesson 09 on the schedule of the imitation term."""

from collections.abc import Callable, Iterable, Iterator
from math import isclose

from ilrl_course.algorithms.finetune import imitation_schedule
from ilrl_course.checks.exercise import Exercise, Fact, number
from ilrl_course.checks.lesson_09_schedule_mutants import FADE_UNUSED, HOLD_UNUSED, MUTANTS, POWERS

HOLD, FADE = 3, 5
END = HOLD + FADE
LONG = range(60)  # iterations, so that a length that somebody typed in ends within them


def _shares(answer: Callable, iterations: Iterable[int], num_hold: int, num_fade: int) -> list[float]:
    return [number(answer(k, num_hold, num_fade), "the share") for k in iterations]


def _probe_shape(answer: Callable) -> Iterator[Fact]:
    """Does each iteration of the fade take the same fraction of the rest? Do the two lengths matter?"""
    shares = _shares(answer, LONG, HOLD, FADE)
    a, b, c, d = shares[HOLD + 1 : END]
    falls = 0 < d < c < b < a
    powers = falls and isclose(b * b, a * c, rel_tol=1e-5) and isclose(c * c, b * d, rel_tol=1e-5)
    yield Fact("powers", powers, False, POWERS)
    hold_used = _shares(answer, LONG, HOLD + 3, FADE) != shares
    yield Fact("num_hold is used", hold_used, True, HOLD_UNUSED)
    fade_used = _shares(answer, LONG, HOLD, FADE + 3) != shares
    yield Fact("num_fade is used", fade_used, True, FADE_UNUSED)


def _probe_fade(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, range(HOLD, END + 1), HOLD, FADE)


def _probe_hold(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, range(HOLD), HOLD, FADE)


def _probe_after(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, (END + 1, END + 2, END + FADE, 100), HOLD, FADE)


def _probe_other_lengths(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, range(12), 7, 3)
    yield from _facts(answer, range(5), 2, 1)


def _probe_without_hold(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, range(6), 0, 4)


def _facts(answer: Callable, iterations: Iterable[int], num_hold: int, num_fade: int) -> Iterator[Fact]:
    for k in iterations:
        left = num_hold + num_fade - k  # iterations until the end
        expected = 1.0 if left > num_fade else max(left, 0) / num_fade
        name = f"the share in iteration {k} with num_hold = {num_hold} and num_fade = {num_fade}"
        yield Fact(name, *_shares(answer, [k], num_hold, num_fade), expected)


SCHEDULE = Exercise(
    solution=imitation_schedule,
    tested="all of it during the hold, then a straight line, and nothing from the end of the fade on.",
    probes=(
        _probe_shape,
        _probe_fade,
        _probe_hold,
        _probe_after,
        _probe_other_lengths,
        _probe_without_hold,
    ),
    mutants=MUTANTS,
)
