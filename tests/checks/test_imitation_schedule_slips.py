"""Lesson 09, the schedule: slips in the line and its place, written independently of the bank."""

import math

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.finetune import imitation_schedule
from tests.checks.answers import hint_for


def clipped(rule):
    return lambda k, h, f: np.clip(rule(k, h, f), 0, 1)


def by_cases(rule):
    """1 during the hold, rule(k, h, f) in the fade, 0 after it."""
    return lambda k, h, f: 1 if k < h else rule(k, h, f) if k < h + f else 0


def after_the_hold(rule):
    """1 until the hold is over, then rule(n, f) with n = 1, 2, ..."""
    return lambda k, h, f: 1.0 if k <= h else rule(k - h, f)


def done(change):
    return lambda *inputs: change(imitation_schedule(*inputs))


def counts_down_from_the_start(k, h, f):
    share = 1.0
    for _ in range(k):
        share = max(share - 1 / f, 0)
    return share


def multiplies_again_and_again(k, h, f):
    share = 1.0
    for _ in range(h, k):
        share *= 1 - 1 / f
    return share


def with_a_short_linspace(k, h, f):
    return np.linspace(1, 0, f)[min(k - h, f - 1)] if k > h else 1.0


def step_by_comparison(k, h, f):
    return float(k <= h)


def late_step(k, h, f):
    return float(k < h + f)


WRONG = [
    ("there is no hold", counts_down_from_the_start),
    ("there is no hold", lambda k, h, f: np.interp(k, [0, f], [1, 0])),
    ("there is no hold", lambda k, h, f: np.interp(k, [0, h + f], [1, 0])),
    ("there is no hold", lambda k, h, f: (f - k) / f),
    ("the share jumps where the hold ends", by_cases(lambda k, h, f: max(1 - k / f, 0))),
    ("the share jumps where the hold ends", by_cases(lambda k, h, f: (h + f - k) / (h + f))),
    ("the share jumps where the hold ends", by_cases(lambda k, h, f: (f - k) / f)),
    ("the fade ends in iteration num_fade", by_cases(lambda k, h, f: (f - k) / (f - h))),
    ("the fade ends in iteration num_fade", clipped(lambda k, h, f: (f - k) / (f - h))),
    (
        "the fade ends in iteration num_fade",
        lambda k, h, f: 1 if k < h else 1 - (k - h) / f if k < f else 0,
    ),
    ("the fade begins too early", clipped(lambda k, h, f: (h + f - k - 1) / f)),
    ("the fade begins too early", by_cases(lambda k, h, f: 1 - (k - h + 1) / f)),
    ("the fade begins too early", by_cases(lambda k, h, f: 1 - (k + 1 - h) / (f + 1))),
    ("the fade is one iteration late", clipped(lambda k, h, f: (h + f - k + 1) / f)),
    ("the fade is one iteration late", lambda k, h, f: imitation_schedule(k - 1, h, f)),
    ("the fade takes one iteration too many", lambda k, h, f: np.interp(k, [h, h + f + 1], [1, 0])),
    ("the fade takes one iteration too many", lambda k, h, f: (h + f + 1 - k) / (f + 1)),
    ("the fade ends one iteration too early", with_a_short_linspace),
    ("the fade ends one iteration too early", lambda k, h, f: np.interp(k, [h, h + f - 1], [1, 0])),
    ("num_hold and num_fade are swapped", lambda k, h, f: 1 if k < f else max(0, 1 - (k - f) / h)),
    ("num_hold and num_fade are swapped", clipped(lambda k, h, f: (h + f - k) / h)),
    ("num_hold has no effect", lambda k, h, f: imitation_schedule(k, 20, f)),
    ("num_hold has no effect", lambda k, h, f: imitation_schedule(k, 4, 30)),
    ("num_fade has no effect", lambda k, h, f: imitation_schedule(k, h, 30)),
    ("num_fade has no effect", lambda k, h, f: max(0, min(1, 1 - 0.01 * (k - h)))),
    ("the share falls from 1 to 0 at once", step_by_comparison),
    ("the share falls from 1 to 0 at once", done(int)),
    ("the share falls from 1 to 0 at once", done(math.floor)),
    ("the share falls from 1 to 0 at once", lambda k, h, f: (h + f - k) // f),
    ("the share falls from 1 to 0 at once", clipped(lambda k, h, f: 1 - (k - h))),
    ("the share falls from 1 to 0 at once", lambda k, h, f: max(0, (h + f - k) // f)),
    ("the share falls from 1 to 0 at once", lambda k, h, f: 1 if k < h else math.floor((h + f - k) / f)),
    ("the share stays 1 during the fade", late_step),
    ("the share stays 1 during the fade", by_cases(lambda k, h, f: 1 - (k - h) // f)),
    ("the share stays 1 during the fade", done(math.ceil)),
    ("the share is rounded", done(round)),
    ("the share is rounded", done(lambda share: np.round(share, 1))),
    ("the share is rounded", done(lambda share: float(f"{share:.2f}"))),
    ("this is the share that is over", lambda k, h, f: np.interp(k, [h, h + f], [0, 1])),
    ("this is the share that is over", lambda k, h, f: (k - h) / f),
    ("this is the share that is over", lambda k, h, f: 0 if k < h else min(1, (k - h) / f)),
    ("this is the share that is over", by_cases(lambda k, h, f: (k - h) / f)),
    ("this is the share that is over", clipped(lambda k, h, f: k / (h + f))),
    ("a sign is wrong", clipped(lambda k, h, f: 1 - (k + h) / f)),
    ("a sign is wrong", lambda k, h, f: 1 - (h - k) / f),
    ("a sign is wrong", lambda k, h, f: (k - h - f) / f),
    ("the line is divided by num_hold.", clipped(lambda k, h, f: (2 * h - k) / h)),
    ("the line is divided by num_hold.", by_cases(lambda k, h, f: 1 - (k - h) / h)),
    ("the line is divided by num_hold + num_fade", by_cases(lambda k, h, f: (2 * h + f - k) / (h + f))),
    ("the line is divided by num_hold + num_fade", lambda k, h, f: 1 - max(k - h, 0) / (h + f)),
    ("the share loses 1 in each", lambda k, h, f: 1 + h - k),
    ("the share loses 1 in each", by_cases(lambda k, h, f: 1 + h - k)),
    ("the division is upside down", after_the_hold(lambda n, f: max(0, 1 - f / n))),
    ("the division is upside down", clipped(lambda k, h, f: 1 - f / (k - h))),
    ("the parentheses are missing", clipped(lambda k, h, f: 1 - k - h / f)),
    ("the parentheses are missing", lambda k, h, f: max(0, min(1, 1 - (k - h / f)))),
    ("the parentheses are missing", lambda k, h, f: max(0, (1 - (k - h)) / f)),
    ("each iteration takes the same fraction", after_the_hold(lambda n, f: math.exp(-n / f))),
    ("each iteration takes the same fraction", after_the_hold(lambda n, f: 0.97**n)),
    ("each iteration takes the same fraction", after_the_hold(lambda n, f: 0.01 ** (n / f))),
    ("each iteration takes the same fraction", by_cases(lambda k, h, f: 0.5 ** (k - h))),
    ("each iteration takes the same fraction", multiplies_again_and_again),
    ("each iteration takes the same fraction", lambda k, h, f: torch.tensor(0.9) ** k),
    ("the share falls along a curve", after_the_hold(lambda n, f: 1 / (1 + n))),
    ("the share falls along a curve", done(lambda share: 0.5 - 0.5 * math.cos(math.pi * share))),
    ("the share falls along a curve", done(lambda share: share * share)),
    ("the share falls along a curve", by_cases(lambda k, h, f: 1 - ((k - h) / f) ** 2)),
    ("this is a percentage", done(lambda share: share * 100)),
    (
        "the share in iteration 3 with num_hold = 3 and num_fade = 5: expected about 1, got 0.7.",
        done(lambda share: 0.7 * share),
    ),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("imitation_schedule", function).startswith(hint)
