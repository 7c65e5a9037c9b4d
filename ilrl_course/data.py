"""The containers that every lesson passes around: an episode, a batch of steps, a block of parallel steps."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

Actor = Callable[[np.ndarray], np.ndarray]
"""Anything that acts: obs (B, obs_dim) -> actions (B,) int64 or (B, action_dim) float32."""


@dataclass(frozen=True)
class Trajectory:
    """One episode of T steps, from reset to its end."""

    obs: np.ndarray  # (T + 1, obs_dim) float32: what was seen, the last observation included
    actions: np.ndarray  # (T,) int64, or (T, action_dim) float32
    rewards: np.ndarray  # (T,) float32
    terminated: bool  # the world ended it: what comes after is worth nothing
    truncated: bool  # the clock ended it: life would have gone on, unless it is terminated, too
    crashed: bool = False
    success: bool = False

    def __post_init__(self):
        num_steps = len(self.rewards)
        if len(self.obs) != num_steps + 1 or len(self.actions) != num_steps:
            raise ValueError(
                f"a trajectory of {num_steps} rewards needs {num_steps} actions and {num_steps + 1} "
                f"observations (the last one included), got {len(self.actions)} and {len(self.obs)}"
            )

    def __len__(self) -> int:
        return len(self.rewards)

    @property
    def total_reward(self) -> float:
        """The undiscounted return of the episode."""
        return float(self.rewards.sum())


@dataclass(frozen=True)
class Batch:
    """B steps torn out of their episodes, as supervised learning wants them."""

    obs: Tensor  # (B, obs_dim) float32
    actions: Tensor  # (B,) int64, or (B, action_dim) float32

    def __post_init__(self):
        if len(self.obs) != len(self.actions):
            raise ValueError(f"{len(self.obs)} observations, but {len(self.actions)} actions")

    def __len__(self) -> int:
        return len(self.obs)

    def __getitem__(self, rows) -> "Batch":
        return Batch(self.obs[rows], self.actions[rows])


@dataclass(frozen=True)
class Rollout:
    """T steps of N worlds side by side; episodes begin and end within a column."""

    obs: Tensor  # (T, N, obs_dim) float32
    actions: Tensor  # (T, N) int64, or (T, N, action_dim) float32
    rewards: Tensor  # (T, N) float32
    next_obs: Tensor  # (T, N, obs_dim) float32: what followed, before any reset
    terminated: Tensor  # (T, N) bool
    truncated: Tensor  # (T, N) bool
    crashed: Tensor  # (T, N) bool


@dataclass(frozen=True)
class Transitions(Batch):
    """B steps with what they led to, as adversarial imitation wants them."""

    next_obs: Tensor  # (B, obs_dim) float32
    terminated: Tensor  # (B,) bool: did the world end the episode there? A time limit does not count
    absorbed: Tensor  # (B,) bool: is it a step after the end, in which nothing moves any more?

    def __post_init__(self):
        super().__post_init__()
        flags = self.terminated.shape, self.absorbed.shape
        if self.next_obs.shape != self.obs.shape or set(flags) != {self.obs.shape[:1]}:
            raise ValueError(
                f"observations have shape {tuple(self.obs.shape)}, next_obs {tuple(self.next_obs.shape)}, "
                f"terminated and absorbed {' and '.join(str(tuple(flag)) for flag in flags)}: "
                "each step needs one of each"
            )

    def __getitem__(self, rows) -> "Transitions":
        return Transitions(*(column[rows] for column in vars(self).values()))


@dataclass(frozen=True)
class TabularMDP:
    """A world of S states and A actions that is known completely, for dynamic programming.

    A row of `transitions` belongs to one state and one action; row `s * A + a` to action a in state s. From a
    terminal state nothing leads on: its rows are zero. The time limit is not part of the table.
    """

    transitions: csr_array  # (S * A, S) probabilities of the next state; dense works as well
    terminal: np.ndarray  # (S,) bool: is the episode over there?
    rewards: np.ndarray  # (S,) for arriving
    features: np.ndarray  # (S, F) for arriving
    start: np.ndarray  # (S,) distribution of the first state


def stack_steps(trajectories: Iterable[Trajectory]) -> Batch:
    """All (obs, action) pairs of some trajectories, in order; an episode's last observation has no action."""
    trajectories = list(trajectories)
    if not trajectories:
        raise ValueError("no trajectories: collect at least one before training on them")
    obs = np.concatenate([t.obs[:-1] for t in trajectories])  # (B, obs_dim)
    actions = np.concatenate([t.actions for t in trajectories])  # (B,) or (B, action_dim)
    return Batch(torch.from_numpy(obs), torch.from_numpy(actions))


def stack_transitions(trajectories: Iterable[Trajectory]) -> Transitions:
    """All steps of some trajectories, in order, with what each led to; only a termination ends a life."""
    trajectories = list(trajectories)
    steps = stack_steps(trajectories)
    next_obs = np.concatenate([t.obs[1:] for t in trajectories])  # (B, obs_dim)
    terminated = torch.zeros(len(steps), dtype=torch.bool)
    last_rows = np.cumsum([len(t) for t in trajectories]) - 1
    terminated[last_rows] = torch.tensor([t.terminated for t in trajectories])
    after = torch.from_numpy(next_obs), terminated, torch.zeros_like(terminated)
    return Transitions(steps.obs, steps.actions, *after)


def flatten_rollout(rollout: Rollout) -> Transitions:
    """The B = T * N steps of a block, with what each led to."""
    columns = rollout.obs, rollout.actions, rollout.next_obs, rollout.terminated
    columns = [column.flatten(0, 1) for column in columns]
    return Transitions(*columns, absorbed=torch.zeros_like(columns[-1]))


def concatenate(batches: Iterable[Batch]) -> Batch:
    """All steps of some batches of one kind, in order."""
    batches = list(batches)
    if not batches:
        raise ValueError("no batches: collect at least one before training on them")
    columns = zip(*(vars(batch).values() for batch in batches), strict=True)
    return type(batches[0])(*map(torch.cat, columns))


def discounted_return(rewards: np.ndarray, gamma: float) -> float:
    """Sum of gamma**t * rewards[t] over t = 0 .. T - 1 (Sutton and Barto 2018, eq. 3.11); rewards (T,)."""
    total = 0.0
    for reward in reversed(rewards):
        total = reward + gamma * total
    return float(total)


def split_by_episode(
    trajectories: Sequence[Trajectory], validation_fraction: float, seed: int
) -> tuple[list[Trajectory], list[Trajectory]]:
    """Training and validation episodes: whole episodes, shuffled, none in both, at least one in each."""
    if len(trajectories) < 2:
        raise ValueError(f"{len(trajectories)} episode(s) cannot be split: record at least 2")
    order = np.random.default_rng(seed).permutation(len(trajectories))
    num_validation = round(validation_fraction * len(trajectories))
    num_validation = min(max(num_validation, 1), len(trajectories) - 1)
    validation = [trajectories[i] for i in order[:num_validation]]
    training = [trajectories[i] for i in order[num_validation:]]
    return training, validation
