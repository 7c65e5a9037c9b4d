"""How alike two rewards are, whatever their scale, constants and shaping: EPIC (Gleave et al. 2021)."""

import numpy as np


def canonical(rewards: np.ndarray, gamma: float) -> np.ndarray:
    """The reward (S, A, S) without its shaping.

    It is R(s, a, s') + E[gamma R(s', A, S') - R(s, A, S') - gamma R(S, A, S')], where actions A and states S
    and S' are uniform, so that every state counts, whether it can follow or not. Two rewards that differ by
    gamma h(s') - h(s), for any h, have the same canonical form.
    """
    of_state = rewards.mean(axis=(1, 2))  # (S,) E[R(s, A, S')]
    shaping = gamma * of_state[None, None, :] - of_state[:, None, None] - gamma * of_state.mean()
    return rewards + shaping


def epic_correlation(first: np.ndarray, second: np.ndarray, gamma: float) -> float:
    """Pearson's correlation of two canonical rewards, (S, A, S) or broadcast to it; 1 for equal wishes."""
    forms = [
        canonical(np.asarray(one, dtype=float), gamma).ravel() for one in np.broadcast_arrays(first, second)
    ]
    return float(np.corrcoef(*forms)[0, 1])
