"""Lesson 07: the ladder from REINFORCE to PPO on CartPole, and its rungs one by one.

Added to the bare policy gradient, and taken away from PPO: what is one rung worth, with all others equal?
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.advantages import compute_gae, value_targets
from ilrl_course.algorithms.ppo import PPOConfig, clipped_loss, train_ppo
from ilrl_course.clones import fresh_policy
from ilrl_course.envs import CARTPOLE
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import make_value_net
from ilrl_course.notebook.progress import trace
from ilrl_course.rollout import derive_seed, make_batch

SEEDS = list(range(1000, 1024))
NUM_COPIES = 32


def reward_to_go(rewards, values, next_values, terminated, truncated, gamma, gae_lambda) -> Tensor:
    """The weights of REINFORCE, (T, N): no critic."""
    return value_targets(rewards, torch.zeros_like(values), terminated, truncated, gamma)


def unclipped_loss(policy, obs, actions, old_log_probs, advantages, clip_coef) -> Tensor:
    """The policy gradient's loss, for data of an older policy corrected by the ratio."""
    ratio = (policy(obs).log_prob(actions) - old_log_probs).exp()
    return -(ratio * advantages).mean()


@dataclass(frozen=True)
class Rungs:
    """Which steps of the ladder are taken."""

    gae: bool = True
    ten_passes: bool = True
    clip: bool = True
    normalized: bool = True

    @property
    def config(self) -> PPOConfig:
        """The settings that follow from them."""
        return PPOConfig(
            num_epochs=10 if self.ten_passes else 1,
            vf_coef=0.5 if self.gae else 0.0,
            normalize_advantages=self.normalized,
        )

    @property
    def functions(self) -> dict[str, Callable]:
        """The functions that follow from them."""
        return {
            "advantage_fn": compute_gae if self.gae else reward_to_go,
            "policy_loss_fn": clipped_loss if self.clip else unclipped_loss,
        }


BARE, PPO = Rungs(gae=False, ten_passes=False, clip=False, normalized=False), Rungs()
LADDERS = {
    "REINFORCE": BARE,
    "with GAE": replace(BARE, gae=True),
    "ten passes": replace(BARE, gae=True, ten_passes=True),
    "clipped": replace(PPO, normalized=False),
    "PPO": PPO,
    "only ten passes": replace(BARE, ten_passes=True),
    "only ten passes and the clip": replace(BARE, ten_passes=True, clip=True),
    "only normalized": replace(BARE, normalized=True),
    "PPO without GAE": replace(PPO, gae=False),
    "PPO with one pass": replace(PPO, ten_passes=False),
    "PPO without the clip": replace(PPO, clip=False),
    "PPO, advantages as they are": replace(PPO, normalized=False),
}


def learn(seed: int, rungs: Rungs) -> list[float]:
    """Mean returns of 100 fresh episodes, at first and after each fifth of 40,960 steps: (6,)."""
    policy, envs = fresh_policy(CARTPOLE, seed), make_batch(CARTPOLE.env_id, NUM_COPIES)
    value_net = make_value_net(envs.single_observation_space, seed)

    def examine(iteration: int) -> dict[str, float]:
        fresh_seed = derive_seed(seed, f"after {iteration} iterations")
        return {"return": evaluate(policy.act, CARTPOLE.env_id, 100, fresh_seed).mean_return}

    training = train_ppo(policy, value_net, envs, rungs.config, seed, **rungs.functions)
    return [row["return"] for row in trace(training, examine, every=4)]


def run() -> dict:
    """Mean returns (seeds, 6) by variant."""
    found = {name: run_seeds(learn, SEEDS, rungs=rungs) for name, rungs in LADDERS.items()}
    return {"seeds": SEEDS, "returns": {name: np.round(runs, 2).tolist() for name, runs in found.items()}}
