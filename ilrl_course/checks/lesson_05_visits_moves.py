"""Known wrong expected visitations: how policy and transitions lead from step to step."""

import numpy as np

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_05_visits_parts import spread, with_parts


def _one_hot(policy):
    return np.eye(policy.shape[-1])[policy.argmax(axis=-1)]


def _against_the_arrows(present, action_probs, transitions):
    """What would be right for values: the mean of `present` over the next states."""
    return (action_probs * (transitions @ present).reshape(action_probs.shape)).sum(axis=1)


def _transposed(transitions, policy, start):
    present, visits = start, np.zeros(len(start))
    for action_probs in policy:
        present = _against_the_arrows(present, action_probs, transitions)
        visits += present
    return visits


MOVES = (
    Mutant(
        "the steps of the policy are used in reverse order. policy[0] belongs to the first step: walk "
        "forward in time.",
        with_parts(use=lambda policy: policy[::-1]),
    ),
    Mutant(
        "the same policy is used at all steps. Use policy[t] at step t.",
        with_parts(use=lambda policy: np.repeat(policy[:1], len(policy), axis=0)),
        with_parts(use=lambda policy: np.repeat(policy[-1:], len(policy), axis=0)),
        with_parts(use=lambda policy: np.repeat(policy.mean(axis=0)[None], len(policy), axis=0)),
    ),
    Mutant(
        "only one step is taken, with the first policy or the last. Take one step with each of "
        "the T policies.",
        with_parts(use=lambda policy: policy[-1:]),
        with_parts(use=lambda policy: policy[:1]),
    ),
    Mutant(
        "the policy has no effect. Multiply the chance of each state by the probabilities of its actions, "
        "policy[t].",
        with_parts(spread=lambda present, action_probs: present[:, None] * np.ones_like(action_probs)),
        with_parts(spread=lambda present, action_probs: spread(present, np.ones_like(action_probs) / 2)),
    ),
    Mutant(
        "the likeliest action is always taken. Every action counts with its probability: multiply by "
        "policy[t].",
        with_parts(use=_one_hot),
    ),
    Mutant(
        "states and actions are mixed up. Row s * A + a of `transitions` belongs to state s and action a: "
        "flatten an array (S, A).",
        with_parts(arrive=lambda joint, transitions: joint.T.ravel() @ transitions),
        with_parts(
            arrive=lambda joint, transitions: joint.reshape(joint.shape[::-1]).T.ravel() @ transitions
        ),
    ),
    Mutant(
        "the transitions are used in the wrong direction: what is multiplied from the right moves backwards. "
        "Write the chances on the left: chances @ transitions.",
        _transposed,
        with_parts(arrive=lambda joint, transitions: transitions @ joint.ravel()),
    ),
    Mutant(
        "the probabilities of the actions are not in it, so the shapes do not fit. First spread the chance "
        "of each state over its actions: S * A numbers.",
        with_parts(spread=lambda present, action_probs: present),
    ),
    Mutant(
        "the shapes do not fit: the chances are (S,), the policy of a step (S, A). Write present[:, None] * "
        "action_probs.",
        with_parts(spread=lambda present, action_probs: present * action_probs),
        with_parts(spread=lambda present, action_probs: action_probs * present),
    ),
    Mutant(
        "each step begins at the start again. What was arrived in is where the next step begins.",
        with_parts(go_on=lambda present, arrived: present),
    ),
    Mutant(
        "the old chances stay when the new ones are added. After a step, only the new ones are left.",
        with_parts(go_on=lambda present, arrived: present + arrived),
    ),
    Mutant(
        "the start has no effect. Episodes begin as `start` says: not evenly, and not in one state.",
        with_parts(begin=lambda start: np.ones_like(start) / len(start)),
        with_parts(begin=lambda start: np.eye(len(start))[0]),
        with_parts(begin=lambda start: np.eye(len(start))[start.argmax()]),
    ),
)
