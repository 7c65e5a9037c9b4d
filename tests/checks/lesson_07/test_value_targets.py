"""Value targets: right answers pass, and mistakes written independently of the bank get their hints."""

import numpy as np
import pytest
import torch

from ilrl_course.checks.lesson_07.value_targets import right_target
from ilrl_course.checks.watched.block_of_steps import ALONE
from tests.checks.answers import hint_for, wrong_answers


def right(rewards, next_values, terminated, truncated, gamma):
    alive, goes_on = 1 - terminated.float(), 1 - truncated.float()
    later = next_values[-1].clone()
    rows = []
    for t in range(len(rewards))[::-1]:
        rest = goes_on[t] * later + (1 - goes_on[t]) * next_values[t]
        later = rewards[t] + gamma * alive[t] * rest
        rows.append(later)
    return torch.stack(rows[::-1])


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
            stops = truncated[k] | torch.tensor(k == num_steps - 1)
            targets[t] += running * weight * next_values[k] * (stops & ~terminated[k])
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


RIGHT = [right, world_by_world_in_numpy, forward_sums, rows_in_a_list, as_one_system]


def with_the_next_index(rewards, next_values, terminated, truncated, gamma):
    following = torch.cat([next_values[1:], next_values[-1:]])
    return right(rewards, torch.where(truncated, following, next_values), terminated, truncated, gamma)


def with_the_last_row_apart(rewards, next_values, terminated, truncated, gamma):
    targets = torch.zeros_like(rewards)
    targets[-1] = rewards[-1] + gamma * next_values[-1]
    for t in reversed(range(len(rewards) - 1)):
        rest = targets[t + 1].where(~truncated[t], next_values[t])
        targets[t] = rewards[t] + gamma * rest.masked_fill(terminated[t], 0.0)
    return targets


def from_the_last_but_one(rewards, next_values, terminated, truncated, gamma):
    targets = torch.zeros_like(rewards)
    for t in reversed(range(len(rewards) - 1)):
        rest = torch.where(truncated[t], next_values[t], targets[t + 1])
        targets[t] = rewards[t] + gamma * rest * ~terminated[t]
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


def sums_from_the_start_of_the_block(rewards, next_values, terminated, truncated, gamma):
    discounted = torch.stack([gamma**t * row for t, row in enumerate(rewards)])
    return torch.stack([discounted[t:].sum(dim=0) for t in range(len(rewards))])


def rest(text):
    """Another rest after step t; what follows a termination is up to it."""
    return (
        "gamma * alive[t] * rest => gamma * rest",
        f"goes_on[t] * later + (1 - goes_on[t]) * next_values[t] => {text}",
    )


FROM_ZERO = "next_values[-1].clone() => torch.zeros(rewards.shape[1])"
FORWARDS = "rows.append(later) => rows.insert(0, later)", "[::-1]: => :"

WRONG = {
    "the ends are ignored": [rest("later")],
    "a truncation is treated as death": [rest("alive[t] * goes_on[t] * later")],
    "after a termination the next value is counted": [
        rest("torch.where(alive[t] * goes_on[t] > 0, later, next_values[t])"),
        with_the_last_row_apart,
    ],
    "the two kinds of end are mixed up": [
        rest("goes_on[t] * (alive[t] * later + (1 - alive[t]) * next_values[t])")
    ],
    "the sum runs on through a termination": ["gamma * alive[t] => gamma"],
    "the sum runs on through a truncation": [rest("alive[t] * later")],
    "after a truncation the next value counts, and": ["goes_on[t] * later => later"],
    "the rest is replaced after the reward was added": [forgets_the_reward_at_an_end],
    "the next value comes from another row": [with_the_next_index],
    "the flags of another row are read": [
        "terminated, truncated = (torch.vstack([x, x[-1]])[1:] for x in (terminated, truncated))"
    ],
    "an end in one world ends the episodes of all": [
        (
            "alive[t] * rest => alive[t].min() * rest",
            "goes_on[t] * later => goes_on[t].min() * later",
            "1 - goes_on[t] => 1 - goes_on[t].min()",
        )
    ],
    "`if`, `and`, `or` and `not` cannot decide": [with_an_if],
    "the last row is treated as the end of life": [FROM_ZERO, (FROM_ZERO, *rest("later"))],
    "the last row stays empty": [from_the_last_but_one],
    "the loop runs from the first row to the last": [FORWARDS, (*FORWARDS, FROM_ZERO)],
    "the rows stand in reverse order": ["return torch.flip(result, dims=[0])"],
    "only one reward is counted": ["return rewards + torch.where(terminated, 0.0, gamma * next_values)"],
    "a next value is added at every step": [
        (FROM_ZERO, "(1 - goes_on[t]) * next_values[t] => next_values[t]")
    ],
    "gamma has no effect": ["gamma = 1"],
    "gamma is applied twice": ["gamma * alive => gamma * gamma * alive"],
    "the reward of the step itself is discounted": [
        "rewards[t] + gamma * alive[t] * rest => (rewards[t] + alive[t] * rest) * gamma"
    ],
    "the discount counts from the first row": [sums_from_the_start_of_the_block],
    "gamma is fixed": ["gamma = 0.99", "gamma = 0.9"],
    "a sign is wrong": ["rewards[t] + => rewards[t] -", "return 0 - result"],
    "next_values is subtracted": ["return result - next_values"],
    "the reward of the step itself is missing": ["return result - rewards"],
    "every row holds the same": ["later = rewards => later[:] = rewards"],
    "the result holds one row only": ["return result[0]"],
    "the loop walks from world to world": [lambda *x: right(*(block.T for block in x[:4]), x[4]).T],
    "the result is normalized": ["return result.sub(result.mean()).div(result.std())"],
    "squeeze() takes one axis too many": ["return torch.squeeze(result)"],
    "it changes its inputs in place": ["next_values[terminated] = 0.0"],
    "it should return a tensor of the shape (T, N), but it returns a list. Use": ["return rows[::-1]"],
    "it should return a tensor of the shape (T, N), but it returns a ndarray": ["return result.numpy()"],
    "the result is of int64, which holds no fractions": ["return result.long()"],
    "it raised RuntimeError in line": ["terminated.float() => terminated"],
}


def test_the_check_knows_the_right_targets_by_hand():
    assert [right_target(ALONE[0], t, 0.5) for t in range(3)] == pytest.approx(
        [1 + 0.5 * 2 + 0.25 * 7, 2 + 0.5 * 7, 4 + 0.5 * 2]
    )


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("value_targets", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("value_targets", function).startswith(hint)


def test_an_unknown_mistake_is_shown_in_the_wrong_row_nearest_to_the_end():
    def one_more_at_the_end_of_life(rewards, next_values, terminated, truncated, gamma):
        return right(rewards + terminated, next_values, terminated, truncated, gamma)

    assert hint_for("value_targets", one_more_at_the_end_of_life) == (
        "with gamma 0.9, in a world whose episode is terminated at t = 1, row 1 should be about 2, but it is "
        "3, and the rows after it are right. There rewards[1] is 2, next_values[1] is 6."
    )
