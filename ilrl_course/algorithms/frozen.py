"""Frozen rewards: what a discriminator that learns no more says of steps, as a reward for somebody new."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ilrl_course.algorithms.airl import ShapedReward
from ilrl_course.data import Transitions

Score = Callable[[Transitions], Tensor]  # B steps -> (B,)


def score_of(discriminator: nn.Module) -> Score:
    """AIRL's reward g, without its shaping; or GAIL's logit."""
    net = discriminator.reward if isinstance(discriminator, ShapedReward) else discriminator
    return lambda steps: net(steps.obs, steps.actions)


def standardized(score_fn: Score, steps: Transitions, most: float) -> Score:
    """The score less its mean over these steps, in standard deviations, and at most so many of them.

    A constant score becomes 0.
    """
    with torch.no_grad():
        scores = score_fn(steps)
    mean, std = scores.mean(), scores.std().clamp_min(1e-6)
    return lambda steps: ((score_fn(steps) - mean) / std).clamp(-most, most)


def alive(steps: Transitions) -> Tensor:
    """1 for each step that is lived, 0 for what follows an end, and nothing learned: (B,)."""
    return (~steps.absorbed).float()
