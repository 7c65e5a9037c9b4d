"""Steps that expert and learner share, under observation: who did what, and what became of the worlds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ilrl_course.checks.exercise import CONTAINERS, WrongResult, kind
from ilrl_course.checks.watched.counting_batch import CountingBatch, CountingExpert
from ilrl_course.data import Actor, Rollout
from ilrl_course.rollout import collect_rollout

LENGTHS, TERMINATES = np.array([4, 3, 7, 5, 9, 2, 6, 8]), np.array([True, False])  # of the copies' episodes
NUM_STEPS = 5
NO_ACTIONS = "the worlds get None in the place of actions. Did you forget `return` in the function that acts?"


class _Watched:
    """An actor that remembers the arrays that it handed out, and what was in them."""

    def __init__(self, actor: Actor):
        self._actor, self._handed_out = actor, []

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        actions = self._actor(obs)
        self._handed_out.append((actions, actions.copy()))
        return actions

    @property
    def overwritten(self) -> bool:
        """Did somebody write into one of them?"""
        return not all(np.array_equal(actions, copy) for actions, copy in self._handed_out)


class _Worlds(CountingBatch):
    def step(self, actions):
        """Step, as every `BatchedWorld` does; raises WrongResult for no actions at all."""
        if actions is None:
            raise WrongResult(NO_ACTIONS)
        return super().step(actions)


@dataclass(frozen=True)
class Block:
    """What one call of the answer did to the worlds, and what it returned."""

    start: np.ndarray  # (N, 3): the observations that it got
    visited: np.ndarray  # (T, N, 3)
    executed: np.ndarray  # (T, N) or (T, N, action_dim)
    rollout: Rollout
    obs: np.ndarray  # (N, 3): to go on from, as the answer says

    @property
    def lengths(self) -> np.ndarray:
        """How long the episodes of each copy are, (N,)."""
        return np.resize(LENGTHS, len(self.start))

    @property
    def over(self) -> np.ndarray:
        """Where an episode ended, (T, N) bool."""
        return self.visited[:, :, 2] + 1 >= self.lengths

    @property
    def next_obs(self) -> np.ndarray:
        """What followed, before any reset, (T, N, 3)."""
        return self.visited + np.float32([0, 0, 1])

    @property
    def goes_on_from(self) -> np.ndarray:
        """What the next block begins with, (N, 3)."""
        new_episode = self.visited[-1] * np.float32([1, 1, 0]) + np.float32([0, 1, 0])
        return np.where(self.over[-1][:, None], new_episode, self.next_obs[-1])


class Play:
    """Some calls of the answer, each going on where the one before ended."""

    def __init__(self, answer: Callable, beta: float, num_calls: int, action_dim: int = 0, seed: int = 0):
        self.expert, self._shift = CountingExpert(action_dim), np.float32(0.5) if action_dim else 5
        self._actors = {"expert": _Watched(self.expert), "learner": _Watched(self.learner)}
        num_envs = len(LENGTHS)
        envs = _Worlds(num_envs, LENGTHS, action_dim, TERMINATES)
        _, obs = collect_rollout(self.expert, envs, envs.reset(seed=0)[0], num_steps=2)
        rng = np.random.default_rng(seed)
        self.blocks: list[Block] = []
        for _ in range(num_calls):
            before = len(envs.executed)
            result = answer(*self._actors.values(), envs, obs, NUM_STEPS, beta, rng)
            if len(envs.executed) == before:
                raise WrongResult("no step is taken in the envs that are passed in.")
            visited, executed = np.array(envs.visited[before:]), np.array(envs.executed[before:])
            self.blocks.append(Block(obs, visited, executed, *_checked(result, num_envs)))
            obs = self.blocks[-1].goes_on_from

    def learner(self, obs: np.ndarray) -> np.ndarray:
        """What the learner does; it never agrees with the expert."""
        return self.expert(obs) + self._shift

    @property
    def overwritten(self) -> list[str]:
        """Whose arrays somebody wrote into: expert, learner."""
        return [name for name, actor in self._actors.items() if actor.overwritten]

    @property
    def shares(self) -> list[np.ndarray]:
        """For each block (T, N, action_dim): 1 where the action is the expert's, 0 where the learner's.

        Values in between are mixtures, values beyond come from somewhere else.
        """
        shares = []
        for block in self.blocks:
            wanted = self.expert(block.visited.reshape(-1, 3)).reshape(block.executed.shape)
            share = 1 - (block.executed - wanted) / self._shift
            shares.append(share.reshape(*share.shape[:2], -1).round(3))
        return shares


def _checked(result, num_envs: int) -> tuple[Rollout, np.ndarray]:
    if not isinstance(result, CONTAINERS) or len(result) != 2:
        raise WrongResult(
            "it should return two things, the rollout and the observations to go on from, but it returns "
            f"{kind(result)}."
        )
    rollout, obs = result
    if not isinstance(rollout, Rollout):
        raise WrongResult(f"the first thing that it returns should be a Rollout, but it is {kind(rollout)}.")
    if not isinstance(obs, np.ndarray) or obs.shape != (num_envs, 3):
        raise WrongResult(
            f"the second thing that it returns should be the observations ({num_envs}, 3) to go on from, but "
            f"it is {kind(obs)}{f' of the shape {np.shape(obs)}' if np.ndim(obs) else ''}."
        )
    return rollout, obs
