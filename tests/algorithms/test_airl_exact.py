"""Where the theorem of AIRL holds, g is the reward up to a constant; without one of its conditions, not."""

import numpy as np
import pytest

from ilrl_course.algorithms.airl_exact import discounted_soft_policy, disentangle
from ilrl_course.envs.dungeon.tabular import FEATURE_NAMES, tabular_dungeon

GAMMA = 0.95
WEIGHTS = {"step": -0.1, "near_lava": -0.4, "lava": -2.0, "treasure": 1.0}


def dungeon(layout, slippery=0.0):
    """Transitions (S * A, S) in which ends lead to themselves, and rewards (S,) of states."""
    table = tabular_dungeon(layout, random_start=True, slippery=slippery)
    transitions = table.transitions.toarray()
    for state in np.flatnonzero(table.terminal):
        transitions[4 * state : 4 * state + 4, state] = 1.0
    return transitions, table.features @ [WEIGHTS.get(name, 0.0) for name in FEATURE_NAMES]


def correlation(first, second):
    return np.corrcoef(first, second)[0, 1]


@pytest.mark.parametrize("layout", [3, 7])
def test_without_chance_g_is_the_reward_of_states_up_to_a_constant(layout):
    transitions, rewards = dungeon(layout)
    log_policy, values = discounted_soft_policy(transitions, rewards, GAMMA)
    g, h, rms = disentangle(transitions, log_policy, GAMMA)
    assert rms < 1e-6
    assert g - rewards == pytest.approx((g - rewards).mean(), abs=1e-4)
    assert h - values == pytest.approx((h - values).mean(), abs=1e-3)


@pytest.mark.parametrize("layout", [3, 7])
def test_with_slips_no_g_and_h_explain_the_policy_and_g_is_another_reward(layout):
    transitions, rewards = dungeon(layout, slippery=0.2)
    log_policy, _ = discounted_soft_policy(transitions, rewards, GAMMA)
    g, _, rms = disentangle(transitions, log_policy, GAMMA)
    assert rms > 1.0
    assert correlation(g, rewards) < 0.6


def test_a_reward_of_actions_is_not_found_by_a_g_of_states():
    transitions, rewards = dungeon(7)
    of_actions = rewards[:, None] + np.random.default_rng(0).normal(0, 0.3, (len(rewards), 4))
    log_policy, _ = discounted_soft_policy(transitions, of_actions, GAMMA)
    _, _, rms = disentangle(transitions, log_policy, GAMMA)
    assert rms > 0.1


def test_with_a_clock_in_the_state_the_policy_is_explained_but_g_is_not_the_reward():
    """Three places that all lead to each other, and four points in time: no state is ever seen twice."""
    num_places, num_times = 3, 4
    index = lambda time, place: num_places * time + place  # noqa: E731
    transitions = np.zeros((num_times * num_places * num_places, num_times * num_places))
    for time in range(num_times):
        for place in range(num_places):
            for action in range(num_places):
                row = num_places * index(time, place) + action
                following = index(time + 1, action) if time + 1 < num_times else index(time, place)
                transitions[row, following] = 1.0
    rewards = np.random.default_rng(0).normal(size=num_times * num_places)
    log_policy, _ = discounted_soft_policy(transitions, rewards, GAMMA)
    g, _, rms = disentangle(transitions, log_policy, GAMMA)
    assert rms < 1e-6
    assert np.ptp(g - rewards) > 0.1


def test_the_policy_is_that_of_soft_values_in_closed_form():
    """One state, two actions that stay there: V = (r + log 2) / (1 - gamma)."""
    log_policy, values = discounted_soft_policy(np.ones((2, 1)), np.array([0.3]), 0.5)
    assert log_policy == pytest.approx(np.log([[0.5, 0.5]]))
    assert values == pytest.approx([(0.3 + np.log(2)) / 0.5])
