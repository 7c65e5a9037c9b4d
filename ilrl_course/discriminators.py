"""Untrained discriminators that fit a world and see its observations in the demonstrations' units."""

from ilrl_course.algorithms.airl import ShapedReward
from ilrl_course.data import Transitions
from ilrl_course.networks import RewardNet, make_reward_net
from ilrl_course.rollout import VectorEnv, derive_seed


def make_gail_discriminator(envs: VectorEnv, demos: Transitions, seed: int) -> RewardNet:
    """Judges observations and actions; equal seeds give equal weights."""
    discriminator = make_reward_net(envs.single_observation_space, envs.single_action_space, seed)
    discriminator.standardize_by(demos.obs)
    return discriminator


def make_airl_discriminator(envs: VectorEnv, demos: Transitions, seed: int) -> ShapedReward:
    """A reward of observations alone, and a potential; equal seeds give equal weights."""
    parts = [
        make_reward_net(envs.single_observation_space, None, derive_seed(seed, part))
        for part in ("reward", "potential")
    ]
    for part in parts:
        part.standardize_by(demos.obs)
    return ShapedReward(*parts)
