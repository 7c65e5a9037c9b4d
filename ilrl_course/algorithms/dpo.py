"""Direct preference optimization: from choices to a policy, without a reward or RL (Rafailov et al. 2023)."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from ilrl_course.algorithms.preferences import Pairs
from ilrl_course.networks import Policy


@dataclass(frozen=True)
class DPOConfig:
    """How long and how fast to learn, and how dear it is to leave the reference."""

    beta: float = 0.1  # weight of the tie; the smaller, the farther the policy goes for the same choices
    learning_rate: float = 1e-3  # of Adam
    num_updates: int = 300  # gradient steps
    minibatch_size: int = 64  # pairs in each of them


def dpo_loss(policy: Policy, reference: Policy, pairs: Pairs, beta: float) -> Tensor:
    """Mean negative log-likelihood of B choices -> (); beta * log(pi / reference) is an episode's reward.

    Rafailov et al. 2023, eq. 7. No gradient goes into the reference.
    """
    rewards = []
    for episodes in (pairs.first, pairs.second):
        obs, actions = episodes.obs.flatten(0, 1), episodes.actions.flatten(0, 1)  # (B * T, ...)
        with torch.no_grad():
            wanted = reference(obs).log_prob(actions)  # (B * T,)
        log_ratio = policy(obs).log_prob(actions) - wanted  # (B * T,)
        rewards.append(beta * (log_ratio.reshape(episodes.running.shape) * episodes.running).sum(1))
    first, second = rewards  # each (B,)
    agreement = torch.where(pairs.prefers_first, first - second, second - first)
    return -logsigmoid(agreement).mean()


def dpo_update(
    policy: Policy,
    reference: Policy,
    optimizer: torch.optim.Optimizer,
    pairs: Pairs,
    beta: float,
    loss_fn: Callable = dpo_loss,
) -> dict[str, float]:
    """One gradient step, in place, on a minibatch of pairs; returns the loss before the step."""
    loss = loss_fn(policy, reference, pairs, beta)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {"loss": loss.item()}


def train_dpo(
    policy: Policy, pairs: Pairs, config: DPOConfig, seed: int, loss_fn: Callable = dpo_loss
) -> Iterator[dict[str, float]]:
    """Fit the policy, in place, to random minibatches of the choices; yields metrics each update.

    The reference is the policy as it is when training begins.
    """
    reference = deepcopy(policy).requires_grad_(False)
    optimizer = torch.optim.Adam(policy.parameters(), lr=config.learning_rate, fused=True)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(config.num_updates):
        rows = torch.randint(len(pairs), (config.minibatch_size,), generator=generator)
        yield dpo_update(policy, reference, optimizer, pairs[rows], config.beta, loss_fn)
