"""How alike two rewards are, whatever their scale, constants and shaping: EPIC (Gleave et al. 2021)."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from ilrl_course.data import Transitions


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


def epic_over(
    first: Callable, second: Callable, states: Transitions, num_actions: int, gamma: float
) -> float:
    """The correlation of two scores of steps, (S,) each, where any action leads to any of S states."""
    chosen = [replace(states, actions=torch.full((len(states),), action)) for action in range(num_actions)]
    with torch.no_grad():
        rewards = [torch.stack([score_fn(steps) for steps in chosen], 1) for score_fn in (first, second)]
    return epic_correlation(*(one[:, :, None].numpy() for one in rewards), gamma)
