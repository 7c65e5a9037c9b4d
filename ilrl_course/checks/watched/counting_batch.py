"""A batched world that only counts, so that it is known who did what, in which situation."""

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ilrl_course.checks.exercise import WrongResult, kind
from ilrl_course.envs.batched import DISABLED, BatchedWorld

NUM_ACTIONS = 10  # of the discrete kind; the expert uses 0 to 4 only
WAVES = np.array([[3, 1, 5], [1, 5, 2], [2, 3, 1]])  # for each number of an action: of copy, episode, step
NO_ACTIONS = "the worlds get None in the place of actions. Did you forget `return` in the function that acts?"


class CountingBatch(BatchedWorld):
    """Observation: [copy, episodes so far, steps so far]; reward: the number of the step, from 1 on.

    Every episode of copy i is over after `lengths[i]` steps: terminated where `terminates` is true, which is
    a crash in every fourth copy and a success in the others, or else truncated. Stepping on counts on. In the
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
        super().__init__(num_envs, autoreset_mode=DISABLED)
        self._lengths, terminates = (
            np.resize(lengths, num_envs),
            np.resize(terminates, num_envs),
        )  # (N,), (N,)
        self._terminates = terminates
        self.max_steps = np.where(terminates, np.inf, self._lengths)  # (N,) of the clock
        self._state = np.array([[copy, -1, 0] for copy in range(num_envs)], dtype=np.float32)  # (N, 3)
        self.visited: list[np.ndarray] = []
        self.executed: list[np.ndarray] = []
        self.seeds: list[int | None] = []

    def reset(self, *, seed=None, options=None):
        """Start new episodes, as every `BatchedWorld` does; but nothing here is random."""
        self.seeds.append(seed)
        if not (self.generators or options):
            self.generators = [np.random.default_rng(0)] * self.num_envs
        return super().reset(options=options)

    def step(self, actions):
        """Step, as every `BatchedWorld` does; raises WrongResult for no actions at all."""
        if actions is None:
            raise WrongResult(NO_ACTIONS)
        return super().step(actions)

    def _start(self, rows):
        self._state[rows] = self._state[rows] * [1, 1, 0] + [0, 1, 0]

    def _advance(self, actions):
        self.visited.append(self._observe())
        self.executed.append(np.array(actions))
        self._state[:, 2] += 1
        num_steps = self._state[:, 2].copy()  # (N,)
        return num_steps, (num_steps >= self._lengths) & self._terminates

    def _observe(self):
        return self._state.copy()  # (N, 3)

    def _info(self, terminated, truncated):
        crashed = terminated & (np.arange(self.num_envs) % 4 == 0)
        return {"crashed": crashed, "success": (terminated | truncated) & ~crashed}


class CountingExpert:
    """An actor whose answer tells copy, episode and step from their neighbors; `asked` lists its inputs.

    Discrete: 0 to 4, so that a learner that answers 5 to 9 never agrees. Continuous: up to three numbers in
    [-0.1, 0.1], far from the bounds of the world.
    """

    def __init__(self, action_dim: int = 0):
        self._action_dim = action_dim
        self.asked: list[np.ndarray] = []

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """Actions (B,) int64 or (B, action_dim) float32 for obs (B, 3).

        Raises ValueError for another shape and, where actions are discrete, TypeError for anything but an
        array, as the course's experts do.
        """
        if not (self._action_dim or isinstance(obs, np.ndarray)):
            raise TypeError(f"the expert takes a NumPy array, got {kind(obs)}")
        obs = np.array(obs)
        if obs.ndim != 2 or obs.shape[1] != 3:
            raise ValueError(f"an actor takes a batch: obs of the shape (B, 3) here, got {obs.shape}")
        self.asked.append(obs)
        copy, episode, step = obs.T
        if not self._action_dim:
            return ((copy + 2 * episode + 3 * step) % 5).astype(np.int64)  # (B,)
        return (0.1 * np.sin(obs @ WAVES[: self._action_dim].T)).astype(np.float32)  # (B, action_dim)
