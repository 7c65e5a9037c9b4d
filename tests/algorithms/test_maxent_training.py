"""Weights that explain the demonstrations are found: the known ones, every time, in any form of table."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import chi2

from ilrl_course.algorithms.maxent_irl import (
    MaxEntConfig,
    demo_statistics,
    expected_visitation,
    log_likelihood,
    sample_paths,
    soft_value_iteration,
    train_maxent_irl,
)
from tests.algorithms.finite_worlds import HORIZON, WEIGHTS, dungeon, two_states

CONFIG = MaxEntConfig(num_steps=HORIZON)
SHORT = MaxEntConfig(num_steps=HORIZON, num_iterations=3)


def soft_policy(mdp, weights=WEIGHTS, num_steps=HORIZON):
    return soft_value_iteration(mdp.transitions, mdp.terminal, mdp.features @ weights, num_steps)[0]


def trained(mdp, paths, config=CONFIG):
    """The weights that training finds from zero, and its metrics."""
    weights = np.zeros(mdp.features.shape[1])
    return weights, list(train_maxent_irl(weights, mdp, paths, config))


@pytest.fixture(scope="module")
def mdp():
    return dungeon()


@pytest.fixture(scope="module")
def paths(mdp):
    """2,000 episodes of somebody with known weights."""
    return sample_paths(mdp, soft_policy(mdp), 2000, seed=0)


@pytest.fixture(scope="module")
def outcome(mdp, paths):
    return trained(mdp, paths)


@pytest.mark.parametrize("num_steps", [1, 5])
@pytest.mark.parametrize("reward", [-2.0, 0.0, 1.5])
def test_ending_it_or_staying_is_as_the_closed_form_says(num_steps, reward):
    """With k steps to go there are k ways to end it, each worth e**r, and one to stay: 1 + k e**r in all."""
    mdp, odds = two_states(), np.exp(reward)
    policy, values = soft_value_iteration(mdp.transitions, mdp.terminal, np.array([0, reward]), num_steps)
    to_go = num_steps - np.arange(num_steps)
    assert values == pytest.approx([np.log(1 + num_steps * odds), 0])
    assert policy[:, 0, 1] == pytest.approx(odds / (1 + to_go * odds))
    visits = expected_visitation(mdp.transitions, policy, mdp.start)
    still_there = (1 + (to_go - 1) * odds) / (1 + num_steps * odds)  # after each step
    assert visits == pytest.approx([still_there.sum(), num_steps * odds / (1 + num_steps * odds)])


@pytest.mark.parametrize("num_steps", [1, 5])
@pytest.mark.parametrize("num_ended", [1, 5, 9])
def test_of_two_choices_the_weight_is_the_log_odds_less_the_number_of_chances(num_steps, num_ended):
    stayed, ended = np.zeros(num_steps + 1, dtype=int), np.array([0, 1])
    demos = num_ended * [ended] + (10 - num_ended) * [stayed]
    (weight,), _ = trained(two_states(), demos, MaxEntConfig(num_steps=num_steps, l2_coef=0.0))
    assert weight == pytest.approx(np.log(num_ended / (10 - num_ended)) - np.log(num_steps), abs=1e-4)


def test_the_penalty_keeps_the_weight_of_somebody_who_never_errs_finite():
    config = MaxEntConfig(num_steps=1, l2_coef=1e-3)
    (weight,), _ = trained(two_states(), 10 * [np.array([0, 1])], config)
    assert config.l2_coef * weight == pytest.approx(1 / (1 + np.exp(weight)), rel=1e-3)  # 1 - p


def test_the_learner_gathers_what_the_demonstrator_gathered(mdp, paths, outcome):
    weights, metrics = outcome
    seen, demo_features = demo_statistics(mdp, paths)
    visits = expected_visitation(mdp.transitions, soft_policy(mdp, weights), seen.start)
    gap = np.abs(visits @ mdp.features - demo_features).max()
    assert gap < 1e-3
    assert metrics[-1]["feature_gap"] == pytest.approx(gap)


def test_the_policy_is_recovered(mdp, outcome):
    truth, learned = soft_policy(mdp), soft_policy(mdp, outcome[0])
    present, divergence = mdp.start, 0.0
    for true_probs, probs in zip(truth, learned, strict=True):
        here = (true_probs * np.log(true_probs / probs)).sum(axis=1)
        divergence += present[~mdp.terminal] @ here[~mdp.terminal]
        present = (present[:, None] * true_probs).ravel() @ mdp.transitions
    assert 0 < divergence < 0.01  # nats, over a whole episode of 14 steps or so


def test_the_weights_are_recovered_as_well_as_so_many_demonstrations_tell_them(mdp, paths, outcome):
    """Without chance, the curvature of the likelihood is what an episode tells (its Fisher information)."""
    seen, demo_features = demo_statistics(mdp, paths)

    def gradient(weights):
        return log_likelihood(weights, seen, demo_features, HORIZON)[1]

    steps = 1e-4 * np.eye(7)
    information = -np.stack([gradient(WEIGHTS + step) - gradient(WEIGHTS - step) for step in steps]) / 2e-4
    error = outcome[0] - WEIGHTS
    assert len(paths) * error @ information @ error < chi2.ppf(0.999, df=7)
    assert np.abs(error).max() < 0.15
    assert np.abs(error[[0, 1, 3, 4]]).max() < 0.05  # what happens in many steps is known best


def test_the_likelihood_rises_and_reaches_that_of_the_true_weights(mdp, paths, outcome):
    rising = [row["log_likelihood"] for row in outcome[1]]
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(rising))
    assert rising[-1] > log_likelihood(WEIGHTS, *demo_statistics(mdp, paths), HORIZON)[0]


def test_equal_inputs_give_equal_weights_and_are_left_as_they_were(mdp, paths):
    before = [path.copy() for path in paths]
    first, first_metrics = trained(mdp, paths, SHORT)
    again, metrics = trained(dungeon(), paths, SHORT)
    assert metrics == first_metrics
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(np.concatenate(before), np.concatenate(paths))
    np.testing.assert_array_equal(mdp.start, dungeon().start)


def test_whoever_stops_early_keeps_what_was_learned(mdp, paths):
    weights = np.zeros(7)
    training = train_maxent_irl(weights, mdp, paths, CONFIG)
    for metrics in training:
        if metrics["log_likelihood"] > -24:
            break
    training.close()
    seen = demo_statistics(mdp, paths)
    assert log_likelihood(weights, *seen, HORIZON)[0] == metrics["log_likelihood"]
    assert log_likelihood(np.zeros(7), *seen, HORIZON)[0] < -24


def test_dense_and_sparse_tables_give_the_same(mdp, paths):
    sparse, _ = trained(mdp, paths, SHORT)
    dense, _ = trained(replace(mdp, transitions=mdp.transitions.toarray()), paths, SHORT)
    np.testing.assert_allclose(dense, sparse, rtol=1e-6)


def test_the_students_own_functions_are_the_ones_that_train(mdp, paths):
    def nothing_to_learn(weights, same_mdp, demo_features, num_steps):
        assert same_mdp.transitions is mdp.transitions
        assert num_steps == HORIZON
        return 0.0, np.zeros_like(demo_features)

    weights = WEIGHTS.copy()
    (metrics,) = train_maxent_irl(
        weights, mdp, paths, replace(SHORT, num_iterations=1, l2_coef=0.0), nothing_to_learn
    )
    np.testing.assert_array_equal(weights, WEIGHTS)
    assert metrics == {"log_likelihood": 0.0, "feature_gap": 0.0}


@pytest.mark.parametrize("path", [[0], list(range(12))], ids=["no step", "too long"])
def test_a_path_that_the_horizon_cannot_hold_is_refused(path):
    paths, config = [np.array(path)], MaxEntConfig(num_steps=10)
    with pytest.raises(ValueError, match="1 to num_steps=10"):
        next(train_maxent_irl(np.zeros(1), None, paths, config))


def test_weights_that_cannot_be_changed_in_place_are_refused():
    with pytest.raises(TypeError, match="float64"):
        next(train_maxent_irl(np.zeros(1, dtype=np.float32), None, [np.array([0, 1])], MaxEntConfig()))
