"""A block of steps, ready to be learned from: what was done, how likely it was, how good it turned out."""

from collections.abc import Callable
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from ilrl_course.algorithms.advantages import compute_gae, lambda_returns
from ilrl_course.data import Rollout
from ilrl_course.networks import Policy, ValueNet


@dataclass(frozen=True)
class Experience:
    """B = T * N steps, and what is known about them when learning begins; nothing carries a gradient."""

    obs: Tensor  # (B, obs_dim)
    actions: Tensor  # (B,) or (B, action_dim)
    log_probs: Tensor  # (B,) under the policy that acted
    values: Tensor  # (B,) the critic's forecast at that time
    advantages: Tensor  # (B,)
    returns: Tensor  # (B,) what the critic should have said: its targets

    def __len__(self) -> int:
        return len(self.obs)

    def __getitem__(self, rows) -> "Experience":
        return Experience(*(getattr(self, field.name)[rows] for field in fields(self)))


@torch.no_grad()
def assess(
    rollout: Rollout,
    policy: Policy,
    value_net: ValueNet,
    gamma: float,
    gae_lambda: float,
    advantage_fn: Callable = compute_gae,
) -> Experience:
    """How likely and how good every step of a block was, by the networks that are about to learn.

    The critic's targets are the lambda-returns, whatever weighs the actor's steps.
    """
    shape = rollout.rewards.shape
    obs, actions = rollout.obs.flatten(0, 1), rollout.actions.flatten(0, 1)  # (B, ...)
    values = value_net(obs).reshape(shape)  # (T, N)
    next_values = value_net(rollout.next_obs.flatten(0, 1)).reshape(shape)
    ends = rollout.terminated, rollout.truncated
    outcome = rollout.rewards, values, next_values, *ends, gamma, gae_lambda
    return Experience(
        obs=obs,
        actions=actions,
        log_probs=policy(obs).log_prob(actions),
        values=values.flatten(),
        advantages=advantage_fn(*outcome).flatten(),
        returns=lambda_returns(*outcome).flatten(),
    )


@torch.no_grad()
def approx_kl(policy: Policy, experience: Experience) -> float:
    """About how far the policy is from the one that acted, in nats: mean of (ratio - 1) - log ratio.

    Never negative, and its mean is KL(the one that acted || policy) (Schulman 2020, estimator k3).
    """
    log_ratio = policy(experience.obs).log_prob(experience.actions) - experience.log_probs  # (B,)
    return float((log_ratio.exp() - 1 - log_ratio).mean())


@torch.no_grad()
def diagnose(policy: Policy, experience: Experience, clip_coef: float) -> dict[str, float]:
    """What practitioners watch, after an iteration's learning.

    `approx_kl`; `clip_fraction`, the share of steps whose ratio is out of the clip range; `entropy` in nats;
    `explained_variance`, 1 if the critic had forecast the returns exactly, 0 if no better than their mean.
    """
    distribution = policy(experience.obs)
    ratio = (distribution.log_prob(experience.actions) - experience.log_probs).exp()  # (B,)
    errors = experience.returns - experience.values  # (B,)
    unexplained = errors.var(correction=0) / (experience.returns.var(correction=0) + 1e-8)
    return {
        "approx_kl": approx_kl(policy, experience),
        "clip_fraction": float(((ratio - 1).abs() > clip_coef).float().mean()),
        "entropy": float(distribution.entropy().mean()),
        "explained_variance": float(1 - unexplained),
    }
