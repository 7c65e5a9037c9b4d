"""How good was what happened? Value targets, and advantages; a time limit is not a death."""

import torch
from torch import Tensor


def value_targets(
    rewards: Tensor, next_values: Tensor, terminated: Tensor, truncated: Tensor, gamma: float
) -> Tensor:
    """Discounted reward from each step to the end of its episode; all (T, N) -> (T, N).

    Where the record stops but life would go on (a time limit, the last row), `next_values` stands in for the
    rest; after a termination there is no rest (Sutton and Barto 2018, sec. 3.3; Pardo et al. 2018, sec. 3).
    """
    targets = torch.zeros_like(rewards)
    rest = next_values[-1]  # (N,) what comes after the last row
    for t in reversed(range(len(rewards))):
        rest = torch.where(truncated[t], next_values[t], rest) * ~terminated[t]
        rest = rewards[t] + gamma * rest
        targets[t] = rest
    return targets


def compute_gae(
    rewards: Tensor,
    values: Tensor,
    next_values: Tensor,
    terminated: Tensor,
    truncated: Tensor,
    gamma: float,
    gae_lambda: float,
) -> Tensor:
    """Generalized advantage estimates (Schulman et al. 2016, eq. 16); all (T, N) -> (T, N)."""
    deltas = rewards + gamma * next_values * ~terminated - values  # what comes after a termination is worth 0
    continues = ~(terminated | truncated)  # is row t + 1 the same episode?
    advantages, advantage = torch.zeros_like(rewards), torch.zeros_like(rewards[0])
    for t in reversed(range(len(rewards))):
        advantage = deltas[t] + gamma * gae_lambda * continues[t] * advantage  # (N,)
        advantages[t] = advantage
    return advantages


def lambda_returns(
    rewards: Tensor,
    values: Tensor,
    next_values: Tensor,
    terminated: Tensor,
    truncated: Tensor,
    gamma: float,
    gae_lambda: float,
) -> Tensor:
    """Lambda-returns, the critic's targets (Sutton and Barto 2018, sec. 12.1); all (T, N) -> (T, N).

    With gae_lambda 1 they are `value_targets`, with 0 one reward and the critic's word for the rest.
    """
    ends = terminated, truncated
    return values + compute_gae(rewards, values, next_values, *ends, gamma, gae_lambda)
