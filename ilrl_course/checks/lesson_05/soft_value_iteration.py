"""The check of exercise 5.1, soft value iteration."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ilrl_course.algorithms.maxent_irl import soft_value_iteration
from ilrl_course.checks import slips
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, numbers
from ilrl_course.checks.lesson_05 import _shared as shared
from ilrl_course.checks.lesson_05._shared import instead
from ilrl_course.checks.watched import tiny_mdps
from ilrl_course.checks.watched.tiny_mdps import CAVE, CORRIDOR, ICE, RING, TinyMDP, soft_plan

TOLERANCE = 1e-5
LARGE = replace(RING, rewards=(1000.0, -1000.0, 1000.5, -1001.0))
LARGE_LOSSES = replace(RING, rewards=(-1000.0, -1001.0, -1000.5, -1002.0))
COSTLY = replace(CORRIDOR, rewards=(-2.0, -6.0, -2.0, 0.5, -2.0))  # the values soon stop changing
MANY = 200  # steps
NEARLY = 1e-2  # the tolerance where the values have stopped: to stop there, but fill all steps in, is right

OVERFLOW = (
    "the values overflow where rewards are large: exp(1000) is inf, exp(-1000) is 0, whose log is -inf. "
    "np.logaddexp.reduce(q_values, axis=1) is the same log of a sum, computed safely."
)
POLICY_OVERFLOWS = (
    "the values are right, but the policy overflows where rewards are large: exp(1000) is inf, exp(-1000) is "
    "0. Subtract before you take exp: exp(q - value)."
)
SINGLE = "the result is right, but only in single precision (float32). Compute in float64, NumPy's default."
LOG_A_LEFT = (
    "a terminal state is returned with the value log A. Set the values of terminal states to 0 after the "
    "update, not only before it."
)
STOPS = (
    "the loop stops when the values no longer change, but each of the T policies is needed. Go on until all "
    "T steps are done."
)
SWAPPED = "the two results are swapped. The policy comes first, then the values."


def _probe(*cases: tuple[TinyMDP, int]) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for mdp, num_steps in cases:
            rest = mdp.terminal, np.array(mdp.rewards), num_steps
            results = yield from shared.with_both_kinds(lambda table, rest=rest: answer(table, *rest), mdp)
            for result in results:
                yield from _facts(result, mdp, num_steps)

    return probe


def _probe_large(answer: Callable) -> Iterator[Fact]:
    for mdp, num_steps in (LARGE, 2), (LARGE_LOSSES, 100):
        result, (right, table) = _result(answer, mdp, num_steps), soft_plan(mdp, num_steps)
        usable = [bool(np.isfinite(part).all()) for part in result]
        finite = [np.nan_to_num(part, posinf=0, neginf=0) for part in result]
        policy, values = _parts(finite, mdp, num_steps)
        nearly = np.allclose(values, table[-1], 0, TOLERANCE * abs(table[-1]).max())
        about_policy = SINGLE if np.allclose(policy, right, 0, 0.1) else POLICY_OVERFLOWS
        hints = SINGLE if nearly else OVERFLOW, about_policy if nearly else OVERFLOW
        yield Fact("are values finite where rewards are large?", usable[1], True, hints[0])
        yield Fact("values where rewards are large", values, table[-1], hints[0], TOLERANCE)
        yield Fact("is the policy finite where rewards are large?", usable[0], True, hints[1])
        yield Fact("policy where rewards are large", policy, right, hints[1], TOLERANCE)


def _probe_many_steps(answer: Callable) -> Iterator[Fact]:
    result, (right, _), on = _result(answer, COSTLY, MANY), soft_plan(COSTLY, MANY), ~COSTLY.terminal
    policy = np.asarray(result[0], dtype=float)  # its form was looked at before
    last, first = (np.allclose(policy[t, on], right[t, on], 0, NEARLY) for t in (-1, 0))
    stops = bool(last and (len(policy) < MANY or not first))
    yield Fact(f"stops before all of {MANY} steps are done", stops, False, STOPS)
    if not stops:
        yield from _facts(result, COSTLY, MANY, NEARLY)


def _probe_returned_ends(answer: Callable) -> Iterator[Fact]:
    for mdp in CORRIDOR, ICE:
        _, values = _parts(_result(answer, mdp, 2), mdp, 2)
        ends = values[mdp.terminal]
        yield Fact("the values of terminal states", ends, 0 * ends, LOG_A_LEFT)


def _result(answer: Callable, mdp: TinyMDP, num_steps: int) -> Any:
    return answer(mdp.sparse(), mdp.terminal, np.array(mdp.rewards), num_steps)


def _parts(result: Any, mdp: TinyMDP, num_steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Policy and values; raises WrongResult."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        what = f"{len(result)} things" if isinstance(result, tuple) else kind(result)
        raise WrongResult(f"it should return two arrays, `return policy, values`, but it returns {what}.")
    shared.refuse_tensors(*result)
    if isinstance(result[0], list | tuple):
        raise WrongResult("the policy should be one array, but it is a list. Use np.stack().")
    if np.ndim(result[0]) == 1 and np.ndim(result[1]) == 3:
        raise WrongResult(SWAPPED)
    num_states = len(mdp.moves)
    policy = numbers(result[0], (num_steps, num_states, mdp.num_actions), "the policy")
    return policy, numbers(result[1], (num_states,), "the values")


def _facts(result: Any, mdp: TinyMDP, num_steps: int, tolerance: float = TOLERANCE) -> Iterator[Fact]:
    """The values and the policy where there is something to choose: elsewhere the policy does not matter."""
    on, (policy, values) = np.flatnonzero(~mdp.terminal), _parts(result, mdp, num_steps)
    right, table = soft_plan(mdp, num_steps)
    policy, values, right, table = policy[:, on], values[on], right[:, on], table[:, on]
    where = f"with {num_steps} step{'s' * (num_steps > 1)} to go and the rewards {list(mdp.rewards)}"
    words = f"{where}, {_about_values(values, table, on, tolerance)}"
    yield Fact(f"values {where}", values, table[-1], words, tolerance)
    words = f"{where}, {_about_policy(policy, right, on, tolerance)}"
    yield Fact(f"policy {where}", policy, right, words, tolerance)


def _about_values(found: np.ndarray, table: np.ndarray, states: np.ndarray, tolerance: float) -> str:
    """What to say if they are wrong; row k of the table is right with k steps to go."""
    for steps, values in enumerate(table[:-1]):
        if np.allclose(found, values, 0, tolerance):
            why = ("Return those after all updates.", "Is `return` inside the loop?", "Is a step left out?")
            return f"the values are those with {steps} to go. {why[min(steps, 2)]}"
    wrong = np.flatnonzero(~np.isclose(found, table[-1], 0, tolerance))
    i = min(wrong, key=lambda i: found[i] != 0, default=0)  # the first, but a 0 before all others
    wanted, got = shared.in_digits(table[-1, i], found[i])
    only = "" if found[i] else " Only terminal states are worth 0."
    return f"the value of state {states[i]} should be about {wanted}, but it is {got}.{only}"


def _about_policy(found: np.ndarray, right: np.ndarray, states: np.ndarray, tolerance: float) -> str:
    """The wrong step nearest to the end, because the steps before it build on it."""
    t, i = [(0, 0), *np.argwhere(~np.isclose(found, right, 0, tolerance).all(axis=2))][-1]
    others = "" if t == len(found) - 1 else ", and the steps after it are right"
    wanted, got = (np.array2string(p[t, i], precision=4, separator=", ") for p in (right, found))
    return f"policy[{t}, {states[i]}] should be about {wanted}, but it is {got}{others}."


SOFT, PROBABILITIES = "np.logaddexp.reduce(q_values, axis=1)", "np.exp(q_values - values[:, None])"
Q, SHAPED = "transitions @ (rewards + values)", ".reshape(num_states, num_actions)"
BACKWARD, ENDS = "reversed(range(num_steps))", "values[terminal] = 0.0"


def _policies(*probabilities: str) -> list[str]:
    return instead(PROBABILITIES, *probabilities)


def _q_values(*of_rewards: str) -> list[str]:
    return instead(Q, *of_rewards)


def _values(of_q: str, *policies: str) -> list[tuple[str, ...]]:
    """Other values: with probabilities that depend on them, with right ones, and with others."""
    others = instead(PROBABILITIES, "torch.tensor(q_values).softmax(1)", *policies)
    return [(f"{SOFT} => {of_q}", policy) for policy in ("", *others)]


BEST = "np.eye(num_actions)[q_values.argmax(axis=1)]"
NAIVE = "np.exp(q_values) / np.exp(q_values).sum(axis=1, keepdims=True)"
SHIFTED = "np.exp(q_values - q_values.max(axis=1, keepdims=True)"
KEPT, OVER_STATES = SOFT.replace("=1", "=1, keepdims=True"), SOFT.replace("=1", "=0")
OF_THE_LEFT = "np.repeat(rewards, num_actions) + transitions @ values"
ZEROS = "np.empty => np.zeros"  # so that what is not filled in is always the same
BEFORE = "q_values = (trans => before = values\nq_values = (trans"
STOP = f"{ENDS} => {ENDS}\nif np.abs(values - before).max() < 0.001:\n    break"
BY_ACTIONS = f"{SHAPED} => .reshape(num_actions, num_states)"
WHERE = "values = np.where(terminal, 0.0, values)"  # right as well, but raises later
OF_REWARDS = f"{ENDS} => values[terminal] = rewards[terminal]"
MINUS_INFINITY = f"values = {SOFT} => q_values[terminal] = -np.inf\nvalues = {SOFT}"

MISTAKES = {
    "the values are those of the best action, a hard maximum. Soft values are the log of the sum of exp(q) "
    "over the actions: np.logaddexp.reduce.": _values(
        "q_values.max(axis=1)", BEST, f"{PROBABILITIES} / {PROBABILITIES}.sum()"
    ),
    "the values are the mean of q under the policy, without what its entropy adds. Take the log of the sum "
    "of exp(q) instead.": _values("(torch.tensor(q_values).softmax(1).numpy() * q_values).sum(axis=1)"),
    "the values are the plain mean of q, or its sum. Take the log of the sum of exp(q) over the actions.": [
        *_values("q_values.mean(axis=1)"),
        *_values("q_values.sum(axis=1)"),
    ],
    "inside the log there is a mean where a sum belongs, so each step lacks log A. Add up exp(q) over the "
    "actions.": _values(f"{SOFT} - np.log(num_actions)"),
    "the maximum is subtracted inside exp, but not added back after the log. Write "
    "best + log(sum(exp(q - best))), or np.logaddexp.reduce.": _values(
        f"np.log({SHIFTED}).sum(axis=1))", f"{SHIFTED} - values[:, None])"
    ),
    "the logarithm has the base 2. exp and the natural logarithm belong together: np.logaddexp.reduce.": [
        *_values("np.log2(np.exp(q_values).sum(axis=1))"),
        *_values("np.logaddexp2.reduce(q_values, axis=1)", "np.exp2(q_values - values[:, None])"),
    ],
    "a temperature divides or multiplies q. Here there is none: how soft the maximum is follows from the "
    "size of the rewards.": [
        (f"{SHAPED} => {SHAPED} / {heat}", f"{ENDS} => values *= {heat}\n{ENDS}")
        for heat in (0.1, 0.5, 2, 10)
    ],
    "the log is missing: the values are sums of exp(q). Take the log of the sum.": _values(
        "np.exp(q_values).sum(axis=1)", "np.exp(q_values) / values[:, None]"
    ),
    "the log of the sum is taken over the states, not over the actions. With q-values of the shape (S, A), "
    "that takes axis=1.": [
        (*edits, f"{ENDS} => {end}")
        for edits in _values(OVER_STATES, "np.exp(q_values - values)")
        for end in (ENDS, WHERE)
    ],
    "the log of the sum runs over all states and actions at once. Sum over the actions of each state: "
    "axis=1.": [
        *_values("np.log(np.exp(q_values).sum())", "np.exp(q_values - values)"),
        *_values("np.full(num_states, np.log(np.exp(q_values).sum()))"),
    ],
    "the values have the shape (S, 1). Leave keepdims out where they are computed, and write values[:, None] "
    "where the policy is.": [
        *_values(KEPT, "np.exp(q_values - values)")[1:],
        (*_values(KEPT)[1], f"{ENDS} => {WHERE}", f"{SHAPED} => .reshape(num_states, -1)"),
        "return (policy, values[:, None])",
    ],
    "the policy always takes the best action, though the values are soft. The probability of an action is "
    "exp(q - value).": _policies(BEST),
    "the policy gives all actions the same chance. The probability of an action is "
    "exp(q - value).": _policies("1 / num_actions"),
    "the policy is exp(q), which does not sum to 1 over the actions. Subtract the value of the state first: "
    "exp(q - value).": _policies("np.exp(q_values)"),
    "the policy is exp(q) divided by the value, which is a logarithm. Subtract it inside: "
    "exp(q - value).": _policies("np.exp(q_values) / values[:, None]"),
    "the policy is exp(q - max), which does not sum to 1 over the actions. Subtract the soft value instead "
    "of the maximum.": _policies(f"{SHIFTED})"),
    "the policy sums to 1 over the states, or over everything. Each state has its own probabilities, which "
    "sum to 1 over its actions: axis=1.": _policies(
        "torch.tensor(q_values).softmax(0)",
        "np.exp(q_values - np.logaddexp.reduce(q_values, axis=None))",
        f"{PROBABILITIES} / {PROBABILITIES}.sum(axis=0)",
        f"{PROBABILITIES} / {PROBABILITIES}.sum()",
    ),
    "the policy holds q-values, or logs of probabilities. The probability of an action is "
    "exp(q - value).": _policies("q_values", "q_values - values[:, None]"),
    "the policy holds q-values divided by their sum. The probability of an action is exp(q - "
    "value).": _policies("q_values / np.where(q_values.sum(axis=1) == 0, 1, q_values.sum(axis=1))[:, None]"),
    "the shapes do not fit: the q-values are (S, A), the values (S,). Write values[:, None], so that each "
    "row has its own value.": _policies(
        "np.exp(q_values - values)", "np.exp(q_values) / np.exp(q_values).sum(axis=1)"
    ),
    "the policy subtracts the values of the step after. Compute the new values first, then exp(q - value) "
    "with these.": [(BEFORE, *_policies("np.exp(q_values - before[:, None])"))],
    "the sign is wrong in the policy: bad actions are the likely ones. It is exp(q - value).": _policies(
        "np.exp(values[:, None] - q_values)", "torch.tensor(-q_values).softmax(1)"
    ),
    POLICY_OVERFLOWS: _policies(NAIVE, "np.exp(q_values) / np.exp(values)[:, None]"),
    "the q-values are in the wrong places. Row s * A + a of `transitions` belongs to state s and action a: "
    "reshape to (S, A).": [
        *((BY_ACTIONS, *edits) for edits in _values(OVER_STATES, "np.exp(q_values - values).T")[2:]),
        *((BY_ACTIONS, *edits) for edits in _values(OVER_STATES, "np.exp(q_values - values)")[2:]),
        f"{SHAPED} => [np.arange(num_states)[:, None] + np.arange(num_actions)]",
    ],
    "the q-values are not reshaped: they are (S * A,). Make them (S, A), then take the log of the sum along "
    "axis=1.": [f"{SHAPED} =>"],
    "the policy stands in reverse order: policy[0] belongs to the first step, when all T are to go. Walk "
    "backwards in time, from t = T - 1 to 0.": [f"{BACKWARD} => range(num_steps)"],
    "every step has the same policy. With fewer steps to go, other actions are best: keep the one of each "
    "step.": [f"return (np.repeat(policy[{row}], num_steps, axis=0), values)" for row in (":1", "-1:")],
    "the policy of one step only is returned. Keep the policies of all T steps: (T, S, A).": [
        "return (policy[0], values)"
    ],
    "only one row of the policy is filled. Each step has its own: policy[t] = ...": [
        (ZEROS, "policy[t] => policy[0]"),
        (ZEROS, "policy[t] => policy[-1]"),
    ],
    "`return` stands inside the loop, so that only one step is planned. It comes after the loop.": [
        (ZEROS, f"{ENDS} => {ENDS}\nreturn ({planned}, values)") for planned in ("policy", "policy[t:]")
    ],
    "one step is left out: the loop ends too early, or begins too late. It should run T times.": [
        (ZEROS, f"{BACKWARD} => range(num_steps - 1)"),
        "return (policy[1:], values)",
        "return (np.array([*policy[1:]]), values)",
    ],
    "one step too many is planned. The loop should run T times, from t = T - 1 to 0.": [
        ("num_steps += 1", f"return ({planned}, values)")
        for planned in ("policy", "policy[1:]", "policy[:-1]")
    ],
    "the values returned have T - 1 steps to go. Return those after the last update, with all T to go.": [
        (BEFORE, "return (policy, before)")
    ],
    "the policies and the values do not fit together: policy[t] should have T - t steps to go, but it has "
    "one more.": [
        (
            f"policy[t] = {PROBABILITIES} =>",
            f"{ENDS} => {ENDS}\nlater = ({Q}){SHAPED}\npolicy[t] = torch.tensor(later).softmax(1)",
        )
    ],
    "the policies and the values do not fit together: policy[t] should have T - t steps to go, but it has "
    "one less.": [
        (
            "later = np.zeros((len(terminal), transitions.shape[0] // len(terminal)))",
            *_policies("torch.tensor(later).softmax(1)"),
            f"{ENDS} => {ENDS}\nlater = q_values",
        )
    ],
    "a discount makes later rewards smaller. Here the horizon T bounds the sum, and all rewards count in "
    "full.": _q_values(
        *(f"transitions @ (rewards + {gamma} * values)" for gamma in (0.5, 0.9, 0.95, 0.99, 0.999))
    ),
    "the values start from the rewards, so the last reward counts twice. With no step to go, nothing is to "
    "come: start from 0.": [
        f"np.zeros(num_states) => {first}"
        for first in ("rewards", "np.where(terminal, 0, rewards)", "np.where(terminal, rewards, 0)")
    ],
    STOPS: [(ZEROS, BEFORE, STOP, f"return ({planned}, values)") for planned in ("policy", "policy[t:]")],
    tiny_mdps.ON_AND_ON: [
        "num_steps = 100",
        ("num_steps = 100", "asked = num_steps", "return (np.repeat(policy[:1], asked, axis=0), values)"),
    ],
    "rewards or values pile up from step to step. Each step computes its values anew, and the rewards stay "
    "as they are.": [
        (
            "total = rewards.copy()",
            "q_values = ( => total = total + values\nq_values = (",
            *_q_values("transitions @ total"),
        ),
        (BEFORE, f"{ENDS} => values = before + values\n{ENDS}"),
    ],
    "values change while the same step still needs them. Compute those of all states from the values of the "
    "step after.": [
        f"values = {SOFT} => for s in np.flatnonzero(~terminal):\n"
        f"    q_values[s] = ({Q}){SHAPED}[s]\n    values[s] = np.logaddexp.reduce(q_values[s])"
    ],
    "the rewards are left out. An action is worth the mean of reward plus value over its next "
    "states.": _q_values("transitions @ values"),
    "the values of the next states are left out, so nobody looks further than one step. Add them to the "
    "rewards: rewards + values.": _q_values("transitions @ rewards"),
    "the reward of the state that is left is paid. Rewards are for arriving: put them inside, as in "
    "transitions @ (rewards + values).": [
        *_q_values(OF_THE_LEFT, "rewards + transitions @ values"),
        (*_q_values(OF_THE_LEFT), "np.zeros(num_states) => rewards", OF_REWARDS),
    ],
    "the values of the next states are not moved through the transitions. Put them inside: "
    "transitions @ (rewards + values).": _q_values(
        "transitions @ rewards + values", "transitions @ rewards + np.repeat(values, num_actions)"
    ),
    "the shapes do not fit: transitions is (S * A, S), rewards + values (S,). Write "
    "transitions @ (rewards + values), in this order.": _q_values("(rewards + values) @ transitions"),
    "`*` multiplies number by number, where `@` multiplies and sums: "
    "transitions @ (rewards + values).": _q_values("transitions * (rewards + values)"),
    "S is len(terminal). The rows of `transitions` are S * A, one for each state and action.": [
        "len(terminal) => transitions.shape[0]"
    ],
    "a sign is wrong. The reward on arrival and the value of the next state are both added.": _q_values(
        "transitions @ (values - rewards)", "transitions @ (rewards - values)", f"-({Q})"
    ),
    "chance is treated as a choice, with a log of a sum over the next states. Over chance, take the mean: "
    "transitions @ (rewards + values).": _q_values(
        "np.log(np.maximum(transitions @ np.exp(rewards + values), 1e-300))"
    ),
    "terminal states gain log A in each step. Nothing comes after them: set their values to 0.": [
        f"{ENDS} =>"
    ],
    "arriving in a terminal state does not pay. Its reward counts, only its value is 0: leave the rewards as "
    "they are.": ["rewards = np.where(terminal, 0, rewards)"],
    "a terminal state is worth its reward once more. It was paid on arrival: set the value to 0.": [
        OF_REWARDS,
        ("np.zeros(num_states) => np.where(terminal, rewards, 0)", OF_REWARDS),
    ],
    "the q-values of terminal states are -inf, and -inf - -inf is NaN. Leave q as it is, and set the values "
    "of terminal states to 0.": [
        (MINUS_INFINITY, end) for end in ("", f"{ENDS} =>", f"{ENDS} => values[terminal] = -np.inf")
    ],
    "the values of the wrong states are set to 0. Only those of terminal states are: values[terminal].": [
        f"{ENDS} => values[{states}] = 0.0" for states in ("~terminal", ":", "terminal.astype(int)")
    ],
    "only one of the terminal states gets the value 0. All of them do: values[terminal] = 0.": [
        f"{ENDS} => values[np.flatnonzero(terminal)[{one}]] = 0.0" for one in (":1", "-1:")
    ],
    "the axes of the policy are in another order. It should be (T, S, A): the step, the state, the action.": [
        f"return (policy.transpose{axes}, values)" for axes in ((0, 2, 1), (1, 2, 0), (1, 0, 2))
    ],
    "the values of all steps are returned. Return one value for each state, with all T steps to go.": [
        f"return (policy, np.repeat(values[None], num_steps + {more}, axis=0))" for more in (0, 1)
    ],
    shared.NEEDS_DENSE: _q_values("np.einsum('ij,j->i', transitions, rewards + values)"),
    "the number of actions is fixed at 2. It may be another one: transitions.shape[0] // len(terminal).": [
        "transitions.shape[0] // num_states => 2",
        "np.empty((num_steps, num_states, num_actions)) => np.empty((num_steps, num_states, 2))",
        "return (policy[:, :, :2], values)",
        *_values("np.logaddexp(q_values[:, 0], q_values[:, 1])"),
    ],
    "the number of actions is fixed at 4. It may be another one: transitions.shape[0] // len(terminal).": [
        "transitions.shape[0] // num_states => 4",
        "np.empty((num_steps, num_states, num_actions)) => np.empty((num_steps, num_states, 4))",
    ],
} | slips.of_the_rewards()

EXERCISE = Exercise(
    solution=soft_value_iteration,
    tested="values and policy are right with 1 to 200 steps to go, with ends, chance and large rewards.",
    probes=(
        _probe((RING, 1)),
        _probe((RING, 2), (RING, 4)),
        _probe((CORRIDOR, 3), (CORRIDOR, 6)),
        _probe((ICE, 3), (ICE, 5)),
        _probe_returned_ends,
        _probe_large,
        _probe_many_steps,
        _probe((CAVE, 1), (CAVE, 7)),
    ),
    leftovers=shared.LEFTOVERS,
    mistakes=MISTAKES,
)
