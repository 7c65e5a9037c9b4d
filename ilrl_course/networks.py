"""Small networks: policies that return a torch Distribution, a value network and a reward network."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import gymnasium as gym
import numpy as np
import torch
from torch import Tensor, nn
from torch.distributions import Distribution
from torch.nn.functional import one_hot

from ilrl_course.data import Actor
from ilrl_course.distributions import DiagonalGaussian, Softmax

HIDDEN_SIZES = (64, 64)


def mlp(sizes: Sequence[int], output_gain: float = 1.0) -> nn.Sequential:
    """Linear layers of these sizes with tanh in between; orthogonal weights, as is usual for PPO."""
    layers: list[nn.Module] = []
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        is_last = i == len(sizes) - 2
        linear = nn.Linear(fan_in, fan_out)
        nn.init.orthogonal_(linear.weight, output_gain if is_last else 2**0.5)
        nn.init.zeros_(linear.bias)
        layers += [linear] if is_last else [linear, nn.Tanh()]
    return nn.Sequential(*layers)


class Columns(nn.Module):
    """Passes on only some columns of its input: what the network behind it cannot see, it cannot use."""

    def __init__(self, columns: Sequence[int]):
        super().__init__()
        self.register_buffer("columns", torch.tensor(columns))

    def forward(self, obs: Tensor) -> Tensor:
        """(B, obs_dim) -> (B, len(columns))."""
        return obs[:, self.columns]


class Policy(nn.Module):
    """A map from observations to a distribution over actions; also an actor, by `act` or `sample`."""

    def forward(self, obs: Tensor) -> Distribution:
        """The distribution of the actions given obs (B, obs_dim); its `log_prob` is (B,)."""
        raise NotImplementedError

    @torch.no_grad()
    def act(self, obs: np.ndarray) -> np.ndarray:
        """The likeliest actions, (B,) or (B, action_dim)."""
        return self(torch.as_tensor(obs)).mode.numpy()

    @torch.no_grad()
    def sample(self, obs: np.ndarray, generator: torch.Generator | None = None) -> np.ndarray:
        """Actions drawn with this generator, or else with torch's global one, (B,) or (B, action_dim)."""
        return self(torch.as_tensor(obs)).sample(generator=generator).numpy()

    def sampler(self, seed: int) -> Actor:
        """An actor that draws with a generator of its own, so that nothing else disturbs what it does."""
        return partial(self.sample, generator=torch.Generator().manual_seed(seed))


class CategoricalPolicy(Policy):
    """Discrete actions: a softmax over the network's outputs, one a possible action."""

    def __init__(self, obs_dim: int, num_actions: int, hidden_sizes=HIDDEN_SIZES, inputs=None):
        super().__init__()
        self.logits = _head(obs_dim, num_actions, hidden_sizes, inputs)

    def forward(self, obs: Tensor) -> Softmax:  # noqa: D102
        return Softmax(self.logits(obs))  # batch shape (B,)


class GaussianPolicy(Policy):
    """Continuous actions: a Gaussian whose mean is a network and whose spread is the same everywhere."""

    def __init__(self, obs_dim: int, action_dim: int, hidden_sizes=HIDDEN_SIZES, inputs=None):
        super().__init__()
        self.mean = _head(obs_dim, action_dim, hidden_sizes, inputs)
        self.log_std = nn.Parameter(torch.full((action_dim,), -0.5))

    def forward(self, obs: Tensor) -> DiagonalGaussian:  # noqa: D102
        return DiagonalGaussian(self.mean(obs), self.log_std)  # batch shape (B,), event shape (action_dim,)


class ValueNet(nn.Module):
    """What the rest of the episode is worth from here on: a number for each observation."""

    def __init__(self, obs_dim: int, hidden_sizes=HIDDEN_SIZES, inputs=None):
        super().__init__()
        self.value = _head(obs_dim, 1, hidden_sizes, inputs, output_gain=1.0)

    def forward(self, obs: Tensor) -> Tensor:
        """(B, obs_dim) -> (B,)."""
        return self.value(obs).squeeze(-1)


class RewardNet(nn.Module):
    """What a step is worth: a number for each observation and action, or for each observation alone.

    It sees observations standardized, by mean and deviation of those given to `standardize_by`.
    """

    def __init__(self, obs_dim: int, num_actions: int = 0, action_dim: int = 0, hidden_sizes=HIDDEN_SIZES):
        super().__init__()
        self.num_actions, self.action_dim = num_actions, action_dim  # both 0: the action does not matter
        self.register_buffer("mean", torch.zeros(obs_dim))
        self.register_buffer("std", torch.ones(obs_dim))
        self.reward = mlp([obs_dim + num_actions + action_dim, *hidden_sizes, 1])

    def standardize_by(self, obs: Tensor) -> None:
        """From now on, see observations as differences from the mean of these (B, obs_dim), in deviations."""
        self.mean.copy_(obs.mean(0))
        self.std.copy_(obs.std(0, correction=0).clamp_min(0.01))  # of a column that never changes

    def forward(self, obs: Tensor, actions: Tensor | None = None) -> Tensor:
        """(B, obs_dim) and (B,) or (B, action_dim) -> (B,)."""
        inputs = (obs - self.mean) / self.std  # (B, obs_dim)
        if self.num_actions:
            inputs = torch.cat([inputs, one_hot(actions, self.num_actions)], dim=1)
        elif self.action_dim:
            inputs = torch.cat([inputs, actions], dim=1)
        return self.reward(inputs).squeeze(-1)


def _head(
    obs_dim: int,
    size: int,
    hidden_sizes: Sequence[int],
    inputs: Sequence[int] | None,
    output_gain: float = 0.01,
) -> nn.Sequential:
    if inputs is not None and not all(0 <= column < obs_dim for column in inputs):
        raise ValueError(f"inputs are {inputs}, but an observation has the columns 0 to {obs_dim - 1}")
    if inputs is None:
        return mlp([obs_dim, *hidden_sizes, size], output_gain)
    return nn.Sequential(Columns(inputs), mlp([len(inputs), *hidden_sizes, size], output_gain))


def make_policy(
    observation_space: gym.Space,
    action_space: gym.Space,
    seed: int,
    hidden_sizes: Sequence[int] = HIDDEN_SIZES,
    inputs: Sequence[int] | None = None,
) -> Policy:
    """A fresh policy for one world's spaces; equal seeds give equal weights.

    `inputs` are the columns of the observation that it sees; None is all of them.
    """
    (obs_dim,) = observation_space.shape
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if isinstance(action_space, gym.spaces.Discrete):
            return CategoricalPolicy(obs_dim, int(action_space.n), hidden_sizes, inputs)
        if isinstance(action_space, gym.spaces.Box) and len(action_space.shape) == 1:
            return GaussianPolicy(obs_dim, action_space.shape[0], hidden_sizes, inputs)
    raise TypeError(f"no policy for {action_space}: a Discrete or a one-dimensional Box is expected")


def make_value_net(
    observation_space: gym.Space,
    seed: int,
    hidden_sizes: Sequence[int] = HIDDEN_SIZES,
    inputs: Sequence[int] | None = None,
) -> ValueNet:
    """A fresh value network for one world's observations; equal seeds give equal weights.

    `inputs` as for `make_policy`.
    """
    (obs_dim,) = observation_space.shape
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return ValueNet(obs_dim, hidden_sizes, inputs)


def make_reward_net(
    observation_space: gym.Space,
    action_space: gym.Space | None,
    seed: int,
    hidden_sizes: Sequence[int] = HIDDEN_SIZES,
) -> RewardNet:
    """A fresh reward network for one world's spaces; equal seeds give equal weights.

    Without an action space it judges observations, whatever is done there.
    """
    (obs_dim,) = observation_space.shape
    is_discrete = isinstance(action_space, gym.spaces.Discrete)
    num_actions = int(action_space.n) if is_discrete else 0
    action_dim = 0 if is_discrete or action_space is None else action_space.shape[0]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return RewardNet(obs_dim, num_actions, action_dim, hidden_sizes)
