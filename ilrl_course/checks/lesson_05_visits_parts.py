"""Expected visitation with its parts made exchangeable: known mistakes are made of them."""

import numpy as np

from ilrl_course.algorithms.maxent_irl import expected_visitation


def spread(present, action_probs):
    """The chance of each state and action, (S, A)."""
    return present[:, None] * action_probs


def arrive(joint, transitions):
    """The chance to arrive in each state, (S,)."""
    return joint.ravel() @ transitions


def arrivals_by_step(
    transitions, policy, start, *,
    use=lambda policy: policy, begin=lambda start: start, spread=spread, arrive=arrive,
    go_on=lambda present, arrived: arrived,
):  # fmt: skip
    """The chance to arrive in each state at each step, (T, S), with one part exchanged."""
    present, rows = begin(start), []
    for action_probs in use(policy):
        arrived = arrive(spread(present, action_probs), transitions)
        present = go_on(present, arrived)
        rows.append(arrived)
    return np.stack(rows)


def with_parts(**parts):
    """The arrivals with these parts exchanged, summed over the steps."""
    return lambda *inputs: arrivals_by_step(*inputs, **parts).sum(axis=0)


def by_step(change):
    """The right arrivals of each step (T, S), changed: change(arrivals, start)."""
    return lambda transitions, policy, start: change(arrivals_by_step(transitions, policy, start), start)


def then(change):
    """The right visits, changed afterwards: change(visits, policy)."""
    return lambda transitions, policy, start: change(expected_visitation(transitions, policy, start), policy)
