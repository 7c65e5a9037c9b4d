"""Generalized advantages: right answers pass, and independently written mistakes get their hints."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.advantages import value_targets
from ilrl_course.checks.edits import edited
from ilrl_course.checks.lesson_07.compute_gae import right_advantage
from ilrl_course.checks.watched.block_of_steps import ALONE
from tests.checks.answers import hint_for, promises_of


def right(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    alive, ends = 1 - terminated.float(), torch.logical_or(terminated, truncated)
    goes_on = 1 - ends.float()
    rows, running = [], torch.zeros(rewards.shape[1])
    for t in list(range(len(rewards)))[::-1]:
        after = alive[t] * next_values[t]
        delta = rewards[t] + gamma * after - values[t]
        running = delta + gamma * gae_lambda * (goes_on[t] * running)
        rows.append(running)
    return torch.stack(rows).flipud()


def world_by_world_in_numpy(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    advantages = np.zeros(rewards.shape)
    for n in range(rewards.shape[1]):
        running = 0.0
        for t in range(len(rewards) - 1, -1, -1):
            bootstrap = 0.0 if terminated[t, n] else next_values[t, n].item()
            delta = rewards[t, n].item() + gamma * bootstrap - values[t, n].item()
            if terminated[t, n] or truncated[t, n]:
                running = 0.0
            advantages[t, n] = running = delta + gamma * gae_lambda * running
    return torch.from_numpy(advantages)


def one_lower_triangular_sum(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    deltas = rewards + gamma * next_values.masked_fill(terminated, 0) - values
    steps = torch.arange(len(rewards))
    over = (terminated | truncated).long()
    episode = over.cumsum(0) - over  # (T, N): how many ended before
    same = episode[:, None] == episode[None]  # (T, T, N)
    later = steps[None] - steps[:, None]
    weights = torch.where(later >= 0, (gamma * gae_lambda) ** later.clamp(min=0).float(), 0.0)
    return torch.einsum("tk,tkn,kn->tn", weights, same.float(), deltas)


def by_the_lambda_return(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    rows, following = [], next_values[-1]
    for t in reversed(range(len(rewards))):
        over = terminated[t] | truncated[t]
        mixed = (1 - gae_lambda) * next_values[t] + gae_lambda * torch.where(over, next_values[t], following)
        following = rewards[t] + gamma * mixed * (~terminated[t]).float()
        rows.append(following - values[t])
    return torch.stack(rows).flipud()


def without_a_graph(*inputs):
    with torch.no_grad():
        return one_lower_triangular_sum(*inputs).detach().clone()


RIGHT = [right, world_by_world_in_numpy, one_lower_triangular_sum, by_the_lambda_return, without_a_graph]


def in_the_famous_way(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    """As in a well-known file: one flag `done`, and the value of the row below."""
    done = (terminated | truncated).float()
    advantages, last = torch.zeros_like(rewards), 0
    for t in reversed(range(len(rewards))):
        following = next_values[-1] if t == len(rewards) - 1 else values[t + 1]
        delta = rewards[t] + gamma * following * (1 - done[t]) - values[t]
        advantages[t] = last = delta + gamma * gae_lambda * (1 - done[t]) * last
    return advantages


def minus_the_values(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    return value_targets(rewards, next_values, terminated, truncated, gamma) - values


def masks(after="alive[t]", later="goes_on[t]"):
    """Where the next value counts, and where the sum goes on."""
    return f"after = alive[t] => after = {after}", f"goes_on[t] * running => {later} * running"


def following(values):
    return f"next_values = {values}"


def start(text):
    return f"torch.zeros(rewards.shape[1]) => {text}"


def kept(rows):
    """All rows but these are 0."""
    return f"return result * (torch.arange(len(result)) {rows})[:, None]"


NOT_CUT = "(1 - truncated[t].float())"
FIXED = "gamma = 0.99", "gae_lambda = 0.95"
IN_ONE_TENSOR = (
    "running = delta => result = delta",
    "rows.append(running) => running.copy_(result)\nrows.append(running)",
)
WRONG = {
    "the ends of the episodes are ignored": [masks("1.0", "1.0")],
    "a truncation is treated as death": [masks("goes_on[t]", "alive[t]")],
    "after a termination the next value is counted": [masks("1.0")],
    "the two kinds of end are mixed up": [masks(NOT_CUT), masks(NOT_CUT, NOT_CUT)],
    "the sum runs on through all ends": [masks(later="1.0")],
    "the sum runs on through a truncation": [masks(later="alive[t]")],
    "the sum runs on through a termination": [masks(later=NOT_CUT)],
    "the mask of the ends is the wrong way round": ["1 - ends => ends"],
    "the mask of terminated is the wrong way round": ["1 - terminated => terminated"],
    "a step can be terminated and truncated at once": ["torch.logical_or => torch.logical_xor"],
    "`~` does not mean `not` for numbers": ["1 - ends.float() => ~ends.int()"],
    "the sum is reset too late": [
        (*masks(later="1.0"), "rows.append => running = running.masked_fill(ends[t], 0.0)\nrows.append")
    ],
    "the next value is read from the next row": [following("values.roll(-1, dims=0)")],
    "the next value comes from another row": [following("next_values.roll(1, dims=0)")],
    "after a truncation the value before the step": [
        following("values * truncated + next_values * ~truncated")
    ],
    "the flags of another row are read": [masks(later="goes_on[min(t + 1, len(rewards) - 1)]")],
    "an end in one world ends the episodes of all": [masks("alive[t].amin()", "goes_on[t].amin()")],
    "an end at any time ends all episodes": [
        "terminated, truncated = (x | x.sum(0).bool() for x in (terminated, truncated))"
    ],
    "`if`, `and`, `or` and `not` cannot decide": [
        "after = => if not terminated[t]:\n    running = 0 * running\nafter ="
    ],
    "the last row is treated as the end of life": ["next_values = 1 * next_values\nnext_values[-1] = 0"],
    "the last row stays empty": [kept("< len(result) - 1")],
    "the first row stays empty": [kept("> 0")],
    "only the last row is filled": [kept("== len(result) - 1")],
    "only the first row is filled": [kept("== 0")],
    "the loop runs from the first row to the last": [("[::-1]: => :", ".flipud() =>")],
    "the rows stand in reverse order": [".flipud() =>"],
    "these are the TD errors of single steps": ["running = delta + => running = delta + 0 *"],
    "only the next TD error is added": [("rows.append(running) => rows.append(running)\nrunning = delta")],
    "too much is dropped where an episode ends": [
        (*masks("goes_on[t]"), "- values[t] => - values[t] * goes_on[t]")
    ],
    "the sum starts from the next value": [start("next_values[-1]")],
    "the sum does not start from 0": [start("values[-1]")],
    "gamma has no effect": [("gamma * after => after", "gamma * gae_lambda => gae_lambda")],
    "the next value is not discounted": ["gamma * after => after"],
    "gamma is missing in the recursion": ["gamma * gae_lambda => gae_lambda"],
    "gae_lambda is missing in the recursion": [minus_the_values],
    "the later TD errors count in full": ["gamma * gae_lambda * =>"],
    "gae_lambda does not belong to the next value": ["gamma * after => gamma * gae_lambda * after"],
    "gamma is applied twice": ["gamma * gae => gamma * gamma * gae"],
    "gamma is applied to too much": ["gamma * after - values[t] => gamma * (after - values[t])"],
    "gae_lambda is applied twice": ["gae_lambda * (goes => gae_lambda * gae_lambda * (goes"],
    "1 - gae_lambda is not needed": ["gae_lambda * (goes => (1 - gae_lambda) * (goes"],
    "a discount is fixed": [FIXED, *FIXED],
    "it reads the settings of the lesson": ["gamma, gae_lambda = ONE_PASS.gamma, ONE_PASS.gae_lambda"],
    "the value is added instead of subtracted": ["- values[t] => + values[t]"],
    "all signs are turned around": [
        "rewards[t] + gamma * after - values[t] => values[t] - rewards[t] - gamma * after"
    ],
    "the next value is subtracted": ["+ gamma * after => - gamma * after"],
    "the later TD errors are subtracted": ["running = delta + => running = delta -"],
    "the sign of an advantage is lost": ["return torch.relu(result)", "return torch.abs(result)"],
    "these are the targets of the critic": ["return torch.add(result, values)"],
    "the values are subtracted twice": ["return torch.sub(result, values)"],
    "the rewards are changed": ["rewards = torch.sign(rewards)"],
    "each row holds the advantage of the step after": ["return torch.vstack([result[1:], 0 * result[:1]])"],
    "each row holds what belongs to the row before": ["return torch.vstack([result[-1:], result[:-1]])"],
    "every row holds the same": ["return result[0].repeat(len(result), 1)", IN_ONE_TENSOR],
    "all worlds hold the same": ["return result.mean(1, keepdim=True).expand_as(result)"],
    "the result is 0 everywhere": ["return torch.zeros_like(rewards)"],
    "the result is a single number": ["return result.sum()"],
    "the loop walks from world to world": [lambda *x: right(*(block.T for block in x[:5]), *x[5:]).T],
    "the result is normalized": ["return result.sub(result.mean()).div(result.std())"],
    "squeeze() takes one axis too many": ["return torch.squeeze(result)"],
    "the result carries a gradient": ["return torch.tensor(result.tolist(), requires_grad=True)"],
    "the result is NaN (not a number), or holds one, with gamma 0.99 and gae_lambda 0.0": [
        "return gae_lambda * (result / gae_lambda)"
    ],
    "with gamma 0.99 and gae_lambda 0.5, in a world of 64 steps, row": ["rewards = rewards.clamp(-10, 10)"],
    "it changes its inputs in place": ["next_values *= ~terminated"],
    "it should return a tensor of the shape (T, N), but it returns a list. Use": ["return rows"],
    "it should return a tensor of the shape (T, N), but it returns a ndarray. Use torch.from": [
        "return result.numpy()"
    ],
    "it should return a tensor of the shape (T, N), but it returns a float.": ["return 0.5"],
    "it raised RuntimeError in line": ["terminated.float() => terminated"],
}


def test_the_check_knows_the_right_advantages_by_hand():
    advantages = [right_advantage(ALONE[0], t, gamma=0.9, gae_lambda=0.8) for t in range(3)]
    assert advantages == pytest.approx([6.516, 5.3, 0.8])


NONSENSE = {
    "return 'advantages'": "it should return a tensor of the shape (T, N), but it returns a str.",
    "return inputs[1].T": "the axes are swapped.",
    "inputs[3][:] = True\n    return inputs[0]": "it changes its inputs in place",
    "while True: pass": "it did not finish",
    "raise StopIteration": "it raised StopIteration",
    "return inputs[0] * ONE_PASS.gamma": "it reads the settings of the lesson",
}

TestAnswers = promises_of("compute_gae", right, RIGHT, WRONG, NONSENSE)


def test_of_two_mistakes_the_first_is_named_and_the_second_when_it_is_repaired():
    without_lambda = "gamma * gae_lambda => gamma"
    both, second = (
        hint_for("compute_gae", edited(right, *masks(later="1.0"), *more)) for more in ((without_lambda,), ())
    )
    assert both.startswith("gae_lambda is missing in the recursion")
    assert second.startswith("the sum runs on through all ends")


def test_an_unknown_mistake_is_shown_in_the_wrong_row_nearest_to_the_end():
    half_as_dear_at_the_end = edited(right, "next_values = next_values / (1 + truncated)")
    assert hint_for("compute_gae", half_as_dear_at_the_end) == (
        "with gamma 0.9 and gae_lambda 0.8, in a world whose episode is truncated at t = 1, row 1 should be "
        "about 6.2, but it is 2.6, and the rows after it are right. There rewards[1] is 2, values[1] is 3, "
        "next_values[1] is 8."
    )
