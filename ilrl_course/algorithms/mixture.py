"""A policy with several answers: a mixture of Gaussians (Bishop 1994, mixture density networks).

Trained by `train_bc` like any other policy: only the likelihood is new.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Generator, Tensor, nn
from torch.distributions import Distribution

from ilrl_course.networks import HIDDEN_SIZES, Policy, mlp


def mixture_log_prob(scores: Tensor, means: Tensor, log_stds: Tensor, actions: Tensor) -> Tensor:
    """The log-density (B,) of actions (B, A) under mixtures of K Gaussians with independent parts.

    Component k of a row has a weight in proportion to exp(scores), (B, K); means and log_stds are (B, K, A).
    """
    standardized = (actions[:, None] - means) * (-log_stds).exp()  # (B, K, A)
    log_densities = -0.5 * standardized.square() - log_stds - 0.5 * math.log(2 * math.pi)  # (B, K, A)
    log_weights = scores.log_softmax(1)  # (B, K)
    return torch.logsumexp(log_weights + log_densities.sum(2), dim=1)


class Mixture(Distribution):
    """Mixtures of Gaussians, one for each of B rows; arguments as for `mixture_log_prob`."""

    arg_constraints = {}  # noqa: RUF012 (torch's own way to declare them)

    def __init__(
        self, scores: Tensor, means: Tensor, log_stds: Tensor, log_prob_fn: Callable = mixture_log_prob
    ):
        self.scores, self.means, self.log_stds, self.log_prob_fn = scores, means, log_stds, log_prob_fn
        super().__init__(scores.shape[:1], means.shape[2:], validate_args=False)

    @property
    def mode(self) -> Tensor:
        """The mean of the component with the largest weight, (B, A): near the likeliest action."""
        return self.means[torch.arange(len(self.scores)), self.scores.argmax(1)]

    def sample(self, sample_shape: tuple[int, ...] = (), generator: Generator | None = None) -> Tensor:
        """Actions (*sample_shape, B, A): first a component is drawn, then an action of it."""
        with torch.no_grad():
            noise = torch.empty(*sample_shape, *self.scores.shape).exponential_(generator=generator)
            chosen = (self.scores - noise.log()).argmax(-1)  # (..., B), Gumbel-max
            rows = torch.arange(len(self.scores))
            means, log_stds = self.means[rows, chosen], self.log_stds[rows, chosen]  # (..., B, A)
            return means + log_stds.exp() * torch.randn(means.shape, generator=generator)

    def log_prob(self, value: Tensor) -> Tensor:
        """log pi(a | o) of actions (B, A): (B,); parts that are NaN were not seen, and count 0."""
        unseen = value.isnan()
        if not unseen.any():
            return self.log_prob_fn(self.scores, self.means, self.log_stds, value)
        # A part at the mean of a Gaussian whose density there is 1 adds 0 to the log-density.
        means = self.means.masked_fill(unseen[:, None], 0.0)
        log_stds = self.log_stds.masked_fill(unseen[:, None], -0.5 * math.log(2 * math.pi))
        return self.log_prob_fn(self.scores, means, log_stds, value.nan_to_num())


class MixturePolicy(Policy):
    """Continuous actions: weights and means are a network; each component's spread is the same everywhere.

    With one component it is the course's Gaussian policy.
    """

    def __init__(
        self,
        obs_dim: int,
        action_dim: int,
        num_components: int,
        hidden_sizes: Sequence[int] = HIDDEN_SIZES,
        log_prob_fn: Callable = mixture_log_prob,
    ):
        super().__init__()
        self.shape = num_components, action_dim
        self.log_prob_fn = log_prob_fn
        self.outputs = mlp([obs_dim, *hidden_sizes, num_components * (1 + action_dim)])
        self.log_std = nn.Parameter(torch.full(self.shape, -0.5))

    def forward(self, obs: Tensor) -> Mixture:  # noqa: D102
        num_components, _ = self.shape
        outputs = self.outputs(obs)  # (B, K * (1 + A))
        means = outputs[:, num_components:].unflatten(1, self.shape)  # (B, K, A)
        return Mixture(outputs[:, :num_components], means, self.log_std.expand_as(means), self.log_prob_fn)


def make_mixture(
    obs_dim: int,
    action_dim: int,
    num_components: int,
    seed: int,
    hidden_sizes: Sequence[int] = HIDDEN_SIZES,
    log_prob_fn: Callable = mixture_log_prob,
) -> MixturePolicy:
    """A fresh mixture policy; equal seeds give equal weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return MixturePolicy(obs_dim, action_dim, num_components, hidden_sizes, log_prob_fn)
