"""A world that only counts, so that every episode in it is known beforehand."""

from collections.abc import Callable
from dataclasses import dataclass

import gymnasium as gym
import numpy as np

from ilrl_course.data import Trajectory

UNSEEDED = -1  # what an episode that was reset without a seed is called
MAX_BROKEN_OFF = 5  # episodes in a row that were reset before they were over
ACTIONS = {  # by their dimension: what is done in steps 0, 1 and 2, and then again from the beginning
    0: np.arange(3),
    2: np.array([[0.25, 0.5], [1.5, -0.25], [-0.75, 1.25]], dtype=np.float32),
}


@dataclass(frozen=True)
class Plan:
    """How an episode goes, and what its last step says."""

    num_steps: int
    terminated: bool = False
    truncated: bool = False
    crashed: bool = False
    success: bool = False
    layout: int | None = None  # one more entry of `info`, such as the dungeon has

    def reward(self, step: int, action: np.ndarray) -> float:
        """Not a whole number; a crash costs."""
        return 0.5 + 0.75 * float(action.sum()) - 4.0 * (self.crashed and step == self.num_steps - 1)

    def trajectory(self, seed: int, action_dim: int = 0) -> Trajectory:
        """The episode of the seed as `CountingActor` plays it, rightly recorded."""
        actions = ACTIONS[action_dim][np.arange(self.num_steps) % 3]  # (T,) or (T, action_dim)
        obs = np.array([(seed + 0.5, step + 0.25) for step in range(self.num_steps + 1)])  # (T + 1, 2)
        rewards = np.array([self.reward(step, action) for step, action in enumerate(actions)])  # (T,)
        return Trajectory(obs, actions, rewards, self.terminated, self.truncated, self.crashed, self.success)


class CountingEnv(gym.Env):
    """Observation: [seed of the episode + 0.5, steps so far + 0.25]; all else is in the plan for the seed.

    `played` lists the episodes that were stepped. Stepping on after the end, or resetting all the time,
    raises RuntimeError; an action of another shape or kind raises ValueError, as in the course's worlds.
    """

    def __init__(self, plan: Callable[[int], Plan], action_dim: int = 0):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (2,), np.float32)
        self.action_space = gym.spaces.Box(-9, 9, (action_dim,)) if action_dim else gym.spaces.Discrete(3)
        self._plan, self._action_shape = plan, self.action_space.shape
        self._episode, self._steps, self._over, self._broken_off = UNSEEDED, 0, True, 0
        self.played: list[int] = []

    def reset(self, *, seed: int | None = None, options=None):
        """Start an episode that is named after its seed; raises RuntimeError if none is ever played out."""
        self._broken_off = 0 if self._over else self._broken_off + (self._steps > 0)
        if self._broken_off > MAX_BROKEN_OFF:
            raise RuntimeError("the world is reset again and again before the episode is over")
        self._episode = UNSEEDED if seed is None else int(seed)
        self._steps, self._over = 0, False
        return self._what_is_seen(self._plan(self._episode))

    def step(self, action):
        """Count one step; raises RuntimeError after the end of the episode."""
        if self._over:
            raise RuntimeError("step() was called although the episode was over (or before reset())")
        plan, action = self._plan(self._episode), np.asarray(action)
        if action.shape != self._action_shape:
            raise ValueError(f"an action of the shape {self._action_shape} is expected, got {action.shape}")
        if action.ndim == 0 and action.dtype.kind not in "iu":
            raise ValueError(f"an action that is a whole number is expected, got {action.dtype}")
        if self._steps == 0:
            self.played.append(self._episode)
        reward = plan.reward(self._steps, action)
        self._steps += 1
        self._over = self._steps == plan.num_steps
        obs, info = self._what_is_seen(plan)
        return obs, reward, self._over and plan.terminated, self._over and plan.truncated, info

    @property
    def over(self) -> bool:
        """Was an episode played to its end, as the last thing that happened?"""
        return self._over and self._steps > 0

    def _what_is_seen(self, plan: Plan) -> tuple[np.ndarray, dict]:
        obs = np.array([self._episode + 0.5, self._steps + 0.25], dtype=np.float32)
        info = {"crashed": self._over and plan.crashed, "success": self._over and plan.success}
        return obs, info if plan.layout is None else info | {"layout": plan.layout}


class CountingActor:
    """Goes by the number of steps in the observation; `num_calls` counts its calls."""

    def __init__(self, action_dim: int = 0):
        self._action_dim = action_dim
        self.num_calls = 0

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """Actions (B,) or (B, action_dim) for obs (B, 2); raises ValueError for a single one, TypeError."""
        self.num_calls += 1
        if not isinstance(obs, np.ndarray):
            raise TypeError(f"an actor takes an array of observations, got a {type(obs).__name__}")
        if obs.ndim != 2:
            raise ValueError(f"an actor takes a batch: obs of the shape (1, 2) here, got {obs.shape}")
        return ACTIONS[self._action_dim][obs[:, 1].astype(int) % 3]
