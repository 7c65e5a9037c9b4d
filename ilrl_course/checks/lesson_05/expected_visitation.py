"""The check of exercise 5.2, expected visitation."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from ilrl_course.algorithms.maxent_irl import expected_visitation
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, numbers
from ilrl_course.checks.lesson_05 import _shared as shared
from ilrl_course.checks.lesson_05._shared import instead
from ilrl_course.checks.watched.tiny_mdps import CAVE, CORRIDOR, ICE, ON_AND_ON, RING, TinyMDP, arrivals

TOLERANCE = 1e-5


@cache
def policy_in(mdp: TinyMDP, num_steps: int) -> np.ndarray:
    """Any policy (T, S, A) that is different at each step and in each state."""
    rng = np.random.default_rng(num_steps)
    return rng.dirichlet(np.ones(mdp.num_actions), (num_steps, len(mdp.moves)))


def _probe(*cases: tuple[TinyMDP, int]) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for mdp, num_steps in cases:
            rest = policy_in(mdp, num_steps).copy(), np.array(mdp.start)
            results = yield from shared.with_both_kinds(lambda table, rest=rest: answer(table, *rest), mdp)
            yield from (_fact(result, mdp, num_steps) for result in results)

    return probe


def _fact(result: Any, mdp: TinyMDP, num_steps: int) -> Fact:
    if isinstance(result, tuple | list):
        raise WrongResult(f"it should return one array of the shape (S,), but it returns {kind(result)}.")
    shared.refuse_tensors(result)
    visits, right = numbers(result, (len(mdp.moves),)), arrivals(mdp, policy_in(mdp, num_steps))
    ends = ", ".join(map(str, np.flatnonzero(mdp.terminal)))
    name = f"in a world that ends in state {ends}" if ends else "in a world without terminal states"
    name = f"{name}, with T = {num_steps}"
    s = [*np.flatnonzero(~np.isclose(visits, right, 0, TOLERANCE)), 0][0]
    wanted, got = shared.in_digits(right[s], visits[s])
    hint = f"{name}, state {s} should be visited about {wanted} times, but the result is {got}."
    return Fact(name, visits, right, hint, TOLERANCE)


LOOP, JOINT = "for action_probs in policy:", "(present[:, None] * action_probs)"
ARRIVED = f"{JOINT}.ravel() @ transitions"
BY_STEP = ("rows = []", "visits += present => rows.append(present)")  # the arrivals of each step, in a list
NO_ENDS = "lasting = (transitions @ np.ones(len(start))).reshape(policy[0].shape).sum(axis=1) > 0"
COUNT = "visits += present"


def _of_steps(returned: str) -> tuple[str, ...]:
    """Another sum over the arrivals of each step."""
    return (*BY_STEP, f"return {returned}")


def _with(policy: str) -> str:
    return f"in policy: => in {policy}:"


def _by_index(steps: str, index: str = "t") -> str:
    return f"{LOOP} => for t in {steps}:\n    action_probs = policy[{index}]"


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
        _of_steps(f"np.array({rows}") for rows in ("rows)", "[start, *rows])", "rows).T")
    ],
    "the sum runs over the states. Add up over the steps: one number for each of the S states.": [
        _of_steps("np.sum(rows, axis=1)")
    ],
    "the counts are turned into shares. Leave them as they are: divide neither by T nor by their sum.": [
        "return result / result.sum()"
    ],
    "no state is visited more than once. Visits are counts, not chances: they may be larger than 1.": [
        "return np.minimum(result, 1)",
        *instead(COUNT, "visits = np.maximum(visits, present)", "visits = 1 - (1 - visits) * (1 - present)"),
    ],
    "a discount makes later arrivals count less. Each one counts in full.": [
        ("discount = 1", f"{COUNT} => visits += discount * present\ndiscount *= {gamma}")
        for gamma in (0.9, 0.95, 0.99, 0.999)
    ],
    "the steps of the policy are used in reverse order. policy[0] belongs to the first step: walk forward in "
    "time.": [_with("policy[::-1]")],
    "the same policy is used at all steps. Use policy[t] at step t.": [
        _with(f"[{one}] * len(policy)") for one in ("policy[0]", "policy[-1]", "policy.mean(axis=0)")
    ],
    "only the first step is taken. Take one with each of the T policies, and return after the loop.": [
        _with("policy[:1]")
    ],
    "only one step is taken, with the last policy. Take one step with each of the T policies.": [
        _with("policy[-1:]")
    ],
    "the policy of a wrong step is used: one too late, or one too early. Step t uses policy[t], from 0 to "
    "T - 1.": [
        _with("np.roll(policy, 1, axis=0)"),
        _with("np.roll(policy, -1, axis=0)"),
        _with("[*policy[1:], policy[-1]]"),
        _with("[policy[0], *policy[:-1]]"),
        _by_index("range(len(policy))", "t + 1"),
    ],
    "the first policy is left out. The first step, from `start`, uses policy[0].": [_with("policy[1:]")],
    ON_AND_ON: [_by_index("range(100)", "min(t, len(policy) - 1)")],
    "the chances are not flattened: they are (S, A), and `transitions` has S * A rows. Use .ravel().": [
        f"{JOINT}.ravel() => {JOINT}"
    ],
    "the policies of all steps are used at once. Use policy[t] at step t, which is (S, A).": [
        "* action_probs => * policy"
    ],
    "the loop runs over the states or the actions. Take one step for each of the T = len(policy) policies.": [
        _by_index("range(policy.shape[2])")
    ],
    "the policy has no effect. Multiply the chance of each state by the probabilities of its actions, "
    "policy[t].": [
        "* action_probs => * np.ones_like(action_probs)",
        "* action_probs => * np.full_like(action_probs, 0.5)",
    ],
    "the likeliest action is always taken. Every action counts with its probability: multiply by "
    "policy[t].": [_with("np.eye(policy.shape[2])[policy.argmax(axis=2)]")],
    "states and actions are mixed up. Row s * A + a of `transitions` belongs to state s and action a: "
    "flatten an array (S, A).": [
        ".ravel() => .T.ravel()",
        ".ravel() => .reshape(action_probs.shape[::-1]).T.ravel()",
    ],
    "np.tile puts the chances beside the wrong actions. Row s * A + a belongs to state s: np.repeat, or "
    "present[:, None] * policy[t].": [
        f"{JOINT}.ravel() => np.tile(present, policy.shape[2]) * action_probs.ravel()"
    ],
    "the number of actions is fixed at 2. It may be another one: policy.shape[2].": [
        f"{JOINT}.ravel() => np.repeat(present, 2) * action_probs.ravel()",
        f"{ARRIVED} => sum(present * action_probs[:, a] @ transitions[a::2] for a in (0, 1))",
    ],
    "the transitions are used in the wrong direction: what is multiplied from the right moves backwards. "
    "Write the chances on the left: chances @ transitions.": [
        f"{ARRIVED} => ((transitions @ present).reshape(action_probs.shape) * action_probs).sum(axis=1)",
        f"{ARRIVED} => transitions @ {JOINT}.ravel()",
    ],
    "the probabilities of the actions are not in it, so the shapes do not fit. First spread the chance of "
    "each state over its actions: S * A numbers.": [f"{JOINT} => present"],
    "the shapes do not fit: the chances are (S,), the policy of a step (S, A). Write present[:, None] * "
    "action_probs.": [f"{JOINT} => (present * action_probs)", f"{JOINT} => (action_probs * present)"],
    "each step begins at the start again. What was arrived in is where the next step begins.": [
        "present[:, None] => start[:, None]"
    ],
    "the old chances stay when the new ones are added. After a step, only the new ones are left.": [
        (
            f"present = {JOINT} => arrived = {JOINT}",
            f"{COUNT} => visits += arrived\npresent = present + arrived",
        )
    ],
    "the start has no effect. Episodes begin as `start` says: not evenly, and not in one state.": [
        "start = np.ones_like(start) / len(start)",
        "start = np.eye(len(start))[start.argmax()]",
        "start = np.eye(len(start))[-1]",
        "start = np.ones_like(start)",
    ],
    "the chances are scaled to sum to 1 again. In a terminal state the episode is over: let its share fade "
    "away.": [
        f"{COUNT} => {COUNT}\npresent = present / present.sum()",
        f"{COUNT} => present = present / present.sum()\n{COUNT}",
    ],
    "a terminal state is counted at every step after the arrival. The episode is over there: count the "
    "arrival alone.": [(NO_ENDS, *_of_steps("np.where(lasting, rows, np.cumsum(rows, axis=0)).sum(axis=0)"))],
    "arrivals in terminal states are not counted. Count them too: there the episode ends, but it did "
    "arrive.": [(NO_ENDS, "return result * lasting")],
}

EXERCISE = Exercise(
    solution=expected_visitation,
    tested="all arrivals of 1 to 8 steps are counted, and episodes end in terminal states.",
    probes=(
        _probe((RING, 1)),
        _probe((RING, 2), (RING, 4)),
        _probe((CORRIDOR, 3), (CORRIDOR, 6)),
        _probe((ICE, 4)),
        _probe((CAVE, 8)),
    ),
    leftovers=shared.LEFTOVERS,
    mistakes=MISTAKES,
)
