"""A demonstration with noise under observation."""

from collections.abc import Callable

import numpy as np
from torch import Tensor

from ilrl_course.checks.exercise import WrongResult, kind, numbers
from ilrl_course.checks.watched.counting_batch import CountingBatch, CountingExpert
from ilrl_course.data import Batch

LENGTHS, TERMINATES = (2, 4, 30), (True, False, True)


class Demonstration:
    """An answer's steps in a counting world; the rows of its batch, sorted by copy, episode and step."""

    def __init__(self, answer: Callable, num_envs: int, num_steps: int, noise_std: float, seed: int = 5):
        self.expert = CountingExpert(action_dim=2)
        self.envs = CountingBatch(num_envs, LENGTHS, action_dim=2, terminates=TERMINATES)
        batch = answer(self.expert, self.envs, num_steps, noise_std, seed)
        if not isinstance(batch, Batch):
            raise WrongResult(f"it should return a Batch, but it returns {kind(batch)}.")
        self._batch, self._num_rows = batch, num_envs * num_steps
        self.executed = np.array(self.envs.executed)  # (T, N, 2)

    def unpack(self) -> tuple[np.ndarray, np.ndarray]:
        """Observations (B, 3) and labels (B, 2); raises WrongResult for other shapes."""
        for name, value in (("obs", self._batch.obs), ("actions", self._batch.actions)):
            if not isinstance(value, Tensor):
                raise WrongResult(f"`{name}` of the batch should be a tensor, but it is {kind(value)}.")
        obs = numbers(self._batch.obs, (self._num_rows, 3), "`obs` of the batch")
        labels = numbers(self._batch.actions, (self._num_rows, 2), "`actions` of the batch")
        order = order_of(obs)
        return obs[order], labels[order]

    @property
    def dtypes(self) -> str:
        """Of observations and labels."""
        return f"{self._batch.obs.dtype} and {self._batch.actions.dtype}"

    @property
    def noise(self) -> np.ndarray:
        """What was done beyond what the expert means, (T, N, 2); zeros if nothing was done."""
        visited = np.array(self.envs.visited).reshape(-1, 3)
        return self.executed - expert_means(visited).reshape(self.executed.shape)

    @property
    def is_quiet(self) -> bool:
        """Is there next to no noise?"""
        return bool(np.abs(self.noise).max(initial=0.0) < 1e-3)


def expert_means(obs: np.ndarray) -> np.ndarray:
    """The expert's actions (B, 2) for obs (B, 3)."""
    return CountingExpert(action_dim=2)(obs)


def order_of(obs: np.ndarray) -> np.ndarray:
    """The order by copy, episode and step, of which tiny noise changes nothing."""
    return np.lexsort(np.round(obs, 3).T[::-1])


def same(first: np.ndarray, second: np.ndarray) -> bool:
    """Are they the same, apart from rounding?"""
    return first.shape == second.shape and bool(np.allclose(first, second, atol=1e-4))
