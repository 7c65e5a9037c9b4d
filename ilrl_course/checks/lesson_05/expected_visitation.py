"""The check of exercise 5.2, expected visitation."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from ilrl_course.algorithms.maxent_irl import expected_visitation
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, numbers
from ilrl_course.checks.lesson_05._transitions import LEFTOVERS, NEEDS_DENSE, NEEDS_SPARSE, with_both_kinds
from ilrl_course.checks.watched.tiny_mdps import CORRIDOR, ICE, RING, TinyMDP, arrivals

TOLERANCE = 1e-5


@cache
def policy_in(mdp: TinyMDP, num_steps: int) -> np.ndarray:
    """Any policy (T, S, A) that is different at each step and in each state."""
    rng = np.random.default_rng(num_steps)
    return rng.dirichlet(np.ones(mdp.num_actions), (num_steps, len(mdp.moves)))


def _probe_one_step(answer: Callable) -> Iterator[Fact]:
    policy, start = policy_in(RING, 1).copy(), np.array(RING.start)
    fact, results = with_both_kinds(lambda table: answer(table, policy, start), RING)
    yield fact
    for result in results:
        yield _fact(result, RING, 1)


def _probe(*cases: tuple[TinyMDP, int], dense: bool = False) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for mdp, num_steps in cases:
            transitions = mdp.dense() if dense else mdp.sparse()
            result = answer(transitions, policy_in(mdp, num_steps).copy(), np.array(mdp.start))
            yield _fact(result, mdp, num_steps)

    return probe


def _fact(result: Any, mdp: TinyMDP, num_steps: int) -> Fact:
    if isinstance(result, tuple | list):
        raise WrongResult(f"it should return one array of the shape (S,), but it returns {kind(result)}.")
    visits = numbers(result, (len(mdp.moves),), "the result")
    right = arrivals(mdp, policy_in(mdp, num_steps))
    ends = ", ".join(map(str, np.flatnonzero(mdp.terminal)))
    name = f"in a world that ends in state {ends}" if ends else "in a world without terminal states"
    name = f"{name}, with T = {num_steps}"
    wrong = np.flatnonzero(~np.isclose(visits, right, 0, TOLERANCE))
    hint = "".join(
        f"{name}, state {s} should be visited about {right[s]:.4g} times, but the result is {visits[s]:.4g}."
        for s in wrong[:1]
    )
    return Fact(name, visits, right, hint, TOLERANCE)


BY_STEP = ("rows = []", "visits += present => rows.append(present)")  # the arrivals of each step, in a list
JOINT = "(present[:, None] * action_probs) => "
NO_ENDS = "lasting = (transitions @ np.ones(len(start))).reshape(policy[0].shape).sum(axis=1) > 0"


def _of_steps(returned: str) -> tuple[str, ...]:
    """Another sum over the arrivals of each step: an edit of the right one."""
    return (*BY_STEP, f"return {returned}")


def _with(policy: str) -> str:
    return f"in policy: => in {policy}:"


MISTAKES = {
    "the start is counted as an arrival. Count the states that are arrived in, from the first step on: begin "
    "with zeros.": ["return result + start"],
    "the start is counted, and the arrivals of the last step are not. Move first, then count.": [
        "return result + start - present"
    ],
    "the arrivals of the last step are missing. Take one step for each of the T policies, and count all of "
    "them.": ["return result - present"],
    "the arrivals of the first step are missing. Count after the first step already.": [
        _of_steps("np.sum(rows[1:], axis=0)"),
        _of_steps("np.array(rows)[1:].sum(axis=0)"),
    ],
    "only the last step is returned. Visits are counts: add up the arrivals of all T steps.": [
        "return present"
    ],
    "the arrivals of each step are returned. Add them up over the T steps: (S,).": [
        _of_steps("np.array(rows)"),
        _of_steps("np.array([start, *rows])"),
        _of_steps("np.array(rows).T"),
    ],
    "the sum runs over the states. Add up over the steps: one number for each of the S states.": [
        _of_steps("np.sum(rows, axis=1)")
    ],
    "the counts are turned into shares. Leave them as they are: divide neither by T nor by their sum.": [
        "return result / len(policy)",
        "return result / result.sum()",
    ],
    "no state is visited more than once. Visits are counts, not chances: they may be larger than 1.": [
        "return np.minimum(result, 1)"
    ],
    "a discount makes later arrivals count less. Each one counts in full.": [
        _of_steps(f"np.array([{gamma}**t * row for t, row in enumerate(rows)]).sum(axis=0)")
        for gamma in (0.9, 0.95, 0.99)
    ],
    "the steps of the policy are used in reverse order. policy[0] belongs to the first step: walk forward in "
    "time.": [_with("policy[::-1]")],
    "the same policy is used at all steps. Use policy[t] at step t.": [
        _with("[policy[0]] * len(policy)"),
        _with("[policy[-1]] * len(policy)"),
        _with("[policy.mean(axis=0)] * len(policy)"),
    ],
    "only one step is taken, with the first policy or the last. Take one step with each of the T policies.": [
        _with("policy[-1:]"),
        _with("policy[:1]"),
    ],
    "the policy has no effect. Multiply the chance of each state by the probabilities of its actions, "
    "policy[t].": [
        "action_probs) => np.ones_like(action_probs))",
        "action_probs) => np.ones_like(action_probs) / 2)",
    ],
    "the likeliest action is always taken. Every action counts with its probability: multiply by "
    "policy[t].": [_with("np.eye(policy.shape[2])[policy.argmax(axis=2)]")],
    "states and actions are mixed up. Row s * A + a of `transitions` belongs to state s and action a: "
    "flatten an array (S, A).": [
        ".ravel() => .T.ravel()",
        ".ravel() => .reshape(action_probs.shape[::-1]).T.ravel()",
    ],
    "the transitions are used in the wrong direction: what is multiplied from the right moves backwards. "
    "Write the chances on the left: chances @ transitions.": [
        "(present[:, None] * action_probs).ravel() @ transitions => "
        "((transitions @ present).reshape(action_probs.shape) * action_probs).sum(axis=1)",
        "(present[:, None] * action_probs).ravel() @ transitions => "
        "transitions @ (present[:, None] * action_probs).ravel()",
    ],
    "the probabilities of the actions are not in it, so the shapes do not fit. First spread the chance of "
    "each state over its actions: S * A numbers.": [f"{JOINT}present"],
    "the shapes do not fit: the chances are (S,), the policy of a step (S, A). Write present[:, None] * "
    "action_probs.": [f"{JOINT}(present * action_probs)", f"{JOINT}(action_probs * present)"],
    "each step begins at the start again. What was arrived in is where the next step begins.": [
        "present[:, None] => start[:, None]"
    ],
    "the old chances stay when the new ones are added. After a step, only the new ones are left.": [
        (
            "present = (present[:, None] * action_probs) => arrived = (present[:, None] * action_probs)",
            "visits += present => visits += arrived\npresent = present + arrived",
        )
    ],
    "the start has no effect. Episodes begin as `start` says: not evenly, and not in one state.": [
        "start = np.ones_like(start) / len(start)",
        "start = np.eye(len(start))[0]",
        "start = np.eye(len(start))[start.argmax()]",
    ],
    "the chances are scaled to sum to 1 again. In a terminal state the episode is over: let its share fade "
    "away.": [
        "visits += present => visits += present\npresent = present / present.sum()",
        "visits += present => present = present / present.sum()\nvisits += present",
    ],
    "a terminal state is counted at every step after the arrival. The episode is over there: count the "
    "arrival alone.": [
        (*BY_STEP, NO_ENDS, "return np.where(lasting, rows, np.cumsum(rows, axis=0)).sum(axis=0)")
    ],
    "arrivals in terminal states are not counted. Count them too: there the episode ends, but it did "
    "arrive.": [(NO_ENDS, "return result * lasting")],
    NEEDS_SPARSE: ["transitions = transitions.toarray()"],
    NEEDS_DENSE: [
        "(present[:, None] * action_probs).ravel() @ transitions => "
        "np.einsum('i,ij->j', (present[:, None] * action_probs).ravel(), transitions)"
    ],
}

EXERCISE = Exercise(
    solution=expected_visitation,
    tested="all arrivals of 1 to 6 steps are counted, and episodes end in terminal states.",
    probes=(
        _probe_one_step,
        _probe((RING, 2), (RING, 4)),
        _probe((CORRIDOR, 3), (CORRIDOR, 6), dense=True),
        _probe((ICE, 4)),
    ),
    leftovers=LEFTOVERS,
    mistakes=MISTAKES,
)
