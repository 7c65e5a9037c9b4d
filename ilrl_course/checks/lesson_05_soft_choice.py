"""Known wrong soft values: how values and probabilities come from the q-values of one step."""

import numpy as np
from scipy.special import softmax

from ilrl_course.algorithms.maxent_irl import soft_value_iteration
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_05_soft_parts import (
    best_action,
    best_actions,
    chosen,
    less_the_value,
    log_sum_exp,
    of_each,
    softened,
    with_parts,
)

OVERFLOW = (
    "np.exp overflows where rewards are large, or gives 0, whose log is -inf. "
    "np.logaddexp.reduce(q_values, axis=1) is the same sum, computed safely."
)
BY_ACTIONS_FIRST = (
    "the q-values are in the wrong places. Row s * A + a of `transitions` belongs to state s and action a: "
    "reshape to (S, A)."
)
VALUES = (
    Mutant(
        "the values are those of the best action, a hard maximum. Soft values are the log of the sum of "
        "exp(q) over the actions: np.logaddexp.reduce.",
        *softened(lambda q: q.max(axis=1), less_the_value, of_each, best_action, best_actions),
        *softened(
            lambda q: q.max(axis=1),
            lambda q, v, later: less_the_value(q, v, 0) / less_the_value(q, v, 0).sum(),
        ),
    ),
    Mutant(
        "the values are the mean of q under the policy, without what its entropy adds. Take the log of the "
        "sum of exp(q) instead.",
        *softened(lambda q: (softmax(q, axis=1) * q).sum(axis=1), less_the_value, of_each),
    ),
    Mutant(
        "the values are the plain mean of q, or its sum. Take the log of the sum of exp(q) over the actions.",
        *softened(lambda q: q.mean(axis=1), less_the_value, of_each),
        *softened(lambda q: q.sum(axis=1), less_the_value, of_each),
    ),
    Mutant(
        "inside the log there is a mean where a sum belongs, so each step lacks log A. Add up exp(q) over "
        "the actions.",
        *softened(lambda q: np.log(np.exp(q).mean(axis=1)), less_the_value, of_each),
    ),
    Mutant(
        "the log is missing: the values are sums of exp(q). Take the log of the sum.",
        *softened(lambda q: np.exp(q).sum(axis=1), less_the_value, of_each),
        *softened(lambda q: np.exp(q).sum(axis=1), lambda q, v, later: np.exp(q) / v[:, None]),
    ),
    Mutant(
        "the log of the sum is taken over the states, not over the actions. With q-values of the shape "
        "(S, A), that takes axis=1.",
        *softened(
            lambda q: np.logaddexp.reduce(q, axis=0),
            less_the_value,
            lambda q, v, later: np.exp(q - v),
            lambda q, v, later: np.exp(q - v[None]),
            of_each,
        ),
    ),
    Mutant(
        "the log of the sum runs over all states and actions at once. Sum over the actions of each state: "
        "axis=1.",
        *softened(lambda q: np.log(np.exp(q).sum()), lambda q, v, later: np.exp(q - v), of_each),
        *softened(lambda q: np.log(np.exp(q).sum()), less_the_value),
        *softened(lambda q: np.full(len(q), np.log(np.exp(q).sum())), less_the_value, of_each),
    ),
    Mutant(
        "the values have the shape (S, 1). Leave keepdims out where they are computed, and write "
        "values[:, None] where the policy is.",
        *softened(
            lambda q: np.logaddexp.reduce(q, axis=1, keepdims=True),
            lambda q, v, later: np.exp(q - v),
            of_each,
        ),
        lambda *inputs: (soft_value_iteration(*inputs)[0], soft_value_iteration(*inputs)[1][:, None]),
    ),
)
POLICIES = (
    Mutant(
        "the policy always takes the best action, though the values are soft. The probability of an action "
        "is exp(q - value).",
        chosen(best_action),
        chosen(best_actions),
    ),
    Mutant(
        "the policy is exp(q), which does not sum to 1 over the actions. Subtract the value of the state "
        "first: exp(q - value).",
        chosen(lambda q, v, later: np.exp(q)),
    ),
    Mutant(
        "the policy is exp(q - max), which does not sum to 1 over the actions. Subtract the soft value "
        "instead of the maximum.",
        chosen(lambda q, v, later: np.exp(q - q.max(axis=1, keepdims=True))),
    ),
    Mutant(
        "the policy sums to 1 over the states, or over everything. Each state has its own probabilities, "
        "which sum to 1 over its actions: axis=1.",
        chosen(lambda q, v, later: softmax(q, axis=0)),
        chosen(lambda q, v, later: softmax(q)),
        chosen(lambda q, v, later: np.exp(q - v[:, None]) / np.exp(q - v[:, None]).sum(axis=0)),
        chosen(lambda q, v, later: np.exp(q - v[:, None]) / np.exp(q - v[:, None]).sum()),
    ),
    Mutant(
        "the policy holds q-values, or logs of probabilities. The probability of an action is "
        "exp(q - value).",
        chosen(lambda q, v, later: q),
        chosen(lambda q, v, later: q - v[:, None]),
    ),
    Mutant(
        "the policy holds q-values divided by their sum. The probability of an action is exp(q - value).",
        chosen(lambda q, v, later: q / np.where(q.sum(axis=1) == 0, 1, q.sum(axis=1))[:, None]),
    ),
    Mutant(
        "the shapes do not fit: the q-values are (S, A), the values (S,). Write values[:, None], so that "
        "each row has its own value.",
        chosen(lambda q, v, later: np.exp(q - v)),
        chosen(lambda q, v, later: np.exp(q) / np.exp(q).sum(axis=1)),
    ),
    Mutant(
        "the policy subtracts the values of the step after. Compute the new values first, then exp(q - "
        "value) with these.",
        chosen(lambda q, v, later: np.exp(q - later[:, None])),
    ),
    Mutant(
        "the sign is wrong in the policy: bad actions are the likely ones. It is exp(q - value).",
        chosen(lambda q, v, later: np.exp(v[:, None] - q)),
        chosen(lambda q, v, later: softmax(-q, axis=1)),
    ),
    Mutant(
        OVERFLOW,
        *softened(
            lambda q: np.log(np.exp(q).sum(axis=1)),
            less_the_value,
            lambda q, v, later: np.exp(q) / np.exp(q).sum(axis=1, keepdims=True),
        ),
        chosen(lambda q, v, later: np.exp(q) / np.exp(q).sum(axis=1, keepdims=True)),
        with_parts(soften=lambda q: np.log(np.exp(q - q.max()).sum(axis=1)) + q.max()),
        with_parts(soften=lambda q: np.log(np.exp(q).sum(axis=1) + 1e-12)),
    ),
    Mutant(
        BY_ACTIONS_FIRST,
        with_parts(rows=lambda q, n: q.reshape(-1, n).T),
        with_parts(rows=lambda q, n: q.reshape((n, -1), order="F")),
        with_parts(
            rows=lambda q, n: q.reshape(-1, n),
            soften=lambda q: np.logaddexp.reduce(q, axis=0),
            choose=lambda q, v, later: np.exp(q - v).T,
        ),
        with_parts(
            rows=lambda q, n: q.reshape(-1, n),
            soften=lambda q: np.logaddexp.reduce(q, axis=0),
            choose=lambda q, v, later: np.exp(q - v),
        ),
        with_parts(rows=lambda q, n: q.reshape(-1, n)),
        with_parts(rows=lambda q, n: q.reshape(-1, n), soften=log_sum_exp, choose=of_each),
    ),
)
CHOICES = VALUES + POLICIES
