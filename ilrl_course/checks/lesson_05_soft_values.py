"""Known wrong soft values: how the values come from the q-values of one step."""

import numpy as np
from scipy.special import softmax

from ilrl_course.algorithms.maxent_irl import soft_value_iteration
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_05_soft_parts import (
    best_action,
    best_actions,
    less_the_value,
    of_each,
    softened,
    with_parts,
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
        "the maximum is subtracted inside exp, but not added back after the log. Write best + "
        "log(sum(exp(q - best))), or np.logaddexp.reduce.",
        *softened(
            lambda q: np.log(np.exp(q - q.max(axis=1, keepdims=True)).sum(axis=1)),
            less_the_value,
            of_each,
            lambda q, v, later: np.exp(q - q.max(axis=1, keepdims=True) - v[:, None]),
        ),
    ),
    Mutant(
        "the logarithm has the base 2. exp and the natural logarithm belong together: np.logaddexp.reduce.",
        *softened(lambda q: np.log2(np.exp(q).sum(axis=1)), less_the_value, of_each),
        *softened(lambda q: np.logaddexp2.reduce(q, axis=1), less_the_value, of_each),
        *softened(lambda q: np.logaddexp2.reduce(q, axis=1), lambda q, v, later: np.exp2(q - v[:, None])),
    ),
    Mutant(
        "a temperature divides or multiplies q. Here there is none: how soft the maximum is follows from the "
        "size of the rewards.",
        *(
            with_parts(
                soften=lambda q, heat=heat: heat * np.logaddexp.reduce(q / heat, axis=1),
                choose=lambda q, v, later, heat=heat: softmax(q / heat, axis=1),
            )
            for heat in (0.1, 0.5, 2.0, 10.0)
        ),
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
