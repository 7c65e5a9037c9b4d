"""Adversarial imitation: a discriminator learns to tell expert from learner, and PPO learns to deceive it.

This is what GAIL (Ho and Ermon 2016, algorithm 1) and AIRL (Fu, Luo and Levine 2018, algorithm 1) share. One
convention holds throughout: `expert_logits` are high where the discriminator believes that the expert acted,
so D = sigmoid(expert_logits) is the probability of the expert.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ilrl_course.algorithms.absorbing import add_what_follows, with_absorbing
from ilrl_course.algorithms.evidence import Evidence, as_executed
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.data import Rollout, Transitions, concatenate, flatten_rollout
from ilrl_course.networks import Policy, ValueNet
from ilrl_course.rollout import VectorEnv, derive_seed


@dataclass(frozen=True)
class AdversarialConfig(PPOConfig):
    """How PPO learns, and how fast the discriminator does."""

    num_iterations: int = 60  # of acting and learning, of discriminator and policy
    num_steps: int = 16  # T: steps of each copy of the world in an iteration
    minibatch_size: int = 256  # of PPO
    learning_rate: float = 3e-3  # of PPO
    num_discriminator_updates: int = 16  # gradient steps in each iteration
    discriminator_minibatch_size: int = 512  # steps in each of them, half of them the expert's
    discriminator_learning_rate: float = 1e-2  # of AdamW
    discriminator_weight_decay: float = 0.0  # of AdamW
    remembered_share: float = 0.0  # of the learner's steps in a minibatch: from all iterations so far
    absorbing_ends: bool = True  # what has ended stays as it ended, and is judged for good

    def __post_init__(self):
        super().__post_init__()
        if self.num_discriminator_updates < 1 or not self.discriminator_learning_rate > 0:
            raise ValueError(f"{self}: discriminator updates start at 1, their learning rate is above 0")
        if self.discriminator_minibatch_size < 2 or self.discriminator_minibatch_size % 2:
            raise ValueError(
                f"{self}: discriminator_minibatch_size is even and at least 2, since half is the expert's"
            )
        if not self.discriminator_weight_decay >= 0:
            raise ValueError(f"{self}: discriminator_weight_decay is 0, none, or above")
        if not 0 <= self.remembered_share <= 1:
            raise ValueError(f"{self}: remembered_share is a share, from 0, only the newest steps, to 1")
        if self.absorbing_ends and self.gamma == 1:
            raise ValueError(f"{self}: without a discount, what goes on for good is worth infinitely much")


def discriminator_loss(expert_logits: Tensor, is_expert: Tensor) -> Tensor:
    """Binary cross-entropy of "the expert did it"; both (B,), is_expert bool -> ().

    With equally many steps of both, minus half of the objective of Ho and Ermon (2016, eq. 14; eq. 17 is its
    gradient), whose D is high for the learner.
    """
    return F.binary_cross_entropy_with_logits(expert_logits, is_expert.float())


def judge(discriminator: nn.Module, policy: Policy, steps: Transitions, logits_fn: Callable) -> Tensor:
    """The expert_logits (B,) of B steps, from `logits_fn(discriminator, steps, log_probs)`."""
    with torch.no_grad():  # the policy learns from rewards, not from the discriminator's gradient
        log_probs = policy(steps.obs).log_prob(steps.actions) * ~steps.absorbed  # (B,) no choice there: log 1
    return logits_fn(discriminator, steps, log_probs)


def discriminator_update(
    discriminator: nn.Module,
    optimizer: torch.optim.Optimizer,
    policy: Policy,
    expert_steps: Transitions,
    learner_steps: Transitions,
    logits_fn: Callable,
    loss_fn: Callable = discriminator_loss,
) -> dict[str, float]:
    """One gradient step, in place; returns the loss, and the shares of steps judged rightly, before it.

    Of the latter, steps that stand for what follows an end do not count, unless there are no others: they
    are many, and easy.
    """
    steps = concatenate([expert_steps, learner_steps])
    is_expert = torch.arange(len(steps)) < len(expert_steps)  # (B,)
    expert_logits = judge(discriminator, policy, steps, logits_fn)  # (B,)
    loss = loss_fn(expert_logits, is_expert)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    right = ((expert_logits > 0) == is_expert).float()  # (B,)
    return {
        "discriminator_loss": loss.item(),
        "expert_accuracy": _mean_before_ends(right[is_expert], steps[is_expert]),
        "learner_accuracy": _mean_before_ends(right[~is_expert], steps[~is_expert]),
    }


def _mean_before_ends(values: Tensor, steps: Transitions) -> float:
    lived = ~steps.absorbed
    return (values[lived] if lived.any() else values).mean().item()


def teach(
    discriminator: nn.Module,
    optimizer: torch.optim.Optimizer,
    policy: Policy,
    evidence: Evidence,
    config: AdversarialConfig,
    logits_fn: Callable,
    loss_fn: Callable = discriminator_loss,
) -> dict[str, float]:
    """All gradient steps of an iteration, in place; returns the metrics of the last one."""
    for _ in range(config.num_discriminator_updates):
        halves = evidence.draw(config.discriminator_minibatch_size // 2)
        metrics = discriminator_update(discriminator, optimizer, policy, *halves, logits_fn, loss_fn)
    return metrics


def train_adversarial(
    policy: Policy,
    value_net: ValueNet,
    discriminator: nn.Module,
    demos: Transitions,
    envs: VectorEnv,
    config: AdversarialConfig,
    seed: int,
    logits_fn: Callable,
    reward_fn: Callable,
    loss_fn: Callable = discriminator_loss,
) -> Iterator[dict[str, float]]:
    """Teach discriminator and policy by each other, in place, in the N worlds; yields metrics each iteration:
    `train_ppo`'s, the last `discriminator_update`'s, and the mean `learned_reward`, as `reward_fn` pays it.
    """
    optimizer = torch.optim.AdamW(
        discriminator.parameters(),
        lr=config.discriminator_learning_rate,
        weight_decay=config.discriminator_weight_decay,
        fused=True,
    )
    shown = with_absorbing if config.absorbing_ends else lambda steps: steps
    evidence_seed = derive_seed(seed, "discriminator")
    evidence = Evidence(shown(demos), config.remembered_share, config.gamma, evidence_seed)
    metrics = {}

    def learned_rewards(rollout: Rollout) -> Tensor:
        block = as_executed(flatten_rollout(rollout), envs.single_action_space)  # B = T * N
        judged = shown(block)  # and with absorbing ends, E more
        evidence.add(judged, num_kept=2 * config.discriminator_minibatch_size)
        metrics.update(teach(discriminator, optimizer, policy, evidence, config, logits_fn, loss_fn))
        with torch.no_grad():
            rewards = reward_fn(judge(discriminator, policy, judged, logits_fn))  # (B + E,)
        metrics["learned_reward"] = rewards[: len(block)].mean().item()
        if config.absorbing_ends:
            rewards = add_what_follows(rewards, block, config.gamma)  # (B,)
        return rewards.reshape(rollout.rewards.shape)

    for of_ppo in train_ppo(policy, value_net, envs, config, seed, reward_fn=learned_rewards):
        yield of_ppo | metrics
