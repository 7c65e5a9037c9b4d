"""Tiny networks for the checks of AIRL in lesson 06, whose values and gradients are known without them."""

import numpy as np
import torch
from torch import Tensor, nn

from ilrl_course.algorithms.airl import ShapedReward

OF_SQUARES = np.array([0.5, -1.0, 0.25])  # g(s, a) = these times s^2, plus the next ones times a
OF_ACTIONS = np.array([0.7, -0.4])
POTENTIAL = np.array([1.0, 0.5, -0.75])  # h(s) = these times s^2, plus the base
BASE = 0.3  # so that an observation of zeros is worth something, too


class Reward(nn.Module):
    """g: what an action is worth there."""

    def __init__(self, num_numbers: int):
        super().__init__()
        self.of_squares = nn.Parameter(torch.tensor(OF_SQUARES, dtype=torch.float32))
        self.of_actions = nn.Parameter(torch.tensor(OF_ACTIONS[:num_numbers], dtype=torch.float32))

    def forward(self, obs: Tensor, actions: Tensor) -> Tensor:
        """(B, 3) and (B,) or (B, 2) -> (B,); without the B, a single step as well."""
        return obs**2 @ self.of_squares + actions.reshape(*obs.shape[:-1], -1).float() @ self.of_actions


class Potential(nn.Module):
    """h: how far a state has come, whatever is done there."""

    def __init__(self):
        super().__init__()
        self.of_squares = nn.Parameter(torch.tensor(POTENTIAL, dtype=torch.float32))

    def forward(self, obs: Tensor) -> Tensor:
        """(B, 3) -> (B,)."""
        return obs**2 @ self.of_squares + BASE


def fresh_net(num_numbers: int) -> ShapedReward:
    """Both networks, for actions of one or of two numbers."""
    return ShapedReward(Reward(num_numbers), Potential())


def rewards_of(obs: np.ndarray, actions: np.ndarray) -> np.ndarray:
    """g, without the network: (B, 3) and (B, num_numbers) -> (B,)."""
    return obs**2 @ OF_SQUARES + actions @ OF_ACTIONS[: actions.shape[1]]


def potentials_of(obs: np.ndarray) -> np.ndarray:
    """h, without the network: (B, 3) -> (B,)."""
    return obs**2 @ POTENTIAL + BASE
