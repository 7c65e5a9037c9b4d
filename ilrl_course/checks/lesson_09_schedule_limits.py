"""Known wrong schedules of the imitation term that leave its limits, or fail on one side of the fade."""

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_09_schedule_parts import by_table, line, right

LIMITS = (
    Mutant(
        "the share falls below 0 after the fade, so the policy is pushed away from the demonstrations. Limit "
        "it with max(..., 0).",
        lambda k, h, f: min(line(k, h, f), 1.0),
    ),
    Mutant(
        "the share is above 1 during the hold. Limit it with min(..., 1).",
        lambda k, h, f: max(line(k, h, f), 0.0),
    ),
    Mutant(
        "the line has no limits: the share begins above 1 and falls below 0. Limit it to both.",
        line,
    ),
    Mutant(
        "min() and max() are mixed up. max(..., 0) keeps the share from falling below 0, and min(..., 1) "
        "from rising above 1.",
        lambda k, h, f: max(line(k, h, f), 1.0),
        lambda k, h, f: min(line(k, h, f), 0.0),
    ),
    Mutant(
        "the share is always 1: it never falls. After the hold, subtract from 1 what is over of the fade; if "
        "you limit that, the limits must not be mixed up.",
        lambda k, h, f: 1.0,
    ),
    Mutant(
        "the share is always 0, so the demonstrations never count. It begins with 1; if you limit it, the "
        "limits must not be mixed up.",
        lambda k, h, f: 0.0,
    ),
    Mutant(
        "after the fade the share rises again. It stays 0 from iteration num_hold + num_fade on: limit it "
        "with max(), not with abs() or a remainder.",
        lambda k, h, f: abs(line(k, h, f)),
        lambda k, h, f: min(abs(line(k, h, f)), 1.0),
        lambda k, h, f: 1.0 if k < h else abs(line(k, h, f)),
        lambda k, h, f: right(k % (h + f + 1), h, f),
        lambda k, h, f: right(k, h, f) if k < h + f else 1.0,
        lambda k, h, f: right(k, h, f) if k <= h + f else 1.0,
    ),
    Mutant(
        "the share is 0 during the hold. There it is 1: the demonstrations count most in the beginning.",
        lambda k, h, f: 0.0 if k < h else right(k, h, f),
        lambda k, h, f: 0.0 if k <= h else right(k, h, f),
    ),
    Mutant(
        "after the fade it returns nothing. Add the last case: from iteration num_hold + num_fade on the "
        "share is 0.",
        lambda k, h, f: right(k, h, f) if k < h + f else None,
        lambda k, h, f: right(k, h, f) if k <= h + f else None,
    ),
    Mutant(
        "there is a gap between two cases, where it returns nothing: use <= or >= in one of them.",
        lambda k, h, f: right(k, h, f) if k != h + f else None,
        lambda k, h, f: right(k, h, f) if k not in (h, h + f) else None,
    ),
    Mutant(
        "the table of the shares ends with the fade, but the training goes on. The share stays 0 from there "
        "on.",
        by_table(lambda f: f + 1, endpoint=True),
        by_table(lambda f: f, endpoint=False),
        lambda k, h, f: [right(i, h, f) for i in range(h + f + 1)][k],
    ),
)
