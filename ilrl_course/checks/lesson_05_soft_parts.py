"""Soft value iteration with its parts made exchangeable: known mistakes are made of them."""

import numpy as np
from scipy.special import softmax

from ilrl_course.algorithms.maxent_irl import soft_value_iteration


def q_of(transitions, rewards, values):
    """The right q-values of all rows, (S * A,)."""
    return transitions @ (rewards + values)


def log_sum_exp(q):
    """The right values of q (S, A)."""
    return np.logaddexp.reduce(q, axis=1)


def less_the_value(q, values, later):
    """The right probabilities (S, A); `later` are the values of the step after."""
    return np.exp(q - values[:, None])


def of_each(q, values, later):
    """The right probabilities, whatever the values are."""
    return softmax(q, axis=1)


def best_action(q, values=None, later=None):
    """1 for the best action of each state, 0 for the others; (S, A)."""
    return np.eye(q.shape[1])[q.argmax(axis=1)]


def best_actions(q, values=None, later=None):
    """Equal chances for the best actions of each state, 0 for the others; (S, A)."""
    best = np.isclose(q, q.max(axis=1, keepdims=True))
    return best / best.sum(axis=1, keepdims=True)


def none_at(states):
    """The value 0 in these states."""
    return lambda values, terminal, rewards: np.where(states(terminal), 0.0, values)


none_at_the_ends = none_at(lambda terminal: terminal)


def soft_with(
    transitions, terminal, rewards, num_steps, *,
    q_of=q_of, rows=lambda q, num_states: q.reshape(num_states, -1),
    soften=log_sum_exp, choose=less_the_value, end=none_at_the_ends,
    first=lambda terminal, rewards: np.zeros(len(terminal)), begin=lambda values, terminal: values,
    steps=lambda num_steps: reversed(range(num_steps)), place=lambda t, num_steps: t,
):  # fmt: skip
    """The policy and the values with one part exchanged."""
    num_actions = transitions.shape[0] // len(terminal)
    policy, values = np.zeros((num_steps, len(terminal), num_actions)), first(terminal, rewards)
    for t in steps(num_steps):
        later = begin(values, terminal)
        q = rows(q_of(transitions, rewards, later), len(terminal))  # (S, A)
        values = soften(q)
        policy[place(t, num_steps)] = choose(q, values, later)
        values = end(values, terminal, rewards)
    return policy, values


def with_parts(**parts):
    """The policy and the values with these parts exchanged."""
    return lambda *inputs: soft_with(*inputs, **parts)


def softened(soften, *ways):
    """Other values: soften(q), and with each of these ways to choose."""
    return tuple(with_parts(soften=soften, choose=choose) for choose in ways)


def chosen(choose):
    """The right values, and another policy: choose(q, values, values of the step after)."""
    return with_parts(choose=choose)


def worth(q_of, **parts):
    """Other q-values: q_of(transitions, rewards, values), as (S * A,)."""
    return with_parts(q_of=q_of, **parts)


def then(change):
    """The right policy and values, changed afterwards: change(policy, values)."""
    return lambda *inputs: change(*soft_value_iteration(*inputs))
