"""Blocks of steps that a judge has rated, and behind them the rest that follows each end."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ilrl_course.data import Transitions


@dataclass(frozen=True)
class Block:
    """B steps in order; `ends` holds, by its row, r_end of each that terminated."""

    where: str
    gamma: float
    rewards: tuple[float, ...]  # (B,) of the steps themselves
    ends: dict[int, float]  # in the order of the rows

    def inputs(self) -> tuple[Tensor, Transitions, float]:
        """Rewards (B + E,), steps and gamma, fresh for one answer."""
        num_steps = len(self.rewards)
        obs = torch.arange(2.0 * num_steps).reshape(num_steps, 2)
        terminated = torch.tensor([i in self.ends for i in range(num_steps)])
        actions = torch.arange(num_steps) % 2
        steps = Transitions(obs, actions, obs + 2, terminated, absorbed=torch.zeros_like(terminated))
        return torch.tensor([*self.rewards, *self.ends.values()]), steps, self.gamma

    @property
    def factor(self) -> float:
        """By what r_end is multiplied: gamma + gamma^2 + ..."""
        return self.gamma / (1 - self.gamma)

    def paid(self) -> np.ndarray:
        """What each step is paid, by definition: (B,)."""
        return np.array([own + self.factor * self.ends.get(i, 0.0) for i, own in enumerate(self.rewards)])


_REWARDS = (1.5, -0.7, 2.2, 0.4, -1.9, 3.1)


def _long(where: str, gamma: float, seed: int, ends: tuple[int, ...], num_steps: int = 48) -> Block:
    draw = np.random.default_rng(seed)
    rewards = np.round(draw.normal(1.0, 2.0, num_steps), 2)
    after = np.round(draw.normal(-1.0, 3.0, len(ends)), 2)
    rewards[10], rewards[30], after[1] = 25.0, -25.0, 30.0  # rare and large, but right
    return Block(where, gamma, tuple(rewards.tolist()), dict(zip(ends, after.tolist(), strict=True)))


ENDS = Block("where steps 1, 2 and 4 ended", 0.7, _REWARDS, {1: -2.6, 2: 1.3, 4: 0.8})
AT_THE_BORDERS = Block("where the first and the last step ended", 0.8, _REWARDS, {0: 3.7, 5: -1.2})
ALL = Block("where each step ended", 0.6, _REWARDS[:3], {0: 0.5, 1: -1.4, 2: 2.3})
ALONE = Block("where the only step ended", 0.9, (-0.7,), {0: 1.7})
NONE = Block("where no step ended", 0.9, _REWARDS[:4], {})
ONE_THAT_GOES_ON = Block("where the only step did not end", 0.7, (2.2,), {})
IN_CARTPOLE = _long("with gamma 0.99, as in CartPole", 0.99, 1, ends=(0, 11, 12, 30, 41))
IN_THE_DUNGEON = _long("with gamma 0.95, as in the dungeon", 0.95, 2, ends=(7, 20, 47))
NOTHING_COUNTS = Block("with gamma 0, where nothing that follows counts", 0.0, _REWARDS, {1: -2.6, 3: 1.3})
