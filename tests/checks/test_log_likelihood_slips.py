"""Lesson 05, likelihood: mistakes, written independently of the bank."""

import time
from dataclasses import replace

import numpy as np
import pytest

from ilrl_course.algorithms.maxent_irl import expected_visitation, soft_value_iteration
from ilrl_course.algorithms.maxent_irl import log_likelihood as right
from tests.checks.answers import hint_for, written


def course(weights, mdp, demo_features, num_steps):
    """Rewards, policy, values, visits."""
    rewards = mdp.features @ weights
    policy, values = soft_value_iteration(mdp.transitions, mdp.terminal, rewards, num_steps)
    return rewards, policy, values, expected_visitation(mdp.transitions, policy, mdp.start)


def value_is(value):
    """Another value: value(weights, mdp, demo_features, values)."""

    def answer(w, mdp, demo, T):
        _, _, values, visits = course(w, mdp, demo, T)
        return value(w, mdp, demo, values), demo - visits @ mdp.features

    return answer


def gradient_is(gradient):
    """Another gradient: gradient(mdp, demo_features, visits, T)."""

    def answer(w, mdp, demo, T):
        _, _, values, visits = course(w, mdp, demo, T)
        return demo @ w - mdp.start @ values, gradient(mdp, demo, visits, T)

    return answer


def both_are(value, gradient):
    return lambda *x: (value_is(value)(*x)[0], gradient_is(gradient)(*x)[1])


def the_loss(w, mdp, demo, T):
    _, _, values, visits = course(w, mdp, demo, T)
    return mdp.start @ values - demo @ w, visits @ mdp.features - demo


def with_the_world_s_rewards(w, mdp, demo, T):
    policy, values = soft_value_iteration(mdp.transitions, mdp.terminal, mdp.rewards, T)
    visits = expected_visitation(mdp.transitions, policy, mdp.start)
    return demo @ w - mdp.start @ values, demo - visits @ mdp.features


def with_an_even_start(w, mdp, demo, T):
    start = np.full(len(mdp.start), 1 / len(mdp.start))
    return right(w, replace(mdp, start=start), demo, T)


def with_visits_from(begin):
    """Visits that begin as begin(mdp) says, and the right value."""

    def answer(w, mdp, demo, T):
        _, policy, values, _ = course(w, mdp, demo, T)
        return demo @ w - mdp.start @ values, demo - expected_visitation(
            mdp.transitions, policy, begin(mdp)
        ) @ mdp.features

    return answer


def unpacks_in_the_wrong_order(w, mdp, demo, T):
    values, policy = soft_value_iteration(mdp.transitions, mdp.terminal, mdp.features.dot(w), T)
    likelihood = demo @ w - mdp.start @ values
    visits = expected_visitation(mdp.transitions, policy, mdp.start)
    return likelihood, demo - visits @ mdp.features


def ends_everywhere_else(w, mdp, demo, T):
    return right(w, replace(mdp, terminal=np.logical_not(mdp.terminal)), demo, T)


def pays_for_going_on_only(w, mdp, demo, T):
    rewards = np.where(mdp.terminal, 0, mdp.features @ w)
    policy, values = soft_value_iteration(mdp.transitions, mdp.terminal, rewards, T)
    visits = expected_visitation(mdp.transitions, policy, mdp.start)
    return demo @ w - mdp.start @ values, demo - visits @ mdp.features


def turns_in_place(w, mdp, demo, T):
    demo -= 1
    return right(w, mdp, demo + 1, T)


def good(w, mdp, demo, values):
    return demo @ w - mdp.start @ values


def reads_the_lesson(w, mdp, demo, T):
    return right(w, table, demo, MAX_STEPS)  # noqa: F821


WRONG = [
    ("both signs are turned around", the_loss),
    ("the sign of the log-likelihood", value_is(lambda w, mdp, demo, v: mdp.start @ v - demo @ w)),
    ("the sign of the gradient", gradient_is(lambda mdp, demo, visits, T: visits @ mdp.features - demo)),
    ("the soft value of the start is added", value_is(lambda w, mdp, demo, v: demo @ w + mdp.start @ v)),
    ("the soft value of the start is left out", value_is(lambda w, mdp, demo, v: (demo * w).sum())),
    ("what the demonstrations gained is left out", value_is(lambda w, mdp, demo, v: -(mdp.start @ v))),
    ("what the demonstrations gained is left out", value_is(lambda w, mdp, demo, v: mdp.start @ v)),
    ("the distribution of the first state", value_is(lambda w, mdp, demo, v: demo @ w - v.sum())),
    ("the distribution of the first state", value_is(lambda w, mdp, demo, v: demo @ w - np.mean(v))),
    ("the distribution of the first state", value_is(lambda w, mdp, demo, v: demo @ w - v[0])),
    ("the weights are left out", value_is(lambda w, mdp, demo, v: np.sum(demo) - mdp.start @ v)),
    ("the rewards of the world are used", with_the_world_s_rewards),
    ("num_steps has no effect", lambda w, mdp, demo, T: right(w, mdp, demo, 100)),
    ("the horizon is one step off", lambda w, mdp, demo, T: right(w, mdp, demo, T - 1)),
    ("demo_features is multiplied or divided", lambda w, mdp, demo, T: right(w, mdp, demo / T, T)),
    ("demo_features is multiplied or divided", lambda w, mdp, demo, T: right(w, mdp, T * demo, T)),
    ("the log-likelihood is divided", lambda *x: (right(*x)[0] / x[-1], right(*x)[1])),
    ("this is the likelihood, not its log", lambda *x: (np.exp(right(*x)[0]), right(*x)[1])),
    (
        "a penalty on the weights",
        lambda w, *x: (right(w, *x)[0] - 0.5e-4 * (w**2).sum(), right(w, *x)[1] - 1e-4 * w),
    ),
    ("what the learner gathers is added", gradient_is(lambda mdp, demo, v, T: demo + mdp.features.T @ v)),
    ("what the learner gathers is missing", gradient_is(lambda mdp, demo, v, T: demo.copy())),
    ("the gradient holds only what the learner", gradient_is(lambda mdp, demo, v, T: v @ mdp.features)),
    ("the gradient holds only what the learner", gradient_is(lambda mdp, demo, v, T: -v @ mdp.features)),
    ("the features of the start", gradient_is(lambda mdp, demo, v, T: demo - mdp.start @ mdp.features)),
    ("the start is counted", gradient_is(lambda mdp, demo, v, T: demo - (v + mdp.start) @ mdp.features)),
    (
        "the features in the gradient are not weighed",
        gradient_is(lambda m, demo, v, T: demo - m.features.sum(0)),
    ),
    ("the visits are turned into shares", gradient_is(lambda m, demo, v, T: demo - v / T @ m.features)),
    ("the visits are turned into shares", gradient_is(lambda m, demo, v, T: demo - v / v.sum() @ m.features)),
    ("the shapes do not fit", gradient_is(lambda mdp, demo, v, T: demo - mdp.features @ v)),
    ("the shapes do not fit", gradient_is(lambda mdp, demo, v, T: demo - mdp.features.dot(v))),
    ("the features are not summed", gradient_is(lambda m, demo, v, T: demo - (v * m.features.T).T)),
    ("the gradient has one number for each state", gradient_is(lambda mdp, demo, v, T: -v)),
    ("the gradient is summed", gradient_is(lambda m, demo, v, T: (demo - v @ m.features).sum())),
    ("the two results are swapped", lambda *x: right(*x)[::-1]),
    ("only the log-likelihood is returned", lambda *x: right(*x)[0]),
    ("only the gradient is returned", lambda *x: right(*x)[1]),
    ("the log-likelihood is one number, but", value_is(lambda w, mdp, demo, v: demo * w - mdp.start @ v)),
    ("it should return two things", lambda *x: (*right(*x), 0)),
    ("the gradient should be one array", lambda *x: (right(*x)[0], [*right(*x)[1]])),
    ("it changes its inputs in place", turns_in_place),
    ("it reads `table`, the world of the lesson", reads_the_lesson),
    ("the distribution of the first state", with_an_even_start),
    (
        "the soft value of the start is a log",
        value_is(lambda w, mdp, demo, v: demo @ w - np.logaddexp.reduce(np.log(mdp.start + 1e-300) + v)),
    ),
    ("policy and values are swapped", unpacks_in_the_wrong_order),
    ("~mdp.terminal", ends_everywhere_else),
    ("arriving in a terminal state does not pay", pays_for_going_on_only),
    (
        "the visits begin in the wrong states",
        with_visits_from(lambda mdp: np.ones(len(mdp.start)) / len(mdp.start)),
    ),
    ("the visits begin in the wrong states", with_visits_from(lambda mdp: np.eye(len(mdp.start))[0])),
    (
        "the visits of terminal states are left out",
        gradient_is(lambda m, demo, v, T: demo - v[~m.terminal] @ m.features[~m.terminal]),
    ),
    ("the log-likelihood with num_steps = 3: expected about", lambda *x: (right(*x)[0] + 0.25, right(*x)[1])),
]


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for("log_likelihood", right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    begin = time.perf_counter()
    assert hint_for("log_likelihood", function).startswith(hint)
    assert time.perf_counter() - begin < 1.0


def shared(mdp, demo, visits, T):
    return demo - visits / T @ mdp.features


def without_the_start(w, mdp, demo, values):
    return demo @ w - values.mean()


def test_of_two_mistakes_the_first_is_named_and_the_second_when_it_is_repaired():
    hint = hint_for("log_likelihood", both_are(without_the_start, shared))
    assert hint.startswith("the distribution of the first state")
    assert hint_for("log_likelihood", both_are(good, shared)).startswith("the visits are turned into shares")


def test_a_wrong_sign_beside_another_mistake_is_not_taken_for_both_signs():
    answer = both_are(lambda *x: -good(*x), shared)
    assert not hint_for("log_likelihood", answer).startswith("both signs")


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("pass", "it returned nothing"),
        ("return 'a', 'b'", "the log-likelihood should be a single number, but it is"),
        ("return float('nan'), inputs[0]", "the log-likelihood is NaN"),
        ("return 0.0, inputs[0][:2]", "the gradient should be 3 numbers, but it has the shape (2,)."),
        ("while True: pass", "it did not finish"),
    ],
)
def test_nonsense_gets_a_calm_answer(body, hint):
    assert hint_for("log_likelihood", written("log_likelihood", body)).startswith(hint)
