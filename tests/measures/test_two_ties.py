"""Both directions of a tie: against a search over all policies, and what each is known to do."""

import numpy as np
import pytest
from scipy.optimize import minimize

from ilrl_course.measures.two_ties import (
    covering_gaussian,
    seeking_gaussian,
    tied_by_forward_kl,
    tied_by_reverse_kl,
)

REFERENCE = np.array([0.5, 0.3, 0.19, 0.01])
REWARDS = np.array([0.2, -1.0, 0.4, 2.0])


def searched(beta, kl):
    """The best policy by a search that knows no formula."""

    def loss(logits):
        policy = np.exp(logits - logits.max())
        policy /= policy.sum()
        return -(policy @ REWARDS - beta * kl(policy))

    logits = minimize(loss, np.log(REFERENCE), method="BFGS", options={"gtol": 1e-9}).x
    return np.exp(logits) / np.exp(logits).sum()


@pytest.mark.parametrize("beta", [0.3, 1.0, 5.0])
def test_each_is_the_best_policy_that_a_search_finds(beta):
    reverse = searched(beta, lambda p: p @ np.log(p / REFERENCE))
    np.testing.assert_allclose(tied_by_reverse_kl(REFERENCE, REWARDS, beta), reverse, atol=1e-4)
    forward = searched(beta, lambda p: REFERENCE @ np.log(REFERENCE / p))
    np.testing.assert_allclose(tied_by_forward_kl(REFERENCE, REWARDS, beta), forward, atol=1e-4)


@pytest.mark.parametrize("tied", [tied_by_reverse_kl, tied_by_forward_kl])
def test_without_a_reason_to_leave_it_stays_and_a_short_tie_holds_it(tied):
    np.testing.assert_allclose(tied(REFERENCE, np.full(4, 3.0), 0.5), REFERENCE, atol=1e-9)
    np.testing.assert_allclose(tied(REFERENCE, REWARDS, 1e4), REFERENCE, atol=1e-3)


@pytest.mark.parametrize("tied", [tied_by_reverse_kl, tied_by_forward_kl])
def test_a_long_tie_lets_the_best_action_have_all(tied):
    policy = tied(REFERENCE, REWARDS, 1e-3)
    assert policy.argmax() == 3
    assert policy[3] > 0.99
    assert policy.sum() == pytest.approx(1)


def test_the_forward_tie_runs_to_a_rare_action_that_is_paid_well_and_the_reverse_one_does_not():
    reference, rewards = np.array([0.6, 0.3, 0.099, 0.001]), np.array([0.0, 0.5, 0.0, 3.0])
    assert tied_by_forward_kl(reference, rewards, 1.0)[3] > 0.6
    assert tied_by_reverse_kl(reference, rewards, 1.0)[3] < 0.03


VALUES = np.linspace(-12, 12, 2401)


def gaussian(mean, std):
    return np.exp(-0.5 * ((VALUES - mean) / std) ** 2) / std


def test_of_one_hill_both_find_it():
    assert covering_gaussian(VALUES, gaussian(1.5, 0.7)) == pytest.approx((1.5, 0.7), abs=1e-3)
    assert seeking_gaussian(VALUES, gaussian(1.5, 0.7), 0.0) == pytest.approx((1.5, 0.7), abs=1e-3)


def test_of_two_hills_one_covers_both_and_the_other_seeks_the_nearest():
    hills = 0.5 * gaussian(-3, 0.6) + 0.5 * gaussian(3, 0.6)
    mean, std = covering_gaussian(VALUES, hills)
    assert (mean, std) == pytest.approx((0, np.sqrt(9 + 0.36)), abs=1e-3)
    for start in (-2.0, 2.0):
        mean, std = seeking_gaussian(VALUES, hills, start)
        assert mean == pytest.approx(np.sign(start) * 3, abs=0.02)
        assert std == pytest.approx(0.6, abs=0.02)
