"""Lesson 05, visitation: what the check holds right, and unusual right answers."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array, issparse

from ilrl_course.checks.lesson_05_visits import _policy, _right
from ilrl_course.checks.lesson_05_worlds import CORRIDOR, ICE, RING
from tests.checks.answers import hint_for


def in_loops(transitions, policy, start):
    visits, present = [0.0] * len(start), list(start)
    for t in range(policy.shape[0]):
        arrived = [0.0] * len(start)
        for s in range(policy.shape[1]):
            for a in range(policy.shape[2]):
                for after in range(len(start)):
                    chance = transitions[s * policy.shape[2] + a, after]
                    arrived[after] += present[s] * policy[t, s, a] * chance
        present = arrived
        visits = [before + now for before, now in zip(visits, arrived, strict=True)]
    return np.array(visits)


def with_einsum(transitions, policy, start):
    table = (transitions.toarray() if issparse(transitions) else transitions).reshape(*policy.shape[1:], -1)
    rows = [start]
    for probabilities in policy:
        rows.append(np.einsum("s,sa,san->n", rows[-1], probabilities, table))
    return np.sum(rows[1:], axis=0)


def less_the_start(transitions, policy, start):
    visits = present = start.copy()
    for t in range(len(policy)):
        present = transitions.T @ (policy[t] * present.reshape(-1, 1)).flatten()
        visits = visits + present
    return visits - start


def with_a_matrix_of_each_step(transitions, policy, start):
    num_states, num_actions = policy.shape[1:]
    visits, so_far = np.zeros(num_states), np.eye(num_states)
    for probabilities in policy:
        weights = np.zeros((num_states, num_states * num_actions))
        for s in range(num_states):
            weights[s, s * num_actions : (s + 1) * num_actions] = probabilities[s]
        so_far = so_far @ (csr_array(weights) @ transitions)
        visits += start @ so_far
    return visits


def by_recursion(transitions, policy, start):
    if len(policy) == 0:
        return np.zeros_like(start)
    arrived = np.repeat(start, policy.shape[2]) * policy[0].ravel() @ transitions
    return arrived + by_recursion(transitions, policy[1:], arrived)


def backwards_in_time(transitions, policy, start):
    """What each start will visit, as a matrix (S, S)."""
    later = np.zeros((len(start), len(start)))
    for probabilities in policy[::-1]:
        arrived = transitions @ (np.eye(len(start)) + later)
        later = (probabilities[:, :, None] * np.asarray(arrived).reshape(*probabilities.shape, -1)).sum(
            axis=1
        )
    return start @ later


def with_torch(transitions, policy, start):
    present, visits = torch.tensor(start), torch.zeros(len(start), dtype=torch.float64)
    for probabilities in torch.tensor(policy):
        joint = present.unsqueeze(1) * probabilities
        present = torch.from_numpy(joint.flatten().numpy() @ transitions)
        visits += present
    return visits.numpy()


RIGHT = [
    in_loops,
    with_einsum,
    less_the_start,
    with_a_matrix_of_each_step,
    by_recursion,
    backwards_in_time,
    with_torch,
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("expected_visitation", function) == ""


@pytest.mark.parametrize("world", [RING, CORRIDOR, ICE])
def test_what_is_held_right_is_what_sampled_episodes_show(world):
    rng, policy, num_games = np.random.default_rng(0), _policy(world, 4), 5000
    counts = np.zeros(len(world.moves))
    for _ in range(num_games):
        state = rng.choice(len(world.moves), p=world.start)
        for probabilities in policy:
            if not world.moves[state]:
                break
            outcomes = world.moves[state][rng.choice(2, p=probabilities[state])]
            state = rng.choice(list(outcomes), p=list(outcomes.values()))
            counts[state] += 1
    assert counts / num_games == pytest.approx(_right(world, 4), abs=0.06)
