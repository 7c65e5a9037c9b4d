"""Where the theorem of AIRL holds, g is the reward up to a constant; without one of its conditions, not."""

import numpy as np
import pytest

from ilrl_course.algorithms.airl_exact import discounted_soft_policy, disentangle, occupancy
from ilrl_course.envs.dungeon.tabular import FEATURE_NAMES, tabular_dungeon

GAMMA = 0.95
WEIGHTS = {"step": -0.1, "near_lava": -0.4, "lava": -2.0, "treasure": 1.0}


def dungeon(layout, slippery=0.0):
    """Transitions (S * A, S) in which ends lead to themselves, rewards (S,) of states, ends (S,)."""
    table = tabular_dungeon(layout, random_start=True, slippery=slippery)
    transitions = table.transitions.toarray()
    for state in np.flatnonzero(table.terminal):
        transitions[4 * state : 4 * state + 4, state] = 1.0
    rewards = table.features @ [WEIGHTS.get(name, 0.0) for name in FEATURE_NAMES]
    return transitions, rewards, table.terminal


def fit(transitions, rewards, ends, counts=None, **options):
    log_policy, values = discounted_soft_policy(transitions, rewards, ends, GAMMA)
    counts = np.ones_like(log_policy) if counts is None else counts
    return *disentangle(transitions, log_policy, GAMMA, counts, **options), values


def correlation(first, second):
    return np.corrcoef(first, second)[0, 1]


@pytest.mark.parametrize("layout", [3, 7])
def test_without_chance_g_is_the_reward_of_states_up_to_a_constant(layout):
    transitions, rewards, ends = dungeon(layout)
    g, h, rms, values = fit(transitions, rewards, ends)
    assert rms < 1e-6
    assert g - rewards == pytest.approx((g - rewards).mean(), abs=1e-4)
    assert h - values == pytest.approx((h - values).mean(), abs=1e-3)


@pytest.mark.parametrize("layout", [3, 7])
def test_with_slips_no_g_and_h_explain_the_policy_and_g_is_another_reward(layout):
    transitions, rewards, ends = dungeon(layout, slippery=0.2)
    g, _, rms, _ = fit(transitions, rewards, ends)
    assert rms > 1.0
    assert correlation(g, rewards) < 0.6


@pytest.mark.parametrize("layout", [3, 7])
def test_one_who_knows_the_chances_finds_the_reward_with_slips_too(layout):
    transitions, rewards, ends = dungeon(layout, slippery=0.2)
    g, _, rms, _ = fit(transitions, rewards, ends, knows_chance=True)
    assert rms < 1e-6
    assert g - rewards == pytest.approx((g - rewards).mean(), abs=1e-3)


def test_what_the_expert_hardly_ever_does_tells_nothing_about_the_rest():
    transitions, rewards, ends = dungeon(7)
    log_policy, _ = discounted_soft_policy(transitions, rewards, ends, GAMMA)
    often = occupancy(transitions, log_policy, ~ends / (~ends).sum(), GAMMA) > 1e-3
    g, _, rms, _ = fit(transitions, rewards, ends, counts=often.astype(float))
    assert rms < 1e-6
    assert correlation(g, rewards) < 0.9


def test_a_reward_of_actions_is_not_found_by_a_g_of_states():
    transitions, rewards, ends = dungeon(7)
    of_actions = rewards[:, None] + ~ends[:, None] * np.random.default_rng(0).normal(
        0, 0.3, (len(rewards), 4)
    )
    *_, rms, _ = fit(transitions, of_actions, ends)
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
    g, _, rms, _ = fit(transitions, rewards, np.zeros(len(rewards), dtype=bool))
    assert rms < 1e-6
    assert np.ptp(g - rewards) > 0.1


def test_the_policy_is_that_of_soft_values_in_closed_form():
    """Two actions that stay in a state: V = (r + log 2) / (1 - gamma); and an end: V = r / (1 - gamma)."""
    transitions = np.repeat(np.eye(2), 2, axis=0)
    ends = np.array([False, True])
    log_policy, values = discounted_soft_policy(transitions, np.array([0.3, 0.3]), ends, 0.5)
    assert log_policy == pytest.approx(np.array([np.log([0.5, 0.5]), [0.0, 0.0]]))
    assert values == pytest.approx([(0.3 + np.log(2)) / 0.5, 0.3 / 0.5])


def test_occupancy_adds_up_to_one_and_is_that_of_a_walk_written_out():
    """From the start, half of the walks end at once, the others stay for another step."""
    transitions = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    visits = occupancy(transitions, np.log([[0.5, 0.5], [1.0, 1.0]]), np.array([1.0, 0.0]), 0.5)
    stays = 0.5 * (1 + 0.25 + 0.25**2 + 0.25**3 + 0.25**4 + 0.25**5)  # 0.5 * sum of (gamma / 2)**t
    assert visits[0] == pytest.approx([stays / 2, stays / 2], abs=1e-4)
    assert visits.sum() == pytest.approx(1)
