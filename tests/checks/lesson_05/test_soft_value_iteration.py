"""Exercise 5.1, soft value iteration: right but unusual answers, and mistakes written independently."""

import time
from math import exp, log

import numpy as np
import pytest
import torch
from scipy.sparse import issparse
from scipy.special import log_softmax, logsumexp, softmax

from tests.checks.answers import hint_for, written, wrong_answers

NAME = "soft_value_iteration"


def right(P, terminal, r, T):
    policies, v = [], np.zeros(len(r))
    for _ in range(T):
        q = (P @ (r + v)).reshape(len(r), -1)
        v = logsumexp(q, axis=1)
        policies.append(np.exp(q - v[:, np.newaxis]))
        v = np.where(terminal, 0, v)
    return np.array(policies[::-1]), v


def in_loops(transitions, terminal, rewards, num_steps):
    num_states = len(rewards)
    num_actions = transitions.shape[0] // num_states
    policy = [[[0.5] * num_actions for _ in range(num_states)] for _ in range(num_steps)]
    values = [0.0] * num_states
    for t in range(num_steps - 1, -1, -1):
        new = [0.0] * num_states
        for s in range(num_states):
            if terminal[s]:
                continue
            q = []
            for a in range(num_actions):
                total = 0.0
                for after in range(num_states):
                    total += transitions[s * num_actions + a, after] * (rewards[after] + values[after])
                q.append(total)
            best = max(q)
            new[s] = best + log(sum(exp(x - best) for x in q))
            policy[t][s] = [exp(x - new[s]) for x in q]
        values = new
    return np.array(policy), np.array(values)


def with_a_table_of_values(transitions, terminal, rewards, num_steps):
    values = np.zeros((num_steps + 1, len(rewards)))
    policy = np.zeros((num_steps, len(rewards), transitions.shape[0] // len(rewards)))
    for togo in range(1, num_steps + 1):
        q = (transitions @ rewards + transitions @ values[togo - 1]).reshape(policy.shape[1:])
        values[togo] = logsumexp(q, axis=-1) * (1 - terminal)
        policy[num_steps - togo] = np.exp(log_softmax(q, axis=1))
    return policy, values[-1]


def stacked(transitions, terminal, rewards, num_steps):
    policies, values = [], np.zeros(len(rewards))
    while len(policies) < num_steps:
        q = (transitions @ (rewards + values)).reshape(len(rewards), -1)
        policies.insert(0, softmax(q, axis=1))
        best = q.max(axis=1)
        values = np.where(terminal, 0, best + np.log(np.exp(q - best[:, None]).sum(axis=1)))
    return np.stack(policies), values


def with_einsum(transitions, terminal, rewards, num_steps):
    table = transitions.toarray() if issparse(transitions) else transitions
    table = table.reshape(len(rewards), -1, len(rewards))
    policies, values = [], np.zeros_like(rewards)
    for _ in range(num_steps):
        q = np.einsum("san,n->sa", table, rewards + values)
        values = np.logaddexp.reduce(q, 1)
        policies.append(np.exp(q - values.reshape(-1, 1)))
        values[terminal] = 0
    return np.array(policies[::-1]), values


def with_torch(transitions, terminal, rewards, num_steps):
    values, rows = torch.zeros(len(rewards), dtype=torch.float64), []
    for _ in range(num_steps):
        q = torch.from_numpy((transitions @ (rewards + values.numpy())).reshape(len(rewards), -1))
        values = torch.logsumexp(q, dim=1).masked_fill(torch.from_numpy(terminal), 0.0)
        rows.append(torch.softmax(q, dim=1))
    return torch.stack(rows[::-1]).numpy(), values.numpy()


def by_recursion(transitions, terminal, rewards, num_steps):
    if num_steps == 0:
        return np.zeros((0, len(rewards), transitions.shape[0] // len(rewards))), np.zeros(len(rewards))
    later, values = by_recursion(transitions, terminal, rewards, num_steps - 1)
    q = np.array(transitions @ (rewards + values)).reshape(later.shape[1:])
    soft = np.logaddexp.reduce(q, axis=1)
    first = np.where(terminal[:, None], 0.0, np.exp(q - soft[:, None]))
    return [np.concatenate([first[None], later]), ~terminal * soft]


def until_nothing_changes(transitions, terminal, rewards, num_steps):
    """The steps that are left out are filled in: their policies are those that no longer change."""
    policy, values = np.zeros((num_steps, len(rewards), transitions.shape[0] // len(rewards))), 0 * rewards
    for t in range(num_steps - 1, -1, -1):
        q = (transitions @ (rewards + values)).reshape(len(rewards), -1)
        policy[: t + 1] = softmax(q, axis=1)
        before, values = values, np.where(terminal, 0, logsumexp(q, axis=1))
        if np.allclose(before, values, atol=1e-6):
            break
    return policy, values


RIGHT = [
    right,
    in_loops,
    with_a_table_of_values,
    stacked,
    with_einsum,
    with_torch,
    by_recursion,
    until_nothing_changes,
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for(NAME, function) == ""


def value(of_q, probabilities=""):
    return f"logsumexp(q, axis=1) => {of_q}", probabilities


def probs(of_q):
    return f"np.exp(q - v[:, np.newaxis]) => {of_q}"


def q_values(of_rewards):
    return f"P @ (r + v) => {of_rewards}"


def stops(when, returned):
    """A loop that ends when nothing changes."""
    before, after = "q = (P => before = v\nq = (P", f"v = np.where(terminal, 0, v)\nif {when}:\n    break"
    return (
        before,
        f"v = np.where(terminal, 0, v) => {after}",
        probs("softmax(q, axis=1)"),
        f"return ({returned}, v)",
    )


def with_columns(num_columns, policy_columns="policy.shape[2]"):
    return (
        f"policy, t = np.zeros((T, len(r), {policy_columns})), T",
        f".reshape(len(r), -1) => .reshape(len(r), {num_columns})",
        "policies.append( => t -= 1\npolicy[t] = (",
        "return (policy, v)",
    )


NORMALIZED = probs("np.exp(q) / np.exp(q).sum(axis=1, keepdims=True)")
GREEDY = probs("np.eye(q.shape[1])[np.argmax(q, 1)]")
LESS_THE_BEST = "np.log(np.sum(np.exp(q - np.max(q, axis=1)[:, None]), axis=1))"
FIRST_ENDS = ("v = np.where(terminal, 0, v) =>", "q = (P => v = np.where(terminal, 0, v)\nq = (P")
FORWARD = "policies[::-1] => policies"
PLANNED = "policies[::-1]"
FILLED = "np.array([np.full(policies[0].shape, {})] * (T - len(policies)) + policies[::-1])"

WRONG = {
    "the values are those of the best action": [
        value("np.max(q, axis=1)"),
        value("np.max(q, axis=1)", GREEDY),
        value("q.max(1)", NORMALIZED),
    ],
    "the values are the mean of q under": [value("np.einsum('sa,sa->s', softmax(q, 1), q)", NORMALIZED)],
    "the values are the plain mean of q": [value("np.average(q, axis=1)", NORMALIZED)],
    "inside the log there is a mean": [
        value("logsumexp(q, axis=1) - np.log(2)"),
        value("logsumexp(q, axis=1) - np.log(2)", NORMALIZED),
    ],
    "the log is missing": [value("np.exp(q).sum(1)", NORMALIZED)],
    "the log of the sum is taken over the states": [
        value("np.logaddexp.reduce(q)"),
        (value("np.logaddexp.reduce(q)")[0], "v = np.where(terminal, 0, v) => v[terminal] = 0.0"),
    ],
    "the log of the sum runs over all": [value("logsumexp(q)", NORMALIZED)],
    "the policy always takes the best action": [GREEDY],
    "the policy is exp(q), which": [probs("np.exp(q)")],
    "the policy is exp(q - max)": [probs("np.exp(q - np.amax(q, 1)[:, None])")],
    "the policy sums to 1 over the states": [probs("np.exp(q) / np.exp(q).sum(0)")],
    "the policy holds q-values, or logs": [probs("q - v[:, None]")],
    "the shapes do not fit": [probs("np.exp(q - v)")],
    "the sign is wrong in the policy": [probs("np.exp(-q) / np.exp(-q).sum(1, keepdims=True)")],
    "np.exp overflows": [
        value("np.log(np.sum(np.exp(q), axis=1))"),
        value("np.log(np.exp(q).sum(1))", NORMALIZED),
        NORMALIZED,
        probs("np.exp(q) / np.exp(v)[:, None]"),
    ],
    "the q-values are in the wrong places": [
        (
            ".reshape(len(r), -1) => .reshape(2, len(r))",
            *value("np.logaddexp(q[0], q[1])", probs("np.exp(q - v).T")),
        )
    ],
    "the policy stands in reverse order": [
        FORWARD,
        (
            FORWARD,
            *value("np.logaddexp(q[:, 0], q[:, 1])"),
            "v = np.where(terminal, 0, v) => v[terminal] = 0.0",
        ),
    ],
    "every step has the same policy": [
        (
            "row = np.zeros((len(r), 2))",
            "policies.append( => row[:] = (",
            "v = np.where => policies.append(row)\nv = np.where",
        )
    ],
    "the policy of one step only": ["return (policies[-1], v)", "return (policies[0], v)"],
    "a discount": [q_values("P @ (r + 0.9 * v)"), q_values("P @ (r + 0.99 * v)")],
    "the rewards are left out": [q_values("P @ v")],
    "the values of the next states are left out": [q_values("P @ r")],
    "the reward of the state that is left is paid": [
        q_values("(r[:, None] + (P @ v).reshape(len(r), -1))"),
        q_values("(r + P @ v)"),
    ],
    "a sign is wrong. The reward on arrival": [q_values("P @ (v - r)")],
    "chance is treated as a choice": [q_values("np.log(np.maximum(P @ np.exp(r + v), 1e-300))")],
    "terminal states gain log A": ["v = np.where(terminal, 0, v) =>"],
    "a terminal state is returned with the value log A": [FIRST_ENDS],
    "arriving in a terminal state does not pay": ["r = r * ~terminal"],
    "the two results are swapped": ["return result[::-1]"],
    "the axes of the policy": ["return (np.swapaxes(result[0], 1, 2), v)"],
    "it changes its inputs in place": ["r += 0.5"],
    "it fails when `transitions` is a dense NumPy array": ["P = P.todense()"],
    "it fails when `transitions` is a sparse matrix": ["P = np.stack([P[i].copy() for i in range(8)]) * 1.0"],
    "it should return two arrays": ["return result[0]", "return (*result, 0)"],
    "the policy should be one array, but it is a list": ["return (policies[::-1], v)"],
    "one step is left out": ["range(T) => range(T - 1)"],
    "the maximum is subtracted": [value(LESS_THE_BEST), value(LESS_THE_BEST, probs("softmax(q, 1)"))],
    "the logarithm has the base 2": [
        value("np.log2(np.exp(q).sum(1))"),
        value("logsumexp(q, axis=1) / np.log(2)", NORMALIZED),
    ],
    "a temperature": [
        value("0.5 * logsumexp(2 * q, axis=1)", probs("softmax(2 * q, axis=1)")),
        value("2 * logsumexp(q / 2, axis=1)", probs("softmax(q / 2, axis=1)")),
    ],
    "the values of the next states are not moved": [
        q_values("(P @ r + np.repeat(v, 2))"),
        q_values("((P @ r) + v)"),
    ],
    "the values start from the rewards": ["np.zeros(len(r)) => r * terminal"],
    "the number of actions is fixed at 4": [with_columns(4, 4), with_columns(-1, 4)],
    "the loop stops": [
        stops("np.abs(v - before).max() < 1e-3", f"np.array({PLANNED})"),
        stops("np.abs(v - before).max() < 1e-9", FILLED.format(0.3)),
        stops("np.allclose(v, before)", FILLED.format("np.nan")),
        stops("np.array_equal(v, before)", f"np.stack({PLANNED})"),
    ],
    "with 1 step to go and the rewards [0.5, -1.0, 1.5, 0.2], the value of state 0 should be about 1.579, "
    "but it is 1.829.": [value("logsumexp(q, axis=1) + 0.25")],
}


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for(NAME, right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint_within_a_second(hint, function):
    begin = time.process_time()
    assert hint_for(NAME, function).startswith(hint)
    assert time.process_time() - begin < 1.0


TWO_MISTAKES = {
    "inside the log": [(*value("logsumexp(q, axis=1) - np.log(2)"), FORWARD)],
    "the policy sums to 1 over the states": [(probs("softmax(q, 0)"), q_values("P @ (r + 0.9 * v)"))],
    "the rewards are left out": [(q_values("P @ v"), "v = np.where(terminal, 0, v) =>")],
    "the policy stands in reverse": [(FORWARD, "v = np.where(terminal, 0, v) =>")],
    "terminal states gain": [("v = np.where(terminal, 0, v) =>", *value("np.log(np.exp(q).sum(1))"))],
    "a discount": [(q_values("P @ (r + 0.9 * v)"), NORMALIZED)],
    "with 1 step to go and the rewards": [(probs("np.exp(q)"), q_values("P @ (r + 0.9 * v)"))],
}


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, TWO_MISTAKES))
def test_of_two_mistakes_the_first_is_named_or_none_where_they_hide_each_other(hint, function):
    assert hint_for(NAME, function).startswith(hint)


def test_an_unknown_mistake_in_a_late_step_is_shown_there():
    def first_step_uniform(P, terminal, r, T):
        policy, values = right(P, terminal, r, T)
        policy[0] = policy[0] if T < 3 else 0.5
        return policy, values

    assert hint_for(NAME, first_step_uniform).endswith("and the steps after it are right.")


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("pass", "it returned nothing"),
        (
            "return inputs[2] * float('nan'), inputs[2]",
            "the policy should be an array of the shape (1, 4, 2)",
        ),
        ("raise ValueError('no')", "it raised ValueError"),
        ("while True: pass", "it did not finish"),
    ],
)
def test_nonsense_gets_a_calm_answer(body, hint):
    assert hint_for(NAME, written(NAME, body)).startswith(hint)
