"""A reward that ties: what the world pays, less the price of leaving a reference (Ziegler et al. 2019)."""

import torch
from torch import Tensor

from ilrl_course.data import Rollout
from ilrl_course.networks import Policy


def kl_reward(rollout: Rollout, policy: Policy, reference: Policy, beta: float) -> Tensor:
    """The rewards of a block, each less beta * log(pi / reference) of the action that was taken: (T, N).

    Summed over an episode of the policy's own, the penalty is on average beta * KL(policy || reference). As a
    `reward_fn` of `train_ppo`: `partial(kl_reward, policy=policy, reference=reference, beta=beta)`.
    """
    obs, actions = rollout.obs.flatten(0, 1), rollout.actions.flatten(0, 1)  # (T * N, ...)
    with torch.no_grad():
        log_ratio = policy(obs).log_prob(actions) - reference(obs).log_prob(actions)  # (T * N,)
    return rollout.rewards - beta * log_ratio.reshape(rollout.rewards.shape)
