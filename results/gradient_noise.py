"""Lesson 07: how well the policy gradient of one block points, and how much of its error is noise.

A half-trained agent acts for many blocks. In half of them, the return of each step to the very end of its
episode, less the agent's own critic, gives the right direction. In the others each estimator gives one
gradient a block. The mean cosine of single gradients with the right direction tells of noise and bias
together, that of their mean of bias alone.
"""

from collections.abc import Callable
from functools import partial
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.advantages import compute_gae, value_targets
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.clones import fresh_policy
from ilrl_course.data import Rollout
from ilrl_course.envs import CARTPOLE
from ilrl_course.measures.seeds import by_name
from ilrl_course.networks import Policy, ValueNet, make_value_net
from ilrl_course.rollout import collect_rollout, derive_seed, make_batch

SEEDS = list(range(1000, 1024))
NUM_COPIES, BLOCK, GAMMA = 32, 64, 0.99
NUM_BLOCKS, NUM_AFTER = 96, 8  # blocks that are judged or judge; blocks after them: no episode is longer
LAMBDAS = (1.0, 0.95, 0.5, 0.0)
TO_THE_BLOCK, TO_THE_END = "reward to go, in the block", "reward to go, to the end"


def critic_values(value_net: ValueNet, obs: Tensor) -> Tensor:
    """V of obs (T, N, obs_dim): (T, N)."""
    with torch.no_grad():
        return value_net(obs.flatten(0, 1)).reshape(obs.shape[:2])


def weights_of(rollout: Rollout, value_net: ValueNet) -> dict[str, Tensor]:
    """The weight (T, N) of each step of a long record, by estimator; what is cut at blocks is cut there."""
    values, next_values = (critic_values(value_net, obs) for obs in (rollout.obs, rollout.next_obs))
    ends = rollout.terminated, rollout.truncated
    complete = value_targets(rollout.rewards, next_values, *ends, GAMMA)
    found = {TO_THE_END: complete - values}

    def by_blocks(estimate: Callable) -> Tensor:
        columns = zip(
            *(part.split(BLOCK) for part in (rollout.rewards, values, next_values, *ends)), strict=True
        )
        return torch.cat([estimate(*column) for column in columns])

    found[TO_THE_BLOCK] = by_blocks(
        lambda rewards, _, after, *ends: value_targets(rewards, torch.zeros_like(after), *ends, GAMMA)
    )
    for gae_lambda in LAMBDAS:
        found[f"λ = {gae_lambda:g}"] = by_blocks(partial(compute_gae, gamma=GAMMA, gae_lambda=gae_lambda))
    return found


def gradients(policy: Policy, rollout: Rollout, weights: Tensor, blocks: range) -> Tensor:
    """The policy gradient of each of these blocks: (blocks, parameters)."""
    rows = []
    for block in blocks:
        steps = slice(block * BLOCK, (block + 1) * BLOCK)
        obs, actions = rollout.obs[steps].flatten(0, 1), rollout.actions[steps].flatten(0, 1)
        gain = (policy(obs).log_prob(actions) * weights[steps].flatten()).mean()
        rows.append(torch.cat([g.flatten() for g in torch.autograd.grad(gain, policy.parameters())]))
    return torch.stack(rows)


def directions(seed: int) -> dict[str, list[list[float]]]:
    """By estimator, with the agent's own and an untrained critic: cosines of one block, and of the mean."""
    policy, envs = fresh_policy(CARTPOLE, seed), make_batch(CARTPOLE.env_id, NUM_COPIES)
    own, untrained = (make_value_net(envs.single_observation_space, seed) for _ in range(2))
    for _ in islice(train_ppo(policy, own, envs, PPOConfig(), seed), 6):
        pass
    obs, _ = envs.reset(seed=derive_seed(seed, "directions"))
    rollout, _ = collect_rollout(policy.sampler(seed), envs, obs, (NUM_BLOCKS + NUM_AFTER) * BLOCK)
    right = gradients(policy, rollout, weights_of(rollout, own)[TO_THE_END], range(0, NUM_BLOCKS, 2)).mean(0)
    found: dict[str, list[list[float]]] = {}
    for critic in (own, untrained):
        for name, weights in weights_of(rollout, critic).items():
            judged = gradients(policy, rollout, weights, range(1, NUM_BLOCKS, 2))
            one = torch.cosine_similarity(judged, right[None], dim=1).mean()
            together = torch.cosine_similarity(judged.mean(0), right, dim=0)
            found.setdefault(name, []).append([float(one), float(together)])
    return found


def run() -> dict:
    """Cosines (seeds, critics, 2) by estimator."""
    found = by_name(run_seeds(directions, SEEDS))
    cosines = {name: np.round(values, 4).tolist() for name, values in found.items()}
    return {"seeds": SEEDS, "num_blocks": NUM_BLOCKS // 2, "cosines": cosines}
