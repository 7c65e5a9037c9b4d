"""What driving costs: every accident and every meter of a world, counted whoever acts and learns there."""

import gymnasium as gym


class SafetyLog(gym.vector.VectorWrapper):
    """Worlds that count, from the first step on, `env_steps`, `off_road`, `collisions` and `meters`.

    For the driving world, reset wherever an episode ends, as `collect_rollout` does. Whatever steps the
    wrapped worlds is counted, whether a policy is being trained, a critic warmed up, or an expert asked.
    """

    def __init__(self, envs: gym.vector.VectorEnv):
        super().__init__(envs)
        self.env_steps = self.off_road = self.collisions = 0
        self.meters = 0.0  # along the road

    def reset(self, *, seed=None, options=None):
        """As the wrapped worlds do; what was counted stays."""
        obs, info = super().reset(seed=seed, options=options)
        self._progress = info["progress"]  # (N,) m along the road in this episode
        return obs, info

    def step(self, actions):
        """As the wrapped worlds do."""
        obs, rewards, terminated, truncated, info = super().step(actions)
        self.env_steps += len(rewards)
        self.off_road += int(info["off_road"].sum())
        self.collisions += int(info["collision"].sum())
        self.meters += float((info["progress"] - self._progress).sum())
        self._progress = info["progress"]
        return obs, rewards, terminated, truncated, info
