"""Lesson 07, value targets: right answers and mistakes, written independently of the bank."""

import numpy as np
import pytest
import torch

from ilrl_course.checks.lesson_07_blocks import ALONE
from ilrl_course.checks.lesson_07_targets import right_target
from tests.checks.answers import hint_for


def world_by_world_in_numpy(rewards, next_values, terminated, truncated, gamma):
    targets = np.zeros(rewards.shape)
    for n in range(rewards.shape[1]):
        rest = float(next_values[-1, n])
        for t in range(len(rewards) - 1, -1, -1):
            if terminated[t, n]:
                rest = 0.0
            elif truncated[t, n]:
                rest = float(next_values[t, n])
            rest = float(rewards[t, n]) + gamma * rest
            targets[t, n] = rest
    return torch.from_numpy(targets)


def forward_sums(rewards, next_values, terminated, truncated, gamma):
    num_steps, num_envs = rewards.shape
    targets = torch.zeros_like(rewards)
    for t in range(num_steps):
        weight, running = torch.ones(num_envs), torch.ones(num_envs)
        for k in range(t, num_steps):
            targets[t] += running * weight * rewards[k]
            weight = weight * gamma
            stops = truncated[k] | (torch.tensor(k == num_steps - 1) & ~terminated[k])
            targets[t] += running * weight * next_values[k] * stops
            running = running * ~(terminated[k] | truncated[k])
    return targets


def rows_in_a_list(rewards, next_values, terminated, truncated, gamma):
    alive, goes_on = (~terminated).float(), torch.logical_not(terminated | truncated).float()
    goes_on[-1] = 0.0
    rows, row = [], torch.zeros(rewards.shape[1])
    for t in range(len(rewards))[::-1]:
        row = rewards[t] + gamma * (goes_on[t] * row + (1 - goes_on[t]) * alive[t] * next_values[t])
        rows.insert(0, row)
    return torch.stack(rows)


def as_one_system(rewards, next_values, terminated, truncated, gamma):
    num_steps, columns = len(rewards), []
    for r, v, dead, cut in zip(rewards.T, next_values.T, terminated.T, truncated.T, strict=True):
        stops = dead | cut
        stops[-1] = True
        chain = torch.diag((gamma * ~stops[:-1]).float(), 1) if num_steps > 1 else torch.zeros(1, 1)
        columns.append(torch.linalg.solve(torch.eye(num_steps) - chain, r + gamma * v * (stops & ~dead)))
    return torch.stack(columns, dim=1)


RIGHT = [world_by_world_in_numpy, forward_sums, rows_in_a_list, as_one_system]


def walk(follows, first="the next value", add=lambda r, rest, gamma: r + gamma * rest, order=-1):
    """Row by row; follows(dead, cut, value, later) is what comes after a step."""

    def answer(rewards, next_values, terminated, truncated, gamma):
        rows = {}
        later = next_values[-1].clone() if first == "the next value" else torch.zeros(rewards.shape[1])
        for t in range(len(rewards))[::order]:
            rest = follows(terminated[t].float(), truncated[t].float(), next_values[t], later)
            rows[t] = later = add(rewards[t], rest, gamma)
        return torch.stack([rows[t] for t in sorted(rows)])

    return answer


def right_rest(dead, cut, value, later):
    return (1 - dead) * (cut * value + (1 - cut) * later)


def with_the_next_index(rewards, next_values, terminated, truncated, gamma):
    rest, targets = next_values[-1].clone(), []
    for t in reversed(range(len(rewards))):
        border = next_values[t + 1] if t + 1 < len(rewards) else next_values[t]
        rest = torch.where(terminated[t], torch.zeros(()), torch.where(truncated[t], border, rest))
        rest = rewards[t] + gamma * rest
        targets = [rest, *targets]
    return torch.stack(targets)


def with_flags_one_late(rewards, next_values, terminated, truncated, gamma):
    ends = [torch.vstack([flags, flags[-1]])[1:] for flags in (terminated, truncated)]
    return rows_in_a_list(rewards, next_values, *ends, gamma)


def from_the_last_but_one(rewards, next_values, terminated, truncated, gamma):
    targets = torch.zeros_like(rewards)
    for t in reversed(range(len(rewards) - 1)):
        targets[t] = rewards[t] + gamma * right_rest(
            terminated[t].float(), truncated[t].float(), next_values[t], targets[t + 1]
        )
    return targets


def with_the_last_row_apart(rewards, next_values, terminated, truncated, gamma):
    targets = torch.zeros_like(rewards)
    targets[-1] = rewards[-1] + gamma * next_values[-1]
    for t in reversed(range(len(rewards) - 1)):
        rest = targets[t + 1].where(~truncated[t], next_values[t])
        targets[t] = rewards[t] + gamma * rest.masked_fill(terminated[t], 0.0)
    return targets


def with_an_if(rewards, next_values, terminated, truncated, gamma):
    rest = next_values[-1]
    for t in reversed(range(len(rewards))):
        if truncated[t] and not terminated[t]:
            rest = next_values[t]
        rest = rewards[t] + gamma * rest
    return rest


def forgets_the_reward_at_an_end(rewards, next_values, terminated, truncated, gamma):
    rest, targets = next_values[-1].clone(), torch.empty_like(rewards)
    for t in reversed(range(len(rewards))):
        rest = rewards[t] + gamma * rest
        rest[truncated[t]] = next_values[t][truncated[t]]
        rest[terminated[t]] = 0.0
        targets[t] = rest
    return targets


def changed(change):
    return lambda *inputs: change(rows_in_a_list(*inputs), *inputs)


WRONG = [
    ("the ends are ignored", walk(lambda dead, cut, value, later: later)),
    (
        "a truncation is treated as death",
        walk(lambda dead, cut, value, later: (1 - dead) * (1 - cut) * later),
    ),
    (
        "after a termination the next value is counted",
        walk(lambda dead, cut, value, later: (dead + cut) * value + (1 - dead - cut) * later),
    ),
    ("after a termination the next value is counted", with_the_last_row_apart),
    (
        "the two kinds of end are mixed up",
        walk(lambda dead, cut, value, later: (1 - cut) * (dead * value + (1 - dead) * later)),
    ),
    (
        "the sum runs on through a termination",
        walk(lambda dead, cut, value, later: cut * value + (1 - cut) * later),
    ),
    ("the sum runs on through a truncation", walk(lambda dead, cut, value, later: (1 - dead) * later)),
    ("after a truncation the next value counts, and", walk(lambda d, c, v, later: (1 - d) * (c * v + later))),
    ("the rest is replaced after the reward was added", forgets_the_reward_at_an_end),
    ("the next value comes from another row", with_the_next_index),
    ("the flags of another row are read", with_flags_one_late),
    (
        "an end in one world ends the episodes of all",
        walk(lambda dead, cut, value, later: right_rest(dead.max(), cut.max(), value, later)),
    ),
    ("`if`, `and`, `or` and `not` cannot decide", with_an_if),
    ("the last row is treated as the end of life", walk(right_rest, first="nothing")),
    ("the last row is treated as the end of life", walk(lambda d, c, v, later: later, first="nothing")),
    ("the last row stays empty", from_the_last_but_one),
]


def test_the_check_knows_the_right_targets_by_hand():
    assert [right_target(ALONE[0], t, 0.5) for t in range(3)] == pytest.approx(
        [1 + 0.5 * 2 + 0.25 * 7, 2 + 0.5 * 7, 4 + 0.5 * 2]
    )


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("value_targets", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("value_targets", function).startswith(hint)


def test_an_unknown_mistake_is_shown_in_the_wrong_row_nearest_to_the_end():
    def one_more_at_the_end_of_life(rewards, next_values, terminated, truncated, gamma):
        return rows_in_a_list(rewards + terminated, next_values, terminated, truncated, gamma)

    assert hint_for("value_targets", one_more_at_the_end_of_life) == (
        "with gamma 0.9, in a world whose episode is terminated at t = 1, row 1 should be about 2, but it is "
        "3, and the rows after it are right. There rewards[1] is 2, next_values[1] is 6."
    )
