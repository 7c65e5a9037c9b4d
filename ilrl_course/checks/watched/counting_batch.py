"""A batched world that only counts, so that it is known who did what, in which situation."""

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ilrl_course.envs.batched import BatchedWorld

NUM_ACTIONS = 10  # of the discrete kind; the expert uses 0 to 4 only


class CountingBatch(BatchedWorld):
    """Observation: [copy, episodes so far, steps so far]; reward: the number of the step, from 1 on.

    Every episode of copy i is over after `lengths[i]` steps: terminated, which is a crash, where
    `terminates` is true, otherwise truncated, which is a success. Stepping on after that counts on. In the
    order of the steps, `visited` holds the observations (N, 3) and `executed` the actions that were executed
    there, (N,) or (N, action_dim), before any clipping; `seeds` holds what each reset got.
    """

    def __init__(
        self,
        num_envs: int,
        lengths: Sequence[int],
        action_dim: int = 0,
        terminates: bool | Sequence[bool] = True,
    ):
        unbounded = gym.spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.single_observation_space = unbounded
        box = gym.spaces.Box(-1.0, 1.0, (action_dim,), np.float32)
        self.single_action_space = box if action_dim else gym.spaces.Discrete(NUM_ACTIONS)
        super().__init__(num_envs)
        self.max_steps = np.resize(lengths, num_envs)  # (N,)
        self._terminates = np.resize(terminates, num_envs)  # (N,) bool
        self._episodes = np.full(num_envs, -1)  # (N,)
        self.visited: list[np.ndarray] = []
        self.executed: list[np.ndarray] = []
        self.seeds: list[int | None] = []

    def reset(self, *, seed=None, options=None):
        """Start new episodes, as every `BatchedWorld` does."""
        self.seeds.append(seed)
        return super().reset(seed=seed, options=options)

    def _start(self, rows):
        self._episodes[rows] += 1

    def _advance(self, actions):
        self.visited.append(self._observe())
        self.executed.append(np.array(actions))
        num_steps = self.steps + 1  # (N,)
        return num_steps.astype(np.float32), (num_steps >= self.max_steps) & self._terminates

    def _observe(self):
        columns = (np.arange(self.num_envs), self._episodes, self.steps)
        return np.stack(columns, axis=1).astype(np.float32)  # (N, 3)

    def _info(self, terminated, truncated):
        return {"crashed": terminated, "success": truncated}


class CountingExpert:
    """An actor whose answer tells copy, episode and step from their neighbors; `asked` lists its inputs.

    Discrete: 0 to 4, so that a learner that answers 5 to 9 never agrees. Continuous: two numbers in
    [-0.1, 0.1], far from the bounds of the world.
    """

    def __init__(self, action_dim: int = 0):
        self._action_dim = action_dim
        self.asked: list[np.ndarray] = []

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """Actions (B,) int64 or (B, 2) float32 for obs (B, 3); raises ValueError for another shape."""
        obs = np.array(obs)
        if obs.ndim != 2 or obs.shape[1] != 3:
            raise ValueError(f"an actor takes a batch: obs of the shape (B, 3) here, got {obs.shape}")
        self.asked.append(obs)
        copy, episode, step = obs.T
        if not self._action_dim:
            return ((copy + 2 * episode + 3 * step) % 5).astype(np.int64)  # (B,)
        angles = np.stack([3 * copy + episode + 5 * step, copy + 5 * episode + 2 * step], axis=1)
        return (0.1 * np.sin(angles)).astype(np.float32)  # (B, 2)
