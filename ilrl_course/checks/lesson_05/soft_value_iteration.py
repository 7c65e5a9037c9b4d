"""The check of exercise 5.1, soft value iteration."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ilrl_course.algorithms.maxent_irl import soft_value_iteration
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, numbers
from ilrl_course.checks.lesson_05._transitions import LEFTOVERS, NEEDS_DENSE, NEEDS_SPARSE, with_both_kinds
from ilrl_course.checks.watched.tiny_mdps import CORRIDOR, ICE, RING, TinyMDP, soft_plan

TOLERANCE = 1e-5
LARGE = replace(RING, rewards=(1000.0, -1000.0, 1000.5, -1001.0))
LARGE_LOSSES = replace(RING, rewards=(-1000.0, -1001.0, -1000.5, -1002.0))
COSTLY = replace(CORRIDOR, rewards=(-2.0, -6.0, -2.0, 0.5, -2.0))  # the values soon stop changing
MANY = 200  # steps
NEARLY = 1e-2  # the tolerance where the values have stopped: to stop there, but fill all steps in, is right

OVERFLOW = (
    "np.exp overflows where rewards are large, or gives 0, whose log is -inf. "
    "np.logaddexp.reduce(q_values, axis=1) is the same sum, computed safely."
)
LOG_A_LEFT = (
    "a terminal state is returned with the value log A. Set the values of terminal states to 0 after the "
    "update, not only before it."
)
STOPS = (
    "the loop stops when the values no longer change, but each of the T policies is needed. Go on until all "
    "T steps are done."
)
SWAPPED = "the two results are swapped. The policy comes first, then the values."


def _probe_one_step(answer: Callable) -> Iterator[Fact]:
    rewards = np.array(RING.rewards)
    fact, results = with_both_kinds(lambda table: answer(table, RING.terminal, rewards, 1), RING)
    yield fact
    for result in results:
        yield from _facts(result, RING, 1)


def _probe(*cases: tuple[TinyMDP, int], dense: bool = False, hint: str = "") -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for mdp, num_steps in cases:
            yield from _facts(_result(answer, mdp, num_steps, dense), mdp, num_steps, hint)

    return probe


def _probe_large(answer: Callable) -> Iterator[Fact]:
    try:
        yield from _probe((LARGE, 2), (LARGE_LOSSES, 2), hint=OVERFLOW)(answer)
    except WrongResult as wrong:  # NaN, because the form was looked at before
        yield Fact("is usable where rewards are large", str(wrong), "", OVERFLOW)


def _probe_many_steps(answer: Callable) -> Iterator[Fact]:
    result = _result(answer, COSTLY, MANY)
    stops = _stops_early(result, soft_plan(COSTLY, MANY)[0])
    yield Fact(f"stops before all of {MANY} steps are done", stops, False, STOPS)
    if not stops:
        yield from _facts(result, COSTLY, MANY, tolerance=NEARLY)


def _stops_early(result: Any, right: np.ndarray) -> bool:
    """Is the last step right, and are the first ones missing or not filled in?"""
    try:
        policy, on = np.asarray(result[0], dtype=float), ~COSTLY.terminal
        first, last = (np.allclose(policy[t, on], right[t, on], 0, NEARLY) for t in (0, -1))
    except (TypeError, ValueError, IndexError):
        return False  # it has another form, which is named elsewhere
    return bool(last and (len(policy) < MANY or not first))


def _probe_returned_ends(answer: Callable) -> Iterator[Fact]:
    for mdp in CORRIDOR, ICE:
        _, values = _parts(_result(answer, mdp, 2), mdp, 2)
        ends = values[mdp.terminal]
        yield Fact("the values of terminal states", ends, 0 * ends, LOG_A_LEFT)


def _result(answer: Callable, mdp: TinyMDP, num_steps: int, dense: bool = False) -> Any:
    transitions = mdp.dense() if dense else mdp.sparse()
    return answer(transitions, mdp.terminal, np.array(mdp.rewards), num_steps)


def _parts(result: Any, mdp: TinyMDP, num_steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Policy and values; raises WrongResult."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        what = f"{len(result)} things" if isinstance(result, tuple) else kind(result)
        raise WrongResult(f"it should return two arrays, `return policy, values`, but it returns {what}.")
    if isinstance(result[0], list | tuple):
        raise WrongResult("the policy should be one array, but it is a list. Use np.stack().")
    if np.ndim(result[0]) == 1 and np.ndim(result[1]) == 3:
        raise WrongResult(SWAPPED)
    num_states = len(mdp.moves)
    policy = numbers(result[0], (num_steps, num_states, mdp.num_actions), "the policy")
    return policy, numbers(result[1], (num_states,), "the values")


def _facts(
    result: Any, mdp: TinyMDP, num_steps: int, hint: str = "", tolerance: float = TOLERANCE
) -> Iterator[Fact]:
    """The values and the policy where there is something to choose: elsewhere the policy does not matter."""
    policy, values = _parts(result, mdp, num_steps)
    on = np.flatnonzero(~mdp.terminal)
    probabilities, right = soft_plan(mdp, num_steps)
    probabilities, right = probabilities[:, on], right[-1, on]
    where = f"with {num_steps} step{'s' * (num_steps > 1)} to go and the rewards {list(mdp.rewards)}"
    words = hint or _faulty_values(values[on], right, on, where, tolerance)
    yield Fact(f"values {where}", values[on], right, words, tolerance)
    words = hint or _faulty_policy(policy[:, on], probabilities, on, where, tolerance)
    yield Fact(f"policy {where}", policy[:, on], probabilities, words, tolerance)


def _faulty_values(
    found: np.ndarray, right: np.ndarray, states: np.ndarray, where: str, tolerance: float
) -> str:
    wrong = np.flatnonzero(~np.isclose(found, right, 0, tolerance))
    if not len(wrong):
        return ""
    i = wrong[0]
    return (
        f"{where}, the value of state {states[i]} should be about {right[i]:.4g}, but it is {found[i]:.4g}."
    )


def _faulty_policy(
    found: np.ndarray, right: np.ndarray, states: np.ndarray, where: str, tolerance: float
) -> str:
    """The wrong step nearest to the end, because the steps before it build on it."""
    wrong = np.argwhere(~np.isclose(found, right, 0, tolerance).all(axis=2))
    if not len(wrong):
        return ""
    t, i = wrong[-1]
    others = "" if t == len(found) - 1 else ", and the steps after it are right"
    wanted, got = (np.array2string(p[t, i], precision=4, separator=", ") for p in (right, found))
    return f"{where}, policy[{t}, {states[i]}] should be about {wanted}, but it is {got}{others}."


def _values(of_q: str, *policies: str) -> list[tuple[str, str]]:
    """Other values, and with them each of these ways to choose: edits of the right one."""
    return [(f"np.logaddexp.reduce(q_values, axis=1) => {of_q}", policy) for policy in policies]


def _policy(probabilities: str) -> str:
    return f"np.exp(q_values - values[:, None]) => {probabilities}"


def _q_values(of_rewards: str) -> str:
    return f"transitions @ (rewards + values) => {of_rewards}"


LESS_THE_VALUE = ""  # the right probabilities if the values are right
OF_EACH = _policy("torch.tensor(q_values).softmax(1)")  # right, whatever the values are
BEST = _policy("np.eye(num_actions)[q_values.argmax(axis=1)]")
ZEROS = "np.empty => np.zeros"  # so that what is not filled in is always the same
WHERE = (
    "values[terminal] = 0.0 => values = np.where(terminal, 0.0, values)"  # right as well, but raises later
)
ENDS_LATER = ("values[terminal] = 0.0 =>", "q_values = ( => values[terminal] = 0.0\nq_values = (")
BY_ACTIONS = "(transitions @ (rewards + values)).reshape(num_states, num_actions) => "
BY_ACTIONS += "(transitions @ (rewards + values)).reshape(num_actions, num_states)"

MISTAKES = {
    "the values are those of the best action, a hard maximum. Soft values are the log of the sum of exp(q) "
    "over the actions: np.logaddexp.reduce.": _values(
        "q_values.max(axis=1)",
        LESS_THE_VALUE,
        OF_EACH,
        BEST,
        _policy("np.exp(q_values - values[:, None]) / np.exp(q_values - values[:, None]).sum()"),
    ),
    "the values are the mean of q under the policy, without what its entropy adds. Take the log of the sum "
    "of exp(q) instead.": _values(
        "(torch.tensor(q_values).softmax(1).numpy() * q_values).sum(axis=1)", LESS_THE_VALUE, OF_EACH
    ),
    "the values are the plain mean of q, or its sum. Take the log of the sum of exp(q) over the actions.": [
        *_values("q_values.mean(axis=1)", LESS_THE_VALUE, OF_EACH),
        *_values("q_values.sum(axis=1)", LESS_THE_VALUE, OF_EACH),
    ],
    "inside the log there is a mean where a sum belongs, so each step lacks log A. Add up exp(q) over the "
    "actions.": _values("np.log(np.exp(q_values).mean(axis=1))", LESS_THE_VALUE, OF_EACH),
    "the maximum is subtracted inside exp, but not added back after the log. Write best + "
    "log(sum(exp(q - best))), or np.logaddexp.reduce.": _values(
        "np.log(np.exp(q_values - q_values.max(axis=1, keepdims=True)).sum(axis=1))",
        LESS_THE_VALUE,
        OF_EACH,
        _policy("np.exp(q_values - q_values.max(axis=1, keepdims=True) - values[:, None])"),
    ),
    "the logarithm has the base 2. exp and the natural logarithm belong together: np.logaddexp.reduce.": [
        *_values("np.log2(np.exp(q_values).sum(axis=1))", LESS_THE_VALUE, OF_EACH),
        *_values(
            "np.logaddexp2.reduce(q_values, axis=1)",
            LESS_THE_VALUE,
            OF_EACH,
            _policy("np.exp2(q_values - values[:, None])"),
        ),
    ],
    "a temperature divides or multiplies q. Here there is none: how soft the maximum is follows from the "
    "size of the rewards.": [
        edits
        for heat in (0.1, 0.5, 2.0, 10.0)
        for edits in _values(
            f"{heat} * np.logaddexp.reduce(q_values / {heat}, axis=1)",
            _policy(f"torch.tensor(q_values / {heat}).softmax(1)"),
        )
    ],
    "the log is missing: the values are sums of exp(q). Take the log of the sum.": _values(
        "np.exp(q_values).sum(axis=1)",
        LESS_THE_VALUE,
        OF_EACH,
        _policy("np.exp(q_values) / values[:, None]"),
    ),
    "the log of the sum is taken over the states, not over the actions. With q-values of the shape (S, A), "
    "that takes axis=1.": [
        (*edits, end)
        for edits in _values(
            "np.logaddexp.reduce(q_values, axis=0)",
            LESS_THE_VALUE,
            OF_EACH,
            _policy("np.exp(q_values - values)"),
        )
        for end in ("", WHERE)
    ],
    "the log of the sum runs over all states and actions at once. Sum over the actions of each state: "
    "axis=1.": [
        *_values(
            "np.log(np.exp(q_values).sum())", LESS_THE_VALUE, OF_EACH, _policy("np.exp(q_values - values)")
        ),
        *_values("np.full(num_states, np.log(np.exp(q_values).sum()))", LESS_THE_VALUE, OF_EACH),
    ],
    "the values have the shape (S, 1). Leave keepdims out where they are computed, and write values[:, None] "
    "where the policy is.": [
        *_values(
            "np.logaddexp.reduce(q_values, axis=1, keepdims=True)",
            _policy("np.exp(q_values - values)"),
            OF_EACH,
        ),
        (
            "np.logaddexp.reduce(q_values, axis=1) => np.logaddexp.reduce(q_values, axis=1, keepdims=True)",
            OF_EACH,
            WHERE,
            ".reshape(num_states, num_actions) => .reshape(num_states, -1)",
        ),
        "return (policy, values[:, None])",
    ],
    "the policy always takes the best action, though the values are soft. The probability of an action is "
    "exp(q - value).": [BEST],
    "the policy is exp(q), which does not sum to 1 over the actions. Subtract the value of the state first: "
    "exp(q - value).": [_policy("np.exp(q_values)")],
    "the policy is exp(q - max), which does not sum to 1 over the actions. Subtract the soft value instead "
    "of the maximum.": [_policy("np.exp(q_values - q_values.max(axis=1, keepdims=True))")],
    "the policy sums to 1 over the states, or over everything. Each state has its own probabilities, which "
    "sum to 1 over its actions: axis=1.": [
        _policy("torch.tensor(q_values).softmax(0)"),
        _policy("np.exp(q_values - np.logaddexp.reduce(q_values, axis=None))"),
        _policy("np.exp(q_values - values[:, None]) / np.exp(q_values - values[:, None]).sum(axis=0)"),
        _policy("np.exp(q_values - values[:, None]) / np.exp(q_values - values[:, None]).sum()"),
    ],
    "the policy holds q-values, or logs of probabilities. The probability of an action is exp(q - value).": [
        _policy("q_values"),
        _policy("q_values - values[:, None]"),
    ],
    "the policy holds q-values divided by their sum. The probability of an action is exp(q - value).": [
        _policy("q_values / np.where(q_values.sum(axis=1) == 0, 1, q_values.sum(axis=1))[:, None]")
    ],
    "the shapes do not fit: the q-values are (S, A), the values (S,). Write values[:, None], so that each "
    "row has its own value.": [
        _policy("np.exp(q_values - values)"),
        _policy("np.exp(q_values) / np.exp(q_values).sum(axis=1)"),
    ],
    "the policy subtracts the values of the step after. Compute the new values first, then exp(q - value) "
    "with these.": [
        (
            "q_values = ( => later = values\nq_values = (",
            _policy("np.exp(q_values - later[:, None])"),
        )
    ],
    "the sign is wrong in the policy: bad actions are the likely ones. It is exp(q - value).": [
        _policy("np.exp(values[:, None] - q_values)"),
        _policy("torch.tensor(-q_values).softmax(1)"),
    ],
    OVERFLOW: [
        *_values(
            "np.log(np.exp(q_values).sum(axis=1))",
            LESS_THE_VALUE,
            _policy("np.exp(q_values) / np.exp(q_values).sum(axis=1, keepdims=True)"),
        ),
        _policy("np.exp(q_values) / np.exp(q_values).sum(axis=1, keepdims=True)"),
        *_values(
            "np.log(np.exp(q_values - q_values.max()).sum(axis=1)) + q_values.max()",
            LESS_THE_VALUE,
        ),
        *_values("np.log(np.exp(q_values).sum(axis=1) + 1e-12)", LESS_THE_VALUE),
    ],
    "the q-values are in the wrong places. Row s * A + a of `transitions` belongs to state s and action a: "
    "reshape to (S, A).": [
        f"{BY_ACTIONS}.T",
        (
            BY_ACTIONS,
            "np.logaddexp.reduce(q_values, axis=1) => np.logaddexp.reduce(q_values, axis=0)",
            _policy("np.exp(q_values - values).T"),
        ),
        (
            BY_ACTIONS,
            "np.logaddexp.reduce(q_values, axis=1) => np.logaddexp.reduce(q_values, axis=0)",
            _policy("np.exp(q_values - values)"),
        ),
        BY_ACTIONS,
        (BY_ACTIONS, OF_EACH),
    ],
    "the policy stands in reverse order: policy[0] belongs to the first step, when all T are to go. Walk "
    "backwards in time, from t = T - 1 to 0.": ["reversed(range(num_steps)) => range(num_steps)"],
    "every step has the same policy. With fewer steps to go, other actions are best: keep the one of each "
    "step.": [
        "return (np.repeat(policy[:1], num_steps, axis=0), values)",
        "return (np.repeat(policy[-1:], num_steps, axis=0), values)",
    ],
    "the policy of one step only is returned. Keep the policies of all T steps: (T, S, A).": [
        "return (policy[0], values)"
    ],
    "one step is left out: the loop ends too early, or begins too late. It should run T times.": [
        (ZEROS, "range(num_steps) => range(num_steps - 1)"),
        (ZEROS, "reversed(range(num_steps)) => range(num_steps - 1, 0, -1)"),
        (ZEROS, "reversed(range(num_steps)) => range(num_steps - 1)"),
        "return (policy[1:], values)",
        "return (np.array([*policy[1:]]), values)",
    ],
    "the values returned have T - 1 steps to go. Return those after the last update, with all T to go.": [
        ("q_values = ( => later = values\nq_values = (", "return (policy, later)")
    ],
    "the policies and the values do not fit together: policy[t] should have T - t steps to go, but it has "
    "one more.": [
        (
            "policy[t] = np.exp(q_values - values[:, None]) =>",
            "values[terminal] = 0.0 => values[terminal] = 0.0\n"
            "more = (transitions @ (rewards + values)).reshape(num_states, num_actions)\n"
            "policy[t] = torch.tensor(more).softmax(1)",
        )
    ],
    "a discount makes later rewards smaller. Here the horizon T bounds the sum, and all rewards count in "
    "full.": [_q_values(f"transitions @ (rewards + {gamma} * values)") for gamma in (0.5, 0.9, 0.95, 0.99)],
    "the values start from the rewards, so the last reward counts twice. With no step to go, nothing is to "
    "come: start from 0.": [
        "np.zeros(num_states) => rewards",
        "np.zeros(num_states) => np.where(terminal, 0, rewards)",
        "np.zeros(num_states) => np.where(terminal, rewards, 0)",
    ],
    STOPS: [
        (
            ZEROS,
            "q_values = ( => later = values\nq_values = (",
            "values[terminal] = 0.0 => values[terminal] = 0.0\n"
            "if np.abs(values - later).max() < 0.001:\n    break",
            f"return ({policy}, values)",
        )
        for policy in ("policy", "policy[t:]")
    ],
    "the rewards are left out. An action is worth the mean of reward plus value over its next states.": [
        _q_values("transitions @ values")
    ],
    "the values of the next states are left out, so nobody looks further than one step. Add them to the "
    "rewards: rewards + values.": [_q_values("transitions @ rewards")],
    "the reward of the state that is left is paid. Rewards are for arriving: put them inside, as in "
    "transitions @ (rewards + values).": [
        _q_values("np.repeat(rewards, num_actions) + transitions @ values"),
        _q_values("rewards + transitions @ values"),
        (
            _q_values("np.repeat(rewards, num_actions) + transitions @ values"),
            "np.zeros(num_states) => rewards",
            "values[terminal] = 0.0 => values[terminal] = rewards[terminal]",
        ),
    ],
    "the values of the next states are not moved through the transitions. Put them inside: transitions @ "
    "(rewards + values).": [
        _q_values("transitions @ rewards + values"),
        _q_values("transitions @ rewards + np.repeat(values, num_actions)"),
    ],
    "a sign is wrong. The reward on arrival and the value of the next state are both added.": [
        _q_values("transitions @ (values - rewards)"),
        _q_values("transitions @ (rewards - values)"),
        _q_values("-(transitions @ (rewards + values))"),
    ],
    "chance is treated as a choice, with a log of a sum over the next states. Over chance, take the mean: "
    "transitions @ (rewards + values).": [
        _q_values("np.log(np.maximum(transitions @ np.exp(rewards + values), 1e-300))")
    ],
    "terminal states gain log A in each step. Nothing comes after them: set their values to 0.": [
        "values[terminal] = 0.0 =>"
    ],
    LOG_A_LEFT: [ENDS_LATER],
    "arriving in a terminal state does not pay. Its reward counts, only its value is 0: leave the rewards as "
    "they are.": ["rewards = np.where(terminal, 0, rewards)"],
    "a terminal state is worth its reward once more. It was paid on arrival: set the value to 0.": [
        "values[terminal] = 0.0 => values[terminal] = rewards[terminal]",
        (
            "np.zeros(num_states) => np.where(terminal, rewards, 0)",
            "values[terminal] = 0.0 => values[terminal] = rewards[terminal]",
        ),
    ],
    "the values of the wrong states are set to 0. Only those of terminal states are: values[terminal].": [
        "values[terminal] = 0.0 => values[~terminal] = 0.0",
        "values[terminal] = 0.0 => values[:] = 0.0",
    ],
    SWAPPED: ["return (values, policy)"],
    "the axes of the policy are in another order. It should be (T, S, A): the step, the state, the action.": [
        "return (policy.transpose(0, 2, 1), values)",
        "return (policy.transpose(1, 2, 0), values)",
        "return (policy.transpose(1, 0, 2), values)",
    ],
    "the values of all steps are returned. Return one value for each state, with all T steps to go.": [
        "return (policy, np.repeat(values[None], num_steps, axis=0))",
        "return (policy, np.repeat(values[None], num_steps + 1, axis=0))",
    ],
    NEEDS_SPARSE: ["transitions = transitions.toarray()"],
    NEEDS_DENSE: [_q_values("np.einsum('ij,j->i', transitions, rewards + values)")],
    "the number of actions is fixed at 4. It may be another one: transitions.shape[0] // len(terminal).": [
        "transitions.shape[0] // num_states => 4",
        "np.empty((num_steps, num_states, num_actions)) => np.empty((num_steps, num_states, 4))",
    ],
}

EXERCISE = Exercise(
    solution=soft_value_iteration,
    tested="values and policy are right with 1 to 200 steps to go, with ends, chance and large rewards.",
    probes=(
        _probe_one_step,
        _probe((RING, 2), (RING, 4)),
        _probe((CORRIDOR, 3), (CORRIDOR, 6), dense=True),
        _probe((ICE, 3), (ICE, 5)),
        _probe_returned_ends,
        _probe_large,
        _probe_many_steps,
    ),
    leftovers=LEFTOVERS,
    mistakes=MISTAKES,
)
