"""A world that only counts, so that every observation of an episode in it is known beforehand."""

from collections.abc import Callable
from dataclasses import dataclass

import gymnasium as gym
import numpy as np

UNSEEDED = -1  # what an episode that was reset without a seed is called
MAX_BROKEN_OFF = 5  # episodes in a row that were reset before they were over


@dataclass(frozen=True)
class Plan:
    """How an episode goes."""

    num_steps: int
    terminates: bool  # otherwise the time limit ends it


class CountingEnv(gym.Env):
    """Observation: [seed of the episode, steps so far]; reward: 10 * (steps so far) + action, or fixed.

    An episode that terminates is a crash, one that reaches the time limit is a success. `played` lists the
    episodes that were stepped. Stepping on after the end, or resetting all the time, raises RuntimeError.
    """

    def __init__(self, plan: Callable[[int], Plan], action_dim: int = 0, reward: float | None = None):
        unbounded = gym.spaces.Box(-np.inf, np.inf, (2,), np.float32)
        self.observation_space = unbounded
        self.action_space = gym.spaces.Box(-9, 9, (action_dim,)) if action_dim else gym.spaces.Discrete(3)
        self._plan, self._reward = plan, reward
        self._episode, self._steps, self._over, self._broken_off = UNSEEDED, 0, True, 0
        self.played: list[int] = []

    def reset(self, *, seed: int | None = None, options=None):
        """Start an episode that is named after its seed; raises RuntimeError if none is ever played out."""
        self._broken_off = 0 if self._over else self._broken_off + (self._steps > 0)
        if self._broken_off > MAX_BROKEN_OFF:
            raise RuntimeError("the world is reset again and again before the episode is over")
        self._episode = UNSEEDED if seed is None else int(seed)
        self._steps, self._over = 0, False
        return self._observe(), {"crashed": False, "success": False}

    def step(self, action):
        """Count one step; raises RuntimeError after the end of the episode."""
        if self._over:
            raise RuntimeError("step() was called although the episode was over (or before reset())")
        plan = self._plan(self._episode)
        if self._steps == 0:
            self.played.append(self._episode)
        self._steps += 1
        self._over = self._steps == plan.num_steps
        terminated, truncated = self._over and plan.terminates, self._over and not plan.terminates
        reward = 10.0 * self._steps + float(np.sum(action)) if self._reward is None else self._reward
        return self._observe(), reward, terminated, truncated, {"crashed": terminated, "success": truncated}

    @property
    def over(self) -> bool:
        """Was an episode played to its end, as the last thing that happened?"""
        return self._over and self._steps > 0

    def _observe(self) -> np.ndarray:
        return np.array([self._episode, self._steps], dtype=np.float32)


class CountingActor:
    """The action is the number of steps so far, modulo 3; for a box, that and its negative."""

    def __init__(self, action_dim: int = 0):
        self._action_dim = action_dim
        self.num_calls = 0

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """Actions (B,) or (B, action_dim) for obs (B, 2); raises ValueError for a single observation."""
        self.num_calls += 1
        if np.ndim(obs) != 2:
            raise ValueError(f"an actor takes a batch: obs of the shape (1, 2) here, got {np.shape(obs)}")
        counts = np.asarray(obs)[:, 1] % 3  # (B,)
        if self._action_dim:
            return np.stack([counts, -counts], axis=1).astype(np.float32)  # (B, action_dim)
        return counts.astype(np.int64)
