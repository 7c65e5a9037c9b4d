"""Shaping, scale and constants do not matter for the comparison of rewards; other differences do."""

import numpy as np
import pytest
import torch

from ilrl_course.data import Transitions
from ilrl_course.measures.reward_comparison import canonical, epic_correlation, epic_over

GAMMA, SHAPE = 0.9, (5, 3, 5)
RNG = np.random.default_rng(0)
REWARD, POTENTIAL = RNG.normal(size=SHAPE), RNG.normal(size=5)
SHAPED = REWARD + GAMMA * POTENTIAL[None, None, :] - POTENTIAL[:, None, None]


def test_shaping_does_not_change_the_canonical_form():
    assert canonical(SHAPED, GAMMA) == pytest.approx(canonical(REWARD, GAMMA))


def test_with_another_discount_the_same_shaping_does_change_it():
    assert np.abs(canonical(SHAPED, 0.5) - canonical(REWARD, 0.5)).max() > 0.1


def test_a_scaled_shifted_and_shaped_reward_is_the_same_wish():
    assert epic_correlation(3 * SHAPED + 7, REWARD, GAMMA) == pytest.approx(1.0)


def test_the_opposite_wish_has_the_correlation_minus_one_and_another_one_about_zero():
    assert epic_correlation(-SHAPED, REWARD, GAMMA) == pytest.approx(-1.0)
    assert abs(epic_correlation(RNG.normal(size=SHAPE), REWARD, GAMMA)) < 0.4


def test_the_definition_is_met_by_a_sum_written_out():
    s, a, t = 1, 2, 4
    means = [REWARD[state].mean() for state in range(5)]
    expected = REWARD[s, a, t] + GAMMA * means[t] - means[s] - GAMMA * np.mean(means)
    assert canonical(REWARD, GAMMA)[s, a, t] == pytest.approx(expected)


def test_rewards_of_states_are_compared_as_rewards_of_steps():
    of_states = RNG.normal(size=(5, 1, 1))
    assert epic_correlation(of_states, np.broadcast_to(of_states, SHAPE), GAMMA) == pytest.approx(1.0)


def test_scores_of_states_are_as_alike_as_they_correlate_whatever_their_scale():
    first, second = RNG.normal(size=(2, 40))
    states = steps_of(range(40))
    found = epic_over(lambda s: of(s, first), lambda s: 5 - 2 * of(s, second), states, 2, GAMMA)
    assert found == pytest.approx(-np.corrcoef(first, second)[0, 1])


def test_a_score_that_also_rewards_an_action_is_less_like_one_of_states_alone():
    first = RNG.normal(size=40)
    states = steps_of(range(40))
    found = epic_over(lambda s: of(s, first) + 2.0 * s.actions, lambda s: of(s, first), states, 2, GAMMA)
    assert found < 0.8


def steps_of(numbers):
    obs = torch.tensor([[float(number)] for number in numbers])
    none = torch.zeros(len(obs), dtype=torch.bool)
    return Transitions(obs, none.long(), obs, none, none)


def of(steps, values):
    return torch.from_numpy(values)[steps.obs[:, 0].long()]
