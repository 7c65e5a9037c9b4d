"""A script that plays the dungeon somewhat like a careful person: it knows no passage, sees late, and errs.

It stands in for people where lesson 09 asks for recorded play at a person's level. It is none.
"""

import numpy as np

from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.observation import TIME_LEFT
from ilrl_course.envs.dungeon.rules import NUM_ACTIONS

LATE = 0.1  # share of its moves that answer what was on the screen one move ago
SLIP = 0.05  # share of its moves that are blind, as of the scripted person at the keyboard


class HumanLike:
    """The cautious way, with late and blind moves; an actor with a memory of one move for each game."""

    def __init__(self, seed: int):
        self.means_to = DUNGEON.make_demonstrator("biased")
        self.rng = np.random.default_rng(seed)
        self.last = np.zeros(0, dtype=np.int64)  # (B,) what it meant to do one move ago

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """The actions (B,) for observations (B, obs_dim), row i always being game i."""
        now = self.means_to(obs)
        if len(self.last) != len(obs):
            self.last = now
        last = np.where(obs[:, TIME_LEFT] == 1, now, self.last)  # a game that begins has no move before
        self.last = now
        late, blind = self.rng.random((2, len(obs)))
        actions = np.where(late < LATE, last, now)
        return np.where(blind < SLIP, self.rng.integers(NUM_ACTIONS, size=len(obs)), actions)
