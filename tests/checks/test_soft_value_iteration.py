"""Lesson 05, soft values: what the check holds right, and unusual right answers."""

from math import exp, log

import numpy as np
import pytest
import torch
from scipy.sparse import issparse
from scipy.special import log_softmax, logsumexp, softmax

from ilrl_course.checks.lesson_05_worlds import CORRIDOR, ICE, RING, paths, soft_policy, soft_value
from tests.checks.answers import hint_for


def in_loops(transitions, terminal, rewards, num_steps):
    num_states = len(rewards)
    num_actions = transitions.shape[0] // num_states
    policy = [[[0.5] * num_actions for _ in range(num_states)] for _ in range(num_steps)]
    values = [0.0] * num_states
    for t in range(num_steps - 1, -1, -1):
        new = [0.0] * num_states
        for s in range(num_states):
            if terminal[s]:
                continue
            q = []
            for a in range(num_actions):
                total = 0.0
                for after in range(num_states):
                    total += transitions[s * num_actions + a, after] * (rewards[after] + values[after])
                q.append(total)
            best = max(q)
            new[s] = best + log(sum(exp(x - best) for x in q))
            policy[t][s] = [exp(x - new[s]) for x in q]
        values = new
    return np.array(policy), np.array(values)


def with_a_table_of_values(transitions, terminal, rewards, num_steps):
    values = np.zeros((num_steps + 1, len(rewards)))
    policy = np.zeros((num_steps, len(rewards), transitions.shape[0] // len(rewards)))
    for togo in range(1, num_steps + 1):
        q = (transitions @ rewards + transitions @ values[togo - 1]).reshape(policy.shape[1:])
        values[togo] = logsumexp(q, axis=-1) * (1 - terminal)
        policy[num_steps - togo] = np.exp(log_softmax(q, axis=1))
    return policy, values[-1]


def stacked(transitions, terminal, rewards, num_steps):
    policies, values = [], np.zeros(len(rewards))
    while len(policies) < num_steps:
        q = (transitions @ (rewards + values)).reshape(len(rewards), -1)
        policies.insert(0, softmax(q, axis=1))
        best = q.max(axis=1)
        values = np.where(terminal, 0, best + np.log(np.exp(q - best[:, None]).sum(axis=1)))
    return np.stack(policies), values


def with_einsum(transitions, terminal, rewards, num_steps):
    table = transitions.toarray() if issparse(transitions) else transitions
    table = table.reshape(len(rewards), -1, len(rewards))
    policies, values = [], np.zeros_like(rewards)
    for _ in range(num_steps):
        q = np.einsum("san,n->sa", table, rewards + values)
        values = np.logaddexp.reduce(q, 1)
        policies.append(np.exp(q - values.reshape(-1, 1)))
        values[terminal] = 0
    return np.array(policies[::-1]), values


def with_torch(transitions, terminal, rewards, num_steps):
    values, rows = torch.zeros(len(rewards), dtype=torch.float64), []
    for _ in range(num_steps):
        q = torch.from_numpy((transitions @ (rewards + values.numpy())).reshape(len(rewards), -1))
        values = torch.logsumexp(q, dim=1).masked_fill(torch.from_numpy(terminal), 0.0)
        rows.append(torch.softmax(q, dim=1))
    return torch.stack(rows[::-1]).numpy(), values.numpy()


def by_recursion(transitions, terminal, rewards, num_steps):
    if num_steps == 0:
        return np.zeros((0, len(rewards), transitions.shape[0] // len(rewards))), np.zeros(len(rewards))
    later, values = by_recursion(transitions, terminal, rewards, num_steps - 1)
    q = np.array(transitions @ (rewards + values)).reshape(later.shape[1:])
    soft = np.logaddexp.reduce(q, axis=1)
    first = np.where(terminal[:, None], 0.0, np.exp(q - soft[:, None]))
    return [np.concatenate([first[None], later]), ~terminal * soft]


def until_nothing_changes(transitions, terminal, rewards, num_steps):
    """The steps that are left out are filled in: their policies are those that no longer change."""
    policy, values = np.zeros((num_steps, len(rewards), transitions.shape[0] // len(rewards))), 0 * rewards
    for t in range(num_steps - 1, -1, -1):
        q = (transitions @ (rewards + values)).reshape(len(rewards), -1)
        policy[: t + 1] = softmax(q, axis=1)
        before, values = values, np.where(terminal, 0, logsumexp(q, axis=1))
        if np.allclose(before, values, atol=1e-6):
            break
    return policy, values


RIGHT = [
    in_loops,
    with_a_table_of_values,
    stacked,
    with_einsum,
    with_torch,
    by_recursion,
    until_nothing_changes,
]


def total_reward(world, path):
    return sum(world.rewards[state] for state in path[1:])


@pytest.mark.parametrize(("world", "num_steps"), [(RING, 1), (RING, 4), (CORRIDOR, 3), (CORRIDOR, 6)])
def test_without_chance_a_value_is_the_log_of_the_sum_over_all_paths(world, num_steps):
    anything = np.ones((num_steps, len(world.moves), 2))
    for state in np.flatnonzero(~world.terminal):
        ways = [exp(total_reward(world, path)) for _, path in paths(world, anything, (int(state),))]
        assert soft_value(world, int(state), num_steps) == pytest.approx(log(sum(ways)))


def expected_gain(world, policy, state, t=0):
    """Reward and entropy from step t on, by explicit expectation."""
    if t == len(policy) or not world.moves[state]:
        return 0.0
    total = 0.0
    for outcomes, chance in zip(world.moves[state], policy[t, state], strict=True):
        later = sum(
            p * (world.rewards[s] + expected_gain(world, policy, s, t + 1)) for s, p in outcomes.items()
        )
        total += chance * (later - log(chance))
    return total


@pytest.mark.parametrize("world", [RING, CORRIDOR, ICE])
def test_a_value_is_the_most_that_any_policy_gains_in_reward_and_entropy(world):
    policy, rng = soft_policy(world, 3), np.random.default_rng(0)
    for state in map(int, np.flatnonzero(~world.terminal)):
        value = soft_value(world, state, 3)
        assert expected_gain(world, policy, state) == pytest.approx(value)
        for _ in range(20):
            other = rng.dirichlet(np.ones(2), policy.shape[:2])
            assert expected_gain(world, other, state) < value


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("soft_value_iteration", function) == ""
