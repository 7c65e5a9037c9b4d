"""Lesson 07, GAE: right answers and mistakes, written independently of the bank."""

import numpy as np
import pytest
import torch

from ilrl_course.checks.lesson_07_blocks import ALONE
from ilrl_course.checks.lesson_07_gae import right_advantage
from tests.checks.answers import hint_for


def world_by_world_in_numpy(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    advantages = np.zeros(rewards.shape)
    for n in range(rewards.shape[1]):
        running = 0.0
        for t in range(len(rewards) - 1, -1, -1):
            bootstrap = 0.0 if terminated[t, n] else next_values[t, n].item()
            delta = rewards[t, n].item() + gamma * bootstrap - values[t, n].item()
            if terminated[t, n] or truncated[t, n]:
                running = 0.0
            running = delta + gamma * gae_lambda * running
            advantages[t, n] = running
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


RIGHT = [world_by_world_in_numpy, one_lower_triangular_sum, by_the_lambda_return, without_a_graph]
right = one_lower_triangular_sum


def walk(
    bootstrap=lambda dead, cut: 1 - dead,
    goes_on=lambda dead, cut: (1 - dead) * (1 - cut),
    delta=lambda r, v, after, gamma, lam: r + gamma * after - v,
    decay=lambda gamma, lam: gamma * lam,
    order=-1,
):
    """Row by row, with one part exchanged."""

    def answer(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
        rows, running = {}, torch.zeros(rewards.shape[1])
        for t in list(range(len(rewards)))[::order]:
            dead, cut = terminated[t].float(), truncated[t].float()
            after = next_values[t] * bootstrap(dead, cut)
            td_error = delta(rewards[t], values[t], after, gamma, gae_lambda)
            running = td_error + decay(gamma, gae_lambda) * goes_on(dead, cut) * running
            rows[t] = running
        return torch.stack([rows[t] for t in range(len(rewards))])

    return answer


def always(dead, cut):
    return 1.0


def not_dead(dead, cut):
    return 1 - dead


def not_cut(dead, cut):
    return 1 - cut


def not_over(dead, cut):
    return 1 - dead - cut


def in_the_famous_way(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    """As in a well-known file: one flag `done`, and the value of the row below."""
    done = (terminated | truncated).float()
    advantages, last = torch.zeros_like(rewards), 0
    for t in reversed(range(len(rewards))):
        following = next_values[-1] if t == len(rewards) - 1 else values[t + 1]
        delta = rewards[t] + gamma * following * (1 - done[t]) - values[t]
        advantages[t] = last = delta + gamma * gae_lambda * (1 - done[t]) * last
    return advantages


def with_values_of_the_row_below(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    following = torch.vstack([values, next_values[-1]])[1:]
    return right(rewards, values, following, terminated, truncated, gamma, gae_lambda)


def with_values_of_the_row_below_and_zero(rewards, values, next_values, *rest):
    following = torch.vstack([values[1:], torch.zeros(1, values.shape[1])])
    return right(rewards, values, following, *rest)


def with_values_rolled(rewards, values, next_values, *rest):
    return right(rewards, values, values.roll(-1, dims=0), *rest)


def nothing_after_the_last_row(rewards, values, next_values, *rest):
    following = next_values.clone()
    following[-1] = 0
    return right(rewards, values, following, *rest)


def from_the_last_but_one(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    deltas = right(rewards, values, next_values, terminated, truncated, gamma, 0.0)
    advantages = torch.zeros_like(rewards)
    for t in range(len(rewards) - 2, -1, -1):
        goes_on = ~torch.logical_or(terminated[t], truncated[t])
        advantages[t] = deltas[t] + gamma * gae_lambda * goes_on * advantages[t + 1]
    return advantages


def resets_after_the_sum(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    deltas = right(rewards, values, next_values, terminated, truncated, gamma, 0.0)
    running, rows = torch.zeros(rewards.shape[1]), []
    for t in range(len(rewards))[::-1]:
        running = deltas[t] + gamma * gae_lambda * running
        running = running.masked_fill(terminated[t] | truncated[t], 0.0)
        rows.insert(0, running)
    return torch.stack(rows)


def with_flags_of_the_row_below(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    flags = [torch.vstack([ends[1:], ends[-1:]]) for ends in (terminated, truncated)]
    return right(rewards, values, next_values, *flags, gamma, gae_lambda)


def with_an_if(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    running = 0
    for t in reversed(range(len(rewards))):
        if not terminated[t]:
            running = rewards[t] + gamma * next_values[t] - values[t] + gamma * gae_lambda * running
    return running


WRONG = [
    ("the ends of the episodes are ignored", walk(bootstrap=always, goes_on=always)),
    ("a truncation is treated as death", walk(bootstrap=not_over)),
    ("a truncation is treated as death", in_the_famous_way),
    ("a truncation is treated as death", walk(bootstrap=not_over, goes_on=not_dead)),
    ("after a termination the next value is counted", walk(bootstrap=always)),
    ("the two kinds of end are mixed up", walk(bootstrap=not_cut)),
    ("the two kinds of end are mixed up", walk(bootstrap=not_cut, goes_on=not_cut)),
    ("the sum runs on through all ends", walk(goes_on=always)),
    ("the sum runs on through a truncation", walk(goes_on=not_dead)),
    ("the sum runs on through a termination", walk(goes_on=not_cut)),
    ("the sum is reset too late", resets_after_the_sum),
    ("the next value is read from the next row", with_values_of_the_row_below),
    ("the next value is read from the next row", with_values_of_the_row_below_and_zero),
    ("the next value is read from the next row", with_values_rolled),
    ("the flags of another row are read", with_flags_of_the_row_below),
    (
        "an end in one world ends the episodes of all",
        walk(
            bootstrap=lambda dead, cut: 1 - dead.amax(),
            goes_on=lambda dead, cut: 1 - torch.maximum(dead, cut).amax(),
        ),
    ),
    ("`if`, `and`, `or` and `not` cannot decide", with_an_if),
    ("the last row is treated as the end of life", nothing_after_the_last_row),
    ("the last row stays empty", from_the_last_but_one),
]


def test_the_check_knows_the_right_advantages_by_hand():
    advantages = [right_advantage(ALONE[0], t, gamma=0.9, gae_lambda=0.8) for t in range(3)]
    assert advantages == pytest.approx([6.516, 5.3, 0.8])


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("compute_gae", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("compute_gae", function).startswith(hint)
