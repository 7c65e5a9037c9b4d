"""The check of lesson 09 on the schedule of the imitation term."""

from collections.abc import Callable, Iterable, Iterator
from math import isclose

import numpy as np

from ilrl_course.algorithms.finetune import imitation_schedule
from ilrl_course.checks.exercise import Exercise, Fact, number

HOLD, FADE = 3, 5
END = HOLD + FADE
LONG = range(60)  # iterations, so that a length that somebody typed in ends within them
HOLD_UNUSED = "num_hold has no effect. The hold is as long as it says: use the one that is passed in."
FADE_UNUSED = "num_fade has no effect. The fade is as long as it says: use the one that is passed in."
POWERS = (
    "each iteration takes the same fraction of what is left, so the share fades along a curve. In a straight "
    "line each one takes the same amount, 1 / num_fade."
)


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


# Wrong schedules: k, h and f are iteration, num_hold and num_fade.


def _right(k, h, f):
    return min(max(1 - (k - h) / f, 0.0), 1.0)


def _limited(rule: Callable) -> Callable:
    """The rule within 0 and 1."""
    return lambda k, h, f: min(max(rule(k, h, f), 0.0), 1.0)


def _by_cases(rule: Callable, in_hold=1.0, after=0.0, early=0, late=0) -> Callable:
    """One value before iteration num_hold, then the rule, and another value from the end of the fade on."""
    return lambda k, h, f: in_hold if k < h + early else rule(k, h, f) if k < h + f + late else after


def _held(rule: Callable, early=0) -> Callable:
    """1 before iteration num_hold, then the rule, but not below 0."""
    return lambda k, h, f: 1.0 if k < h + early else max(rule(k, h, f), 0.0)


def _each_way(*rules: Callable) -> list[Callable]:
    """The rules with limits, without them, and as the middle one of three cases."""
    return [way for rule in rules for way in (_limited(rule), rule, _by_cases(rule))]


MISTAKES = {
    # the limits
    "the share falls below 0 after the fade, so the policy is pushed away from the demonstrations. Limit it "
    "with max(..., 0).": [lambda k, h, f: min(1 - (k - h) / f, 1.0)],
    "the share is above 1 during the hold. Limit it with min(..., 1).": [
        lambda k, h, f: max(1 - (k - h) / f, 0.0)
    ],
    "the line has no limits: the share begins above 1 and falls below 0. Limit it to both.": [
        lambda k, h, f: 1 - (k - h) / f
    ],
    "min() and max() are mixed up. max(..., 0) keeps the share from falling below 0, and min(..., 1) from "
    "rising above 1.": [lambda k, h, f: max(1 - (k - h) / f, 1.0), lambda k, h, f: min(1 - (k - h) / f, 0.0)],
    "the share is always 1: it never falls. After the hold, subtract from 1 what is over of the fade; if you "
    "limit that, the limits must not be mixed up.": ["return 1.0"],
    "the share is always 0, so the demonstrations never count. It begins with 1; if you limit it, the limits "
    "must not be mixed up.": ["return 0.0"],
    "after the fade the share rises again. It stays 0 from iteration num_hold + num_fade on: limit it with "
    "max(), not with abs() or a remainder.": [
        lambda k, h, f: abs(1 - (k - h) / f),
        lambda k, h, f: min(abs(1 - (k - h) / f), 1.0),
        lambda k, h, f: 1.0 if k < h else abs(1 - (k - h) / f),
        "iteration = iteration % (num_hold + num_fade + 1)",
        _by_cases(_right, after=1.0),
        _by_cases(_right, after=1.0, late=1),
    ],
    "the share is 0 during the hold. There it is 1: the demonstrations count most in the beginning.": [
        _by_cases(_right, in_hold=0.0),
        _by_cases(_right, in_hold=0.0, early=1),
    ],
    "after the fade it returns nothing. Add the last case: from iteration num_hold + num_fade on the share "
    "is 0.": [_by_cases(_right, after=None), _by_cases(_right, after=None, late=1)],
    "there is a gap between two cases, where it returns nothing: use <= or >= in one of them.": [
        "return result if iteration != num_hold + num_fade else None",
        "return result if iteration not in (num_hold, num_hold + num_fade) else None",
    ],
    "the table of the shares ends with the fade, but the training goes on. The share stays 0 from there "
    "on.": [
        "return np.append(np.ones(num_hold), np.linspace(1, 0, num_fade + 1))[iteration]",
        "return np.append(np.ones(num_hold), 1 - np.arange(num_fade) / num_fade)[iteration]",
        lambda k, h, f: [_right(i, h, f) for i in range(h + f + 1)][k],
    ],
    # the place of the fade
    "there is no hold: the share falls from iteration 0 on. Begin the fade in iteration num_hold, and count "
    "from there: iteration - num_hold.": [
        way(rule)
        for rule in (lambda k, h, f: 1 - k / f, lambda k, h, f: 1 - k / (h + f))
        for way in (_limited, lambda rule: rule)
    ],
    "the share jumps where the hold ends, as if the fade had begun in iteration 0. Count from the end of the "
    "hold: iteration - num_hold.": [
        way
        for rule in (lambda k, h, f: 1 - k / f, lambda k, h, f: 1 - k / (h + f))
        for way in (_held(rule), _held(rule, early=1), _by_cases(rule))
    ],
    "the fade ends in iteration num_fade. It takes num_fade iterations, so it ends in iteration num_hold + "
    "num_fade.": [
        lambda k, h, f: 1 - (k - h) / (f - h),
        _by_cases(lambda k, h, f: 1 - (k - h) / (f - h)),
        lambda k, h, f: np.interp(k, [h, f], [1, 0]),
        lambda k, h, f: _right(k, h, f) if k < f else 0.0,
    ],
    "the fade begins too early: in iteration num_hold itself the share is still 1. What is over then is "
    "(iteration - num_hold) / num_fade, without + 1.": _each_way(
        lambda k, h, f: 1 - (k - h + 1) / f, lambda k, h, f: 1 - (k - h + 1) / (f + 1)
    ),
    "the fade is one iteration late: the share should be below 1 in iteration num_hold + 1 already, and 0 in "
    "iteration num_hold + num_fade.": _each_way(lambda k, h, f: 1 - (k - h - 1) / f),
    "the fade takes one iteration too many: the share should be 0 in iteration num_hold + num_fade already. "
    "Divide by num_fade itself.": _each_way(lambda k, h, f: 1 - (k - h) / (f + 1)),
    "the fade ends one iteration too early: the share reaches 0 in iteration num_hold + num_fade, not "
    "before.": [
        *_each_way(lambda k, h, f: 1 - (k - h) / (f - 1)),
        lambda k, h, f: _right(k, h, f) if k < h + f - 1 else 0.0,
    ],
    "num_hold and num_fade are swapped. The hold comes first, and then the fade takes num_fade iterations.": [
        *_each_way(lambda k, h, f: 1 - (k - f) / h),
        lambda k, h, f: np.interp(k, [f, f + h], [1, 0]),
    ],
    "it fails where num_hold is 0. Then the fade begins at once, in iteration 0: iteration - num_hold needs "
    "no case of its own, and no division by num_hold.": [
        _limited(lambda k, h, f: 1 - (k / h - 1) * h / f),
        "return result if num_hold else 1.0",
        "return result if num_hold else 0.0",
    ],
    HOLD_UNUSED: ["num_hold = 10"],
    FADE_UNUSED: ["num_fade = 10"],
    # the line
    "the share falls from 1 to 0 at once after the hold. Let it fall in a straight line, by 1 / num_fade in "
    "each iteration; int() and // cut off the fractions.": [
        lambda k, h, f: float(k <= h),
        lambda k, h, f: float(k < h),
        lambda k, h, f: (h + f - k) // f,
        lambda k, h, f: min((h + f - k) // f, 1),
        lambda k, h, f: max((h + f - k) // f, 0),
    ],
    "the share stays 1 during the fade, and then is 0 at once. Let it fall in a straight line; // cuts off "
    "the fractions, so divide by /.": _each_way(lambda k, h, f: 1 - (k - h) // f),
    "the share is rounded. Return it with all its digits.": [
        *(f"return round(result, {n})" for n in (0, 1, 2)),
        lambda k, h, f: 1.0 if k <= h else 0.5 if k < h + f else 0.0,
    ],
    "this is the share that is over: it rises. The share that is left is 1 minus that.": [
        *_each_way(lambda k, h, f: (k - h) / f, lambda k, h, f: k / f, lambda k, h, f: k / (h + f)),
        lambda k, h, f: 1.0 if k <= h else min((k - h) / f, 1.0),
        lambda k, h, f: 1.0 if k < h else min((k - h) / f, 1.0),
        _by_cases(lambda k, h, f: (k - h) / f, early=1),
    ],
    "a sign is wrong. What is over of the fade is (iteration - num_hold) / num_fade, and the share is 1 "
    "minus that.": [
        lambda k, h, f: 1.0 if k < h else 1 + (k - h) / f,
        *_each_way(
            lambda k, h, f: (k - h) / f - 1,
            lambda k, h, f: 1 - (k + h) / f,
            lambda k, h, f: 1 - (h - k) / f,
        ),
    ],
    "the line is divided by num_hold. It falls from 1 to 0 within num_fade iterations: divide by num_fade.": [
        *_each_way(lambda k, h, f: 1 - (k - h) / h),
        _limited(lambda k, h, f: 1 - (k - h) / max(h, 1)),
    ],
    "the line is divided by num_hold + num_fade. It falls from 1 to 0 within num_fade iterations: divide by "
    "num_fade alone.": _each_way(lambda k, h, f: 1 - (k - h) / (h + f)),
    "the share loses 1 in each iteration. It should lose 1 / num_fade: divide iteration - num_hold by "
    "num_fade.": [
        lambda k, h, f: 1 - (k - h),
        lambda k, h, f: min(1 - (k - h), 1.0),
        _by_cases(lambda k, h, f: 1 - (k - h)),
    ],
    "the division is upside down. Divide iteration - num_hold by num_fade, not the reverse.": [
        *_each_way(lambda k, h, f: 1 - f / (k - h)),
        lambda k, h, f: 1.0 if k <= h else max(1 - f / (k - h), 0.0),
    ],
    "the parentheses are missing, or in the wrong places: / comes before -. Divide (iteration - num_hold) by "
    "num_fade, then subtract that from 1.": _each_way(
        lambda k, h, f: 1 - k - h / f,
        lambda k, h, f: 1 - (k - h / f),
        lambda k, h, f: (1 - (k - h)) / f,
        lambda k, h, f: (1 - k - h) / f,
        lambda k, h, f: h + f - k / f,
    ),
    POWERS: [lambda k, h, f: 0.9 ** (k - h)],
    "the share falls along a curve. In a straight line each iteration takes the same amount, 1 / num_fade.": [
        "return result ** 2",
        "return 1 - (1 - result) ** 2",
        "return result ** 0.5",
        "return (1 - np.cos(np.pi * result)) / 2",
        _held(lambda k, h, f: 1 / (k - h + 1)),
        _held(lambda k, h, f: 1 / (1 + (k - h) / f)),
        lambda k, h, f: 1.0 if k <= h else 1 / (k - h),
    ],
    "this is a percentage. All of it is 1, not 100.": ["return 100 * result"],
}
EXERCISE = Exercise(
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
    mistakes=MISTAKES,
)
