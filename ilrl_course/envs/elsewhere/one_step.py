"""The heart of the adapter in one function: a step in somebody else's world, told as the course's worlds do.

`borrow` does the same for many copies at once. Here it stands by itself, for a world of the student's choice.
"""

from collections.abc import Callable
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.spaces import Box, Discrete, flatten

from ilrl_course.envs.elsewhere.adapter import Ending, as_a_row

Told = tuple[np.ndarray, float, bool, bool, dict[str, bool]]
"""A row (obs_dim,), the reward, terminated, truncated, and whether it `crashed` and was a `success`."""


def borrowed_step(env: gym.Env, action: Any, ending: Ending) -> Told:
    """Take one step in a world that others made, and tell it as the course's worlds do.

    Where its actions are Discrete, `action` is a whole number, and the world gets a plain `int`; where they
    are a Box, it is an array that may lie beyond the bounds, to which it is clipped. Returns the observation
    as one row (obs_dim,) of float32 (Gymnasium's `flatten`), the reward, `terminated` and `truncated` as the
    world says them, and a dict of `crashed` and `success`: what `ending(reward, terminated, info)` says of
    this step, whether the episode is over or not.
    """
    if isinstance(env.action_space, Discrete):
        action = int(action)
    else:
        action = np.clip(action, env.action_space.low, env.action_space.high)
    obs, reward, terminated, truncated, info = env.step(action)
    row = flatten(env.observation_space, obs).astype(np.float32)  # (obs_dim,)
    crashed, success = ending(reward, terminated, info)
    return row, float(reward), terminated, truncated, {"crashed": crashed, "success": success}


class Translated(gym.Wrapper):
    """A world of others, each of whose steps is told by `step_fn`: what `borrow` takes as it is.

    A crash after which the episode goes on still counts at its end, and so does a success: both are told
    from then on. Raises ValueError where its observations cannot be laid out as one row of numbers, and where
    `ending` does not return two things.
    """

    def __init__(self, env: gym.Env, ending: Ending, step_fn: Callable[..., Told] = borrowed_step):
        super().__init__(env)
        self.ending, self.step_fn = ending, step_fn
        seen = as_a_row(env).observation_space
        self.observation_space = Box(*np.float32([seen.low, seen.high]), dtype=np.float32)
        self.outcome = {"crashed": False, "success": False}  # of the episode so far

    def reset(self, **options) -> tuple[np.ndarray, dict[str, bool]]:
        """Begin an episode; returns its first row (obs_dim,), and that nothing has happened yet."""
        obs, _ = self.env.reset(**options)
        row = flatten(self.env.observation_space, obs).astype(np.float32)  # (obs_dim,)
        self.outcome = {"crashed": False, "success": False}
        return row, self.outcome.copy()

    def step(self, action: Any) -> Told:
        """One step, as `step_fn` tells it, and what has happened in this episode so far."""
        *told, outcome = self.step_fn(self.env, action, self._asked)
        self.outcome = {name: bool(before or outcome[name]) for name, before in self.outcome.items()}
        return *told, self.outcome.copy()

    def _asked(self, reward: float, terminated: bool, info: dict) -> tuple[bool, bool]:
        said = self.ending(reward, terminated, info)
        if not isinstance(said, tuple | list) or len(said) != 2:
            name = getattr(self.ending, "__name__", "ending")
            raise ValueError(
                f"{name} should return two things, whether this step was a crash and whether the goal is "
                f"reached; it returned {said!r}"
            )
        return tuple(said)


def as_told(reward: float, terminated: bool, info: dict[str, bool]) -> tuple[bool, bool]:
    """The `ending` of a world that is `Translated` already."""
    return info["crashed"], info["success"]
