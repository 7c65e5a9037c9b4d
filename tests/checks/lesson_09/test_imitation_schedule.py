"""Lesson 09, the schedule: right answers, nonsense, and mistakes, written independently of the bank."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from ilrl_course.checks import check
from tests.checks.answers import hint_for, written, wrong_answers


def right(iteration, num_hold, num_fade):
    if iteration < num_hold:
        return 1.0
    elif iteration < num_hold + num_fade:  # noqa: RET505
        return 1 - (iteration - num_hold) / num_fade
    else:
        return 0.0


def by_other_cases(iteration, num_hold, num_fade):
    end = num_hold + num_fade
    if iteration > end:
        return 0.0
    if iteration <= num_hold:
        return 1.0
    return (end - iteration) / (end - num_hold)


def by_a_loop(iteration, num_hold, num_fade):
    share = 1.0
    for _ in range(num_hold, min(iteration, num_hold + num_fade)):
        share -= 1 / num_fade
    return share


def by_recursion(iteration, num_hold, num_fade):
    if iteration <= num_hold:
        return 1.0
    return max(by_recursion(iteration - 1, num_hold, num_fade) - 1 / num_fade, 0.0)


def by_a_table(iteration, num_hold, num_fade):
    table = [1.0] * num_hold + np.linspace(1, 0, num_fade + 1).tolist()
    return table[min(iteration, len(table) - 1)]


RIGHT = [
    right,
    by_other_cases,
    by_a_loop,
    by_recursion,
    by_a_table,
    lambda k, h, f: 1 - min(max(k - h, 0), f) / f,
    lambda k, h, f: sorted([0, (h + f - k) / f, 1])[1],
    lambda k, h, f: np.interp(k, [h, h + f], [1, 0]),
    lambda k, h, f: np.float32(min(1, max(0, 1 - (k - h) / f))),
    lambda k, h, f: torch.tensor(1 - (k - h) / f, requires_grad=True).clip(0, 1),
    lambda k, h, f: np.array(1 - (k - h) / f).clip(0, 1),
    lambda k, h, f: min(max(1 - Fraction(k - h, f), 0), 1),
]


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


def fades_by(rule):
    """1 until the hold is over, then rule(n, f) with n = 1, 2, ..."""
    return lambda k, h, f: 1.0 if k <= h else rule(k - h, f)


def clipped(rule):
    return lambda k, h, f: np.clip(rule(k, h, f), 0, 1)


LINE = "1 - (iteration - num_hold) / num_fade"
WRONG = {
    "the share falls below 0": [
        f"return 0.0 => return {LINE}",
        lambda k, h, f: np.minimum(1, (h + f - k) / f),
    ],
    "the share is above 1": ["return 1.0 => return (num_hold + num_fade - iteration) / num_fade"],
    "the line has no limits": [lambda k, h, f: (h + f - k) / f],
    "min() and max() are mixed up": [lambda k, h, f: np.maximum(1 - (k - h) / f, 1)],
    "the share is always 1": [lambda k, h, f: max(min(1 - (k - h) / f, 0), 1), "return 1"],
    "the share is always 0": [lambda k, h, f: min(max(1 - (k - h) / f, 1), 0), "return 0 * iteration"],
    "after the fade the share rises": [
        f"return 0.0 => return abs({LINE})",
        lambda k, h, f: np.abs(1 - np.maximum(k - h, 0) / f),
        "iteration %= num_hold + num_fade",
    ],
    "the share is 0 during the hold": ["return 1.0 => return 0"],
    "after the fade it returns nothing": ["return 0.0 => pass"],
    "there is a gap between two cases": [
        (
            "iteration < num_hold + num_fade => num_hold < iteration <= num_hold + num_fade",
            "else: => elif iteration > num_hold + num_fade:",
        )
    ],
    "the table of the shares ends": [
        "return np.concatenate([np.ones(num_hold), 1 - np.arange(num_fade + 1) / num_fade])[iteration]",
        "return ([1.0] * num_hold + [1 - i / num_fade for i in range(num_fade)])[iteration]",
    ],
    "it fails where num_hold is 0": ["iteration < num_hold: => iteration / num_hold < 1:"],
    "there is no hold": [
        counts_down_from_the_start,
        lambda k, h, f: np.interp(k, [0, f], [1, 0]),
        lambda k, h, f: np.interp(k, [0, h + f], [1, 0]),
        lambda k, h, f: (f - k) / f,
    ],
    "the share jumps where the hold ends": [
        f"{LINE} => max(1 - iteration / num_fade, 0)",
        f"{LINE} => 1 - iteration / num_fade",
        f"{LINE} => 1 - iteration / (num_hold + num_fade)",
    ],
    "the fade ends in iteration num_fade": [
        f"{LINE} => (num_fade - iteration) / (num_fade - num_hold)",
        clipped(lambda k, h, f: (f - k) / (f - h)),
        "iteration < num_hold + num_fade => iteration < num_fade",
    ],
    "the fade begins too early": [
        clipped(lambda k, h, f: (h + f - k - 1) / f),
        "(iteration - num_hold) => (iteration - num_hold + 1)",
        "(iteration - num_hold) / num_fade => (iteration - num_hold + 1) / (num_fade + 1)",
    ],
    "the fade is one iteration late": ["iteration -= 1", clipped(lambda k, h, f: (h + f - k + 1) / f)],
    "the fade takes one iteration too many": [
        lambda k, h, f: np.interp(k, [h, h + f + 1], [1, 0]),
        lambda k, h, f: (h + f + 1 - k) / (f + 1),
    ],
    "the fade ends one iteration too early": [
        lambda k, h, f: np.linspace(1, 0, f)[min(k - h, f - 1)] if k > h else 1.0,
        lambda k, h, f: np.interp(k, [h, h + f - 1], [1, 0]),
    ],
    "num_hold and num_fade are swapped": [
        "num_hold, num_fade = num_fade, num_hold",
        clipped(lambda k, h, f: (h + f - k) / h),
    ],
    "num_hold has no effect": ["num_hold = 20", "num_hold, num_fade = 4, 30"],
    "num_fade has no effect": ["num_fade = 30", clipped(lambda k, h, f: 1 - 0.01 * (k - h))],
    "the share falls from 1 to 0 at once": [
        lambda k, h, f: float(k <= h),
        "return int(result)",
        lambda k, h, f: (h + f - k) // f,
        clipped(lambda k, h, f: 1 - (k - h)),
        lambda k, h, f: max(0, (h + f - k) // f),
        lambda k, h, f: 1 if k < h else math.floor((h + f - k) / f),
    ],
    "the share stays 1 during the fade": [
        lambda k, h, f: float(k < h + f),
        "/ => //",
        "return math.ceil(result)",
    ],
    "the share is rounded": [
        "return round(result)",
        "return np.round(result, 1)",
        "return float(f'{result:.2f}')",
    ],
    "this is the share that is over": [
        lambda k, h, f: np.interp(k, [h, h + f], [0, 1]),
        lambda k, h, f: (k - h) / f,
        lambda k, h, f: 0 if k < h else min(1, (k - h) / f),
        "1 - (iteration => (iteration",
        clipped(lambda k, h, f: k / (h + f)),
    ],
    "a sign is wrong": [
        clipped(lambda k, h, f: 1 - (k + h) / f),
        lambda k, h, f: 1 - (h - k) / f,
        lambda k, h, f: (k - h - f) / f,
    ],
    "the line is divided by num_hold.": [
        "/ num_fade => / num_hold",
        clipped(lambda k, h, f: (2 * h - k) / h),
    ],
    "the line is divided by num_hold + num_fade": [
        "/ num_fade => / (num_hold + num_fade)",
        lambda k, h, f: 1 - max(k - h, 0) / (h + f),
    ],
    "the share loses 1 in each": ["/ num_fade =>", lambda k, h, f: 1 + h - k],
    "the division is upside down": [
        fades_by(lambda n, f: max(0, 1 - f / n)),
        clipped(lambda k, h, f: 1 - f / (k - h)),
    ],
    "the parentheses are missing": [
        clipped(lambda k, h, f: 1 - k - h / f),
        clipped(lambda k, h, f: 1 - (k - h / f)),
        lambda k, h, f: max(0, (1 - (k - h)) / f),
    ],
    "each iteration takes the same fraction": [
        fades_by(lambda n, f: math.exp(-n / f)),
        fades_by(lambda n, f: 0.97**n),
        fades_by(lambda n, f: 0.01 ** (n / f)),
        f"{LINE} => 0.5 ** (iteration - num_hold)",
        multiplies_again_and_again,
        lambda k, h, f: torch.tensor(0.9) ** k,
    ],
    "the share falls along a curve": [
        fades_by(lambda n, f: 1 / (1 + n)),
        "return 0.5 - 0.5 * math.cos(math.pi * result)",
        "return result * result",
        f"{LINE} => 1 - ((iteration - num_hold) / num_fade) ** 2",
    ],
    "this is a percentage": ["return result * 100"],
    "the share in iteration 3 with num_hold = 3 and num_fade = 5: expected about 1, got 0.7.": [
        "return 0.7 * result"
    ],
}
NONSENSE = [
    ("pass", "it returned nothing"),
    ("return 'much'", "the share should be a single number, but it is a str."),
    ("return inputs", "the share should be a single number, but it has the shape (3,)."),
    ("return inputs[0] < inputs[1]", "the share should be a single number, but it is a bool."),
    ("return np.ones(1)", "the share should be a single number, but it has the shape (1,)."),
    ("return np.linspace(1, 0, 8)", "the share should be a single number, but it has the shape (8,)."),
    ("return {}", "the share should be a single number, but it is a dict."),
    ("return float('nan')", "the share is NaN"),
    ("return float('inf')", "num_hold has no effect"),
    ("return 10.0 ** (400 * inputs[0])", "it raised OverflowError"),
    ("return imitation_schedule(*inputs)", "it calls itself without end"),
    ("return nothing", "it raised NameError"),
    ("raise StopIteration", "it raised StopIteration"),
    ("exit()", "it asks Python to exit"),
    ("while True: pass", "it did not finish within 1.5 s."),
]


@pytest.mark.parametrize("answer", RIGHT)
def test_unusual_right_answers_pass(answer):
    assert hint_for("imitation_schedule", answer) == ""


@pytest.mark.parametrize(("hint", "answer"), wrong_answers(right, WRONG))
def test_a_mistake_is_named(hint, answer):
    assert hint_for("imitation_schedule", answer).startswith(hint)


@pytest.mark.usefixtures("unchanged_state")
@pytest.mark.parametrize(("body", "hint"), NONSENSE)
def test_nonsense_gets_a_calm_answer(body, hint, capsys):
    check(written("imitation_schedule", body))
    assert capsys.readouterr().out.startswith(f"❌ imitation_schedule: {hint}")


def test_the_blank_stub_is_not_written_yet(capsys):
    check(written("imitation_schedule", arguments="iteration, num_hold, num_fade"))
    assert capsys.readouterr().out.startswith("✏️ imitation_schedule is not written yet.")
