"""Exercise 5.2, expected visitation: right but unusual answers, and mistakes written independently."""

import numpy as np
import torch  # noqa: F401 (for edits)

from ilrl_course.checks.lesson_05._shared import instead
from tests.checks.answers import promises_of

NAME = "expected_visitation"


def right(transitions, policy, start):
    present, visits = start, np.zeros_like(start)
    for t in range(len(policy)):
        joint = np.repeat(present, policy.shape[2]) * policy[t].reshape(-1)
        arrived = transitions.T @ joint
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


def joint(*chances):
    return instead("np.repeat(present, policy.shape[2]) * policy[t].reshape(-1)", *chances)


def move(*arrived):
    return instead("transitions.T @ joint", *arrived)


def go_on(*later):
    return instead("present = arrived", *(f"present = {chances}" for chances in later))


def steps(*used):
    return instead("range(len(policy))", *used)


ROWS = ("rows = []", "present = arrived => present = arrived\nrows.append(arrived)")
DENSE = "table = (transitions + 0 * transitions @ np.eye(len(start))).reshape(len(start), -1, len(start))"
UNUSUAL = [
    "",
    in_loops,
    by_recursion,
    backwards_in_time,
    (DENSE, *joint("policy[t]"), *move("np.einsum('s,sa,san->n', present, joint, table)")),
    (DENSE, *joint("(policy[t][:, :, None] * table).sum(axis=1)"), *move("present @ joint")),
    (*joint("torch.tensor(present)[:, None] * policy[t]"), *move("joint.numpy().ravel() @ transitions")),
    ("np.zeros_like => np.copy", "return visits - start"),
    (*ROWS, "return np.sum(rows, axis=0)"),
    "return visits.astype(np.float32)",
]


MIXED_UP = joint("(present * policy[t].T).ravel()")
WRONG = {
    "the start is counted as an arrival": ["np.zeros_like => np.copy"],
    "the start is counted, and the arrivals of the last": ["visits + arrived => visits + present"],
    "the arrivals of the last step are missing": steps("range(len(policy) - 1)"),
    "the arrivals of the first step are missing": ["visits + arrived => visits + arrived * (t > 0)"],
    "the first policy is left out": steps("range(1, len(policy))"),
    "only the last step is returned": ["return present", "visits + arrived => arrived"],
    "the arrivals of each step": [(*ROWS, "return np.array(rows)"), (*ROWS, "return np.array(rows).T")],
    "the sum runs over the states": [(*ROWS, "return np.array(rows).sum(1)")],
    "the counts are turned into shares": [
        "return visits / policy.shape[0]",
        (*ROWS, "return np.array(rows).mean(axis=0)"),
    ],
    "no state is visited more than once": [
        *instead("visits + arrived", "np.fmax(visits, arrived)", "visits + arrived - visits * arrived")
    ],
    "a discount": go_on("0.9 * arrived"),
    "the steps of the policy are used in reverse": steps("reversed(range(len(policy)))"),
    "the same policy is used": steps("[0] * len(policy)", "[-1] * len(policy)"),
    "only the first step is taken": [*steps("[0]"), *go_on("arrived\nreturn visits")],
    "only one step is taken, with the last policy": steps("[len(policy) - 1]"),
    "the policy of a wrong step is used": instead("policy[t]", "policy[t - 1]", "policy[t + 1]"),
    "the policies of all": [(*joint("(present[:, None] * policy).ravel()"), *move("joint @ transitions"))],
    "the loop runs over the states": steps("range(len(start))"),
    "the number of steps T has no effect": [(*steps("range(10**6)"), "policy[t] => policy[t % len(policy)]")],
    "the policy has no effect": [
        (*joint("np.repeat(present, policy.shape[2]) / 2"), *steps("[0] * len(policy)"))
    ],
    "the likeliest action is always taken": joint(
        "(present[:, None] * (policy[t] == policy[t].max(1, keepdims=True))).ravel()"
    ),
    "states and actions are mixed up": [(*MIXED_UP, *go_on("arrived / arrived.sum()"))],
    "np.tile puts the chances": joint("np.tile(present, policy.shape[2]) * policy[t].ravel()"),
    "the number of actions is fixed at 2": joint("np.repeat(present, 2) * policy[t].reshape(-1)"),
    "the transitions are used in the wrong direction": [*move("transitions @ joint")],
    "the probabilities of the actions are not in it": [(*joint("present"), *move("joint @ transitions"))],
    "the shapes do not fit": joint("(present * policy[t]).ravel()"),
    "the chances are not flattened": [(*joint("present[:, None] * policy[t]"), *move("joint @ transitions"))],
    "each step begins at the start again": go_on("start"),
    "the old chances stay": go_on("np.add(present, arrived)"),
    "the start has no effect": ["start = np.full(len(start), 1 / len(start))"],
    "the chances are scaled": go_on("arrived / np.sum(arrived)"),
    "it changes its inputs in place": [
        "arrived = transitions.T @ joint => present[:] = transitions.T @ joint\narrived = present.copy()",
        ("np.zeros_like(start) => start", "visits = visits + arrived => visits += arrived"),
    ],
    "it fails when `transitions` is a dense": ["transitions = transitions.todense()"],
    "it fails when `transitions` is a sparse": move("np.einsum('i,in->n', joint, transitions)"),
    "it should return one array of the shape (S,), but it returns a list": ["return [*visits]"],
    "it should return one array": ["return (visits, policy)"],
    "it returns a torch tensor, but arrays are expected": ["return torch.tensor(visits)"],
    "in a world that ends in state 1, 3, with T = 3, state": go_on(
        "arrived + max(0.0, 1 - arrived.sum()) * np.eye(len(start))[-1]"
    ),
    "in a world without terminal states, with T = 1, state 0 should be visited about 0.1231 times, but the "
    "result is 0.3731.": ["return visits + 0.25"],
    "in a world without terminal states, with T = 1, state 0 should be visited about 0.123097475 times, but "
    "the result is 0.123109784.": ["return visits * 1.0001"],
    "in a world without terminal states, with T = 2": [
        (*steps("[0] * len(policy)"), *go_on("present + arrived"))
    ],
}

NONSENSE = {
    "return 0": "the result should be 4 numbers, but it is a single number.",
    "return inputs[2] * float('nan')": "the result is NaN",
    "return table.start": "it reads `table`, the world of the lesson.",
}

TestAnswers = promises_of("expected_visitation", right, UNUSUAL, WRONG, NONSENSE)
