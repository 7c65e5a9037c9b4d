"""Steps and tiny networks for AIRL: reward, potential and gradients are known without the networks."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ilrl_course.algorithms.airl import ShapedReward
from ilrl_course.data import Transitions

REWARD = np.array([0.5, -1.0, 0.25])  # g(s, a) = these times the features, plus what the action is worth
OF_CHOICES = np.array([0.0, 0.7, -0.4, 1.2])
OF_CONTROLS = np.array([0.7, -0.4])
POTENTIAL = np.array([1.0, 0.5, -0.75])  # h(s) = these times the features, plus the base
BASE = 0.3  # so that an observation of zeros is worth something, too

COLUMNS = [  # obs, next_obs, one action that is a choice, one that is continuous
    ([0.5, -1.1, 2.0], [1.0, -0.5, 1.6], 1, [0.5, -1.0]),
    ([1.5, 0.4, -0.6], [2.1, 1.0, 0.5], 0, [1.5, 0.5]),
    ([-2.0, 1.0, 0.0], [-1.5, 1.4, 1.0], 3, [-0.5, 2.0]),
    ([0.0, -1.7, 1.0], [0.5, 0.0, 2.0], 2, [1.0, -1.5]),
    ([1.0, 2.0, 0.5], [0.0, 1.0, -1.3], 0, [-2.0, 0.5]),
    ([-0.3, 0.9, -1.2], [0.7, 1.1, -0.8], 1, [0.3, 0.8]),
]
WEIGHTS = np.array([1.0, -2.0, 0.5, 1.5, -0.7, 0.9])  # of the steps, so that one gradient stands for all


def features(obs):
    """Not symmetric, so that signs matter, and not linear: (B, 3) -> (B, 3)."""
    return obs**2 + obs


class Reward(nn.Module):
    """g: what an action is worth there; choices are looked up, as in the lesson's network."""

    def __init__(self, continuous: bool):
        super().__init__()
        self.continuous = continuous
        self.of_features = nn.Parameter(torch.tensor(REWARD).float())
        self.of_actions = nn.Parameter(torch.tensor(OF_CONTROLS if continuous else OF_CHOICES).float())

    def forward(self, obs: Tensor, actions: Tensor) -> Tensor:
        """(B, 3) and (B,) or (B, 2) -> (B,)."""
        worth = actions @ self.of_actions if self.continuous else self.of_actions.gather(0, actions)
        return features(obs) @ self.of_features + worth


class Potential(nn.Module):
    """h: how far a state has come, whatever is done there."""

    def __init__(self):
        super().__init__()
        self.of_features = nn.Parameter(torch.tensor(POTENTIAL).float())

    def forward(self, obs: Tensor) -> Tensor:
        """(B, 3) -> (B,)."""
        return features(obs) @ self.of_features + BASE


@dataclass(frozen=True)
class Case:
    """The first steps of those above; an absorbed one stays where it is, and its action is 0."""

    where: str  # in words
    gamma: float
    terminated: tuple[int, ...] = ()
    absorbed: tuple[int, ...] = ()
    continuous: bool = False  # its actions
    num_steps: int = len(COLUMNS)
    scale: float = 1.0  # of its observations

    def transitions(self) -> Transitions:
        """A fresh copy, for one answer."""
        obs, next_obs, choices, controls = map(torch.tensor, zip(*COLUMNS[: self.num_steps], strict=True))
        actions = controls if self.continuous else choices
        terminated, absorbed = (
            torch.tensor([i in rows for i in range(self.num_steps)])
            for rows in (self.terminated, self.absorbed)
        )
        next_obs[absorbed], actions[absorbed] = obs[absorbed], 0
        return Transitions(self.scale * obs, actions, self.scale * next_obs, terminated, absorbed)

    def net(self) -> ShapedReward:
        """Both networks, fresh, for one answer."""
        return ShapedReward(Reward(self.continuous), Potential())

    def _columns(self) -> tuple[np.ndarray, ...]:
        """Features of obs and of next_obs, how much each weight of actions counts, how much h(s') does."""
        steps = self.transitions()
        here, there = (features(obs.double().numpy()) for obs in (steps.obs, steps.next_obs))
        actions, discounts = steps.actions.numpy(), np.where(steps.terminated, 0.0, self.gamma)
        return here, there, actions if self.continuous else np.eye(len(OF_CHOICES))[actions], discounts

    def parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What f is made of: g(s, a), h(s), h(s') and how much that counts, each (B,)."""
        here, there, actions, discounts = self._columns()
        rewards = here @ REWARD + actions @ (OF_CONTROLS if self.continuous else OF_CHOICES)
        return rewards, here @ POTENTIAL + BASE, there @ POTENTIAL + BASE, discounts

    def shaped(self) -> np.ndarray:
        """f, by definition: (B,)."""
        rewards, potentials, next_potentials, discounts = self.parts()
        return rewards + discounts * next_potentials - potentials

    def gradients(self) -> dict[str, np.ndarray]:
        """How the weighed sum of f rises with each parameter of both networks."""
        here, there, actions, discounts = self._columns()
        weights = WEIGHTS[: self.num_steps]
        return {
            "reward.of_features": weights @ here,
            "reward.of_actions": weights @ actions,
            "potential.of_features": weights @ (discounts[:, None] * there - here),
        }


ALIVE = Case("where nothing ends", 0.8)
ENDING = Case("where steps 1 and 4 terminated", 0.8, terminated=(1, 4))
ABSORBED = Case("where steps 0 and 3 are absorbed", 0.8, absorbed=(0, 3))
CONTINUOUS = Case("where actions are continuous", 0.6, terminated=(2,), continuous=True)
ALONE = Case("in a single step", 0.6, num_steps=1)
HARDER = (
    Case("where the first and the last step terminated", 0.99, terminated=(0, 5), absorbed=(2, 5)),
    Case("where gamma is 1", 1.0, terminated=(1, 2), absorbed=(3,)),
    Case("where gamma is 0", 0.0, terminated=(3,)),
    Case("where the only step terminated", 0.95, terminated=(0,), num_steps=1),
    Case("where g and h are large", 0.99, terminated=(3,), continuous=True, scale=10.0),
)
