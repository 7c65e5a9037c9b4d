"""Soft values, visitation, likelihood and gradient are right to numerical precision."""

from itertools import pairwise, product

import numpy as np
import pytest

from ilrl_course.algorithms.maxent_irl import (
    demo_statistics,
    expected_visitation,
    fit_preferences,
    log_likelihood,
    sample_paths,
    soft_value_iteration,
)
from tests.algorithms.finite_worlds import HORIZON, WEIGHTS, dungeon, two_by_three, world_of

WORLDS = pytest.mark.parametrize("options", [{}, {"slippery": 0.2}], ids=["sure-footed", "slippery"])


def soft_policy(mdp, weights=WEIGHTS, num_steps=HORIZON):
    return soft_value_iteration(mdp.transitions, mdp.terminal, mdp.features @ weights, num_steps)


@WORLDS
@pytest.mark.parametrize("seed", range(4))
def test_the_gradient_is_the_slope_of_the_likelihood(options, seed):
    mdp, rng = dungeon(**options), np.random.default_rng(seed)
    weights, demo_features = rng.normal(size=(2, 7))
    _, gradient = log_likelihood(weights, mdp, demo_features, HORIZON)
    step = 1e-4

    def likelihood(weights):
        return log_likelihood(weights, mdp, demo_features, HORIZON)[0]

    for slope, direction in zip(gradient, step * np.eye(7), strict=True):
        near, far = (likelihood(weights + d) - likelihood(weights - d) for d in (direction, 2 * direction))
        assert slope == pytest.approx((8 * near - far) / (12 * step), rel=1e-7, abs=1e-8)


def test_without_chance_the_likelihood_is_that_of_the_actions_taken():
    mdp = dungeon()
    paths = sample_paths(mdp, soft_policy(mdp, 0.8 * WEIGHTS)[0], 200, seed=0)
    policy, _ = soft_policy(mdp)
    targets = mdp.transitions.toarray().reshape(-1, 4, len(mdp.start)).argmax(axis=-1)  # (S, A)
    total = 0.0
    for path in paths:
        for t, (state, following) in enumerate(pairwise(path)):
            total += np.log(policy[t, state, list(targets[state]).index(following)])
    seen_starts, demo_features = demo_statistics(mdp, paths)
    likelihood, _ = log_likelihood(WEIGHTS, seen_starts, demo_features, HORIZON)
    assert min(map(len, paths)) < HORIZON / 2  # some end early, some by the clock
    assert max(map(len, paths)) == HORIZON + 1
    assert likelihood == pytest.approx(total / 200, rel=1e-12)


def visits_of_episodes(mdp, policy, num_episodes, rng):
    """How often each episode arrives in each state: (num_episodes, S)."""
    num_states = len(mdp.start)
    rows = np.arange(4 * num_states)[:, None]
    ladder = (rows + mdp.transitions.toarray().cumsum(axis=1)).ravel()  # rises by 1 in each row (S * A, S)
    states = rng.choice(num_states, size=num_episodes, p=mdp.start)
    visits = np.zeros((num_episodes, num_states), dtype=np.int16)
    playing = np.arange(num_episodes)
    for action_probs in policy:
        playing = playing[~mdp.terminal[states[playing]]]
        here = states[playing]
        actions = (rng.random((len(here), 1)) > action_probs[here].cumsum(axis=1)[:, :-1]).sum(axis=1)
        chances = rng.random(len(here))
        states[playing] = ladder.searchsorted(4 * here + actions + chances, side="right") % num_states
        visits[playing, states[playing]] += 1
    return visits


@WORLDS
def test_expected_visits_are_the_mean_visits_of_sampled_episodes(options):
    mdp = dungeon(**options)
    policy, _ = soft_policy(mdp)
    expected = expected_visitation(mdp.transitions, policy, mdp.start)
    visits = visits_of_episodes(mdp, policy, 100_000, np.random.default_rng(0))
    variance = np.maximum(visits.var(axis=0), expected)  # where few came, that of rare events
    assert (np.abs(visits.mean(axis=0) - expected) <= 5 * np.sqrt(variance / len(visits))).all()
    assert expected[mdp.terminal].sum() > 0.5


@pytest.mark.parametrize("num_steps", range(7))
def test_soft_values_are_sums_over_all_paths(num_steps):
    mdp, weights = two_by_three(), np.array([-0.3, -1.0, 2.0, 0.7])
    targets = mdp.transitions.reshape(6, 4, 6).argmax(axis=-1)
    rewards = mdp.features @ weights
    _, values = soft_value_iteration(mdp.transitions, mdp.terminal, rewards, num_steps)
    for start in np.flatnonzero(~mdp.terminal):
        path_rewards = {}  # by the actions up to the end, so that what would come after it does not count
        for actions in product(range(4), repeat=num_steps):
            state, taken, total = start, (), 0.0
            for action in actions:
                if mdp.terminal[state]:
                    break
                state, taken = targets[state, action], (*taken, action)
                total += rewards[state]
            path_rewards[taken] = total
        assert values[start] == pytest.approx(np.log(np.exp(list(path_rewards.values())).sum()), abs=1e-12)
    assert (values[mdp.terminal] == 0).all()


def test_chance_is_averaged_and_not_chosen():
    """Action 0 wins or loses 3 by chance, action 1 ends it for nothing: both are worth the same."""
    mdp = world_of([[1, 3]] + 3 * [[0, 0]], [0, 1, 1, 1], [[0], [3], [-3], [0]], [1, 0, 0, 0])
    mdp.transitions[0] = [0, 0.5, 0.5, 0]
    policy, values = soft_policy(mdp, np.ones(1), num_steps=1)
    assert policy[0, 0] == pytest.approx([0.5, 0.5])
    assert values[0] == pytest.approx(np.log(2))


@WORLDS
def test_without_rewards_all_paths_are_alike_until_the_end_comes_near(options):
    mdp, num_steps = dungeon(**options), 6
    policy, values = soft_policy(mdp, np.zeros(7), num_steps)
    leads_to = mdp.transitions.toarray().reshape(-1, 4, len(values)).sum(axis=1) > 0  # (S, S)
    near = mdp.terminal
    for _ in range(num_steps - 1):  # an end at the last step costs no choice
        near = near | leads_to @ near
    assert 0 < near.sum() < len(near)
    assert values[~near] == pytest.approx(num_steps * np.log(4))
    assert policy[0, ~near] == pytest.approx(0.25)
    assert (values[near] < num_steps * np.log(4) - 1e-9).all()


@WORLDS
def test_policies_sum_to_one_also_for_large_rewards(options):
    mdp = dungeon(**options)
    for scale in (0, 1, 1000):
        policy, values = soft_policy(mdp, scale * WEIGHTS)
        np.testing.assert_allclose(policy.sum(axis=2), 1)
        assert np.isfinite(values).all()


@pytest.mark.parametrize(("slippery", "scale"), [(0.0, 50), (0.2, 5000)])
def test_for_large_rewards_the_likeliest_actions_are_those_of_the_best_plan(slippery, scale):
    mdp, weights = dungeon(slippery=slippery), np.array([-1.0, -1.0, -10.0, 0.0, 0.0, 0.0, 20.0])
    policy, soft_values = soft_policy(mdp, scale * weights)
    most = HORIZON * np.log(4) / scale  # what free choice can add to the reward
    chances, num_states = mdp.transitions.toarray(), len(mdp.start)
    values = np.zeros(num_states)
    for action_probs in policy[::-1]:
        worth = (chances @ (mdp.features @ weights + values)).reshape(num_states, 4)
        values = worth.max(axis=1)
        regret = values - worth[np.arange(num_states), action_probs.argmax(axis=1)]
        assert regret.max() < (most if slippery else 1e-9)
        values[mdp.terminal] = 0
    assert (soft_values / scale >= values - 1e-9).all()
    assert (soft_values / scale <= values + most).all()


# --- preferences --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.6, 0.9])
def test_with_one_feature_the_preferred_share_gives_the_weight_in_closed_form(share):
    differences = np.array([[2.0]] * round(100 * share) + [[-2.0]] * round(100 * (1 - share)))
    assert fit_preferences(differences, l2_coef=0.0) == pytest.approx(
        [np.log(share / (1 - share)) / 2], rel=1e-4
    )


def test_weights_come_back_from_many_comparisons():
    rng, true = np.random.default_rng(0), np.array([1.0, -2.0, 0.5])
    differences = rng.normal(size=(20_000, 3))
    preferred = rng.random(len(differences)) < 1 / (1 + np.exp(-differences @ true))
    found = fit_preferences(np.where(preferred[:, None], differences, -differences))
    assert found == pytest.approx(true, abs=0.1)


def test_preferences_without_an_exception_have_finite_weights_through_the_penalty():
    found = fit_preferences(np.ones((10, 2)), l2_coef=1e-3)
    assert np.isfinite(found).all()
    assert (found > 0).all()


def test_of_two_paths_alone_maximum_entropy_gives_the_model_of_the_comparisons():
    """A world with two ways, left and right: log-likelihood and comparison agree for every weight."""
    transitions = np.zeros((2 * 3, 3))
    transitions[[0, 1], [1, 2]] = 1
    features = np.array([[0.0], [1.0], [3.0]])
    policy, _ = soft_value_iteration(transitions, np.array([False, True, True]), features @ [0.7], 1)
    assert policy[0, 0, 1] == pytest.approx(1 / (1 + np.exp(-0.7 * (3 - 1))))
