"""A purse for checks: it counts and refuses like a real one, but a training ends after its first update."""

from collections.abc import Iterable, Iterator

import gymnasium as gym
import numpy as np

from ilrl_course.data import Trajectory
from ilrl_course.envs.batched import DISABLED, BatchedWorld
from ilrl_course.envs.driving.spec import OBS_DIM
from ilrl_course.measures.purse import Budget, Purse

MAX_STEPS = 300
FREQUENCIES = np.linspace(0.1, 2.2, OBS_DIM)
OF_THE_CRITIC = {"value_loss", "env_steps", "crashes"}  # all that a critic's warm-up tells


class TinyRoad(BatchedWorld):
    """A world of the shape of Driving in which a car crashes in its step number `crash_at`, whatever it does.

    The observation holds waves; it pays to steer by the first and to brake by the second.
    """

    max_steps = MAX_STEPS

    def __init__(self, num_envs: int, crash_at: int):
        high = np.full(OBS_DIM, 4.0, dtype=np.float32)
        self.single_observation_space = gym.spaces.Box(-high, high, dtype=np.float32)
        self.single_action_space = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)
        super().__init__(num_envs, autoreset_mode=DISABLED)
        self._crash_at, self._begin = crash_at, np.zeros(num_envs)

    def _start(self, rows):
        self._begin[rows] = [self.generators[row].uniform(0, 9) for row in rows]

    def _advance(self, actions):
        distance = np.abs(actions - show_actions(self._observe())).sum(axis=1)  # (N,)
        return (1 - distance).astype(np.float32), self.steps + 1 >= self._crash_at

    def _observe(self):
        return _waves(self._begin + 0.1 * self.steps)

    def _info(self, terminated, truncated):
        return {"crashed": terminated.copy(), "success": truncated & ~terminated}


class TinyPurse(Purse):
    """With a budget, and a road on which every car crashes in its step number `crash_at`."""

    def __init__(self, budget: Budget, crash_at: int):
        drives = [_drive(number) for number in range(budget.demonstrations)]
        super().__init__(budget, drives, show_actions, lambda number: TinyRoad(number, crash_at))

    def spend_on(self, training: Iterable) -> dict:
        """Run it until a policy has learned once: iterations that teach a critic alone come before that."""
        return super().spend_on(_beginning(training))


def show_actions(obs: np.ndarray) -> np.ndarray:
    """The expert of the tiny road: obs (B, obs_dim) -> actions (B, 2)."""
    return obs[:, :2].copy()


def _beginning(training: Iterable) -> Iterator:
    for metrics in training:
        yield metrics
        if not isinstance(metrics, dict) or metrics.keys() - OF_THE_CRITIC:
            return


def _drive(number: int) -> Trajectory:
    obs = _waves(number + 0.1 * np.arange(MAX_STEPS + 1))  # (T + 1, obs_dim)
    rewards = np.ones(MAX_STEPS, dtype=np.float32)
    return Trajectory(obs, show_actions(obs[:-1]), rewards, terminated=False, truncated=True)


def _waves(times: np.ndarray) -> np.ndarray:
    """(B,) -> (B, obs_dim)."""
    return np.sin(times[:, None] * FREQUENCIES).astype(np.float32)
