"""Lesson 09, the schedule: right answers, nonsense, and mistakes beside the fade, independent of the bank."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.finetune import imitation_schedule
from ilrl_course.checks import check
from tests.checks.answers import hint_for, written


def by_cases(iteration, num_hold, num_fade):
    if iteration < num_hold:
        return 1
    elif iteration < num_hold + num_fade:  # noqa: RET505
        return 1 - (iteration - num_hold) / num_fade
    else:
        return 0


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


def by_torch(iteration, num_hold, num_fade):
    return torch.clamp(torch.tensor(1 - (iteration - num_hold) / num_fade), 0, 1)


def by_what_is_over(iteration, num_hold, num_fade):
    over = max(iteration - num_hold, 0)
    return 1 - min(over, num_fade) / num_fade


def by_sorting(iteration, num_hold, num_fade):
    return sorted([0, (num_hold + num_fade - iteration) / num_fade, 1])[1]


RIGHT = [
    by_cases,
    by_other_cases,
    by_a_loop,
    by_recursion,
    by_a_table,
    by_torch,
    by_what_is_over,
    by_sorting,
    lambda k, h, f: np.clip(1 - (k - h) / f, 0, 1),
    lambda k, h, f: np.interp(k, [h, h + f], [1, 0]),
    lambda k, h, f: np.float32(min(1, max(0, 1 - (k - h) / f))),
    lambda k, h, f: torch.tensor(1 - (k - h) / f, requires_grad=True).clip(0, 1),
    lambda k, h, f: np.array(1 - (k - h) / f).clip(0, 1),
    lambda k, h, f: min(max(1 - Fraction(k - h, f), 0), 1),
    lambda iteration, num_hold, num_fade: imitation_schedule(iteration, num_hold, num_fade),
]


def rises_again(iteration, num_hold, num_fade):
    left = num_hold + num_fade - iteration
    return 1 if iteration < num_hold else abs(left) / num_fade


def forgets_the_end(iteration, num_hold, num_fade):  # noqa: RET503
    if iteration <= num_hold:
        return 1.0
    if iteration < num_hold + num_fade:
        return 1 - (iteration - num_hold) / num_fade


def forgets_the_start_of_the_fade(iteration, num_hold, num_fade):  # noqa: RET503
    if iteration < num_hold:
        return 1.0
    if num_hold < iteration <= num_hold + num_fade:
        return 1 - (iteration - num_hold) / num_fade
    if iteration > num_hold + num_fade:
        return 0.0


def runs_off_the_table(iteration, num_hold, num_fade):
    return np.concatenate([np.ones(num_hold), 1 - np.arange(num_fade + 1) / num_fade])[iteration]


def runs_off_the_list(iteration, num_hold, num_fade):
    table = [1.0 for _ in range(num_hold)] + [1 - i / num_fade for i in range(num_fade)]
    return table[iteration]


def only_fades(iteration, num_hold, num_fade):
    if num_hold <= iteration < num_hold + num_fade:
        return 1 - (iteration - num_hold) / num_fade
    return 0.0


def never_zero_hold(iteration, num_hold, num_fade):
    if iteration / num_hold <= 1:
        return 1.0
    return max(0.0, 1 - (iteration - num_hold) / num_fade)


WRONG = [
    ("the share falls below 0", lambda k, h, f: 1.0 if k <= h else 1 - (k - h) / f),
    ("the share falls below 0", lambda k, h, f: np.minimum(1, (h + f - k) / f)),
    ("the share is above 1", lambda k, h, f: 0 if k > h + f else 1 - (k - h) / f),
    ("the line has no limits", lambda k, h, f: (h + f - k) / f),
    ("min() and max() are mixed up", lambda k, h, f: np.maximum(1 - (k - h) / f, 1)),
    ("the share is always 1", lambda k, h, f: max(min(1 - (k - h) / f, 0), 1)),
    ("the share is always 1", lambda k, h, f: 1),
    ("the share is always 0", lambda k, h, f: min(max(1 - (k - h) / f, 1), 0)),
    ("the share is always 0", lambda k, h, f: k * 0),
    ("after the fade the share rises", rises_again),
    ("after the fade the share rises", lambda k, h, f: np.abs(1 - np.maximum(k - h, 0) / f)),
    ("after the fade the share rises", lambda k, h, f: by_cases(k % (h + f), h, f)),
    ("the share is 0 during the hold", only_fades),
    ("after the fade it returns nothing", forgets_the_end),
    ("there is a gap between two cases", forgets_the_start_of_the_fade),
    ("the table of the shares ends", runs_off_the_table),
    ("the table of the shares ends", runs_off_the_list),
    ("it fails where num_hold is 0", never_zero_hold),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("imitation_schedule", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("imitation_schedule", function).startswith(hint)


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


@pytest.mark.usefixtures("unchanged_state")
@pytest.mark.parametrize(("body", "hint"), NONSENSE)
def test_nonsense_gets_a_calm_answer(body, hint, capsys):
    check(written("imitation_schedule", body))
    assert capsys.readouterr().out.startswith(f"❌ imitation_schedule: {hint}")


def test_the_blank_stub_is_not_written_yet(capsys):
    check(written("imitation_schedule", arguments="iteration, num_hold, num_fade"))
    assert capsys.readouterr().out.startswith("✏️ imitation_schedule is not written yet.")
