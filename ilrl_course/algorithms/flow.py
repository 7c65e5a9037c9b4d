"""A policy that turns noise into actions: conditional flow matching (Lipman et al. 2023).

A network learns a velocity. Noise that moves with it from time 0 to time 1 arrives as an action. Diffusion
policies (Chi et al. 2023) are relatives of this one.

A velocity is a function from obs (B, obs_dim), points (B, A) and times (B,) to velocities (B, A).
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Generator, Tensor

from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.data import Batch
from ilrl_course.networks import HIDDEN_SIZES, Policy, mlp
from ilrl_course.rollout import derive_seed


def flow_loss(velocity: Callable, obs: Tensor, actions: Tensor, noise: Tensor, time: Tensor) -> Tensor:
    """How far the velocity is from straight ways: mean of squared distances over B rows -> ().

    A way leads from the noise (B, A) at time 0 to the action (B, A) at time 1; the network is asked at the
    point that it has reached at its time, (B,). Lipman et al. (2023), their optimal transport path with no
    noise left at its end.
    """
    time_column = time[:, None]  # (B, 1)
    points = (1 - time_column) * noise + time_column * actions  # (B, A)
    errors = velocity(obs, points, time) - (actions - noise)  # (B, A)
    return errors.square().sum(1).mean()


def flow_sample(velocity: Callable, obs: Tensor, noise: Tensor, num_steps: int) -> Tensor:
    """Where the noise (B, A) arrives at time 1, by `num_steps` equal Euler steps: actions (B, A)."""
    points = noise
    for step in range(num_steps):
        time = torch.full((len(obs),), step / num_steps)  # (B,)
        points = points + velocity(obs, points, time) / num_steps
    return points


class FlowPolicy(Policy):
    """Continuous actions: noise that a network has moved.

    Noise is about 1 wide, so the flow ends at standardized actions: see `standardize_by`.
    """

    def __init__(
        self,
        obs_dim: int,
        action_dim: int,
        hidden_sizes: Sequence[int] = HIDDEN_SIZES,
        num_steps: int = 10,
        sample_fn: Callable = flow_sample,
    ):
        super().__init__()
        self.action_dim, self.num_steps, self.sample_fn = action_dim, num_steps, sample_fn
        self.network = mlp([obs_dim + action_dim + 1, *hidden_sizes, action_dim])
        self.register_buffer("mean", torch.zeros(action_dim))
        self.register_buffer("std", torch.ones(action_dim))

    def standardize_by(self, actions: Tensor) -> None:
        """From now on, end at differences from the mean of these (B, A), in deviations; NaN is left out."""
        mean = actions.nanmean(0)  # (A,)
        std = (actions - mean).square().nanmean(0).sqrt()  # (A,)
        self.mean.copy_(mean.nan_to_num())  # of a part that was never seen
        self.std.copy_(std.nan_to_num().clamp_min(0.01))  # of a part that never changes

    def velocity(self, obs: Tensor, points: Tensor, time: Tensor) -> Tensor:
        """(B, obs_dim), (B, A) and (B,) -> (B, A)."""
        return self.network(torch.cat([obs, points, time[:, None]], dim=1))

    @torch.no_grad()
    def sample(self, obs: np.ndarray, generator: Generator | None = None) -> np.ndarray:
        """Actions drawn with this generator, or else with torch's global one, (B, A)."""
        noise = torch.randn(len(obs), self.action_dim, generator=generator)
        standardized = self.sample_fn(self.velocity, torch.as_tensor(obs), noise, self.num_steps)
        return (self.mean + self.std * standardized).numpy()

    def act(self, obs: np.ndarray) -> np.ndarray:
        """Not possible: raises NotImplementedError."""
        raise NotImplementedError(
            "a flow cannot say which action is likeliest: draw one, by `sampler(seed)` or `sample(obs)`"
        )


def make_flow(
    obs_dim: int,
    action_dim: int,
    seed: int,
    hidden_sizes: Sequence[int] = HIDDEN_SIZES,
    num_steps: int = 10,
    sample_fn: Callable = flow_sample,
) -> FlowPolicy:
    """A fresh flow policy, which samples in so many Euler steps; equal seeds give equal weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return FlowPolicy(obs_dim, action_dim, hidden_sizes, num_steps, sample_fn)


def train_flow(
    policy: FlowPolicy,
    demos: Batch,
    config: BCConfig,
    seed: int,
    loss_fn: Callable = flow_loss,
    train_fn: Callable = train_bc,
) -> Iterator[dict[str, float]]:
    """Fit the velocity, in place, by the loop of behavioral cloning; yields metrics each update.

    `train_fn` is that loop, `train_bc` or `train_settling`. Actions are standardized by all demonstrations.
    Each minibatch gets fresh noise and times. Parts of an action that are NaN were not seen, and count 0.
    """
    policy.standardize_by(demos.actions)
    generator = Generator().manual_seed(derive_seed(seed, "noise and times"))

    def loss_of(policy: FlowPolicy, obs: Tensor, actions: Tensor) -> Tensor:
        seen = ~actions.isnan()  # (B, A)
        actions = ((actions - policy.mean) / policy.std).nan_to_num()
        noise = torch.randn(actions.shape, generator=generator)  # (B, A)
        time = torch.rand(len(actions), generator=generator)  # (B,)

        def velocity(*inputs: Tensor) -> Tensor:
            return torch.where(seen, policy.velocity(*inputs), actions - noise)

        return loss_fn(velocity, obs, actions, noise, time)

    yield from train_fn(policy, demos, config, seed, loss_of)
