"""Behavioral cloning: imitation as supervised learning (Pomerleau 1988, ALVINN)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ilrl_course.data import Batch
from ilrl_course.networks import Policy


@dataclass(frozen=True)
class BCConfig:
    """How long and how fast to learn."""

    learning_rate: float = 3e-3  # of Adam
    num_updates: int = 800  # gradient steps
    minibatch_size: int = 256  # demonstrated steps in each of them


def bc_loss(policy: Policy, obs: Tensor, actions: Tensor) -> Tensor:
    """Mean negative log-likelihood of the demonstrated actions; obs (B, obs_dim), actions (B, ...) -> ()."""
    distribution = policy(obs)
    log_probs = distribution.log_prob(actions)  # (B,)
    return -log_probs.mean()


def bc_update(
    policy: Policy, optimizer: torch.optim.Optimizer, batch: Batch, loss_fn: Callable = bc_loss
) -> dict[str, float]:
    """One gradient step, in place, on a minibatch; returns the loss before the step."""
    loss = loss_fn(policy, batch.obs, batch.actions)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {"loss": loss.item()}


def train_bc(
    policy: Policy, demos: Batch, config: BCConfig, seed: int, loss_fn: Callable = bc_loss
) -> Iterator[dict[str, float]]:
    """Fit the policy, in place, to random minibatches of the demonstrations; yields metrics each update."""
    optimizer = torch.optim.Adam(policy.parameters(), lr=config.learning_rate, fused=True)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(config.num_updates):
        rows = torch.randint(len(demos), (config.minibatch_size,), generator=generator)
        yield bc_update(policy, optimizer, demos[rows], loss_fn)
