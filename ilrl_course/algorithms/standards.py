"""One scale for all: what demonstrations show, as differences from its mean, in standard deviations.

A steering wheel turns by a tenth where pedals go all the way, and a squared error would see the pedals alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from ilrl_course.data import Actor, Trajectory

NARROWEST = 1e-3  # the deviation of a column that never changes


@dataclass(frozen=True)
class Standards:
    """Mean and deviation of each column of the observations and of the actions."""

    obs_mean: np.ndarray  # (obs_dim,) float32
    obs_std: np.ndarray  # (obs_dim,)
    action_mean: np.ndarray  # (A,)
    action_std: np.ndarray  # (A,)

    @classmethod
    def of(cls, trajectories: Iterable[Trajectory]) -> "Standards":
        """Those of some trajectories with continuous actions; raises ValueError where there are none."""
        trajectories = list(trajectories)
        if not trajectories:
            raise ValueError("no trajectories: collect at least one before measuring them")
        columns = (
            np.concatenate([t.obs[:-1] for t in trajectories]),  # (B, obs_dim)
            np.concatenate([t.actions for t in trajectories]),  # (B, A)
        )
        return cls(*(part for column in columns for part in _measured(column)))

    def see(self, obs: np.ndarray) -> np.ndarray:
        """Observations (..., obs_dim) on the common scale."""
        return (obs - self.obs_mean) / self.obs_std

    def applied_to(self, trajectory: Trajectory) -> Trajectory:
        """The same episode on the common scale."""
        actions = (trajectory.actions - self.action_mean) / self.action_std
        return replace(trajectory, obs=self.see(trajectory.obs), actions=actions)

    def undone_by(self, plan: Actor) -> Actor:
        """An actor that sees and plans on the common scale becomes one for the world.

        Its plans (B, H * A) hold any number H of actions, one after the other.
        """

        def act(obs: np.ndarray) -> np.ndarray:
            actions = plan(self.see(obs)).reshape(len(obs), -1, len(self.action_mean))  # (B, H, A)
            return (self.action_mean + self.action_std * actions).reshape(len(obs), -1)

        return act


def _measured(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean, std = column.mean(0, dtype=np.float64), column.std(0, dtype=np.float64)
    return mean.astype(np.float32), np.maximum(std, NARROWEST).astype(np.float32)
