"""Proximal policy optimization: many steps on each block, none of them far (Schulman et al. 2017)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import isfinite

import torch
from torch import Tensor, nn

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.algorithms.experience import Experience, approx_kl, assess, diagnose
from ilrl_course.networks import Policy, ValueNet
from ilrl_course.rollout import VectorEnv, collect_rollout, derive_seed


@dataclass(frozen=True)
class PPOConfig:
    """How much experience, and how to learn from it."""

    num_iterations: int = 20  # of acting and learning
    num_steps: int = 64  # T: steps of each copy of the world in an iteration
    num_epochs: int = 10  # passes over the T * N steps
    minibatch_size: int = 512  # steps in a gradient step
    learning_rate: float = 4e-3  # of Adam, at first; it falls to 0 in a straight line
    gamma: float = 0.99  # discount
    gae_lambda: float = 0.95  # from 0, trust the critic, to 1, trust what happened
    clip_coef: float = 0.2  # how far the ratio may leave 1 and still be rewarded
    vf_coef: float = 0.5  # weight of the critic's loss
    ent_coef: float = 0.0  # weight of the entropy
    normalize_advantages: bool = True  # to mean 0 and standard deviation 1 in each minibatch
    max_grad_norm: float = 0.5  # longer gradients, of the actor and of the critic, are cut to this
    target_kl: float | None = None  # beyond it, the epochs of an iteration end early

    def __post_init__(self):
        wild = [name for name, value in vars(self).items() if value is not None and not isfinite(value)]
        if wild:
            raise ValueError(
                f"{self}: {' and '.join(wild)} should be finite; for no limit, take a large number"
            )
        whole = self.num_iterations, self.num_steps, self.num_epochs, self.minibatch_size
        if min(whole) < 1 or not self.learning_rate > 0:
            raise ValueError(
                f"{self}: iterations, steps, epochs and minibatches start at 1, the rate above 0"
            )
        if not (0 <= self.gamma <= 1 and 0 <= self.gae_lambda <= 1 and self.clip_coef > 0):
            raise ValueError(f"{self}: gamma and gae_lambda are in [0, 1], clip_coef is above 0")
        if not (self.vf_coef >= 0 and self.ent_coef >= 0 and self.max_grad_norm > 0):
            raise ValueError(f"{self}: vf_coef and ent_coef are not negative, max_grad_norm is above 0")
        if self.target_kl is not None and not self.target_kl > 0:
            raise ValueError(f"{self}: target_kl is above 0, or None for no early end")


def clipped_loss(
    policy: Policy, obs: Tensor, actions: Tensor, old_log_probs: Tensor, advantages: Tensor, clip_coef: float
) -> Tensor:
    """The clipped objective (Schulman et al. 2017, eq. 7), negative, to be minimized.

    obs (B, obs_dim), actions (B, ...), old_log_probs and advantages (B,) -> ().
    """
    log_probs = policy(obs).log_prob(actions)  # (B,)
    ratio = (log_probs - old_log_probs).exp()  # (B,)
    clipped = ratio.clamp(1 - clip_coef, 1 + clip_coef)  # (B,)
    return -torch.min(ratio * advantages, clipped * advantages).mean()


def ppo_loss(
    policy: Policy,
    value_net: ValueNet,
    experience: Experience,
    config: PPOConfig,
    policy_loss_fn: Callable = clipped_loss,
) -> tuple[Tensor, dict[str, float]]:
    """Actor's and critic's loss on B steps, weighted, less the bonus for entropy; and its parts."""
    advantages = experience.advantages  # (B,)
    if config.normalize_advantages:
        advantages = (advantages - advantages.mean()) / (advantages.std(correction=0) + 1e-8)
    actor = policy_loss_fn(
        policy, experience.obs, experience.actions, experience.log_probs, advantages, config.clip_coef
    )
    critic = (value_net(experience.obs) - experience.returns).square().mean()
    loss = actor + config.vf_coef * critic
    if config.ent_coef:
        loss = loss - config.ent_coef * policy(experience.obs).entropy().mean()
    return loss, {"policy_loss": actor.item(), "value_loss": critic.item()}


def ppo_update(
    policy: Policy,
    value_net: ValueNet,
    optimizer: torch.optim.Optimizer,
    experience: Experience,
    config: PPOConfig,
    policy_loss_fn: Callable = clipped_loss,
    extra_loss: Tensor | float = 0.0,
) -> dict[str, float]:
    """One gradient step, in place, on a minibatch of B steps; returns the loss's parts before the step."""
    loss, parts = ppo_loss(policy, value_net, experience, config, policy_loss_fn)
    optimizer.zero_grad()
    (loss + extra_loss).backward()
    # apart, so that a critic that errs a lot does not hold the actor back
    for network in (policy, value_net):
        nn.utils.clip_grad_norm_(network.parameters(), config.max_grad_norm)
    optimizer.step()
    return parts


def train_ppo(
    policy: Policy,
    value_net: ValueNet,
    envs: VectorEnv,
    config: PPOConfig,
    seed: int,
    advantage_fn: Callable = compute_gae,
    policy_loss_fn: Callable = clipped_loss,
    extra_loss_fn: Callable | None = None,
    reward_fn: Callable | None = None,
) -> Iterator[dict[str, float]]:
    """Improve both networks, in place, by acting in the N worlds; yields metrics each iteration.

    `extra_loss_fn(policy, experience, iteration)` is added to the loss of every minibatch. Rewards (T, N) are
    those of `reward_fn(rollout)`, or else the world's. The metrics: those of `diagnose`, the last loss's
    parts, and so far `env_steps`, and `crashes` while training. Stopped early, both keep what they learned.
    """
    parameters = [*policy.parameters(), *value_net.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=config.learning_rate, fused=True)
    generator = torch.Generator().manual_seed(derive_seed(seed, "minibatches"))
    actor = policy.sampler(derive_seed(seed, "actions"))
    obs, _ = envs.reset(seed=derive_seed(seed, "training"))
    env_steps = crashes = 0
    for iteration in range(config.num_iterations):
        optimizer.param_groups[0]["lr"] = config.learning_rate * (1 - iteration / config.num_iterations)
        rollout, obs = collect_rollout(actor, envs, obs, config.num_steps)
        if reward_fn:
            rollout = replace(rollout, rewards=reward_fn(rollout))
        experience = assess(rollout, policy, value_net, config.gamma, config.gae_lambda, advantage_fn)
        for _ in range(config.num_epochs):
            for rows in torch.randperm(len(experience), generator=generator).split(config.minibatch_size):
                minibatch = experience[rows]
                extra = extra_loss_fn(policy, minibatch, iteration) if extra_loss_fn else 0.0
                parts = ppo_update(policy, value_net, optimizer, minibatch, config, policy_loss_fn, extra)
            if config.target_kl is not None and approx_kl(policy, experience) > config.target_kl:
                break
        env_steps += len(experience)
        crashes += int(rollout.crashed.sum())
        so_far = {"env_steps": env_steps, "crashes": crashes}
        yield diagnose(policy, experience, config.clip_coef) | parts | so_far
