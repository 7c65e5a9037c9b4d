"""The course's batched worlds behind Stable-Baselines3's interface."""

from collections.abc import Sequence

import numpy as np
from gymnasium.vector import VectorEnv
from stable_baselines3.common.vec_env import VecEnv


class CourseWorlds(VecEnv):
    """N copies in one NumPy call a step; a copy whose episode is over starts anew at once, as SB3 expects."""

    def __init__(self, envs: VectorEnv):
        self.envs = envs
        super().__init__(envs.num_envs, envs.single_observation_space, envs.single_action_space)

    def reset(self) -> np.ndarray:
        """Start all copies; returns obs (N, obs_dim). `seed` (of VecEnv) has been called before, or not."""
        obs, _ = self.envs.reset(seed=self._seeds[0])
        self._reset_seeds()
        return obs

    def step_async(self, actions: np.ndarray) -> None:
        """Keep the actions for `step_wait`."""
        self.actions = actions

    def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict]]:
        """Step; returns obs (N, obs_dim) to go on from, rewards (N,), episode_over (N,), N infos.

        Where an episode ended, the info holds its last observation, and whether the clock ended it.
        """
        obs, rewards, terminated, truncated, _ = self.envs.step(self.actions)
        episode_over = terminated | truncated
        infos: list[dict] = [{} for _ in range(self.num_envs)]
        rows = episode_over.nonzero()[0].tolist()
        if rows:
            for row in rows:
                infos[row] = {
                    "terminal_observation": obs[row],
                    "TimeLimit.truncated": bool(truncated[row] and not terminated[row]),
                }
            obs, _ = self.envs.reset(options={"reset_mask": episode_over})
        return obs, rewards, episode_over, infos

    def close(self) -> None:
        """Free the worlds."""
        self.envs.close()

    def get_attr(self, attr_name: str, indices=None) -> list:
        """The batch's attribute, once for each copy."""
        return [getattr(self.envs, attr_name)] * len(self._rows(indices))

    def env_is_wrapped(self, wrapper_class, indices=None) -> list[bool]:
        """No copy is."""
        return [False] * len(self._rows(indices))

    def set_attr(self, attr_name: str, value, indices=None) -> None:
        """Not for single copies of a batch."""
        raise NotImplementedError("the copies of a batch have no attributes of their own")

    def env_method(self, method_name: str, *args, indices=None, **kwargs) -> list:
        """Not for single copies of a batch."""
        raise NotImplementedError("the copies of a batch have no methods of their own")

    def _rows(self, indices) -> Sequence[int]:
        return list(self._get_indices(indices))
