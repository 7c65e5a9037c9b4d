"""Whole episodes side by side, padded to one length: where a line, and not a step, is what is judged."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from ilrl_course.data import Trajectory
from ilrl_course.networks import Policy


@dataclass(frozen=True)
class Episodes:
    """E whole episodes of at most T steps; behind the end of one, its rows are zeros and not `running`."""

    obs: Tensor  # (E, T, obs_dim) float32: what was seen before each step
    actions: Tensor  # (E, T) int64, or (E, T, action_dim) float32
    next_obs: Tensor  # (E, T, obs_dim) float32: what each step led to
    running: Tensor  # (E, T) bool: is it a step of the episode, or padding?

    def __post_init__(self):
        shapes = {tuple(getattr(self, field.name).shape[:2]) for field in fields(self)}
        if len(shapes) > 1 or self.next_obs.shape != self.obs.shape:
            raise ValueError(
                f"obs have shape {tuple(self.obs.shape)}, next_obs {tuple(self.next_obs.shape)}, actions "
                f"{tuple(self.actions.shape)}, running {tuple(self.running.shape)}: each step needs one of "
                "each"
            )

    def __len__(self) -> int:
        return len(self.obs)

    def __getitem__(self, rows) -> "Episodes":
        """Some of the episodes; the one at a single place, as in `episodes[3]`, makes E = 1."""
        rows = as_rows(rows)
        return Episodes(*(getattr(self, field.name)[rows] for field in fields(self)))


def as_rows(rows):
    """An index that keeps the axis of the episodes: a single place becomes a list of one."""
    return rows if isinstance(rows, slice) or np.ndim(rows) else [int(rows)]


def pad_episodes(trajectories: Sequence[Trajectory], num_steps: int | None = None) -> Episodes:
    """Some trajectories as `Episodes` of `num_steps` steps, or else of as many as the longest one has."""
    longest = max(map(len, trajectories), default=0)
    if not longest or (num_steps is not None and num_steps < longest):
        raise ValueError(
            f"{len(trajectories)} trajectories of at most {longest} steps do not fit in {num_steps} steps: "
            "pass at least one, and room for the longest"
        )
    shape = len(trajectories), num_steps or longest
    first = trajectories[0]
    obs = np.zeros((*shape, *first.obs.shape[1:]), dtype=np.float32)
    next_obs = np.zeros_like(obs)
    actions = np.zeros((*shape, *first.actions.shape[1:]), dtype=first.actions.dtype)
    running = np.zeros(shape, dtype=bool)
    for row, trajectory in enumerate(trajectories):
        steps = row, slice(len(trajectory))
        obs[steps], next_obs[steps] = trajectory.obs[:-1], trajectory.obs[1:]
        actions[steps], running[steps] = trajectory.actions, True
    return Episodes(*map(torch.from_numpy, (obs, actions, next_obs, running)))


def log_probs_of(policy: Policy, episodes: Episodes) -> Tensor:
    """How likely the policy is to act as in each episode: the sum of log pi over its own steps, (E,)."""
    distribution = policy(episodes.obs.flatten(0, 1))
    log_probs = distribution.log_prob(episodes.actions.flatten(0, 1))  # (E * T,)
    return (log_probs.reshape(episodes.running.shape) * episodes.running).sum(1)


def kl_of(policy: Policy, reference: Policy, episodes: Episodes) -> Tensor:
    """How far the policy has gone from the reference: KL(policy || reference), in nats, in each episode (E,).

    The exact KLs of the steps, summed. Over episodes of the policy's own their mean estimates the KL of whole
    episodes, with less noise than the log-ratios of the actions would.
    """
    obs = episodes.obs.flatten(0, 1)
    kl = reference(obs).kl_from(policy(obs))  # (E * T,)
    return (kl.reshape(episodes.running.shape) * episodes.running).sum(1)
