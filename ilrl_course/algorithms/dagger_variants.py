"""Variants of DAgger, to be handed to `train_dagger`: with a guard, on a budget, with unreliable labels."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ilrl_course.data import Actor, Batch, Rollout
from ilrl_course.measures.covariate_shift import distance_to_data
from ilrl_course.rollout import collect_rollout


class Guard:
    """A `rollout_fn` in which the expert also takes over wherever the learner has left the safe set.

    `is_safe` maps obs (N, obs_dim) to (N,) bool (in the spirit of SafeDAgger, Zhang and Cho 2017).
    `takeovers` counts how often a car became unsafe while the learner had the wheel.
    """

    def __init__(self, is_safe: Callable[[np.ndarray], np.ndarray]):
        self.is_safe = is_safe
        self.was_safe: np.ndarray | bool = True  # (N,) one step ago
        self.takeovers = 0

    def __call__(self, expert: Actor, learner: Actor, envs, obs: np.ndarray, num_steps, beta, rng):
        """As `mixed_rollout`."""

        def guarded(obs: np.ndarray) -> np.ndarray:
            by_chance = rng.random(len(obs)) < beta  # (N,) the mixture
            safe = self.is_safe(obs)  # (N,)
            self.takeovers += int((self.was_safe & ~safe & ~by_chance).sum())
            self.was_safe = safe
            expert_acts = by_chance | ~safe
            actions = learner(obs).copy()  # (N,) or (N, action_dim)
            actions[expert_acts] = expert(obs)[expert_acts]
            return actions

        return collect_rollout(guarded, envs, obs, num_steps)


class LabelBudget:
    """A `label_fn` that asks for only `num_labels` labels a round, where they tell most.

    One after the other, the situation farthest from all that are labeled already is chosen (greedy k-center,
    Sener and Savarese 2018, algorithm 1).
    """

    def __init__(self, num_labels: int):
        if num_labels < 1:
            raise ValueError(f"num_labels is {num_labels}: ask for at least one in each round")
        self.num_labels = num_labels
        self.labeled: Tensor | None = None  # (L, obs_dim), of all rounds

    def __call__(self, expert: Actor, rollout: Rollout) -> Batch:
        """The chosen situations, and what the expert would have done there: `num_labels` steps."""
        obs = rollout.obs.flatten(0, 1)  # (B, obs_dim)
        if len(obs) < self.num_labels:
            raise ValueError(f"{self.num_labels} labels for {len(obs)} steps: act longer, or ask for fewer")
        distance = torch.full((len(obs),), torch.inf)  # (B,)
        if self.labeled is not None:
            distance = distance_to_data(obs, self.labeled)
        chosen = []
        for _ in range(self.num_labels):
            chosen.append(int(distance.argmax()))
            distance = torch.minimum(distance, distance_to_data(obs, obs[chosen[-1:]]))
            distance[chosen[-1]] = -torch.inf  # never twice
        self.labeled = obs[chosen] if self.labeled is None else torch.cat([self.labeled, obs[chosen]])
        return Batch(obs[chosen], torch.from_numpy(expert(obs[chosen].numpy())))


class UnreliableLabels:
    """A `label_fn` of a tired expert: its labels fit the situation `delay` steps ago, and carry noise.

    Within the first `delay` steps of an episode, or of the block, they fit its first situation. The noise is
    Gaussian, for continuous actions only.
    """

    def __init__(self, delay: int = 0, noise_std: float = 0.0, seed: int = 0):
        if delay < 0 or noise_std < 0:
            raise ValueError(f"delay is {delay} and noise_std {noise_std}: neither can be negative")
        self.delay, self.noise_std = delay, noise_std
        self.rng = np.random.default_rng(seed)

    def __call__(self, expert: Actor, rollout: Rollout) -> Batch:
        """All situations, with the labels that the expert gives."""
        num_steps, num_envs = rollout.rewards.shape
        ends = rollout.terminated | rollout.truncated  # (T, N)
        start = torch.zeros(num_envs, dtype=torch.long)  # (N,) row in which the running episode began
        seen = torch.empty_like(rollout.obs)  # (T, N, obs_dim) what the expert answers to
        for t in range(num_steps):
            row = torch.maximum(start, torch.tensor(t - self.delay))
            seen[t] = rollout.obs[row, torch.arange(num_envs)]
            start[ends[t]] = t + 1
        labels = expert(seen.flatten(0, 1).numpy())
        if self.noise_std:
            if labels.dtype.kind != "f":
                raise ValueError("noise_std is for continuous actions: leave it at 0 for discrete ones")
            labels = (labels + self.rng.normal(0.0, self.noise_std, labels.shape)).astype(labels.dtype)
        return Batch(rollout.obs.flatten(0, 1), torch.from_numpy(labels))
