"""Action chunks: predict the next H actions, and execute some of them (Zhao et al. 2023, ACT).

For a policy a chunk is one long action, with H times as many parts, so any policy can be trained on chunks.
"""

from collections.abc import Callable, Iterable

import numpy as np
import torch
from torch import Tensor

from ilrl_course.data import Actor, Batch, Trajectory
from ilrl_course.networks import Policy


def stack_chunks(trajectories: Iterable[Trajectory], horizon: int) -> Batch:
    """For each step, what was done in it and in the horizon - 1 steps after it: actions (B, horizon * A).

    Behind the end of an episode nobody acted: there the parts of a chunk are NaN.
    """
    if horizon < 1:
        raise ValueError(f"horizon is {horizon}: a chunk holds at least the present action")
    trajectories = list(trajectories)
    if not trajectories:
        raise ValueError("no trajectories: collect at least one before training on them")
    chunks = []
    for trajectory in trajectories:
        behind = np.full((horizon - 1, *trajectory.actions.shape[1:]), np.nan, dtype=np.float32)
        padded = np.concatenate([trajectory.actions, behind])  # (T + horizon - 1, A)
        steps = np.arange(len(trajectory))[:, None] + np.arange(horizon)  # (T, horizon)
        chunks.append(padded[steps].reshape(len(trajectory), -1))
    obs = np.concatenate([trajectory.obs[:-1] for trajectory in trajectories])  # (B, obs_dim)
    return Batch(torch.from_numpy(obs), torch.from_numpy(np.concatenate(chunks)))


def squared_error_loss(policy: Policy, obs: Tensor, actions: Tensor) -> Tensor:
    """Mean squared distance of the policy's favorite from what was done; parts that are NaN count 0 -> ()."""
    errors = (policy(obs).mode - actions).nan_to_num()  # (B, A)
    return errors.square().sum(1).mean()


def chunk_step(
    plans: np.ndarray, ages: np.ndarray, fresh: np.ndarray, begins: np.ndarray, num_executed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What N worlds do now, each by its plan: actions (N, A), plans (N, H, A) and ages (N,) to go on with.

    A plan's age says how many of its actions have been executed. Where an episode begins, or where
    `num_executed` actions have been, the fresh plan (N, H, A) is taken.
    """
    renewed = begins | (ages >= num_executed)  # (N,)
    plans = np.where(renewed[:, None, None], fresh, plans)
    ages = np.where(renewed, 0, ages)
    actions = plans[np.arange(len(plans)), ages]  # (N, A)
    return actions, plans, ages + 1


def average_plans(plans: np.ndarray, known: np.ndarray, decay: float) -> np.ndarray:
    """What the last P plans say about the present step, averaged: actions (N, A).

    plans (P, N, H, A), the oldest first, were made in successive steps, the last one now; `known` (P, N) says
    which ones belong to the present episode. The weights are in proportion to exp(-decay * p), so that of the
    oldest is the largest (Zhao et al. 2023, temporal ensembling).
    """
    oldest_first = np.arange(len(plans))  # (P,)
    proposals = plans[oldest_first, :, oldest_first[::-1]]  # (P, N, A)
    weights = np.exp(-decay * oldest_first)[:, None] * known  # (P, N)
    weights = weights / weights.sum(0)
    return (weights[:, :, None] * proposals).sum(0)


class ChunkedActor:
    """Executes the first `num_executed` actions of each plan, and then asks for a new one.

    Made anew for each block of episodes, which begin at the first call; `restart` tells where later ones do.
    """

    def __init__(self, plan: Actor, horizon: int, num_executed: int, step_fn: Callable = chunk_step):
        if not 1 <= num_executed <= horizon:
            raise ValueError(
                f"num_executed is {num_executed}: execute from 1 to horizon = {horizon} actions of a plan"
            )
        self.plan, self.horizon, self.num_executed, self.step_fn = plan, horizon, num_executed, step_fn
        self.plans = self.ages = None  # (N, H, A) and (N,)
        self.begins: bool | np.ndarray = True  # in all worlds, or (N,)

    def restart(self, rows: np.ndarray) -> None:
        """In these worlds, (N,) bool, the next call is the first one of an episode."""
        self.begins = self.begins | rows

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """As an actor."""
        fresh = self.plan(obs).reshape(len(obs), self.horizon, -1)
        if self.plans is None:
            self.plans, self.ages = fresh, np.zeros(len(obs), dtype=np.int64)
        begins = np.broadcast_to(self.begins, len(obs))  # (N,)
        actions, self.plans, self.ages = self.step_fn(self.plans, self.ages, fresh, begins, self.num_executed)
        self.begins = False
        return actions


class EnsemblingActor:
    """Plans anew in each step, and does what the plans that overlap say on average.

    Made anew for each block of episodes, which begin at the first call; `restart` tells where later ones do.
    """

    def __init__(self, plan: Actor, horizon: int, decay: float, average_fn: Callable = average_plans):
        self.plan, self.horizon, self.decay, self.average_fn = plan, horizon, decay, average_fn
        self.plans: list[np.ndarray] = []  # of (N, H, A), the oldest first
        self.known: list[np.ndarray] = []  # of (N,) bool: are they of the present episode?

    def restart(self, rows: np.ndarray) -> None:
        """In these worlds, (N,) bool, the next call is the first one of an episode."""
        self.known = [known & ~rows for known in self.known]

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """As an actor."""
        fresh = self.plan(obs).reshape(len(obs), self.horizon, -1)
        self.plans = [*self.plans, fresh][-self.horizon :]
        self.known = [*self.known, np.ones(len(obs), dtype=bool)][-self.horizon :]
        actions = self.average_fn(np.stack(self.plans), np.stack(self.known), self.decay)
        return actions.astype(fresh.dtype)
