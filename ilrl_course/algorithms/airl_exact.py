"""AIRL at its optimum, exact, in a finite world: what the theorems of Fu, Luo and Levine (2018) promise.

There the best f is log pi_E, and the question is what part of it the reward g of states can take.
"""

import numpy as np


def discounted_soft_policy(
    transitions, rewards: np.ndarray, ends: np.ndarray, gamma: float, num_sweeps: int = 1000
):
    """The policy of maximum causal entropy for a discounted reward that goes on for good, and its values.

    `transitions` (S * A, S), with rows that add up to 1; `rewards` (S,) for being in a state, or (S, A) for
    an action there. In `ends` (S,) there is nothing to choose. Returns log pi (S, A) and V (S,).
    """
    values, rewards = np.zeros(len(ends)), rewards.reshape(len(ends), -1)  # (S, 1) or (S, A)
    for _ in range(num_sweeps):
        q_values = rewards + gamma * (transitions @ values).reshape(len(ends), -1)  # (S, A)
        values = np.where(ends, q_values[:, 0], np.logaddexp.reduce(q_values, axis=1))
    return np.where(ends[:, None], 0.0, q_values - values[:, None]), values


def occupancy(transitions, log_policy: np.ndarray, start: np.ndarray, gamma: float) -> np.ndarray:
    """How often each action is taken in each state (S, A), discounted, from a start (S,); adds up to 1."""
    action_probs = np.exp(log_policy)
    action_probs /= action_probs.sum(axis=1, keepdims=True)  # at an end, all of them lead on as one
    following = transitions.reshape(*log_policy.shape, -1)  # (S, A, S)
    steps = np.einsum("sa,sat->ts", action_probs, following)  # (S, S)
    visits = (1 - gamma) * np.linalg.solve(np.eye(len(start)) - gamma * steps, start)
    return visits[:, None] * action_probs


def disentangle(
    transitions, log_policy: np.ndarray, gamma: float, counts: np.ndarray, knows_chance: bool = False
) -> tuple[np.ndarray, np.ndarray, float]:
    """The reward g (S,) and the potential h (S,) whose f comes nearest to log pi (S, A); and how near.

    f = g(s) + gamma * h(s') - h(s) is fitted by least squares to all steps (s, a, s') that can happen, where
    (s, a) counts as often as `counts` (S, A) says. One that `knows_chance` has the mean of h(s') instead of
    one h(s') at a time. Of several solutions it is the smallest. The last number is the root mean square of
    what is left, in nats.
    """
    num_states, num_actions = log_policy.shape
    if knows_chance:
        rows, ahead, chances = np.arange(len(transitions)), transitions, 1.0
    else:
        rows, following = transitions.nonzero()  # (M,) of (s, a), (M,) of s'
        ahead, chances = np.eye(num_states)[following], transitions[rows, following]
    here = np.eye(num_states)[rows // num_actions]  # (M, S)
    weights = np.sqrt(counts.ravel()[rows] * chances)  # (M,)
    design, target = np.hstack([here, gamma * ahead - here]), log_policy.ravel()[rows]
    solution, *_ = np.linalg.lstsq(design * weights[:, None], target * weights, rcond=1e-10)
    left = (design @ solution - target) * weights
    rms = float(np.sqrt((left**2).sum() / (weights**2).sum()))
    return solution[:num_states], solution[num_states:], rms
