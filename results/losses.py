"""Lesson 02: what a clone's loss assumes, what scaling its inputs does, and whose drives to learn from."""

import gymnasium as gym
import numpy as np
import torch
from torch import Tensor, nn

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.data import Batch, concatenate, stack_steps
from ilrl_course.distributions import DiagonalGaussian
from ilrl_course.envs import DRIVING
from ilrl_course.envs.driving import spec
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import GaussianPolicy, Policy, make_policy
from ilrl_course.rollout import collect_trajectories

SEEDS = list(range(1000, 1032))
NUM_DRIVES = 10
NUM_UPDATES = 1000
UNITS = np.ones(22, dtype=np.float32)  # what each column of an observation is to be multiplied by
UNITS[[spec.OFFSET, spec.SPEED, spec.WIDTH]] = 4.0, spec.SPEED_SCALE, spec.WIDTH_SCALE  # m, m/s, m
UNITS[spec.CURVATURE : spec.OBJECTS] = spec.CURVATURE_SCALE  # 1/m
UNITS[spec.OBJECTS :: 3] = spec.SIGHT  # m


class OwnSpread(GaussianPolicy):
    """A Gaussian whose spread depends on the observation, as its mean does."""

    def __init__(self, obs_dim: int, action_dim: int):
        super().__init__(obs_dim, 2 * action_dim)

    def forward(self, obs: Tensor) -> DiagonalGaussian:
        """The distribution of the actions given obs (B, obs_dim)."""
        mean, log_std = self.mean(obs).chunk(2, dim=1)  # (B, action_dim) each
        return PerRow(mean, log_std.clamp(-5, 2))


class PerRow(DiagonalGaussian):
    """Independent continuous actions with log_std (B, action_dim)."""

    def log_prob(self, value: Tensor) -> Tensor:
        """log pi(a | o) of actions (B, action_dim), without the constant: (B,)."""
        standardized = (value - self.loc) * (-self.log_std).exp()
        return (-0.5 * standardized.square() - self.log_std).sum(-1)


class InPhysicalUnits(GaussianPolicy):
    """A policy that sees meters, meters per second and one per meter, instead of numbers of about one."""

    def forward(self, obs: Tensor) -> DiagonalGaussian:
        """The distribution of the actions given obs (B, obs_dim)."""
        return super().forward(obs * torch.from_numpy(UNITS))


def squared_error(policy: Policy, obs: Tensor, actions: Tensor) -> Tensor:
    """Mean squared error of the likeliest action."""
    return nn.functional.mse_loss(policy(obs).mode, actions)


def absolute_error(policy: Policy, obs: Tensor, actions: Tensor) -> Tensor:
    """Mean absolute error of the likeliest action."""
    return nn.functional.l1_loss(policy(obs).mode, actions)


def clones(seed: int) -> dict[str, tuple[float, float]]:
    """Mean return and crash rate in 100 test drives of each kind of clone."""
    env = gym.make(DRIVING.env_id)
    (obs_dim,), (action_dim,) = env.observation_space.shape, env.action_space.shape
    good, poor = (drives(kind, seed) for kind in ("expert", "weak"))
    demos = stack_steps(good)
    mixed = [*good[: NUM_DRIVES // 2], *poor[: NUM_DRIVES // 2]]
    returns = [drive.total_reward for drive in mixed]
    best = [mixed[i] for i in np.argsort(returns)[-NUM_DRIVES // 2 :]]

    def usual() -> Policy:
        return make_policy(env.observation_space, env.action_space, seed)

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        own_spread = OwnSpread(obs_dim, action_dim)
        torch.manual_seed(seed)
        in_units = InPhysicalUnits(obs_dim, action_dim)
    learners: dict[str, tuple[Policy, Batch, object]] = {
        "likelihood, one spread": (usual(), demos, bc_loss),
        "likelihood, spread by situation": (own_spread, demos, bc_loss),
        "squared error": (usual(), demos, squared_error),
        "absolute error": (usual(), demos, absolute_error),
        "inputs in physical units": (in_units, demos, bc_loss),
        "half expert, half weak": (usual(), stack_steps(mixed), bc_loss),
        "the better half of these": (usual(), stack_steps(best), bc_loss),
        "these, weighted by return": (usual(), repeated(mixed, returns), bc_loss),
    }
    found = {}
    for name, (policy, steps, loss_fn) in learners.items():
        for _ in train_bc(policy, steps, BCConfig(num_updates=NUM_UPDATES), seed, loss_fn):
            pass
        result = evaluate(policy.act, DRIVING.env_id, 100, seed, **DRIVING.test_options)
        found[name] = (result.mean_return, result.crash_rate)
    return found


def drives(kind: str, seed: int) -> list:
    """Drives of one demonstrator on training roads."""
    driver = DRIVING.make_demonstrator(kind, seed=seed)
    return collect_trajectories(driver, DRIVING.env_id, NUM_DRIVES, seed, **DRIVING.training_options)


def repeated(episodes: list, returns: list[float]) -> Batch:
    """The steps of all episodes; those of an episode appear as often as its return is high (1 to 8 times)."""
    low, high = min(returns), max(returns)
    times = [1 + round(7 * (value - low) / max(high - low, 1e-9)) for value in returns]
    return concatenate(stack_steps([episode] * n) for episode, n in zip(episodes, times, strict=True))


def run() -> dict:
    """For each kind of clone, mean return and crash rate of each seed: (seeds, 2)."""
    found = run_seeds(clones, SEEDS)
    return {"seeds": SEEDS, "clones": {name: [seed[name] for seed in found] for name in found[0]}}
