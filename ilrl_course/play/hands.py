"""From keys to actions: what a person's hands on the keyboard mean in a world."""

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ilrl_course.envs import World


class Hands:
    """The keys that are held during one step of a world, and the action that they mean.

    Continuous actions: the mean over the time so far in this step, so that a short tap is a gentle turn.
    Discrete actions: that of the newest key that is down, else the last one goes on.
    """

    def __init__(self, world: World):
        self.keys, self.idle = world.human_keys, world.idle_action
        space = gym.make(world.env_id).action_space
        self.space, self.is_discrete = space, isinstance(space, gym.spaces.Discrete)
        self.last = next(iter(self.keys.values())) if self.is_discrete else None
        self.rest()

    def rest(self) -> None:
        """A new step begins: what was held before no longer counts."""
        self.total, self.seconds = 0.0, 0.0

    def tap(self, key: str) -> None:
        """A key went down, however short: a push in its direction begins."""
        if self.is_discrete:
            self.last = self.keys[key]

    def hold(self, held: Sequence[str], seconds: float) -> None:
        """These keys, oldest first, were down for so long."""
        if self.is_discrete:
            self.last = self.keys[held[-1]] if held else self.last
            return
        pressed = np.sum([self.idle, *(self.keys[key] for key in held)], axis=0)
        self.total = self.total + seconds * np.clip(pressed, self.space.low, self.space.high)
        self.seconds += seconds

    def action(self):
        """What the person has done in this step so far: an action of the world."""
        if self.is_discrete:
            return self.space.dtype.type(self.last)
        return (self.total / self.seconds if self.seconds else self.idle).astype(self.space.dtype)
