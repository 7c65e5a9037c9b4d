"""What the checks of lesson 05 hold right, tested by definition: over all the paths of an episode."""

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest

from ilrl_course.checks.lesson_05 import log_likelihood as likelihood
from ilrl_course.checks.lesson_05.expected_visitation import policy_in
from ilrl_course.checks.watched.tiny_mdps import CAVE, CORRIDOR, ICE, RING, arrivals, soft_plan

WORLDS = [RING, CORRIDOR, ICE, CAVE]


def playing(mdp):
    """The states where the game goes on."""
    return map(int, np.flatnonzero(~mdp.terminal))


def paths(mdp, policy, path, probability=1.0):
    """Each way in which an episode can go on, with its probability."""
    t = len(path) - 1
    if t == len(policy) or not mdp.moves[path[-1]]:
        yield probability, path
        return
    for outcomes, chance in zip(mdp.moves[path[-1]], policy[t, path[-1]], strict=True):
        for state, p in outcomes.items():
            yield from paths(mdp, policy, (*path, state), probability * float(chance) * p)


def log_of_all_ways(mdp, start, num_steps):
    """Without chance: the log of the sum of exp(reward) over all paths from a state."""
    anything = np.ones((num_steps, len(mdp.moves), mdp.num_actions))
    return log(sum(exp(sum(mdp.rewards[s] for s in path[1:])) for _, path in paths(mdp, anything, (start,))))


@pytest.mark.parametrize(("mdp", "num_steps"), [(RING, 1), (RING, 4), (CORRIDOR, 3), (CORRIDOR, 6)])
def test_without_chance_a_value_is_the_log_of_the_sum_over_all_paths(mdp, num_steps):
    _, values = soft_plan(mdp, num_steps)
    for state in playing(mdp):
        assert values[-1, state] == pytest.approx(log_of_all_ways(mdp, state, num_steps))


def expected_gain(mdp, policy, state, t=0):
    """Reward and entropy from step t on, by explicit expectation."""
    if t == len(policy) or not mdp.moves[state]:
        return 0.0
    total = 0.0
    for outcomes, chance in zip(mdp.moves[state], policy[t, state], strict=True):
        later = sum(p * (mdp.rewards[s] + expected_gain(mdp, policy, s, t + 1)) for s, p in outcomes.items())
        total += chance * (later - log(chance))
    return total


@pytest.mark.parametrize("mdp", WORLDS)
def test_a_value_is_the_most_that_any_policy_gains_in_reward_and_entropy(mdp):
    (policy, values), rng = soft_plan(mdp, 3), np.random.default_rng(0)
    for state in playing(mdp):
        assert expected_gain(mdp, policy, state) == pytest.approx(values[-1, state])
        for _ in range(20):
            other = rng.dirichlet(np.ones(mdp.num_actions), policy.shape[:2])
            assert expected_gain(mdp, other, state) < values[-1, state]


@pytest.mark.parametrize("mdp", WORLDS)
def test_arrivals_are_counted_over_all_paths(mdp):
    policy, counts = policy_in(mdp, 4), np.zeros(len(mdp.moves))
    for start, chance in enumerate(mdp.start):
        for probability, path in paths(mdp, policy, (start,)):
            np.add.at(counts, list(path[1:]), chance * probability)
    assert arrivals(mdp, policy) == pytest.approx(counts)


@pytest.mark.parametrize("num_steps", [1, 3])
def test_without_chance_the_likelihood_is_the_mean_log_probability_of_demonstrations(num_steps, monkeypatch):
    """That of a path is exp(its reward) over the sum of those of all paths."""
    features = np.array(CORRIDOR.features)
    mdp = replace(CORRIDOR, rewards=tuple(features @ likelihood.WEIGHTS))
    gathered, log_probability = np.zeros(3), 0.0
    for start in map(int, np.flatnonzero(mdp.start)):
        ways = [path for _, path in paths(mdp, np.ones((num_steps, 5, 2)), (start,))]
        demo = list(ways[len(ways) // 2][1:])
        gathered += mdp.start[start] * features[demo].sum(axis=0)
        reward = sum(mdp.rewards[s] for s in demo)
        log_probability += mdp.start[start] * (reward - log_of_all_ways(mdp, start, num_steps))
    monkeypatch.setattr(likelihood, "DEMO_FEATURES", gathered)
    assert likelihood.right_likelihood.__wrapped__(CORRIDOR, num_steps)[0] == pytest.approx(log_probability)


@pytest.mark.parametrize(("mdp", "num_steps"), [(CORRIDOR, 3), (ICE, 4), (CAVE, 4)])
def test_the_gradient_is_the_slope_of_the_likelihood(mdp, num_steps, monkeypatch):
    _, gradient = likelihood.right_likelihood(mdp, num_steps)
    weights = likelihood.WEIGHTS
    for i, row in enumerate(np.eye(3)[: len(gradient)] * 1e-5):
        values = []
        for step in (row, -row):
            monkeypatch.setattr(likelihood, "WEIGHTS", weights + step)
            values.append(likelihood.right_likelihood.__wrapped__(mdp, num_steps)[0])
        assert (values[0] - values[1]) / 2e-5 == pytest.approx(gradient[i], abs=1e-6)
