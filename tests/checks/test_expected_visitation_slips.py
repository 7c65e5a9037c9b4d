"""Lesson 05, visitation: mistakes, written independently of the bank."""

import time

import numpy as np
import pytest
from scipy.sparse import issparse

from ilrl_course.algorithms.maxent_irl import expected_visitation as right
from tests.checks.answers import hint_for, written


def flow(
    steps=lambda T: range(T),
    joint=lambda present, probs: np.repeat(present, 2) * probs.reshape(-1),
    move=lambda joint, P: P.T @ joint,
    go_on=lambda present, arrived: arrived,
    count_first=False,
    visits_from=np.zeros_like,
):
    """Step by step, with one part exchanged."""

    def answer(P, policy, start):
        present, visits = start, visits_from(start)
        for t in steps(len(policy)):
            if count_first:
                visits = visits + present
            arrived = move(joint(present, policy[t]), P)
            present = go_on(present, arrived)
            if not count_first:
                visits = visits + arrived
        return visits

    return answer


def with_a_mean_matrix(P, policy, start):
    """P (S, S) of each step, multiplied from the wrong side."""
    table = (P.toarray() if issparse(P) else P).reshape(len(start), 2, len(start))
    visits = 0
    for probs in policy:
        start = (table * probs[:, :, None]).sum(1) @ start
        visits = visits + start
    return visits


def only_the_last(P, policy, start):
    for probs in policy:
        start = (start[:, None] * probs).flatten() @ P
    return start


def all_of_them(P, policy, start):
    rows = []
    for probs in policy:
        start = (start[:, None] * probs).flatten() @ P
        rows.append(start)
    return np.array(rows)


def in_place(P, policy, start):
    present, visits = start, np.zeros(len(start))
    for probs in policy:
        present[:] = (present[:, None] * probs).flatten() @ P
        visits += present
    return visits


def visits_is_start(P, policy, start):
    visits = present = start
    for probs in policy:
        present = (present[:, None] * probs).flatten() @ P
        visits += present
    return visits


def greedy(present, probs):
    joint = np.zeros_like(probs)
    joint[np.arange(len(probs)), np.argmax(probs, 1)] = present
    return joint.ravel()


def stays_at_the_end(present, arrived):
    return arrived + max(0.0, 1 - arrived.sum()) * np.eye(len(arrived))[-1]


def then(change):
    return lambda P, policy, start: change(right(P, policy, start), policy)


WRONG = [
    ("the start is counted as an arrival", flow(visits_from=np.copy)),
    ("the start is counted, and the arrivals of the last", flow(count_first=True)),
    ("the arrivals of the last step are missing", flow(steps=lambda T: range(T - 1))),
    ("the arrivals of the first step are missing", lambda P, p, s: right(P, p, s) - right(P, p[:1], s)),
    ("only the last step is returned", only_the_last),
    ("the arrivals of each step are returned", all_of_them),
    ("the arrivals of each step are returned", lambda *x: all_of_them(*x).T),
    ("the sum runs over the states", lambda *x: all_of_them(*x).sum(1)),
    ("the counts are turned into shares", then(lambda v, policy: v / policy.shape[0])),
    ("the counts are turned into shares", lambda *x: all_of_them(*x).mean(axis=0)),
    ("the counts are turned into shares", then(lambda v, policy: v / np.sum(v))),
    ("no state is visited more than once", then(lambda v, policy: v.clip(0, 1))),
    ("a discount", flow(go_on=lambda present, arrived: 0.9 * arrived)),
    ("the steps of the policy are used in reverse", flow(steps=lambda T: reversed(range(T)))),
    ("the same policy is used", flow(steps=lambda T: [0] * T)),
    ("the same policy is used", flow(steps=lambda T: [-1] * T)),
    ("only one step is taken", flow(steps=lambda T: [0])),
    ("only one step is taken", flow(steps=lambda T: [T - 1])),
    ("the policy has no effect", flow(joint=lambda present, probs: np.repeat(present, 2))),
    ("the policy has no effect", flow(joint=lambda present, probs: np.repeat(present, 2) * 0.5)),
    ("the likeliest action is always taken", flow(joint=greedy)),
    ("states and actions are mixed up", flow(joint=lambda present, probs: (present * probs.T).ravel())),
    (
        "states and actions are mixed up",
        flow(joint=lambda present, probs: np.tile(present, 2) * probs.T.ravel()),
    ),
    ("the transitions are used in the wrong direction", with_a_mean_matrix),
    ("the transitions are used in the wrong direction", flow(move=lambda joint, P: P @ joint)),
    (
        "the probabilities of the actions are not in it",
        flow(joint=lambda p, probs: p, move=lambda j, P: j @ P),
    ),
    ("the shapes do not fit", flow(joint=lambda present, probs: (present * probs).ravel())),
    ("each step begins at the start again", flow(go_on=lambda present, arrived: present)),
    ("the old chances stay", flow(go_on=lambda present, arrived: np.add(present, arrived))),
    ("the start has no effect", lambda P, p, s: right(P, p, np.full(len(s), 1 / len(s)))),
    ("the chances are scaled", flow(go_on=lambda present, arrived: arrived / np.sum(arrived))),
    ("it changes its inputs in place", in_place),
    ("it changes its inputs in place", visits_is_start),
    ("it fails when `transitions` is a dense", lambda P, p, s: right(P.todense(), p, s)),
    (
        "it fails when `transitions` is a sparse",
        flow(move=lambda joint, P: np.einsum("i,in->n", joint, P)),
    ),
    ("it should return one array of the shape (S,), but it returns a list", then(lambda v, p: [*v])),
    ("it should return one array", then(lambda v, p: (v, p))),
    ("in a world that ends in state 1, 3, with T = 3, state", flow(go_on=stays_at_the_end)),
]


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for("expected_visitation", right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    begin = time.perf_counter()
    assert hint_for("expected_visitation", function).startswith(hint)
    assert time.perf_counter() - begin < 1.0


@pytest.mark.parametrize(
    ("hint", "parts"),
    [
        ("the policy has no effect", {"joint": lambda p, _: np.repeat(p, 2) / 2, "steps": lambda T: [0] * T}),
        ("the start is counted as an arrival", {"visits_from": np.copy, "steps": lambda T: [0] * T}),
        ("states and actions", {"joint": lambda p, x: (p * x.T).ravel(), "go_on": lambda p, x: x / x.sum()}),
        ("in a world without terminal states", {"steps": lambda T: [0] * T, "go_on": lambda p, x: p + x}),
    ],
)
def test_of_two_mistakes_the_first_is_named_or_none(hint, parts):
    assert hint_for("expected_visitation", flow(**parts)).startswith(hint)


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
    assert hint_for("expected_visitation", written("expected_visitation", body)).startswith(hint)


def test_an_unknown_mistake_is_shown_in_numbers():
    assert hint_for("expected_visitation", then(lambda v, policy: v + 0.25)) == (
        "in a world without terminal states, with T = 1, state 0 should be visited about 0.1231 times, but "
        "the result is 0.3731."
    )
