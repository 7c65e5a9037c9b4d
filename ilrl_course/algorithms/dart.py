"""Noise injection: shake the expert's hand, so that it shows how to recover (DART, Laskey et al. 2017)."""

import numpy as np
import torch

from ilrl_course.data import Actor, Batch
from ilrl_course.rollout import VectorEnv, collect_rollout, derive_seed


def demonstrate_with_noise(
    expert: Actor, envs: VectorEnv, num_steps: int, noise_std: float, seed: int
) -> Batch:
    """T steps in each of N worlds: Gaussian noise disturbs what is done, the label is what was meant.

    Continuous actions (N, action_dim) only. Returns B = T * N steps.
    """
    rng = np.random.default_rng(seed)
    intended = []

    def shaken(obs: np.ndarray) -> np.ndarray:
        actions = expert(obs)  # (N, action_dim)
        intended.append(actions)
        return (actions + rng.normal(0.0, noise_std, actions.shape)).astype(np.float32)

    obs, _ = envs.reset(seed=derive_seed(seed, "demonstrations"))
    rollout, _ = collect_rollout(shaken, envs, obs, num_steps)
    return Batch(rollout.obs.flatten(0, 1), torch.from_numpy(np.concatenate(intended)))
