"""Lesson 05, likelihood: what the check holds right, and unusual right answers."""

from math import exp, log

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.maxent_irl import expected_visitation, soft_value_iteration
from ilrl_course.checks import lesson_05_likelihood as known
from ilrl_course.checks.lesson_05_worlds import CORRIDOR, ICE, paths, weighed
from tests.checks.answers import hint_for


def in_loops(weights, mdp, demo_features, num_steps):
    num_states, num_features = mdp.features.shape
    rewards = np.zeros(num_states)
    for s in range(num_states):
        for f in range(num_features):
            rewards[s] += mdp.features[s, f] * weights[f]
    policy, values = soft_value_iteration(mdp.transitions, mdp.terminal, rewards, num_steps)
    visits = expected_visitation(mdp.transitions, policy, mdp.start)
    value, gradient = 0.0, [0.0] * num_features
    for f in range(num_features):
        value += weights[f] * demo_features[f]
        gradient[f] = demo_features[f]
        for s in range(num_states):
            gradient[f] -= visits[s] * mdp.features[s, f]
    for s in range(num_states):
        value -= mdp.start[s] * values[s]
    return value, np.array(gradient)


def with_functions_passed_in(
    weights, mdp, demo, num_steps, soft=soft_value_iteration, visitation=expected_visitation
):
    policy, values = soft(mdp.transitions, mdp.terminal, np.matmul(mdp.features, weights), num_steps)
    visits = visitation(mdp.transitions, policy, mdp.start)
    return np.dot(weights, demo) - np.sum(mdp.start * values), demo - mdp.features.T @ visits


def with_einsum(weights, mdp, demo_features, num_steps):
    rewards = np.einsum("sf,f->s", mdp.features, weights)
    policy, values = soft_value_iteration(mdp.transitions, mdp.terminal, rewards, num_steps)
    visits = expected_visitation(mdp.transitions, policy, mdp.start)
    gradient = demo_features - np.einsum("s,sf->f", visits, mdp.features)
    return [np.array(np.inner(demo_features, weights) - np.inner(mdp.start, values)), gradient]


def by_finite_differences(weights, mdp, demo_features, num_steps):
    def value(weights):
        rewards = mdp.features @ weights
        _, values = soft_value_iteration(mdp.transitions, mdp.terminal, rewards, num_steps)
        return demo_features @ weights - mdp.start @ values

    rows = np.eye(len(weights)) * 1e-5
    return value(weights), np.array([(value(weights + row) - value(weights - row)) / 2e-5 for row in rows])


def by_autograd(weights, mdp, demo_features, num_steps):
    table = mdp.transitions if isinstance(mdp.transitions, np.ndarray) else mdp.transitions.toarray()
    leaf, values = torch.tensor(weights, requires_grad=True), torch.zeros(len(mdp.start), dtype=torch.float64)
    for _ in range(num_steps):
        q = (torch.tensor(table) @ (torch.tensor(mdp.features) @ leaf + values)).reshape(len(values), -1)
        values = torch.logsumexp(q, dim=1) * torch.tensor(~mdp.terminal)
    value = torch.tensor(demo_features) @ leaf - torch.tensor(mdp.start) @ values
    value.backward()
    return value.item(), leaf.grad.numpy()


def in_single_precision(weights, mdp, demo_features, num_steps):
    value, gradient = with_einsum(weights, mdp, demo_features, num_steps)
    return np.float32(value), gradient.astype(np.float32)


RIGHT = [
    in_loops,
    with_functions_passed_in,
    with_einsum,
    by_finite_differences,
    by_autograd,
    in_single_precision,
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("log_likelihood", function) == ""


@pytest.mark.parametrize("num_steps", [1, 3])
def test_without_chance_the_value_is_the_mean_log_probability_of_the_demonstrations(num_steps, monkeypatch):
    """By all the paths: that of a demonstration is exp(its reward) over the sum of those of all paths."""
    world = weighed(CORRIDOR, known.WEIGHTS)
    anything, features = np.ones((num_steps, len(world.moves), 2)), np.array(world.features)
    gathered, log_probability = np.zeros(3), 0.0
    for start in np.flatnonzero(world.start):
        ways = [path for _, path in paths(world, anything, (int(start),))]
        rewards = [sum(world.rewards[s] for s in path[1:]) for path in ways]
        demo = len(ways) // 2
        gathered += world.start[start] * features[list(ways[demo][1:])].sum(axis=0)
        log_probability += world.start[start] * (rewards[demo] - log(sum(map(exp, rewards))))
    monkeypatch.setattr(known, "DEMO_FEATURES", gathered)
    value, _ = known.right_likelihood.__wrapped__(CORRIDOR, num_steps)
    assert value == pytest.approx(log_probability)


@pytest.mark.parametrize(("world", "num_steps"), [(CORRIDOR, 3), (ICE, 4)])
def test_the_gradient_is_the_slope_of_the_value(world, num_steps, monkeypatch):
    _, gradient = known.right_likelihood(world, num_steps)
    weights = known.WEIGHTS
    for i, row in enumerate(np.eye(3) * 1e-5):
        values = []
        for step in (row, -row):
            monkeypatch.setattr(known, "WEIGHTS", weights + step)
            values.append(known.right_likelihood.__wrapped__(world, num_steps)[0])
        assert (values[0] - values[1]) / 2e-5 == pytest.approx(gradient[i], abs=1e-6)
