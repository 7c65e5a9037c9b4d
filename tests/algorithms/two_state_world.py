"""A world in which one can only stay or end it, so that what an imitator should do is known."""

import gymnasium as gym
import numpy as np
import torch

from ilrl_course.data import Transitions
from ilrl_course.envs.batched import BatchedWorld

STAY, END = 0, 1
TIME_LIMIT = 20


class TwoStates(BatchedWorld):
    """Observation: [1, 0] in the only state, [0, 1] after the end; the reward says nothing."""

    max_steps = TIME_LIMIT

    def __init__(self, num_envs):
        self.single_observation_space = gym.spaces.Box(0, 1, (2,), np.float32)
        self.single_action_space = gym.spaces.Discrete(2)
        self.ended = np.zeros(num_envs, dtype=bool)
        super().__init__(num_envs)

    def _start(self, rows):
        self.ended[rows] = False

    def _advance(self, actions):
        self.ended = self.ended | (actions == END)
        return np.zeros(self.num_envs, dtype=np.float32), self.ended.copy()

    def _observe(self):
        return np.stack([~self.ended, self.ended], axis=1).astype(np.float32)

    def _info(self, terminated, truncated):
        return {"crashed": terminated, "success": truncated}


def demos_of(action: int, num_steps: int = 200) -> Transitions:
    """Somebody who always stays, or who always ends it at once."""
    before, after = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    ends = torch.full((num_steps,), action == END)
    return Transitions(
        before.expand(num_steps, 2),
        torch.full((num_steps,), action),
        (after if action == END else before).expand(num_steps, 2),
        terminated=ends,
        absorbed=torch.zeros_like(ends),
    )
