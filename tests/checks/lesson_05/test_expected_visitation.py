"""Exercise 5.2, expected visitation: right but unusual answers, and mistakes written independently."""

import time

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array, issparse

from tests.checks.answers import hint_for, written, wrong_answers

NAME = "expected_visitation"


def right(P, policy, start):
    present, visits = start, np.zeros_like(start)
    for t in range(len(policy)):
        joint = np.repeat(present, policy.shape[2]) * policy[t].reshape(-1)
        arrived = P.T @ joint
        visits = visits + arrived
        present = arrived
    return visits


def in_loops(transitions, policy, start):
    visits, present = [0.0] * len(start), list(start)
    for t in range(policy.shape[0]):
        arrived = [0.0] * len(start)
        for s in range(policy.shape[1]):
            for a in range(policy.shape[2]):
                for after in range(len(start)):
                    chance = transitions[s * policy.shape[2] + a, after]
                    arrived[after] += present[s] * policy[t, s, a] * chance
        present = arrived
        visits = [before + now for before, now in zip(visits, arrived, strict=True)]
    return np.array(visits)


def with_einsum(transitions, policy, start):
    table = (transitions.toarray() if issparse(transitions) else transitions).reshape(*policy.shape[1:], -1)
    rows = [start]
    for probabilities in policy:
        rows.append(np.einsum("s,sa,san->n", rows[-1], probabilities, table))
    return np.sum(rows[1:], axis=0)


def less_the_start(transitions, policy, start):
    visits = present = start.copy()
    for t in range(len(policy)):
        present = transitions.T @ (policy[t] * present.reshape(-1, 1)).flatten()
        visits = visits + present
    return visits - start


def with_a_matrix_of_each_step(transitions, policy, start):
    num_states, num_actions = policy.shape[1:]
    visits, so_far = np.zeros(num_states), np.eye(num_states)
    for probabilities in policy:
        weights = np.zeros((num_states, num_states * num_actions))
        for s in range(num_states):
            weights[s, s * num_actions : (s + 1) * num_actions] = probabilities[s]
        so_far = so_far @ (csr_array(weights) @ transitions)
        visits += start @ so_far
    return visits


def by_recursion(transitions, policy, start):
    if len(policy) == 0:
        return np.zeros_like(start)
    arrived = np.repeat(start, policy.shape[2]) * policy[0].ravel() @ transitions
    return arrived + by_recursion(transitions, policy[1:], arrived)


def backwards_in_time(transitions, policy, start):
    """What each start will visit, as a matrix (S, S)."""
    later = np.zeros((len(start), len(start)))
    for probabilities in policy[::-1]:
        arrived = np.asarray(transitions @ (np.eye(len(start)) + later)).reshape(*probabilities.shape, -1)
        later = (probabilities[:, :, None] * arrived).sum(axis=1)
    return start @ later


def with_torch(transitions, policy, start):
    present, visits = torch.tensor(start), torch.zeros(len(start), dtype=torch.float64)
    for probabilities in torch.tensor(policy):
        joint = present.unsqueeze(1) * probabilities
        present = torch.from_numpy(joint.flatten().numpy() @ transitions)
        visits += present
    return visits.numpy()


RIGHT = [
    right,
    in_loops,
    with_einsum,
    less_the_start,
    with_a_matrix_of_each_step,
    by_recursion,
    backwards_in_time,
    with_torch,
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for(NAME, function) == ""


def steps(used):
    return f"range(len(policy)) => {used}"


def joint(chances):
    return f"np.repeat(present, policy.shape[2]) * policy[t].reshape(-1) => {chances}"


def go_on(later):
    return f"present = arrived => present = {later}"


IN_PLACE = "present[:] = (present[:, None] * policy[t]).flatten() @ P"
ROWS = ("rows = []", "present = arrived => present = arrived\nrows.append(arrived)")

WRONG = {
    "the start is counted as an arrival": ["np.zeros_like => np.copy"],
    "the start is counted, and the arrivals of the last": ["visits + arrived => visits + present"],
    "the arrivals of the last step are missing": [steps("range(len(policy) - 1)")],
    "the arrivals of the first step are missing": ["visits + arrived => visits + arrived * (t > 0)"],
    "only the last step is returned": ["return present"],
    "the arrivals of each step are returned": [
        (*ROWS, "return np.array(rows)"),
        (*ROWS, "return np.array(rows).T"),
    ],
    "the sum runs over the states": [(*ROWS, "return np.array(rows).sum(1)")],
    "the counts are turned into shares": [
        "return visits / policy.shape[0]",
        (*ROWS, "return np.array(rows).mean(axis=0)"),
        "return visits / np.sum(visits)",
    ],
    "no state is visited more than once": ["return visits.clip(0, 1)"],
    "a discount": [go_on("0.9 * arrived")],
    "the steps of the policy are used in reverse": [steps("reversed(range(len(policy)))")],
    "the same policy is used": [steps("[0] * len(policy)"), steps("[-1] * len(policy)")],
    "only one step is taken": [steps("[0]"), steps("[len(policy) - 1]")],
    "the policy has no effect": [joint("np.repeat(present, 2)"), joint("np.repeat(present, 2) * 0.5")],
    "the likeliest action is always taken": [
        joint("(present[:, None] * (policy[t] == policy[t].max(1, keepdims=True))).ravel()")
    ],
    "states and actions are mixed up": [
        joint("(present * policy[t].T).ravel()"),
        joint("np.tile(present, 2) * policy[t].T.ravel()"),
    ],
    "the transitions are used in the wrong direction": [
        "P.T @ joint => P @ joint",
        (joint("policy[t]"), "P.T @ joint => (np.asarray(P @ present).reshape(joint.shape) * joint).sum(1)"),
    ],
    "the probabilities of the actions are not in it": [(joint("present"), "P.T @ joint => joint @ P")],
    "the shapes do not fit": [joint("(present * policy[t]).ravel()")],
    "each step begins at the start again": [go_on("start")],
    "the old chances stay": [go_on("np.add(present, arrived)")],
    "the start has no effect": ["start = np.full(len(start), 1 / len(start))"],
    "the chances are scaled": [go_on("arrived / np.sum(arrived)")],
    "it changes its inputs in place": [
        f"arrived = P.T @ joint => {IN_PLACE}\narrived = present",
        ("np.zeros_like(start) => start", "visits = visits + arrived => visits += arrived"),
    ],
    "it fails when `transitions` is a dense": ["P = P.todense()"],
    "it fails when `transitions` is a sparse": ["P.T @ joint => np.einsum('i,in->n', joint, P)"],
    "it should return one array of the shape (S,), but it returns a list": ["return [*visits]"],
    "it should return one array": ["return (visits, policy)"],
    "in a world that ends in state 1, 3, with T = 3, state": [
        go_on("arrived + max(0.0, 1 - arrived.sum()) * np.eye(len(start))[-1]")
    ],
    "in a world without terminal states, with T = 1, state 0 should be visited about 0.1231 times, but the "
    "result is 0.3731.": ["return visits + 0.25"],
    # of two mistakes the first is named, or none
    "the policy has no effect. ": [(joint("np.repeat(present, 2) / 2"), steps("[0] * len(policy)"))],
    "the start is counted as an arrival. ": [("np.zeros_like => np.copy", steps("[0] * len(policy)"))],
    "states and actions are mixed": [
        (joint("(present * policy[t].T).ravel()"), go_on("arrived / arrived.sum()"))
    ],
    "in a world without terminal states, with T = 2": [
        (steps("[0] * len(policy)"), go_on("present + arrived"))
    ],
}


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for(NAME, right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint_within_a_second(hint, function):
    begin = time.process_time()
    assert hint_for(NAME, function).startswith(hint)
    assert time.process_time() - begin < 1.0


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("pass", "it returned nothing"),
        ("return 0", "the result should be 4 numbers, but it is a single number."),
        ("return inputs[2] * float('nan')", "the result is NaN"),
        ("return table.start", "it reads `table`, the world of the lesson."),
        ("exit()", "it asks Python to exit"),
    ],
)
def test_nonsense_gets_a_calm_answer(body, hint):
    assert hint_for(NAME, written(NAME, body)).startswith(hint)
