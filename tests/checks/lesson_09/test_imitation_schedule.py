"""Lesson 09, the schedule: right answers, nonsense, and mistakes, written independently of the bank."""

import math  # noqa: F401 (rules use it)
from fractions import Fraction  # noqa: F401 (rules use it)

import numpy as np

from tests.checks.answers import promises_of, wrong_answers


def right(iteration, num_hold, num_fade):
    if iteration < num_hold:
        return 1.0
    elif iteration < num_hold + num_fade:  # noqa: RET505
        return 1 - (iteration - num_hold) / num_fade
    else:
        return 0.0


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


def rules(*formulas):
    """Edits: k, h and f are iteration, num_hold and num_fade."""
    return [f"k, h, f = (iteration, num_hold, num_fade)\nreturn {formula}" for formula in formulas]


def clipped(*formulas):
    return rules(*(f"np.clip({formula}, 0, 1)" for formula in formulas))


def fading(*formulas):
    """1 until the hold is over, then the formula, with n = 1, 2, ..."""
    return rules(*(f"1.0 if k <= h else (lambda n: {formula})(k - h)" for formula in formulas))


UNUSUAL = rules(
    "1 - min(max(k - h, 0), f) / f",
    "sorted([0, (h + f - k) / f, 1])[1]",
    "0.0 if k > h + f else 1.0 if k <= h else (h + f - k) / f",
    "np.interp(k, [h, h + f], [1, 0])",
    "np.float32(min(1, max(0, 1 - (k - h) / f)))",
    "torch.tensor(1 - (k - h) / f, requires_grad=True).clip(0, 1)",
    "np.array(1 - (k - h) / f).clip(0, 1)",
    "min(max(1 - Fraction(k - h, f), 0), 1)",
    "(abs((h + f - k) / f) - abs((h - k) / f) + 1) / 2",
    "np.where(k <= h, 1.0, np.maximum(0, 1 - (k - h) / f))",
    "sum(1 / f for _ in range(max(k, h), h + f))",
)
RIGHT = [right, by_a_loop, by_recursion, by_a_table]
RIGHT += [answer for _, answer in wrong_answers(right, {"": UNUSUAL})]
LINE = "1 - (iteration - num_hold) / num_fade"
WRONG = {
    "the share falls below 0": [f"return 0.0 => return {LINE}", *rules("np.minimum(1, (h + f - k) / f)")],
    "the share is above 1": ["return 1.0 => return (num_hold + num_fade - iteration) / num_fade"],
    "the line has no limits": rules("(h + f - k) / f"),
    "min() and max() are mixed up": rules("np.maximum(1 - (k - h) / f, 1)", "min(0, 1 - (k - h) / f)"),
    "the share is always 1": [*rules("max(min(1 - (k - h) / f, 0), 1)"), "return 1"],
    "the share is always 0": [*rules("min(max(1 - (k - h) / f, 1), 0)"), "return 0 * iteration"],
    "after the fade the share rises": [f"return 0.0 => return abs({LINE})"],
    "the share is 0 during the hold": ["return 1.0 => return 0"],
    "after the fade it returns nothing": ["return 0.0 => pass"],
    "there is a gap between two cases": [
        (
            "elif iteration < num_hold + num_fade => elif num_hold < iteration <= num_hold + num_fade",
            "else: => elif iteration > num_hold + num_fade:",
        ),
    ],
    "the table of the shares ends": rules(
        "np.concatenate([np.ones(h), 1 - np.arange(f + 1) / f])[k]",
        "([1.0] * h + [1 - i / f for i in range(f)])[k]",
    ),
    "a negative index counts": [
        "return np.linspace(1, 0, num_fade + 1)[min(iteration - num_hold, num_fade)]"
    ],
    "it fails where num_hold is 0": ["iteration < num_hold: => iteration / num_hold < 1:"],
    "there is no hold": [*rules("np.interp(k, [0, f], [1, 0])", "np.interp(k, [0, h + f], [1, 0])")],
    "the share jumps where the hold ends": [f"{LINE} => 1 - iteration / num_fade"],
    "the fade ends in iteration num_fade": ["iteration < num_hold + num_fade => iteration < num_fade"],
    "the fade begins too early": ["(iteration - num_hold) => (iteration - num_hold + 1)"],
    "the fade is one iteration late": ["iteration -= 1", *clipped("(h + f - k + 1) / f")],
    "the fade takes one iteration too many": rules(
        "np.interp(k, [h, h + f + 1], [1, 0])", "(h + f + 1 - k) / (f + 1)"
    ),
    "the fade ends one iteration too early": [
        *rules("np.linspace(1, 0, f)[min(k - h, f - 1)] if k > h else 1.0"),
        *rules("np.interp(k, [h, h + f - 1], [1, 0])"),
    ],
    "num_hold and num_fade are swapped": ["num_hold, num_fade = num_fade, num_hold"],
    "num_hold has no effect": ["num_hold = 20", "num_hold, num_fade = 4, 30"],
    "num_fade has no effect": ["num_fade = 30", *clipped("1 - 0.01 * (k - h)")],
    "the share falls from 1 to 0 at once": ["return int(result)"],
    "the share stays 1 during the fade": ["return float(result > 0)", "/ => //", "return math.ceil(result)"],
    "the share is rounded": ["return float(f'{result:.4f}')"],
    "this is the share that is over": ["1 - (iteration => (iteration"],
    "a sign is wrong": [*clipped("1 - (k + h) / f"), *rules("1 - (h - k) / f", "(k - h - f) / f")],
    "the line is divided by num_hold.": ["/ num_fade => / num_hold", *clipped("(2 * h - k) / h")],
    "the line is divided by num_hold + num_fade": rules(
        "1 - max(k - h, 0) / (h + f)", "min(1, (2 * h + f - k) / (h + f))"
    ),
    "the share loses 1 in each": ["/ num_fade =>", *rules("1 + h - k")],
    "it is not divided by num_fade": rules("f - (k - h)"),
    "the division is upside down": [*fading("max(0, 1 - f / n)"), *clipped("1 - f / (k - h)")],
    "the parentheses are missing": clipped("1 - k - h / f", "1 - (k - h / f)", "(1 - (k - h)) / f"),
    "each iteration takes the same fraction": [
        *fading("math.exp(-n / f)", "0.97**n", "0.01 ** (n / f)", "math.prod([1 - 1 / f] * n)"),
        f"{LINE} => 0.5 ** (iteration - num_hold)",
        "return torch.tensor(0.9) ** iteration",
    ],
    "the share falls along a curve": ["return 0.5 - 0.5 * math.cos(math.pi * result)"],
    "the share does not go from 1 to 0": ["return result / 2", "return max(0.1, result)"],
    "the share in iteration 3 with num_hold = 3 and num_fade = 5: expected about 1, got 0.7": [
        "return 0.7 * result"
    ],
    "the share in iteration 15 with num_hold = 20": ["num_hold = min(num_hold, 10)"],
    "the share in iteration 40 with num_hold = 20": ["iteration %= 40"],
}
NONSENSE = {
    "return 'much'": "the share should be a single number, but it is a str.",
    "return inputs": "the share should be a single number, but it has the shape (3,).",
    "return inputs[0] < inputs[1]": "the share should be a single number, but it is a bool.",
    "return np.ones(1)": "the share should be a single number, but it has the shape (1,).",
    "return np.linspace(1, 0, 8)": "the share should be a single number, but it has the shape (8,).",
    "return {}": "the share should be a single number, but it is a dict.",
    "return float('nan')": "the share is NaN",
    "return float('inf')": "num_hold has no effect",
    "return 10.0 ** (400 * inputs[0])": "it raised OverflowError",
    "return imitation_schedule(*inputs)": "it calls itself without end",
    "return nothing": "it raised NameError",
    "raise StopIteration": "it raised StopIteration",
    "while True: pass": "it did not finish within 1.5 s.",
}


TestAnswers = promises_of("imitation_schedule", right, RIGHT, WRONG, NONSENSE)
