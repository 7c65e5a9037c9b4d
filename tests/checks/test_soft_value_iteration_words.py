"""Lesson 05, soft values: two mistakes at once, unknown ones, and nonsense."""

import numpy as np
import pytest
from scipy.special import softmax

from ilrl_course.algorithms.maxent_irl import soft_value_iteration as right
from tests.checks.answers import hint_for, written
from tests.checks.test_soft_value_iteration_slips import lse, normalized, plan


@pytest.mark.parametrize(
    ("hint", "first", "both"),
    [
        ("inside the log", {"value": lambda q: lse(q) - np.log(2)}, {"reverse": False}),
        ("the policy sums to 1 over the states", {"probs": lambda q, v: softmax(q, 0)}, {"gamma": 0.9}),
        ("the rewards are left out", {"back": lambda P, r, v: P @ v}, {"zero_last": False}),
        ("the policy stands in reverse", {"reverse": False}, {"zero_last": False}),
        ("terminal states gain", {"zero_last": False}, {"value": lambda q: np.log(np.exp(q).sum(1))}),
        ("a discount", {"gamma": 0.9}, {"probs": normalized}),
    ],
)
def test_of_two_mistakes_one_is_named(hint, first, both):
    assert hint_for("soft_value_iteration", plan(**first)).startswith(hint)
    assert hint_for("soft_value_iteration", plan(**first, **both)).startswith(hint)


def test_two_mistakes_that_hide_each_other_are_not_guessed_at():
    answer = plan(probs=lambda q, v: np.exp(q), gamma=0.9)  # with one step to go, v is 0 before and after
    assert hint_for("soft_value_iteration", answer).startswith("with 1 step to go and the rewards")


def test_an_unknown_mistake_is_shown_where_it_is():
    assert hint_for("soft_value_iteration", plan(value=lambda q: lse(q) + 0.25)) == (
        "with 1 step to go and the rewards [0.5, -1.0, 1.5, 0.2], the value of state 0 should be about "
        "1.579, but it is 1.829."
    )


def test_an_unknown_mistake_in_a_late_step_is_shown_there():
    def first_step_uniform(P, terminal, r, T):
        policy, values = right(P, terminal, r, T)
        policy[0] = policy[0] if T < 3 else 0.5
        return policy, values

    assert hint_for("soft_value_iteration", first_step_uniform).endswith("and the steps after it are right.")


def test_nonsense_gets_a_calm_answer():
    for body, hint in (
        ("pass", "it returned nothing"),
        (
            "return inputs[2] * float('nan'), inputs[2]",
            "the policy should be an array of the shape (1, 4, 2)",
        ),
        ("raise ValueError('no')", "it raised ValueError"),
        ("while True: pass", "it did not finish"),
    ):
        assert hint_for("soft_value_iteration", written("soft_value_iteration", body)).startswith(hint)
