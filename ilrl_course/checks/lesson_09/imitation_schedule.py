"""The check of lesson 09 on the schedule of the imitation term."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from math import isclose

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


def _probe_fade(answer: Callable) -> Iterator[Fact]:
    """Does each iteration take the same fraction of the rest? Do the two lengths matter?"""
    shares = _shares(answer, LONG, HOLD, FADE)
    a, b, c, d = shares[HOLD + 1 : END]
    falls = 0 < d < c < b < a
    powers = falls and isclose(b * b, a * c, rel_tol=1e-5) and isclose(c * c, b * d, rel_tol=1e-5)
    yield Fact("powers", powers, False, POWERS)
    hold_used = _shares(answer, LONG, HOLD + 3, FADE) != shares
    yield Fact("num_hold is used", hold_used, True, HOLD_UNUSED)
    fade_used = _shares(answer, LONG, HOLD, FADE + 3) != shares
    yield Fact("num_fade is used", fade_used, True, FADE_UNUSED)
    yield from _facts(answer, range(HOLD, END + 1))


def _facts(answer: Callable, iterations: Iterable[int], num_hold=HOLD, num_fade=FADE) -> Iterator[Fact]:
    for k in iterations:
        left = num_hold + num_fade - k  # iterations until the end
        expected = 1.0 if left > num_fade else max(left, 0) / num_fade
        name = f"the share in iteration {k} with num_hold = {num_hold} and num_fade = {num_fade}"
        yield Fact(name, *_shares(answer, [k], num_hold, num_fade), expected, tolerance=1e-6)


def _rules(*rules: str) -> list[str]:
    """Answers that return this, where k, h and f are iteration, num_hold and num_fade."""
    return [f"k, h, f = (iteration, num_hold, num_fade)\nreturn {rule}" for rule in rules]


def _each_way(*lines: str) -> list[str]:
    """Each line with limits, without them, and as the middle one of three cases."""
    ways = "min(max({0}, 0.0), 1.0)", "{0}", "1.0 if k < h else {0} if k < h + f else 0.0"
    return _rules(*(way.format(line) for line in lines for way in ways))


MISTAKES = {
    # the limits
    "the share falls below 0 after the fade, so the policy is pushed away from the demonstrations. Limit it "
    "with max(..., 0).": _rules("min(1 - (k - h) / f, 1.0)"),
    "the share is above 1 during the hold. Limit it with min(..., 1).": _rules("max(1 - (k - h) / f, 0.0)"),
    "the line has no limits: the share begins above 1 and falls below 0. Limit it to both.": [
        *_rules("1 - (k - h) / f")
    ],
    "min() and max() are mixed up. max(..., 0) keeps the share from falling below 0, and min(..., 1) from "
    "rising above 1.": [
        *_rules("max(1 - (k - h) / f, 1.0)", "min(1 - (k - h) / f, 0.0)"),
        *_rules("1.0 if k < h else min(1 - (k - h) / f, 0.0)"),
    ],
    "the share is always 1: it never falls. After the hold, subtract from 1 what is over of the fade; if you "
    "limit that, the limits must not be mixed up.": ["return 1.0"],
    "the share is always 0, so the demonstrations never count. It begins with 1; if you limit it, the limits "
    "must not be mixed up.": ["return 0.0"],
    "after the fade the share rises again. It stays 0 from iteration num_hold + num_fade on: limit it with "
    "max(), not with abs() or a remainder.": [
        *_rules("abs(1 - (k - h) / f)", "min(abs(1 - (k - h) / f), 1.0)", "abs(1 - max(k - h, 0) / f)"),
        *(f"iteration %= num_hold + num_fade + {more}" for more in (0, 1)),
        "return result if iteration <= num_hold + num_fade else 1.0",
    ],
    "the share is 0 during the hold. There it is 1: the demonstrations count most in the beginning.": [
        f"return 0.0 if iteration {before} num_hold else result" for before in ("<", "<=")
    ],
    "after the fade it returns nothing. Add the last case: from iteration num_hold + num_fade on the share "
    "is 0.": [f"return result if iteration {before} num_hold + num_fade else None" for before in ("<", "<=")],
    "there is a gap between two cases, where it returns nothing: use <= or >= in one of them.": [
        "return result if iteration != num_hold + num_fade else None",
        "return result if iteration not in (num_hold, num_hold + num_fade) else None",
    ],
    "the table of the shares ends with the fade, but the training goes on. The share stays 0 from there "
    "on.": [
        "return np.append(np.ones(num_hold), np.linspace(1, 0, num_fade + 1))[iteration]",
        "return np.append(np.ones(num_hold), 1 - np.arange(num_fade) / num_fade)[iteration]",
        "return [*np.ones(num_hold), *np.linspace(1, 0, num_fade + 1)][iteration]",
    ],
    "a negative index counts from the end of the table. During the hold iteration - num_hold is below 0, and "
    "the share is 1.": _rules("np.linspace(1, 0, f + 1)[min(k - h, f)]"),
    # the place of the fade
    "there is no hold: the share falls from iteration 0 on. Begin the fade in iteration num_hold, and count "
    "from there: iteration - num_hold.": _rules(
        "1 - k / f", "max(1 - k / f, 0.0)", "1 - k / (h + f)", "max(1 - k / (h + f), 0.0)"
    ),
    "the share jumps where the hold ends, as if the fade had begun in iteration 0. Count from the end of the "
    "hold: iteration - num_hold.": _rules(
        *(
            f"1.0 if k {before} h else max({line}, 0.0)"
            for before in ("<", "<=")
            for line in ("1 - k / f", "1 - k / (h + f)")
        ),
        "1.0 if k < h else 1 - k / f if k < h + f else 0.0",
    ),
    "the fade ends in iteration num_fade. It takes num_fade iterations, so it ends in iteration num_hold + "
    "num_fade.": [
        *_each_way("1 - (k - h) / (f - h)"),
        *_rules("np.interp(k, [h, f], [1, 0])", "1.0 if k < h else 1 - (k - h) / f if k < f else 0.0"),
    ],
    "the fade begins too early: in iteration num_hold itself the share is still 1. What is over then is "
    "(iteration - num_hold) / num_fade, without + 1.": _each_way(
        "1 - (k - h + 1) / f", "1 - (k - h + 1) / (f + 1)"
    ),
    "the fade is one iteration late: the share should be below 1 in iteration num_hold + 1 already, and 0 in "
    "iteration num_hold + num_fade.": _each_way("1 - (k - h - 1) / f"),
    "the fade takes one iteration too many: the share should be 0 in iteration num_hold + num_fade already. "
    "Divide by num_fade itself.": _each_way("1 - (k - h) / (f + 1)"),
    "the fade ends one iteration too early: the share reaches 0 in iteration num_hold + num_fade, not "
    "before.": [
        *_each_way("1 - (k - h) / (f - 1)"),
        "return result if iteration < num_hold + num_fade - 1 else 0.0",
    ],
    "num_hold and num_fade are swapped. The hold comes first, and then the fade takes num_fade iterations.": [
        *_each_way("1 - (k - f) / h")
    ],
    "it fails where num_hold is 0. Then the fade begins at once, in iteration 0: iteration - num_hold needs "
    "no case of its own, and no division by num_hold.": [
        *_rules("min(max(1 - (k / h - 1) * h / f, 0.0), 1.0)"),
        *(f"return result if num_hold else {share}" for share in (1.0, 0.0)),
    ],
    # the line
    "the share falls from 1 to 0 at once after the hold. Let it fall in a straight line, by 1 / num_fade in "
    "each iteration; int() and // cut off the fractions.": _rules(
        "float(k <= h)",
        "float(k < h)",
        "(h + f - k) // f",
        "min((h + f - k) // f, 1)",
        "max((h + f - k) // f, 0)",
    ),
    "the share stays 1 during the fade, and then is 0 at once. Let it fall in a straight line; // cuts off "
    "the fractions, so divide by /.": _each_way("1 - (k - h) // f"),
    "the share is rounded. Return it with all its digits.": [
        *(f"return round(result, {n})" for n in range(5)),
        *_rules("1.0 if k <= h else 0.5 if k < h + f else 0.0"),
    ],
    "this is the share that is over: it rises. The share that is left is 1 minus that.": [
        *_each_way("(k - h) / f", "k / f", "k / (h + f)"),
        *_rules("1.0 if k <= h else min((k - h) / f, 1.0)", "1.0 if k < h else min((k - h) / f, 1.0)"),
        *_rules("1.0 if k <= h else (k - h) / f if k < h + f else 0.0"),
    ],
    "a sign is wrong. What is over of the fade is (iteration - num_hold) / num_fade, and the share is 1 "
    "minus that.": [
        *_each_way("(k - h) / f - 1", "1 - (k + h) / f", "1 - (h - k) / f"),
        *_rules("1.0 if k <= h else max(1 - (k + h) / f, 0.0)"),
    ],
    "the line is divided by num_hold. It falls from 1 to 0 within num_fade iterations: divide by num_fade.": [
        *_each_way("1 - (k - h) / h")
    ],
    "the line is divided by num_hold + num_fade. It falls from 1 to 0 within num_fade iterations: divide by "
    "num_fade alone.": _each_way("1 - (k - h) / (h + f)"),
    "the share loses 1 in each iteration. It should lose 1 / num_fade: divide iteration - num_hold by "
    "num_fade.": _rules(
        "1 - (k - h)", "min(1 - (k - h), 1.0)", "1.0 if k < h else 1 - (k - h) if k < h + f else 0.0"
    ),
    "it is not divided by num_fade. The share is what is left of the fade, as a fraction of it.": _rules(
        "h + f - k"
    ),
    "the division is upside down. Divide iteration - num_hold by num_fade, not the reverse.": [
        *_each_way("1 - f / (k - h)"),
        *_rules("1.0 if k <= h else max(1 - f / (k - h), 0.0)"),
    ],
    "the parentheses are missing, or in the wrong places: / comes before -. Divide (iteration - num_hold) by "
    "num_fade, then subtract that from 1.": _each_way(
        "1 - k - h / f", "1 - (k - h / f)", "(1 - (k - h)) / f", "(1 - k - h) / f", "h + f - k / f"
    ),
    POWERS: _rules("0.9 ** (k - h)"),
    "the share falls along a curve. In a straight line each iteration takes the same amount, 1 / num_fade.": [
        *(f"return {curve}" for curve in ("result ** 2", "1 - (1 - result) ** 2", "result ** 0.5")),
        *(f"return {curve}" for curve in ("(1 - np.cos(np.pi * result)) / 2", "np.sin(np.pi / 2 * result)")),
        *_rules(*(f"1.0 if k <= h else 1 / {n}" for n in ("(k - h)", "(k - h + 1)", "(1 + (k - h) / f)"))),
    ],
    "the share does not go from 1 to 0, but between other numbers. Leave out the factor, or the bound.": [
        *(f"return {factor} * result" for factor in (0.5, 0.9, 0.99)),
        *(f"return max(result, {bound})" for bound in (0.01, 0.1)),
    ],
    "this is a percentage. All of it is 1, not 100.": ["return 100 * result"],
}
EXERCISE = Exercise(
    solution=imitation_schedule,
    tested="all of it during the hold, then a straight line, and nothing from the end of the fade on.",
    probes=(
        _probe_fade,
        partial(_facts, iterations=range(HOLD)),
        partial(_facts, iterations=(END + 1, END + 2, END + FADE, 100, 300)),
        partial(_facts, iterations=range(12), num_hold=7, num_fade=3),
        partial(_facts, iterations=range(6), num_hold=0, num_fade=4),
        partial(_facts, iterations=range(0, 45, 5), num_hold=20, num_fade=20),  # as in the lesson
        partial(_facts, iterations=range(38, 43), num_hold=40, num_fade=1),
    ),
    mistakes=MISTAKES,
)
