"""A reward from choices: of two episodes, which one is better (Christiano et al. 2017)?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from ilrl_course.algorithms.episodes import Episodes, as_rows
from ilrl_course.networks import ValueNet


@dataclass(frozen=True)
class Pairs:
    """B pairs of episodes, and which of the two was preferred."""

    first: Episodes
    second: Episodes
    prefers_first: Tensor  # (B,) bool

    def __post_init__(self):
        sizes = len(self.first), len(self.second), *self.prefers_first.shape
        if len(set(sizes)) > 1 or len(sizes) != 3 or self.prefers_first.dtype != torch.bool:
            raise ValueError(
                f"{sizes[0]} first and {sizes[1]} second episodes, choices of shape "
                f"{tuple(self.prefers_first.shape)} and dtype {self.prefers_first.dtype}: each pair needs "
                "one of each, and a choice that is bool"
            )

    def __len__(self) -> int:
        return len(self.first)

    def __getitem__(self, rows) -> "Pairs":
        """Some of the pairs; the one at a single place, as in `pairs[3]`, makes B = 1."""
        rows = as_rows(rows)
        return Pairs(self.first[rows], self.second[rows], self.prefers_first[rows])


@dataclass(frozen=True)
class PreferenceConfig:
    """How long and how fast the reward learns."""

    learning_rate: float = 1e-3  # of Adam
    num_updates: int = 200  # gradient steps; more of them learn few choices by heart
    minibatch_size: int = 64  # pairs in each of them


def learned_return(reward_net: ValueNet, episodes: Episodes) -> Tensor:
    """What the reward network gives whole episodes: the sum over the steps of each, (E,).

    A step is worth what the network says of the situation that it led to.
    """
    rewards = reward_net(episodes.next_obs.flatten(0, 1)).reshape(episodes.running.shape)  # (E, T)
    return (rewards * episodes.running).sum(1)


def bradley_terry_loss(reward_net: ValueNet, pairs: Pairs) -> Tensor:
    """Mean negative log-likelihood of B choices, where P(first) = sigmoid(return of first - of second) -> ().

    The model is that of Bradley and Terry (1952), with sums of rewards as in Christiano et al. (2017).
    """
    lead = learned_return(reward_net, pairs.first) - learned_return(reward_net, pairs.second)  # (B,)
    agreement = torch.where(pairs.prefers_first, lead, -lead)  # (B,)
    return -logsigmoid(agreement).mean()


def reward_update(
    reward_net: ValueNet,
    optimizer: torch.optim.Optimizer,
    pairs: Pairs,
    loss_fn: Callable = bradley_terry_loss,
) -> dict[str, float]:
    """One gradient step, in place, on a minibatch of pairs; returns the loss before the step."""
    loss = loss_fn(reward_net, pairs)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {"loss": loss.item()}


def train_reward(
    reward_net: ValueNet,
    pairs: Pairs,
    config: PreferenceConfig,
    seed: int,
    loss_fn: Callable = bradley_terry_loss,
) -> Iterator[dict[str, float]]:
    """Fit the reward, in place, to random minibatches of the choices; yields metrics each update."""
    optimizer = torch.optim.Adam(reward_net.parameters(), lr=config.learning_rate, fused=True)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(config.num_updates):
        rows = torch.randint(len(pairs), (config.minibatch_size,), generator=generator)
        yield reward_update(reward_net, optimizer, pairs[rows], loss_fn)


@torch.no_grad()
def agreement_with(reward_net: ValueNet, pairs: Pairs) -> float:
    """The share of the choices that the reward would have made, too: 0.5 is chance."""
    lead = learned_return(reward_net, pairs.first) - learned_return(reward_net, pairs.second)
    return float(((lead > 0) == pairs.prefers_first).float().mean())


@torch.no_grad()
def standardized_return(reward_net: ValueNet, episodes: Episodes) -> Callable[[Episodes], Tensor]:
    """The learned return less its mean over these episodes, in their standard deviations: E episodes -> (E,).

    Choices do not tell what 0 is, and one unit for all rewards makes the weights of a tie comparable. The
    network is used as it is when it is asked.
    """
    returns = learned_return(reward_net, episodes)
    mean, std = returns.mean(), returns.std(correction=0).clamp_min(1e-6)
    return torch.no_grad()(lambda episodes: (learned_return(reward_net, episodes) - mean) / std)
