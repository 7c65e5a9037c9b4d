"""Somebody else's world, played by a script: what it is told is noted, and what it answers is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
from gymnasium.spaces import Discrete


@dataclass(frozen=True)
class Answer:
    """What a foreign world says to one action."""

    obs: Any
    reward: Any
    terminated: bool = False
    truncated: bool = False
    info: dict = field(default_factory=dict)


class ForeignWorld(gym.Env):
    """Answers from a list, one after the other, whatever is done; `taken` are the actions that it was given.

    It is as particular as some worlds are: where its actions are Discrete, it raises TypeError for anything
    but an `int`. After the last answer it raises RuntimeError, as it does after a `reset`.
    """

    def __init__(self, seen: gym.Space, actions: gym.Space, answers: Sequence[Answer]):
        self.observation_space, self.action_space = seen, actions
        self.answers, self.taken = list(answers), []

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict]:
        """The next answer."""
        if isinstance(self.action_space, Discrete) and type(action) is not int:
            given = type(action).__name__
            raise TypeError(f"{given} is given, but this world takes a plain int as its action: int(action)")
        if len(self.taken) == len(self.answers):
            raise RuntimeError("this world was stepped more often than it was asked to")
        answer = self.answers[len(self.taken)]
        self.taken.append(action)
        return answer.obs, answer.reward, answer.terminated, answer.truncated, dict(answer.info)

    @property
    def unwrapped(self) -> gym.Env:
        """Another world: who steps this one goes around what was wrapped about it, such as its clock."""
        return ForeignWorld(self.observation_space, self.action_space, self.answers)

    def reset(self, **options):
        """Not asked for in the middle of an episode."""
        raise RuntimeError("this world was reset in the middle of an episode")
