"""A memory for policies: the last observations side by side, as one longer observation."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ilrl_course.data import Actor


def stack_history(obs: np.ndarray, length: int) -> np.ndarray:
    """For each of T successive observations (T, obs_dim), the last `length` ones: (T, length * obs_dim).

    The newest stands last. Before the beginning, the first observation is repeated.
    """
    if length < 1:
        raise ValueError(f"length is {length}: a history holds at least the present observation")
    padded = np.concatenate([obs[:1].repeat(length - 1, axis=0), obs])  # (T + length - 1, obs_dim)
    windows = sliding_window_view(padded, length, axis=0)  # (T, obs_dim, length)
    return windows.transpose(0, 2, 1).reshape(len(obs), -1).copy()


class Remembering:
    """An actor that shows a policy the last observations of each world, from the first call on.

    Made anew for each block of episodes, since it does not see where an episode begins.
    """

    def __init__(self, act: Actor, length: int):
        self.act, self.length = act, length
        self.history: list[np.ndarray] = []  # of (N, obs_dim), the newest last

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """As an actor."""
        self.history = [*(self.history or [obs] * (self.length - 1)), obs][-self.length :]
        return self.act(np.concatenate(self.history, axis=1))
