"""Lesson 05, soft values: mistakes, written independently of the bank."""

import time

import numpy as np
import pytest
from scipy.special import logsumexp, softmax

from ilrl_course.algorithms.maxent_irl import soft_value_iteration as right
from tests.checks.answers import hint_for


def lse(q):
    return logsumexp(q, axis=1)


def plan(
    back=lambda P, r, v: P @ (r + v),
    value=lse,
    probs=lambda q, v: np.exp(q - v[:, np.newaxis]),
    gamma=1.0,
    zero_first=False,
    zero_last=True,
    reverse=True,
    rounds=lambda T: T,
):
    """A list of policies, from the end of time to its beginning, with one part exchanged."""

    def answer(P, terminal, r, T):
        policies, v = [], np.zeros(len(r))
        for _ in range(rounds(T)):
            if zero_first:
                v = np.where(terminal, 0, v)
            q = back(P, r, gamma * v).reshape(len(r), -1)
            v = value(q)
            policies.append(probs(q, v))
            if zero_last:
                v = np.where(terminal, 0, v)
        return np.array(policies[::-1] if reverse else policies), v

    return answer


def normalized(q, v):
    return np.exp(q) / np.exp(q).sum(axis=1, keepdims=True)


def greedy(q, v):
    policy = np.zeros_like(q)
    policy[np.arange(len(q)), np.argmax(q, 1)] = 1
    return policy


def forward(P, terminal, r, T):
    policy, v = np.zeros((T, len(r), 2)), np.zeros(len(r))
    for t in range(T):
        q = (P @ (r + v)).reshape(len(r), 2)
        v = np.logaddexp(q[:, 0], q[:, 1])
        policy[t] = np.exp(q - v[:, None])
        v[terminal] = 0.0
    return policy, v


def with_numpy_s_first_axis(P, terminal, r, T):
    policy, v = np.zeros((T, len(r), 2)), np.zeros(len(r))
    for t in reversed(range(T)):
        q = (P @ (r + v)).reshape(len(r), 2)
        v = np.logaddexp.reduce(q)
        policy[t] = np.exp(q - v[:, None])
        v[terminal] = 0.0
    return policy, v


def in_one_array(P, terminal, r, T):
    policies, policy, v = [], np.zeros((len(r), 2)), np.zeros(len(r))
    for _ in range(T):
        q = (P @ (r + v)).reshape(len(r), 2)
        v = lse(q)
        policy[:] = np.exp(q - v[:, None])
        v[terminal] = 0.0
        policies.append(policy)
    return np.array(policies[::-1]), v


def of_the_state_left(P, r, v):
    return (r[:, None] + (P @ v).reshape(len(r), -1)).ravel()


def over_the_paths(P, r, v):
    """As in the paper of 2008, where chance is part of the path."""
    return np.log(np.maximum(P @ np.exp(r + v), 1e-300))


def adds_in_place(P, terminal, r, T):
    r += 0.5
    return right(P, terminal, r - 0.5, T)


def by_columns(P, terminal, r, T):
    policies, v = [], np.zeros(len(r))
    for _ in range(T):
        q = (P @ (r + v)).reshape(2, len(r))
        v = np.where(terminal, 0, np.logaddexp(q[0], q[1]))
        policies.insert(0, np.exp(q - np.logaddexp(q[0], q[1])).T)
    return np.array(policies), v


def dense_only(P, terminal, r, T):
    table = np.asarray(P).reshape(len(r), -1, len(r))
    return right(table.reshape(-1, len(r)), terminal, r, T)


def stops(settled, policies):
    """A loop that ends when settled(values before, values after); policies(list, T) is what it returns."""

    def answer(P, terminal, r, T):
        rows, v = [], np.zeros(len(r))
        for _ in range(T):
            before, q = v, (P @ (r + v)).reshape(len(r), -1)
            v = np.where(terminal, 0, lse(q))
            rows.insert(0, softmax(q, axis=1))
            if settled(before, v):
                break
        return policies(rows, T), v

    return answer


def from_uninitialized_memory(rows, T):
    policy = np.empty((T, *rows[0].shape))
    policy[: T - len(rows)] = np.random.default_rng().normal(size=rows[0].shape)  # whatever was there
    policy[T - len(rows) :] = rows
    return policy


def in_rows_of_nan(rows, T):
    return np.array([np.full(rows[0].shape, np.nan)] * (T - len(rows)) + rows)


def for_the_dungeon(P, terminal, r, T):
    policy, v = np.zeros((T, len(r), 4)), np.zeros(len(r))
    for t in reversed(range(T)):
        q = (P @ (r + v)).reshape(len(r), 4)
        v = np.where(terminal, 0, lse(q))
        policy[t] = softmax(q, axis=1)
    return policy, v


def in_a_policy_for_the_dungeon(P, terminal, r, T):
    policy, v = np.zeros((T, len(r), 4)), np.zeros(len(r))
    for t in reversed(range(T)):
        q = (P @ (r + v)).reshape(len(r), -1)
        v = np.where(terminal, 0, lse(q))
        policy[t] = softmax(q, axis=1)
    return policy, v


def from_the_rewards_of_the_ends(P, terminal, r, T):
    policies, v = [], r * terminal
    for _ in range(T):
        q = (P @ (r + v)).reshape(len(r), -1)
        v = np.where(terminal, 0, lse(q))
        policies.insert(0, softmax(q, axis=1))
    return np.array(policies), v


def less_the_best(q):
    q = q - np.max(q, axis=1)[:, None]
    return np.log(np.sum(np.exp(q), axis=1))


def then(change):
    return lambda P, terminal, r, T: change(*right(P, terminal, r, T))


WRONG = [
    ("the values are those of the best action", plan(value=lambda q: np.max(q, axis=1))),
    ("the values are those of the best action", plan(value=lambda q: np.max(q, axis=1), probs=greedy)),
    ("the values are those of the best action", plan(value=lambda q: q.max(1), probs=normalized)),
    (
        "the values are the mean of q under the policy",
        plan(value=lambda q: np.einsum("sa,sa->s", softmax(q, 1), q), probs=normalized),
    ),
    ("the values are the plain mean of q", plan(value=lambda q: np.average(q, axis=1), probs=normalized)),
    ("inside the log there is a mean", plan(value=lambda q: lse(q) - np.log(2))),
    ("inside the log there is a mean", plan(value=lambda q: lse(q) - np.log(2), probs=normalized)),
    ("the log is missing", plan(value=lambda q: np.exp(q).sum(1), probs=normalized)),
    ("the log of the sum is taken over the states", with_numpy_s_first_axis),
    ("the log of the sum is taken over the states", plan(value=np.logaddexp.reduce)),
    ("the log of the sum runs over all", plan(value=logsumexp, probs=normalized)),
    ("the policy always takes the best action", plan(probs=greedy)),
    ("the policy is exp(q)", plan(probs=lambda q, v: np.exp(q))),
    ("the policy is exp(q - max)", plan(probs=lambda q, v: np.exp(q - np.amax(q, 1)[:, None]))),
    ("the policy sums to 1 over the states", plan(probs=lambda q, v: np.exp(q) / np.exp(q).sum(0))),
    ("the policy holds q-values, or logs", plan(probs=lambda q, v: q - v[:, None])),
    ("the shapes do not fit", plan(probs=lambda q, v: np.exp(q - v))),
    ("the sign is wrong in the policy", plan(probs=lambda q, v: normalized(-q, v))),
    ("np.exp overflows", plan(value=lambda q: np.log(np.sum(np.exp(q), axis=1)))),
    ("np.exp overflows", plan(probs=normalized)),
    ("np.exp overflows", plan(value=lambda q: np.log(np.exp(q).sum(1)), probs=normalized)),
    ("np.exp overflows", plan(probs=lambda q, v: np.exp(q) / np.exp(v)[:, None])),
    ("the q-values are in the wrong places", by_columns),
    ("the policy stands in reverse order", forward),
    ("the policy stands in reverse order", plan(reverse=False)),
    ("every step has the same policy", in_one_array),
    ("the policy of one step only", then(lambda policy, v: (policy[0], v))),
    ("the policy of one step only", then(lambda policy, v: (policy[-1], v))),
    ("a discount", plan(gamma=0.9)),
    ("a discount", plan(gamma=0.99)),
    ("the rewards are left out", plan(back=lambda P, r, v: P @ v)),
    ("the values of the next states are left out", plan(back=lambda P, r, v: P @ r)),
    ("the reward of the state that is left is paid", plan(back=of_the_state_left)),
    ("the reward of the state that is left is paid", plan(back=lambda P, r, v: r + P @ v)),
    ("a sign is wrong", plan(back=lambda P, r, v: P @ (v - r))),
    ("chance is treated as a choice", plan(back=over_the_paths)),
    ("terminal states gain log A", plan(zero_last=False)),
    ("a terminal state is returned with the value log A", plan(zero_first=True, zero_last=False)),
    ("arriving in a terminal state does not pay", lambda P, e, r, T: right(P, e, r * ~e, T)),
    ("the two results are swapped", then(lambda policy, v: (v, policy))),
    ("the axes of the policy", then(lambda policy, v: (np.swapaxes(policy, 1, 2), v))),
    ("it changes its inputs in place", adds_in_place),
    (
        "it fails when `transitions` is a dense NumPy array",
        lambda P, e, r, T: right(P.todense(), e, r, T),
    ),
    (
        "it fails when `transitions` is a sparse matrix",
        lambda P, e, r, T: right(np.stack([P[i].copy() for i in range(8)]) * 1.0, e, r, T),
    ),
    ("it should return two arrays", then(lambda policy, v: policy)),
    ("it should return two arrays", then(lambda policy, v: (policy, v, 0))),
    ("the policy should be one array, but it is a list", then(lambda policy, v: ([*policy], v))),
    ("one step is left out", plan(rounds=lambda T: T - 1)),
    ("the maximum is subtracted", plan(value=less_the_best)),
    ("the maximum is subtracted", plan(value=less_the_best, probs=lambda q, v: softmax(q, 1))),
    ("the logarithm has the base 2", plan(value=lambda q: np.log2(np.exp(q).sum(1)))),
    ("the logarithm has the base 2", plan(value=lambda q: lse(q) / np.log(2), probs=normalized)),
    ("a temperature", plan(value=lambda q: 0.5 * lse(2 * q), probs=lambda q, v: normalized(2 * q, v))),
    ("a temperature", plan(value=lambda q: 2 * lse(q / 2), probs=lambda q, v: softmax(q / 2, axis=1))),
    ("the values of the next states are not moved", plan(back=lambda P, r, v: P @ r + np.repeat(v, 2))),
    ("the values of the next states are not moved", plan(back=lambda P, r, v: (P @ r) + v)),
    ("the values start from the rewards", from_the_rewards_of_the_ends),
    ("the number of actions is fixed at 4", for_the_dungeon),
    ("the number of actions is fixed at 4", in_a_policy_for_the_dungeon),
    ("the loop stops", stops(lambda a, b: np.abs(a - b).max() < 1e-3, lambda rows, T: np.array(rows))),
    ("the loop stops", stops(lambda a, b: np.abs(a - b).max() < 1e-9, from_uninitialized_memory)),
    ("the loop stops", stops(np.allclose, in_rows_of_nan)),
    ("the loop stops", stops(np.array_equal, lambda rows, T: np.stack(rows))),
]


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for("soft_value_iteration", right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    start = time.perf_counter()
    assert hint_for("soft_value_iteration", function).startswith(hint)
    assert time.perf_counter() - start < 1.0
