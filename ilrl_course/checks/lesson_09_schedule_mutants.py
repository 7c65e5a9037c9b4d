"""Known wrong schedules of the imitation term; k, h and f are iteration, num_hold and num_fade."""

from math import cos, pi, sqrt

import numpy as np

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_09_schedule_limits import LIMITS
from ilrl_course.checks.lesson_09_schedule_parts import by_cases, changed, each_way, held, limited, right

HOLD_UNUSED = "num_hold has no effect. The hold is as long as it says: use the one that is passed in."
FADE_UNUSED = "num_fade has no effect. The fade is as long as it says: use the one that is passed in."
POWERS = (
    "each iteration takes the same fraction of what is left, so the share fades along a curve. In a straight "
    "line each one takes the same amount, 1 / num_fade."
)

WHERE = (
    Mutant(
        "there is no hold: the share falls from iteration 0 on. Begin the fade in iteration num_hold, and "
        "count from there: iteration - num_hold.",
        limited(lambda k, h, f: 1 - k / f),
        limited(lambda k, h, f: 1 - k / (h + f)),
        lambda k, h, f: 1 - k / f,
        lambda k, h, f: 1 - k / (h + f),
    ),
    Mutant(
        "the share jumps where the hold ends, as if the fade had begun in iteration 0. Count from the end of "
        "the hold: iteration - num_hold.",
        held(lambda k, h, f: 1 - k / f),
        held(lambda k, h, f: 1 - k / (h + f)),
        by_cases(lambda k, h, f: 1 - k / f),
        by_cases(lambda k, h, f: 1 - k / (h + f)),
        lambda k, h, f: 1.0 if k <= h else max(1 - k / f, 0.0),
        lambda k, h, f: 1.0 if k <= h else max(1 - k / (h + f), 0.0),
    ),
    Mutant(
        "the fade ends in iteration num_fade. It takes num_fade iterations, so it ends in iteration num_hold "
        "+ num_fade.",
        lambda k, h, f: 1 - (k - h) / (f - h),
        by_cases(lambda k, h, f: 1 - (k - h) / (f - h)),
        lambda k, h, f: np.interp(k, [h, f], [1, 0]),
        lambda k, h, f: right(k, h, f) if k < f else 0.0,
    ),
    Mutant(
        "the fade begins too early: in iteration num_hold itself the share is still 1. What is over then is "
        "(iteration - num_hold) / num_fade, without + 1.",
        *each_way(lambda k, h, f: 1 - (k - h + 1) / f),
        *each_way(lambda k, h, f: 1 - (k - h + 1) / (f + 1)),
    ),
    Mutant(
        "the fade is one iteration late: the share should be below 1 in iteration num_hold + 1 already, and "
        "0 in iteration num_hold + num_fade.",
        *each_way(lambda k, h, f: 1 - (k - h - 1) / f),
    ),
    Mutant(
        "the fade takes one iteration too many: the share should be 0 in iteration num_hold + num_fade "
        "already. Divide by num_fade itself.",
        *each_way(lambda k, h, f: 1 - (k - h) / (f + 1)),
    ),
    Mutant(
        "the fade ends one iteration too early: the share reaches 0 in iteration num_hold + num_fade, not "
        "before.",
        *each_way(lambda k, h, f: 1 - (k - h) / (f - 1)),
        lambda k, h, f: right(k, h, f) if k < h + f - 1 else 0.0,
    ),
    Mutant(
        "num_hold and num_fade are swapped. The hold comes first, and then the fade takes num_fade "
        "iterations.",
        *each_way(lambda k, h, f: 1 - (k - f) / h),
        lambda k, h, f: np.interp(k, [f, f + h], [1, 0]),
    ),
    Mutant(
        "it fails where num_hold is 0. Then the fade begins at once, in iteration 0: iteration - num_hold "
        "needs no case of its own, and no division by num_hold.",
        limited(lambda k, h, f: 1 - (k / h - 1) * h / f),
        lambda k, h, f: right(k, h, f) if h else 1.0,
        lambda k, h, f: right(k, h, f) if h else 0.0,
    ),
    Mutant(HOLD_UNUSED, lambda k, h, f: right(k, 10, f)),
    Mutant(FADE_UNUSED, lambda k, h, f: right(k, h, 10)),
)
LINES = (
    Mutant(
        "the share falls from 1 to 0 at once after the hold. Let it fall in a straight line, by 1 / num_fade "
        "in each iteration; int() and // cut off the fractions.",
        lambda k, h, f: 1.0 if k <= h else 0.0,
        lambda k, h, f: 1.0 if k < h else 0.0,
        lambda k, h, f: (h + f - k) // f,
        lambda k, h, f: min((h + f - k) // f, 1),
        lambda k, h, f: max((h + f - k) // f, 0),
    ),
    Mutant(
        "the share stays 1 during the fade, and then is 0 at once. Let it fall in a straight line; // cuts "
        "off the fractions, so divide by /.",
        *each_way(lambda k, h, f: 1 - (k - h) // f),
    ),
    Mutant(
        "the share is rounded. Return it with all its digits.",
        *(changed(lambda share, n=n: round(share, n)) for n in (0, 1, 2)),
        lambda k, h, f: 1.0 if k <= h else 0.5 if k < h + f else 0.0,
    ),
    Mutant(
        "this is the share that is over: it rises. The share that is left is 1 minus that.",
        *each_way(lambda k, h, f: (k - h) / f),
        *each_way(lambda k, h, f: k / f),
        *each_way(lambda k, h, f: k / (h + f)),
        lambda k, h, f: 1.0 if k <= h else min((k - h) / f, 1.0),
        lambda k, h, f: 1.0 if k < h else min((k - h) / f, 1.0),
        lambda k, h, f: 1.0 if k <= h else (k - h) / f if k < h + f else 0.0,
        lambda k, h, f: 1.0 if k < h else (k - h) / f if k < h + f else 0.0,
    ),
    Mutant(
        "a sign is wrong. What is over of the fade is (iteration - num_hold) / num_fade, and the share is 1 "
        "minus that.",
        lambda k, h, f: 1.0 if k < h else 1 + (k - h) / f,
        *each_way(lambda k, h, f: (k - h) / f - 1),
        *each_way(lambda k, h, f: 1 - (k + h) / f),
        *each_way(lambda k, h, f: 1 - (h - k) / f),
    ),
    Mutant(
        "the line is divided by num_hold. It falls from 1 to 0 within num_fade iterations: divide by "
        "num_fade.",
        *each_way(lambda k, h, f: 1 - (k - h) / h),
        limited(lambda k, h, f: 1 - (k - h) / max(h, 1)),
    ),
    Mutant(
        "the line is divided by num_hold + num_fade. It falls from 1 to 0 within num_fade iterations: divide "
        "by num_fade alone.",
        *each_way(lambda k, h, f: 1 - (k - h) / (h + f)),
    ),
    Mutant(
        "the share loses 1 in each iteration. It should lose 1 / num_fade: divide iteration - num_hold by "
        "num_fade.",
        lambda k, h, f: 1 - (k - h),
        lambda k, h, f: min(1 - (k - h), 1.0),
        by_cases(lambda k, h, f: 1 - (k - h)),
    ),
    Mutant(
        "the division is upside down. Divide iteration - num_hold by num_fade, not the reverse.",
        *each_way(lambda k, h, f: 1 - f / (k - h)),
        lambda k, h, f: 1.0 if k <= h else max(1 - f / (k - h), 0.0),
    ),
    Mutant(
        "the parentheses are missing, or in the wrong places: / comes before -. Divide "
        "(iteration - num_hold) by num_fade, then subtract that from 1.",
        *each_way(lambda k, h, f: 1 - k - h / f),
        *each_way(lambda k, h, f: 1 - (k - h / f)),
        *each_way(lambda k, h, f: (1 - (k - h)) / f),
        *each_way(lambda k, h, f: (1 - k - h) / f),
        *each_way(lambda k, h, f: h + f - k / f),
    ),
    Mutant(
        POWERS,
        lambda k, h, f: 0.9 ** (k - h),
    ),
    Mutant(
        "the share falls along a curve. In a straight line each iteration takes the same amount, "
        "1 / num_fade.",
        changed(lambda left: left**2),
        changed(lambda left: 1 - (1 - left) ** 2),
        changed(sqrt),
        changed(lambda left: (1 - cos(pi * left)) / 2),
        held(lambda k, h, f: 1 / (k - h + 1)),
        held(lambda k, h, f: 1 / (1 + (k - h) / f)),
        lambda k, h, f: 1.0 if k <= h else 1 / (k - h),
    ),
    Mutant(
        "this is a percentage. All of it is 1, not 100.",
        changed(lambda share: 100 * share),
    ),
)
MUTANTS = LIMITS + WHERE + LINES
