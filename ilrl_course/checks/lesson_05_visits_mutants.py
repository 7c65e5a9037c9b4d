"""Known wrong expected visitations: what is counted, and what becomes of the ends."""

import numpy as np

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_05_visits_moves import MOVES
from ilrl_course.checks.lesson_05_visits_parts import arrivals_by_step, arrive, by_step, then, with_parts
from ilrl_course.checks.lesson_05_worlds import NEEDS_DENSE, NEEDS_SPARSE


def _terminal(transitions, start):
    """(S,) bool: nothing leads on."""
    return (transitions @ np.ones(len(start))).reshape(len(start), -1).sum(axis=1) == 0


def _resting(transitions, policy, start):
    """The terminal states are arrived in again and again."""
    rows = arrivals_by_step(transitions, policy, start)
    return np.where(_terminal(transitions, start), rows.cumsum(axis=0), rows).sum(axis=0)


def _never_there(transitions, policy, start):
    rows = arrivals_by_step(transitions, policy, start)
    return np.where(_terminal(transitions, start), 0, rows.sum(axis=0))


WHAT_COUNTS = (
    Mutant(
        "the start is counted as an arrival. Count the states that are arrived in, from the first step on: "
        "begin with zeros.",
        by_step(lambda arrivals, start: start + arrivals.sum(axis=0)),
    ),
    Mutant(
        "the start is counted, and the arrivals of the last step are not. Move first, then count.",
        by_step(lambda arrivals, start: start + arrivals[:-1].sum(axis=0)),
    ),
    Mutant(
        "the arrivals of the last step are missing. Take one step for each of the T policies, and count all "
        "of them.",
        by_step(lambda arrivals, start: arrivals[:-1].sum(axis=0)),
    ),
    Mutant(
        "the arrivals of the first step are missing. Count after the first step already.",
        by_step(lambda arrivals, start: arrivals[1:].sum(axis=0)),
    ),
    Mutant(
        "only the last step is returned. Visits are counts: add up the arrivals of all T steps.",
        by_step(lambda arrivals, start: arrivals[-1]),
    ),
    Mutant(
        "the arrivals of each step are returned. Add them up over the T steps: (S,).",
        by_step(lambda arrivals, start: arrivals),
        by_step(lambda arrivals, start: np.stack([start, *arrivals])),
        by_step(lambda arrivals, start: arrivals.T),
    ),
    Mutant(
        "the sum runs over the states. Add up over the steps: one number for each of the S states.",
        by_step(lambda arrivals, start: arrivals.sum(axis=1)),
    ),
    Mutant(
        "the counts are turned into shares. Leave them as they are: divide neither by T nor by their sum.",
        then(lambda visits, policy: visits / len(policy)),
        then(lambda visits, policy: visits / visits.sum()),
    ),
    Mutant(
        "no state is visited more than once. Visits are counts, not chances: they may be larger than 1.",
        then(lambda visits, policy: np.minimum(visits, 1)),
    ),
    Mutant(
        "a discount makes later arrivals count less. Each one counts in full.",
        *(
            by_step(lambda arrivals, start, g=g: (g ** np.arange(len(arrivals))) @ arrivals)
            for g in (0.9, 0.95, 0.99)
        ),
    ),
)
ENDS = (
    Mutant(
        "the chances are scaled to sum to 1 again. In a terminal state the episode is over: let its share "
        "fade away.",
        with_parts(go_on=lambda present, arrived: arrived / arrived.sum()),
        with_parts(
            arrive=lambda joint, transitions: arrive(joint, transitions) / arrive(joint, transitions).sum()
        ),
    ),
    Mutant(
        "a terminal state is counted at every step after the arrival. The episode is over there: count the "
        "arrival alone.",
        _resting,
    ),
    Mutant(
        "arrivals in terminal states are not counted. Count them too: there the episode ends, but it did "
        "arrive.",
        _never_there,
    ),
    Mutant(
        NEEDS_SPARSE,
        lambda transitions, *rest: arrivals_by_step(transitions.toarray(), *rest).sum(axis=0),
    ),
    Mutant(
        NEEDS_DENSE,
        with_parts(arrive=lambda joint, transitions: np.einsum("i,ij->j", joint.ravel(), transitions)),
    ),
)
MUTANTS = WHAT_COUNTS + MOVES + ENDS
