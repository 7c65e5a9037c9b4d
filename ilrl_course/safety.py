"""What driving costs: every accident and every meter of a world, counted whoever acts and learns there."""

import gymnasium as gym

from ilrl_course.envs.driving.spec import REWARD_WEIGHTS


class SafetyLog(gym.vector.VectorWrapper):
    """Worlds that count, from the first step on, `env_steps`, `off_road`, `collisions` and `meters`.

    For the driving world, reset wherever an episode ends, as `collect_rollout` does. Whatever steps the
    wrapped worlds is counted, whether a policy is being trained, a critic warmed up, or an expert asked.
    """

    def __init__(self, envs: gym.vector.VectorEnv):
        super().__init__(envs)
        self.env_steps = self.off_road = self.collisions = 0
        self.meters = 0.0  # along the road

    def step(self, actions):
        """As the wrapped worlds do."""
        obs, rewards, terminated, truncated, info = super().step(actions)
        self.env_steps += len(rewards)
        self.off_road += int(info["off_road"].sum())
        self.collisions += int(info["collision"].sum())
        self.meters += float(rewards.sum()) / REWARD_WEIGHTS["progress"]
        return obs, rewards, terminated, truncated, info

    @property
    def per_kilometer(self) -> float:
        """Accidents, of both kinds, per driven kilometer."""
        return 1000 * (self.off_road + self.collisions) / max(self.meters, 1.0)
