"""Known wrong soft values: how the probabilities come from the q-values of one step."""

import numpy as np
from scipy.special import softmax

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
