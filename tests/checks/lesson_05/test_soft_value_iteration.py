"""Exercise 5.1, soft value iteration: right but unusual answers, and mistakes written independently."""

from math import exp, log

import numpy as np
import pytest
import torch  # noqa: F401 (for edits)
from scipy.special import logsumexp, softmax

from ilrl_course.checks.lesson_05._shared import instead
from tests.checks.answers import hint_for, promises_of, wrong_answers

NAME = "soft_value_iteration"


def right(transitions, terminal, rewards, num_steps):
    P = transitions
    r, T, policies = rewards, num_steps, []
    v = np.zeros(len(r))
    for _ in range(T):
        q = (P @ (r + v)).reshape(len(r), -1)
        v = logsumexp(q, axis=1)
        policies.append(np.exp(q - v[:, np.newaxis]))
        v = np.where(terminal, 0, v)
    return np.array(policies[::-1]), v


def in_loops(transitions, terminal, rewards, num_steps):
    S = len(rewards)
    A = transitions.shape[0] // S
    policy = np.full((num_steps, S, A), 0.5)
    values = np.zeros((num_steps + 1, S))
    for t in range(num_steps - 1, -1, -1):
        for s in range(S):
            if terminal[s]:
                continue
            q = [0.0] * A
            for a in range(A):
                for after in range(S):
                    q[a] += transitions[s * A + a, after] * (rewards[after] + values[t + 1, after])
            best = max(q)
            values[t, s] = best + log(sum(exp(x - best) for x in q))
            policy[t, s] = [exp(x - values[t, s]) for x in q]
    return policy, values[0]


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


def value(of_q, *policies):
    """With each of these policies, or that of the right answer."""
    return [(f"logsumexp(q, axis=1) => {of_q}", policy) for policy in policies or ("",)]


def probs(*of_q):
    return instead("np.exp(q - v[:, np.newaxis])", *of_q)


def q_values(*of_rewards):
    return instead("P @ (r + v)", *of_rewards)


def ends(*after_the_update):
    return instead("v = np.where(terminal, 0, v)", *after_the_update)


(NORMALIZED, SOFTMAX) = probs("np.exp(q) / np.exp(q).sum(axis=1, keepdims=True)", "softmax(q, axis=1)")
(GREEDY,) = probs("np.eye(q.shape[1])[np.argmax(q, 1)]")
(NO_ENDS, IN_PLACE) = ends("", "v[terminal] = 0.0")
FORWARD = "policies[::-1] => policies"
BEFORE = "q = (P => before = v\nq = (P"
DENSE = "P = transitions => P = (transitions + 0 * transitions @ np.eye(len(terminal)))"
DENSE += ".reshape(len(terminal), -1, len(terminal))"
TORCH = "torch.logsumexp(torch.from_numpy(q), dim=1).masked_fill(torch.from_numpy(terminal), 0).numpy()"
BEST_FIRST = "q.max(axis=1) + np.log(np.exp(q - q.max(axis=1)[:, None]).sum(axis=1))"
UNUSUAL = [
    "",
    in_loops,
    by_recursion,
    until_nothing_changes,
    (DENSE, *q_values("np.einsum('san,n->sa', P, r + v)")),
    *value(BEST_FIRST, SOFTMAX),
    *value(TORCH, *probs("torch.softmax(torch.from_numpy(q), dim=1).numpy()")),
    *q_values("(P @ r + P @ v)", "(P * (r + v)).sum(axis=1)"),
    *ends("v = v * (1 - terminal)", "policies[-1][terminal] = 0\nv[terminal] = 0"),
    *ends("v = np.where(terminal, 0, v)\nprint(v)"),
    "return (np.array(policies[::-1], dtype=np.float32), list(v))",
]


def stops(when, returned):
    """A loop that ends when nothing changes."""
    over = ends(f"v = np.where(terminal, 0, v)\nif {when}:\n    break")
    return BEFORE, *over, SOFTMAX, f"return ({returned}, v)"


def with_columns(num_columns, policy_columns):
    return (
        f"v = np.zeros(len(r)) => v, policy = np.zeros(len(r)), np.zeros((T, len(r), {policy_columns}))",
        "P = transitions => P, t = transitions, num_steps",
        f".reshape(len(r), -1) => .reshape(len(r), {num_columns})",
        "policies.append( => t -= 1\npolicy[t] = (",
        "return (policy, v)",
    )


LESS_THE_BEST = "np.log(np.sum(np.exp(q - np.max(q, axis=1)[:, None]), axis=1))"
FILLED = "np.array([np.full(policies[0].shape, {})] * (T - len(policies)) + policies[::-1])"

WRONG = {
    "the values are those of the best": value("np.max(q, axis=1)", "", GREEDY, NORMALIZED),
    "the values are the mean of q": value("np.einsum('sa,sa->s', softmax(q, 1), q)", NORMALIZED),
    "the values are the plain mean of q": value("np.average(q, axis=1)", NORMALIZED),
    "inside the log there is a mean": value("logsumexp(q, axis=1) - np.log(q.shape[1])", "", NORMALIZED),
    "the log is missing": value("np.exp(q).sum(1)", NORMALIZED),
    "the log of the sum is taken over the states": value("np.logaddexp.reduce(q)", "", IN_PLACE),
    "the log of the sum runs over all": value("logsumexp(q)", NORMALIZED),
    "the maximum is subtracted": value(LESS_THE_BEST, "", SOFTMAX),
    "the logarithm has the base 2": [*value("logsumexp(q, axis=1) / np.log(2)", NORMALIZED)],
    "a temperature": [*value("0.5 * logsumexp(2 * q, axis=1)", *probs("softmax(2 * q, axis=1)"))],
    "the policy always takes the best action": [GREEDY],
    "the policy gives all actions the same": probs("np.full(q.shape, 1 / q.shape[1])"),
    "the policy is exp(q), which": probs("np.exp(q)"),
    "the policy is exp(q) divided": probs("np.exp(q) / v[:, None]"),
    "the policy is exp(q - max)": probs("np.exp(q - np.amax(q, 1)[:, None])"),
    "the policy sums to 1 over the states": probs("np.exp(q) / np.exp(q).sum(0)"),
    "the policy holds q-values, or logs": probs("q - v[:, None]"),
    "the shapes do not fit: the q-values": probs("np.exp(q - v)"),
    "the sign is wrong in the policy": probs("np.exp(-q) / np.exp(-q).sum(1, keepdims=True)"),
    "the values overflow": [
        *value("np.log(np.sum(np.exp(q), axis=1))", "", NORMALIZED),
        *value("np.log(np.exp(q.astype(np.longdouble)).sum(1)).astype(float)"),
        *value("np.log(np.exp(q.clip(-700, 700)).sum(1))"),
    ],
    "the values are right, but the policy": [NORMALIZED, *probs("np.exp(q) / np.exp(v)[:, None]")],
    "the result is right, but only in single precision": value(
        "logsumexp(q.astype(np.float32), axis=1)", *probs("softmax(q.astype(np.float32), axis=1)")
    ),
    "it returns a torch tensor, but arrays are expected": [
        "return (torch.tensor(result[0]), torch.tensor(v))",
        "return (result[0], torch.tensor(v))",
    ],
    "the q-values are in the wrong places": [
        (
            ".reshape(len(r), -1) => .reshape(-1, len(r))",
            *value("logsumexp(q, axis=0)", *probs("np.exp(q - v).T"))[0],
        )
    ],
    "the policy stands in reverse": [(FORWARD, IN_PLACE, *value("np.logaddexp(q[:, 0], q[:, 1])")[0])],
    "every step has the same policy": [
        (
            "v = np.zeros(len(r)) => v, row = np.zeros(len(r)), np.zeros((len(r), P.shape[0] // len(r)))",
            "policies.append( => row[:] = (",
            *ends("v = np.where(terminal, 0, v)\npolicies.append(row)"),
        )
    ],
    "the policy of one step only": ["return (policies[-1], v)", "return (policies[0], v)"],
    "one step is left out": ["range(T) => range(T - 1)"],
    "one step too many": ["range(T) => range(T + 1)"],
    "`return` stands inside": ends("v = np.where(terminal, 0, v)\nreturn (np.array(policies), v)"),
    "the number of steps T has no effect": instead(
        "for _ in range(T):", "while True:", "for _ in range(2000):"
    ),
    "the loop stops": [stops("np.allclose(v, before)", FILLED.format("np.nan"))],
    "a discount": q_values("P @ (r + 0.9 * v)", "P @ (r + 0.99 * v)"),
    "the rewards are left out": q_values("P @ v"),
    "the rewards are changed": ["rewards = np.sign(rewards)"],
    "the values of the next states are left out": q_values("P @ r"),
    "the values of the next states are not moved": q_values(
        "((P @ r) + v)", "(P @ r + np.repeat(v, len(P @ r) // len(r)))"
    ),
    "the reward of the state that is left": q_values(
        "(r[:, None] + (P @ v).reshape(len(r), -1))", "(r + P @ v)"
    ),
    "a sign is wrong. The reward on arrival": q_values("P @ (v - r)"),
    "chance is treated as a choice": q_values("np.log(np.maximum(P @ np.exp(r + v), 1e-300))"),
    "the shapes do not fit: transitions is": q_values("((r + v) @ P)"),
    "S is len(terminal)": ["v = np.zeros(len(r)) => v = np.zeros(transitions.shape[0])"],
    "a terminal state is returned": [(NO_ENDS, "q = (P => v = np.where(terminal, 0, v)\nq = (P")],
    "the q-values of terminal states are -inf": ["v = logsumexp => q[terminal] = -np.inf\nv = logsumexp"],
    "the values of the wrong states": ends("v = np.where(terminal, v, 0)", "v = v * terminal"),
    "only one of the terminal states": ends("v[[s for s in range(len(r)) if terminal[s]][:1]] = 0"),
    "arriving in a terminal state does not pay": ["rewards = rewards * ~terminal"],
    "the values start from the rewards": ["np.zeros(len(r)) => r * terminal"],
    "rewards or values pile up": [(BEFORE, *ends("v = np.where(terminal, 0, v + before)"))],
    "it changes its inputs in place": ["rewards += 0.5", *q_values("P @ np.add(r, v, out=r)")],
    "the two results are swapped": ["return result[::-1]"],
    "the axes of the policy": ["return (np.swapaxes(result[0], 1, 2), v)"],
    "it fails when `transitions` is a dense NumPy array": ["transitions = transitions.todense()"],
    "it fails when `transitions` is a sparse matrix": q_values("np.einsum('ij,j', P, r + v)"),
    "it should return two arrays": ["return result[0]", "return (*result, 0)"],
    "the policy should be one array, but it is a list": ["return (policies[::-1], v)"],
    "the number of actions is fixed at 4": [with_columns(4, 4), with_columns(-1, 4)],
    "the number of actions is fixed at 2": [with_columns(2, 2), *value("np.logaddexp(q[:, 0], q[:, 1])")],
    "with 1 step to go and the rewards [0.5, -1.0, 1.5, 0.2], the value of state 0 should be about 1.579, "
    "but it is 1.829.": value("logsumexp(q, axis=1) + 0.25"),
}
DISCOUNT = q_values("P @ (r + 0.9 * v)")
TWO_MISTAKES = {
    "inside the log": value("logsumexp(q, axis=1) - np.log(q.shape[1])", FORWARD),
    "the policy sums to 1 over the states": [(*DISCOUNT, *probs("softmax(q, 0)"))],
    "the rewards are left out": [(*q_values("P @ v"), NO_ENDS)],
    "the policy stands in reverse": [(FORWARD, NO_ENDS)],
    "terminal states gain": value("np.log(np.exp(q).sum(1))", NO_ENDS),
    "a discount": [(*DISCOUNT, NORMALIZED)],
    "with 1 step to go and the rewards": [(*DISCOUNT, *probs("np.exp(q)"))],
}


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, TWO_MISTAKES))
def test_of_two_mistakes_the_first_is_named_or_none_where_they_hide_each_other(hint, function):
    assert hint_for(NAME, function).startswith(hint)


LATE = {
    "and the steps after it are right.": [
        "return (np.array([policies[-1] ** (1 + (T > 2)), *policies[-2::-1]]), v)"
    ],
    "the values are those with 1 to go. Is `return` inside the loop?": ends(
        "v = np.where(terminal, 0, v)\nreturn (np.array([0 * q + 0.3] * (T - 1) + policies), v)"
    ),
    "Only terminal states are worth 0.": ends("v = v * (terminal.cumsum() == 0)"),
    "the values are those with 0 to go. Return those after all updates.": ["return (result[0], 0 * v)"],
}


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, LATE))
def test_an_unknown_mistake_is_shown_where_it_is(hint, function):
    assert hint_for(NAME, function).endswith(hint)


NONSENSE = {
    "return inputs[2] * float('nan'), inputs[2]": "the policy should be an array of the shape (1, 4, 2)",
    "raise ValueError('no')": "it raised ValueError",
    "while True: pass": "it did not finish",
}

TestAnswers = promises_of("soft_value_iteration", right, UNUSUAL, WRONG, NONSENSE)
