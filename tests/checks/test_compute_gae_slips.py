"""Lesson 07, GAE: mistakes in sums, discounts and results, written independently of the bank."""

import pytest
import torch

from ilrl_course.algorithms.advantages import value_targets
from tests.checks.answers import hint_for
from tests.checks.test_compute_gae import always, right, walk


def starts_from_the_next_value(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    advantages = right(rewards, values, next_values, terminated, truncated, gamma, gae_lambda)
    weight = gamma * gae_lambda * torch.ones(rewards.shape[1])
    for t in reversed(range(len(rewards))):
        weight = weight * ~(terminated[t] | truncated[t])
        advantages[t] += weight * next_values[-1]
        weight = weight * gamma * gae_lambda
    return advantages


def minus_the_values(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    return value_targets(rewards, next_values, terminated, truncated, gamma) - values


def in_one_tensor(rewards, *rest):
    advantages, running, rows = right(rewards, *rest), torch.zeros(rewards.shape[1]), []
    for t in reversed(range(len(rewards))):
        running *= 0
        running += advantages[t]
        rows.append(running)
    return torch.stack(rows[::-1])


def asks_whether_the_next_row_goes_on(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    deltas = rewards + gamma * next_values * ~terminated - values
    continues = ~(terminated | truncated)
    advantages = deltas.clone()
    for t in reversed(range(len(rewards) - 1)):
        advantages[t] += gamma * gae_lambda * continues[t + 1] * advantages[t + 1]
    return advantages


def adds_up(delta):
    """The right sum of other TD errors: delta(reward, value, next_value, dead, cut, gamma)."""

    def answer(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
        rows, running = [], 0.0
        for step in reversed(range(len(rewards))):
            row = (block[step] for block in (rewards, values, next_values, terminated, truncated))
            running = running * gamma * gae_lambda * ~(terminated[step] + truncated[step])
            running = running + delta(*row, gamma)
            rows.append(running)
        return torch.stack(rows[::-1])

    return answer


def zeroes_the_inputs(rewards, values, next_values, terminated, *rest):
    next_values *= ~terminated
    return right(rewards, values, next_values, terminated, *rest)


def with_a_leaf(*inputs):
    return torch.tensor(right(*inputs).tolist(), requires_grad=True)


def with_the_settings_of_the_lesson(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
    return right(rewards, values, next_values, terminated, truncated, ONCE.gamma, ONCE.gae_lambda)  # noqa: F821


def discounts(change):
    return lambda *inputs: right(*inputs[:-2], *change(*inputs[-2:]))


def changed(change):
    return lambda *inputs: change(right(*inputs), inputs[1])


WRONG = [
    ("the loop runs from the first row to the last", walk(order=1)),
    ("the rows stand in reverse order", changed(lambda x, values: x.flipud())),
    ("these are the TD errors of single steps", walk(decay=lambda gamma, lam: 0)),
    ("the flags of another row are read", asks_whether_the_next_row_goes_on),
    (
        "too much is dropped where an episode ends",
        adds_up(lambda r, v, nv, dead, cut, gamma: r + (gamma * nv - v) * ~dead),
    ),
    (
        "too much is dropped where an episode ends",
        adds_up(lambda r, v, nv, dead, cut, gamma: r + (gamma * nv - v) * ~(dead | cut)),
    ),
    (
        "too much is dropped where an episode ends",
        adds_up(lambda r, v, nv, dead, cut, gamma: (r + gamma * nv) * ~dead - v),
    ),
    ("the sum starts from the next value", starts_from_the_next_value),
    ("gamma has no effect", walk(delta=lambda r, v, x, g, lam: r + x - v, decay=lambda gamma, lam: lam)),
    ("the next value is not discounted", walk(delta=lambda r, v, after, gamma, lam: r + after - v)),
    ("gamma is missing in the recursion", walk(decay=lambda gamma, lam: lam)),
    ("gae_lambda is missing in the recursion", minus_the_values),
    ("the later TD errors count in full", walk(decay=lambda gamma, lam: 1)),
    ("gamma and gae_lambda are swapped", discounts(lambda gamma, lam: (lam, gamma))),
    ("gae_lambda does not belong to the next value", walk(delta=lambda r, v, x, g, lam: r + g * lam * x - v)),
    ("gamma is applied twice", walk(decay=lambda gamma, lam: gamma * gamma * lam)),
    ("gamma is applied twice", walk(delta=lambda r, v, x, gamma, lam: r + gamma * gamma * x - v)),
    ("gae_lambda is applied twice", walk(decay=lambda gamma, lam: gamma * lam * lam)),
    ("1 - gae_lambda is not needed", walk(decay=lambda gamma, lam: gamma * (1 - lam))),
    ("a discount is fixed", discounts(lambda gamma, lam: (0.99, lam))),
    ("a discount is fixed", discounts(lambda gamma, lam: (0.99, 0.95))),
    ("a discount is fixed", discounts(lambda gamma, lam: (gamma, 0.95))),
    ("it reads the settings of the lesson", with_the_settings_of_the_lesson),
    ("the value is added instead of subtracted", walk(delta=lambda r, v, x, gamma, lam: r + gamma * x + v)),
    ("the value is not subtracted", walk(delta=lambda r, v, x, gamma, lam: r + gamma * x)),
    ("all signs are turned around", walk(delta=lambda r, v, x, gamma, lam: v - r - gamma * x)),
    ("the next value is subtracted", walk(delta=lambda r, v, x, gamma, lam: r - gamma * x - v)),
    ("the later TD errors are subtracted", walk(decay=lambda gamma, lam: -gamma * lam)),
    ("these are the targets of the critic", changed(torch.add)),
    ("the values are subtracted twice", changed(torch.sub)),
    (
        "each row holds the advantage of the step after",
        changed(lambda x, v: torch.vstack([x[1:], 0 * x[:1]])),
    ),
    ("the result holds one row only", changed(lambda x, values: x[0])),
    ("every row holds the same", changed(lambda x, values: x[0].repeat(len(x), 1))),
    ("the loop walks from world to world", lambda *x: right(*(b.T for b in x[:5]), *x[5:]).T),
    ("the result is normalized", changed(lambda x, values: x.sub(x.mean()).div(x.std()))),
    ("squeeze() takes one axis too many", changed(lambda x, values: torch.squeeze(x))),
    ("the result carries a gradient", with_a_leaf),
    ("it changes its inputs in place", zeroes_the_inputs),
    ("it should return a tensor of the shape (T, N), but it returns a list. Use", changed(lambda x, _: [*x])),
    (
        "it should return a tensor of the shape (T, N), but it returns a ndarray. Use torch.from",
        changed(lambda x, _: x.numpy()),
    ),
    ("it should return a tensor of the shape (T, N), but it returns a float.", lambda *inputs: 0.5),
    ("it raised RuntimeError in line", lambda r, v, nv, te, tr, gamma, lam: r + gamma * nv * (1 - te) - v),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("compute_gae", function).startswith(hint)


def test_of_two_mistakes_the_first_is_named_and_the_second_when_it_is_repaired():
    def without_lambda(gamma, gae_lambda):
        return gamma

    hint = hint_for("compute_gae", walk(decay=without_lambda, goes_on=always))
    assert hint.startswith("gae_lambda is missing in the recursion")
    assert hint_for("compute_gae", walk(goes_on=always)).startswith("the sum runs on through all ends")


def test_an_unknown_mistake_is_shown_in_the_wrong_row_nearest_to_the_end():
    def half_as_dear_at_the_end(rewards, values, next_values, terminated, truncated, gamma, gae_lambda):
        return right(rewards, values, next_values / (1 + truncated), terminated, truncated, gamma, gae_lambda)

    assert hint_for("compute_gae", half_as_dear_at_the_end) == (
        "with gamma 0.9 and gae_lambda 0.8, in a world whose episode is truncated at t = 1, row 1 should be "
        "about 6.2, but it is 2.6, and the rows after it are right. There rewards[1] is 2, values[1] is 3, "
        "next_values[1] is 8."
    )
