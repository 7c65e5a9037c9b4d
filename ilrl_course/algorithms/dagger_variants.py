"""Variants of DAgger: with a guard, with fewer labels, with unreliable ones; to be handed to `train_dagger`."""

from collections.abc import Callable

import numpy as np
import torch

from ilrl_course.algorithms.dagger import label_rollout, mixed_rollout
from ilrl_course.data import Actor, Batch, Rollout


class Guard:
    """A `rollout_fn` in which the expert takes over wherever the learner has left the safe set.

    `is_safe` maps obs (N, obs_dim) to (N,) bool, as in SafeDAgger (Zhang and Cho 2017). `takeovers` and
    `guarded_steps` count what the expert had to do.
    """

    def __init__(self, is_safe: Callable[[np.ndarray], np.ndarray]):
        self.is_safe = is_safe
        self.takeovers = self.guarded_steps = 0

    def __call__(self, expert, learner, envs, obs, num_steps, beta, rng):
        was_safe = np.ones(len(obs), dtype=bool)  # (N,)

        def guarded(obs: np.ndarray) -> np.ndarray:
            nonlocal was_safe
            safe = self.is_safe(obs)  # (N,)
            self.guarded_steps += int((~safe).sum())
            self.takeovers += int((was_safe & ~safe).sum())
            was_safe = safe
            actions = learner(obs).copy()
            actions[~safe] = expert(obs)[~safe]
            return actions

        return mixed_rollout(expert, guarded, envs, obs, num_steps, beta, rng)


def label_some(every: int) -> Callable:
    def label_fn(expert: Actor, rollout: Rollout) -> Batch:
        obs = rollout.obs[::every].flatten(0, 1)
        return Batch(obs, torch.from_numpy(expert(obs.numpy())))
    return label_fn

class Novel:
    def __init__(self, budget, cols): self.budget=budget; self.seen=None; self.cols=cols
    def __call__(self, expert, rollout):
        obs = rollout.obs.flatten(0,1)
        chosen=[]
        x=obs[:,self.cols]
        d = torch.full((len(obs),), 1e9) if self.seen is None else torch.cdist(x, self.seen).min(1).values
        for _ in range(self.budget):
            i=int(d.argmax()); chosen.append(i)
            d=torch.minimum(d, (x-x[i]).norm(dim=1))
        self.seen = x[chosen] if self.seen is None else torch.cat([self.seen,x[chosen]])
        o=obs[chosen]
        return Batch(o, torch.from_numpy(expert(o.numpy())))

def label_late(delay: int) -> Callable:
    """A `label_fn` of an expert who answers `delay` steps late: what it says fits an earlier situation."""

    def label_fn(expert: Actor, rollout: Rollout) -> Batch:
        over = rollout.terminated | rollout.truncated  # (T, N)
        seen = rollout.obs.clone()
        for t in range(1, len(seen)):
            pass
        T=len(rollout.obs)
        # index of episode start
        start = torch.zeros_like(over, dtype=torch.long)
        for t in range(1, T):
            start[t] = torch.where(over[t-1], t, start[t-1])
        t = torch.arange(T)[:,None]
        late = torch.maximum(t - delay, start)
        obs_late = rollout.obs[late, torch.arange(rollout.obs.shape[1])[None]]
        return Batch(rollout.obs.flatten(0,1), torch.from_numpy(expert(obs_late.flatten(0,1).numpy())))
    return label_fn
