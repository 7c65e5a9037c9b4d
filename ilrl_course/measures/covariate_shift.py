"""Covariate shift, measured: where a learner goes, and how its mistakes add up while it goes there."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from ilrl_course.data import Actor, Trajectory
from ilrl_course.rollout import collect_trajectories


def collect_after_hand_over(
    learner: Actor, expert: Actor, env_id: str, num_episodes: int, num_expert_steps: int, seed: int, **options
) -> list[Trajectory]:
    """Episodes in which the expert acts first; returned is what happens from the learner's first step on.

    So the learner starts in situations that the expert has chosen. Raises ValueError if an episode ends
    before the learner had its turn.
    """
    num_calls = 0

    def relay(obs: np.ndarray) -> np.ndarray:
        nonlocal num_calls
        num_calls += 1
        return expert(obs) if num_calls <= num_expert_steps else learner(obs)

    trajectories = collect_trajectories(relay, env_id, num_episodes, seed, **options)
    shortest = min(len(trajectory) for trajectory in trajectories)
    if shortest <= num_expert_steps:
        raise ValueError(
            f"an episode is over after {shortest} steps, before the learner takes over after "
            f"{num_expert_steps}: hand over earlier"
        )
    first = num_expert_steps
    return [
        replace(t, obs=t.obs[first:], actions=t.actions[first:], rewards=t.rewards[first:])
        for t in trajectories
    ]


def cost_by_horizon(
    trajectories: Sequence[Trajectory], expert: Actor, horizons: Sequence[int], tolerance: float = 0.3
) -> np.ndarray:
    """Mean number of mistakes in the first T steps of an episode, for each horizon T: (len(horizons),).

    A step is a mistake if any part of the action, (T, action_dim), is farther than `tolerance` from what the
    expert would have done there. Every step after the end of the episode is one too: so choose horizons
    within the time limit. That is the cost of Ross and Bagnell (2010, sec. 2), the expert's own being 0.
    """
    if not len(trajectories) or min(horizons) < 1:
        raise ValueError(f"{len(trajectories)} episodes, horizons {horizons}: give at least one, from 1 on")
    costs = np.ones((len(trajectories), max(horizons)))  # (E, T)
    for row, trajectory in zip(costs, trajectories, strict=True):
        distance = np.abs(trajectory.actions - expert(trajectory.obs[:-1])).max(axis=1)  # (steps,)
        mistakes = (distance > tolerance)[: len(row)]
        row[: len(mistakes)] = mistakes
    costs_so_far = costs.mean(axis=0).cumsum()  # (T,)
    return costs_so_far[np.asarray(horizons) - 1]


def growth_exponent(horizons: Sequence[int], costs: np.ndarray) -> float:
    """The exponent k of the power law costs = b * horizons**k that fits best on logarithmic axes.

    Both (H,), and above 0.
    """
    if np.min(costs) <= 0:
        raise ValueError(f"costs are {costs}: only numbers above 0 have a logarithm")
    slope, _ = np.polyfit(np.log(horizons), np.log(costs), deg=1)
    return float(slope)


def distance_to_data(obs: Tensor, data: Tensor) -> Tensor:
    """Euclidean distance from each row of obs (B, obs_dim) to its nearest row of data (D, obs_dim): (B,)."""
    exact = "donot_use_mm_for_euclid_dist"  # the faster way rounds small distances
    return torch.cdist(obs, data, compute_mode=exact).min(dim=1).values
