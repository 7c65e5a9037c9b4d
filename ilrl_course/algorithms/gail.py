"""GAIL: imitation as a game between a discriminator and the policy (Ho and Ermon 2016)."""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ilrl_course.algorithms.adversarial import AdversarialConfig, discriminator_loss, train_adversarial
from ilrl_course.data import Transitions
from ilrl_course.networks import Policy, RewardNet, ValueNet, make_reward_net
from ilrl_course.rollout import VectorEnv


def make_gail_discriminator(
    envs: VectorEnv, demos: Transitions, seed: int, hidden: Sequence[int] = ()
) -> RewardNet:
    """Judges observations, in the demonstrations' units, and actions; equal seeds give equal weights.

    It does not see the `hidden` columns of an observation, such as a clock.
    """
    discriminator = make_reward_net(envs.single_observation_space, envs.single_action_space, seed)
    standardize(discriminator, demos, hidden)
    return discriminator


def standardize(net: RewardNet, demos: Transitions, hidden: Sequence[int] = ()) -> None:
    """From now on, see observations in the demonstrations' units, and 0 in the hidden columns."""
    net.standardize_by(demos.obs)
    net.std[list(hidden)] = torch.inf


def gail_logits(discriminator: RewardNet, steps: Transitions, log_probs: Tensor) -> Tensor:
    """The expert_logits (B,) of observations and actions; how likely the actions were does not matter."""
    return discriminator(steps.obs, steps.actions)


def survival_reward(expert_logits: Tensor) -> Tensor:
    """-log(1 - D), always positive: every step pays, most where it looks like the expert's; (B,) -> (B,).

    It is the reward of Ho and Ermon (2016, algorithm 1); there, D is the probability of the learner.
    """
    return F.softplus(expert_logits)


def hurry_reward(expert_logits: Tensor) -> Tensor:
    """log D, always negative: every step costs, least where it looks like the expert's; (B,) -> (B,)."""
    return F.logsigmoid(expert_logits)


def train_gail(
    policy: Policy,
    value_net: ValueNet,
    discriminator: nn.Module,
    demos: Transitions,
    envs: VectorEnv,
    config: AdversarialConfig,
    seed: int,
    reward_fn: Callable = survival_reward,
    loss_fn: Callable = discriminator_loss,
) -> Iterator[dict[str, float]]:
    """Imitate demos, in place, by acting in the N worlds; arguments and metrics as in `train_adversarial`."""
    networks = policy, value_net, discriminator
    yield from train_adversarial(*networks, demos, envs, config, seed, gail_logits, reward_fn, loss_fn)
