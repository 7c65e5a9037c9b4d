"""AIRL at its optimum, exact, in a finite world: what the theorem of Fu, Luo and Levine (2018) promises.

There the best f is log pi_E, and the question is what part of it the reward g of states can take.
"""

import numpy as np


def discounted_soft_policy(transitions, rewards: np.ndarray, gamma: float, num_sweeps: int = 2000):
    """The policy of maximum causal entropy for a discounted reward without an end, and its values.

    `transitions` (S * A, S), with rows that add up to 1; `rewards` (S,) for being in a state, or (S, A) for
    an action there. Returns log pi (S, A) and V (S,).
    """
    num_states = transitions.shape[1]
    rewards = rewards.reshape(num_states, -1)  # (S, 1) or (S, A)
    values = np.zeros(num_states)
    for _ in range(num_sweeps):
        q_values = rewards + gamma * (transitions @ values).reshape(num_states, -1)  # (S, A)
        values = np.logaddexp.reduce(q_values, axis=1)
    return q_values - values[:, None], values


def disentangle(transitions, log_policy: np.ndarray, gamma: float) -> tuple[np.ndarray, np.ndarray, float]:
    """The reward g (S,) and the potential h (S,) whose f comes nearest to log pi (S, A); and how near.

    f = g(s) + gamma * h(s') - h(s) is fitted by least squares to all steps that can happen, each as often as
    it does if all actions are equally frequent. Of several solutions it is the smallest. The last number is
    the root mean square of what is left, in nats.
    """
    num_states, num_actions = log_policy.shape
    rows, following = transitions.nonzero()  # each possible step: (M,) of (s, a), (M,) of s'
    weights = np.sqrt(np.asarray(transitions[rows, following]).ravel() / num_actions)
    states, steps = rows // num_actions, np.arange(len(rows))
    design = np.zeros((len(rows), 2 * num_states))
    design[steps, states] += 1.0  # g(s)
    np.add.at(design, (steps, num_states + following), gamma)
    np.add.at(design, (steps, num_states + states), -1.0)
    target = log_policy.ravel()[rows]
    solution, *_ = np.linalg.lstsq(design * weights[:, None], target * weights, rcond=1e-10)
    left = (design @ solution - target) * weights
    rms = float(np.sqrt((left**2).sum() / (weights**2).sum()))
    return solution[:num_states], solution[num_states:], rms
