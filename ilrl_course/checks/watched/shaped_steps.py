"""Steps and tiny networks for AIRL: reward, potential and gradients are known without the networks."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ilrl_course.algorithms.airl import ShapedReward
from ilrl_course.data import Transitions

OF_SQUARES = np.array([0.5, -1.0, 0.25])  # g(s, a) = these times s^2, plus the next ones times a
OF_ACTIONS = np.array([0.7, -0.4])
POTENTIAL = np.array([1.0, 0.5, -0.75])  # h(s) = these times s^2, plus the base
BASE = 0.3  # so that an observation of zeros is worth something, too

OBS = np.array([[0.5, -1.0, 2.0], [1.5, 0.5, -0.5], [-2.0, 1.0, 0.0], [0.0, -1.5, 1.0], [1.0, 2.0, 0.5]])
NEXT_OBS = np.array([[1.0, -0.5, 1.5], [2.0, 1.0, 0.5], [-1.5, 1.5, 1.0], [0.5, 0.0, 2.0], [0.0, 1.0, -1.5]])
CHOICES = np.array([1, 0, 1, 1, 0])
CONTROLS = np.array([[0.5, -1.0], [1.5, 0.5], [-0.5, 2.0], [1.0, -1.5], [-2.0, 0.5]])
WEIGHTS = np.array([1.0, -2.0, 0.5, 1.5, -0.7])  # of the steps, so that one gradient stands for all


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


@dataclass(frozen=True)
class Case:
    """The first steps of those above; an absorbed one stays where it is, and its action is 0."""

    where: str  # in words
    gamma: float
    terminated: tuple[int, ...] = ()
    absorbed: tuple[int, ...] = ()
    num_numbers: int = 1  # in an action: 1 if it is a choice, 2 if it is continuous
    num_steps: int = len(OBS)

    def _flags(self, rows: tuple[int, ...]) -> np.ndarray:
        return np.isin(np.arange(self.num_steps), rows)

    @property
    def obs(self) -> np.ndarray:
        """(B, 3)."""
        return OBS[: self.num_steps]

    @property
    def next_obs(self) -> np.ndarray:
        """(B, 3)."""
        stays = self._flags(self.absorbed)[:, None]
        return np.where(stays, self.obs, NEXT_OBS[: self.num_steps])

    @property
    def actions(self) -> np.ndarray:
        """(B,) or (B, 2)."""
        actions = (CHOICES if self.num_numbers == 1 else CONTROLS)[: self.num_steps].copy()
        actions[self._flags(self.absorbed)] = 0
        return actions

    def transitions(self) -> Transitions:
        """A fresh copy, for one answer."""
        actions = torch.tensor(self.actions)
        return Transitions(
            obs=torch.tensor(self.obs, dtype=torch.float32),
            actions=actions.float() if actions.is_floating_point() else actions,
            next_obs=torch.tensor(self.next_obs, dtype=torch.float32),
            terminated=torch.tensor(self._flags(self.terminated)),
            absorbed=torch.tensor(self._flags(self.absorbed)),
        )

    def net(self) -> ShapedReward:
        """Both networks, fresh, for one answer."""
        return ShapedReward(Reward(self.num_numbers), Potential())

    def parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What f is made of: g(s, a), h(s), h(s') and how much that counts, each (B,)."""
        actions = self.actions.reshape(self.num_steps, -1)
        rewards = self.obs**2 @ OF_SQUARES + actions @ OF_ACTIONS[: self.num_numbers]
        potentials, next_potentials = (obs**2 @ POTENTIAL + BASE for obs in (self.obs, self.next_obs))
        return rewards, potentials, next_potentials, np.where(self._flags(self.terminated), 0.0, self.gamma)

    def shaped(self) -> np.ndarray:
        """f, by definition: (B,)."""
        rewards, potentials, next_potentials, discounts = self.parts()
        return rewards + discounts * next_potentials - potentials

    def gradients(self) -> dict[str, np.ndarray]:
        """How the weighed sum of f rises with each parameter of both networks."""
        weights, discounts = WEIGHTS[: self.num_steps], self.parts()[-1][:, None]
        return {
            "reward.of_squares": weights @ self.obs**2,
            "reward.of_actions": weights @ self.actions.reshape(self.num_steps, -1),
            "potential.of_squares": weights @ (discounts * self.next_obs**2 - self.obs**2),
        }


ALIVE = Case("where nothing ends", 0.8)
ENDING = Case("where steps 1 and 4 terminated", 0.8, terminated=(1, 4))
ABSORBED = Case("where steps 0 and 3 are absorbed", 0.8, absorbed=(0, 3))
CONTINUOUS = Case("where actions are continuous", 0.6, terminated=(2,), num_numbers=2)
ALONE = Case("in a single step", 0.6, num_steps=1)
