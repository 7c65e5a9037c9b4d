"""Lesson 07, value targets: mistakes in sums, discounts and results, written independently of the bank."""

import pytest
import torch

from tests.checks.answers import hint_for
from tests.checks.test_value_targets import changed, right_rest, rows_in_a_list, walk


def in_one_tensor(rewards, next_values, terminated, truncated, gamma):
    later, rows = next_values[-1].clone(), []
    for t in reversed(range(len(rewards))):
        later.copy_(
            rewards[t]
            + gamma * right_rest(terminated[t].float(), truncated[t].float(), next_values[t], later)
        )
        rows.append(later)
    return torch.stack(rows)


def zeroes_the_inputs(rewards, next_values, terminated, truncated, gamma):
    next_values[terminated] = 0.0
    return rows_in_a_list(rewards, next_values, terminated, truncated, gamma)


def undiscounted(rewards, next_values, terminated, truncated, gamma):
    return rows_in_a_list(rewards, next_values, terminated, truncated, gamma=1)


def sums_from_the_start_of_the_block(rewards, next_values, terminated, truncated, gamma):
    discounted = torch.stack([gamma**t * row for t, row in enumerate(rewards)])
    return torch.stack([discounted[t:].sum(dim=0) for t in range(len(rewards))])


WRONG = [
    ("the loop runs from the first row to the last", walk(right_rest, first="nothing", order=1)),
    ("the loop runs from the first row to the last", walk(right_rest, order=1)),
    ("the rows stand in reverse order", changed(lambda targets, *_: torch.flip(targets, dims=[0]))),
    ("only one reward is counted", lambda r, v, te, tr, gamma: r + torch.where(te, 0.0, gamma * v)),
    (
        "a next value is added at every step",
        walk(lambda d, c, v, later: (1 - d) * (v + (1 - c) * later), first="nothing"),
    ),
    ("gamma has no effect", undiscounted),
    ("gamma is applied twice", walk(right_rest, add=lambda r, rest, gamma: r + gamma * gamma * rest)),
    (
        "the reward of the step itself is discounted",
        walk(right_rest, add=lambda r, x, gamma: (r + x) * gamma),
    ),
    ("the discount counts from the first row", sums_from_the_start_of_the_block),
    ("gamma is fixed", lambda r, v, te, tr, gamma: rows_in_a_list(r, v, te, tr, 0.99)),
    ("gamma is fixed", lambda r, v, te, tr, gamma: rows_in_a_list(r, v, te, tr, 0.9)),
    ("a sign is wrong", walk(right_rest, add=lambda r, rest, gamma: r - rest * gamma)),
    ("a sign is wrong", changed(lambda targets, *_: 0 - targets)),
    ("next_values is subtracted", changed(lambda targets, r, v, *_: targets - v)),
    ("the reward of the step itself is missing", changed(lambda targets, r, *_: targets - r)),
    ("every row holds the same", in_one_tensor),
    ("the result holds one row only", changed(lambda targets, *_: targets[0])),
    ("the loop walks from world to world", lambda *x: rows_in_a_list(*(b.T for b in x[:4]), x[4]).T),
    ("the result is normalized", changed(lambda x, *_: x.sub(x.mean()).div(x.std()))),
    ("squeeze() takes one axis too many", changed(lambda targets, *_: torch.squeeze(targets))),
    ("it changes its inputs in place", zeroes_the_inputs),
    (
        "it should return a tensor of the shape (T, N), but it returns a list. Use",
        changed(lambda x, *_: [*x]),
    ),
    (
        "it should return a tensor of the shape (T, N), but it returns a ndarray",
        changed(lambda x, *_: x.numpy()),
    ),
    ("the result is of int64, which holds no fractions", changed(lambda x, *_: x.long())),
    ("it raised RuntimeError in line", lambda r, v, te, tr, gamma: r + gamma * v * (1 - te)),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("value_targets", function).startswith(hint)
