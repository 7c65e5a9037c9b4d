"""Value targets: right answers pass, and mistakes written independently of the bank get their hints."""

import numpy as np
import pytest
import torch

from ilrl_course.checks.edits import edited
from ilrl_course.checks.lesson_07.value_targets import right_target
from ilrl_course.checks.watched.block_of_steps import ALONE
from tests.checks.answers import hint_for, promises_of


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
            targets[t, n] = rest = float(rewards[t, n]) + gamma * rest
    return torch.from_numpy(targets)


def forward_sums(rewards, next_values, terminated, truncated, gamma):
    num_steps = len(rewards)
    targets = torch.zeros_like(rewards)
    for t in range(num_steps):
        weight = torch.ones(rewards.shape[1])
        for k in range(t, num_steps):
            stops = truncated[k] | torch.tensor(k == num_steps - 1)
            targets[t] += weight * (rewards[k] + gamma * next_values[k] * (stops & ~terminated[k]))
            weight = weight * gamma * ~(terminated[k] | truncated[k])
    return targets


def by_masks_of_the_whole_block(rewards, next_values, terminated, truncated, gamma):
    stops = (terminated | truncated).clone()
    stops[-1] = True
    targets = rewards + gamma * next_values * (stops & torch.logical_not(terminated))
    for t in range(len(rewards) - 2, -1, -1):
        targets[t] += gamma * ~stops[t] * targets[t + 1]
    return targets


def as_one_system(rewards, next_values, terminated, truncated, gamma):
    num_steps, columns = len(rewards), []
    for r, v, dead, cut in zip(rewards.T, next_values.T, terminated.T, truncated.T, strict=True):
        stops = dead | cut
        stops[-1] = True
        chain = torch.diag((gamma * ~stops[:-1]).float(), 1) if num_steps > 1 else torch.zeros(1, 1)
        columns.append(torch.linalg.solve(torch.eye(num_steps) - chain, r + gamma * v * (stops & ~dead)))
    return torch.stack(columns, dim=1)


RIGHT = [right, world_by_world_in_numpy, forward_sums, by_masks_of_the_whole_block, as_one_system]


def rest(text):
    """Another rest after step t; what follows a termination is up to it."""
    return (
        "gamma * alive[t] * rest => gamma * rest",
        f"goes_on[t] * later + (1 - goes_on[t]) * next_values[t] => {text}",
    )


def start(text):
    """This comes after the last row."""
    return f"next_values[-1].clone() => {text}"


def kept(rows):
    """All rows but these are 0."""
    return f"return result * (torch.arange(len(result)) {rows})[:, None]"


FROM_ZERO = start("torch.zeros(rewards.shape[1])")
FORWARDS = "rows.append(later) => rows.insert(0, later)", "[::-1]: => :"
FORGETS_THE_REWARD = (
    "later = rewards[t] + gamma * alive[t] * rest => later = rewards[t] + gamma * later\n"
    "later[truncated[t]] = next_values[t][truncated[t]]\nlater[terminated[t]] = 0.0"
)
WRONG = {
    "the ends are ignored": [rest("later")],
    "a truncation is treated as death": [rest("alive[t] * goes_on[t] * later")],
    "after a termination the next value is counted": ["rows = [] => rows = []\nalive[-1] = 1.0"],
    "the two kinds of end are mixed up": [
        rest("goes_on[t] * (alive[t] * later + (1 - alive[t]) * next_values[t])")
    ],
    "a step can be terminated and truncated at once": [
        "alive[t] * rest => (1 - goes_on[t] * (1 - alive[t])) * rest"
    ],
    "the choice at a truncation is the wrong way round": ["1 - truncated.float() => truncated.float()"],
    "the mask of terminated is the wrong way round": ["1 - terminated.float() => terminated.float()"],
    "`~` does not mean `not` for numbers": ["alive[t] * rest => ~terminated[t].long() * rest"],
    "the sum runs on through a termination": ["gamma * alive[t] => gamma"],
    "the sum runs on through a truncation": [rest("alive[t] * later")],
    "after a truncation the next value counts, and": ["goes_on[t] * later => later"],
    "the rest is replaced after the reward was added": [FORGETS_THE_REWARD],
    "the next value comes from another row": [
        "* next_values[t] => * next_values[min(t + 1, len(rewards) - 1)]"
    ],
    "the flags of another row are read": [
        "terminated, truncated = (torch.vstack([x, x[-1]])[1:] for x in (terminated, truncated))"
    ],
    "an end in one world ends the episodes of all": [
        "terminated, truncated = (x | x.sum(1, keepdim=True).bool() for x in (terminated, truncated))"
    ],
    "an end at any time ends all episodes": [
        "terminated, truncated = (x | x.sum(0).bool() for x in (terminated, truncated))"
    ],
    "`if`, `and`, `or` and `not` cannot decide": [
        "rest = goes_on => if truncated[t] and not terminated[t]:\n    later = next_values[t]\nrest = goes_on"
    ],
    "the last row is treated as the end of life": [FROM_ZERO, (FROM_ZERO, *rest("later"))],
    "all worlds start from the same number": [start("next_values[-1].mean()"), start("next_values[-1, 0]")],
    "the last reward is counted twice": [start("rewards[-1].clone()")],
    "the last row stays empty": [
        (FROM_ZERO, "rows = [] => rows = [later]", "range(len(rewards)) => range(len(rewards) - 1)")
    ],
    "the first row stays empty": [kept("> 0")],
    "only the last row is filled": [kept("== len(result) - 1")],
    "only the first row is filled": [kept("== 0")],
    "each row holds the target of the step after": ["return torch.vstack([result[1:], result[:1]])"],
    "each row holds what belongs to the row before": ["return torch.vstack([result[-1:], result[:-1]])"],
    "the loop runs from the first row to the last": [FORWARDS, (*FORWARDS, FROM_ZERO)],
    "the rows stand in reverse order": ["return torch.flip(result, dims=[0])"],
    "only one reward is counted": ["return rewards + torch.where(terminated, 0.0, gamma * next_values)"],
    "only the step's own reward counts": ["alive[t] * rest => 0 * rest"],
    "the rest is the same in each round": [
        ("later = rewards => row = rewards", "append(later) => append(row)")
    ],
    "a next value is added at every step": [(FROM_ZERO, "(1 - goes_on[t]) * next_values => next_values")],
    "gamma has no effect": ["gamma = 1"],
    "gamma is applied twice": ["gamma * alive => gamma * gamma * alive"],
    "gamma is raised to a power": ["gamma * alive => gamma ** t * alive"],
    "the next value is discounted twice": ["next_values = next_values * gamma"],
    "the reward of the step itself is discounted": [
        "rewards[t] + gamma * alive[t] * rest => (rewards[t] + alive[t] * rest) * gamma"
    ],
    "the discount counts from the first row": [
        "return torch.stack([gamma**t * row for t, row in enumerate(rewards)]).flip(0).cumsum(0).flip(0)"
    ],
    "a sign is wrong": ["rewards[t] + => rewards[t] -", "return 0 - result"],
    "the rewards are changed": ["rewards = rewards.clamp(-1.0, 1.0)"],
    "every row holds the same": ["later = rewards => later[:] = rewards"],
    "all worlds hold the same": ["return result[:, [0]].expand_as(result)"],
    "the result holds one row only": ["return result[0]", "return later"],
    "the result is 0 everywhere": ["return torch.zeros_like(rewards)"],
    "the result is a single number": ["return result.sum()"],
    "the axes are swapped": ["return torch.einsum('tn->nt', result)"],
    "the loop walks from world to world": [lambda *x: right(*(block.T for block in x[:4]), x[4]).T],
    "the result is normalized": ["return result.sub(result.mean()).div(result.std())"],
    "squeeze() takes one axis too many": ["return torch.squeeze(result)"],
    "the result carries a gradient": ["return torch.tensor(result.tolist(), requires_grad=True)"],
    "the result is NaN (not a number), or holds one, with gamma 0.0": ["return gamma * (result / gamma)"],
    "with gamma 0.99, in a world of 64 steps, row": ["rewards = rewards.clamp(-10, 10)"],
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


NONSENSE = {
    "return inputs[0][0, 0]": "the result is a single number, but there is a target for every step",
    "return inputs[0][:, :2]": "the result should be an array of the shape (5, 3), but it has the",
    "return inputs[2]": "the result is of bool, which holds no fractions.",
    "return inputs[0] * float('nan')": "the result is NaN",
    "return (inputs[0] + 9) / 0": "with gamma 0.9, in a world whose episode goes on",
    "return inputs[0] * 1j": "the result is of complex64, which holds no fractions.",
    "inputs[1][:] = 0\n    return inputs[0]": "it changes its inputs in place",
}

TestAnswers = promises_of("value_targets", right, RIGHT, WRONG, NONSENSE)


def test_an_unknown_mistake_is_shown_in_the_wrong_row_nearest_to_the_end():
    one_more_at_the_end_of_life = edited(right, "rewards = rewards + terminated")
    assert hint_for("value_targets", one_more_at_the_end_of_life) == (
        "with gamma 0.9, in a world whose episode is terminated at t = 1, row 1 should be about 2, but it is "
        "3, and the rows after it are right. There rewards[1] is 2, next_values[1] is 6."
    )
