"""Steps that expert and learner share, under observation: who did what, and what became of the worlds."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ilrl_course.checks.exercise import CONTAINERS, WrongResult, kind
from ilrl_course.checks.watched.counting_batch import CountingBatch, CountingExpert
from ilrl_course.data import Actor, Rollout
from ilrl_course.rollout import collect_rollout

LENGTHS, TERMINATES = np.array([4, 3, 7, 5, 9, 2, 6, 8]), np.array([True, False])  # of the copies' episodes


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


@dataclass(frozen=True)
class Block:
    """What one call of the answer did to the worlds, what it returned, and what it should have returned."""

    start: np.ndarray  # (N, 3): the observations that it got
    visited: np.ndarray  # (T, N, 3)
    executed: np.ndarray  # (T, N) or (T, N, action_dim)
    rollout: Rollout
    obs: np.ndarray  # (N, 3): to go on from, as the answer says
    wanted: Rollout
    goes_on_from: np.ndarray  # (N, 3): what the next block begins with

    @property
    def over(self) -> np.ndarray:
        """Where an episode ended, (T, N) bool."""
        return (self.wanted.terminated | self.wanted.truncated).numpy()

    @property
    def course(self) -> str:
        """What became of the worlds: right, elsewhere from the start, after an end, or broken off."""
        if np.array_equal(self.visited, self.wanted.obs):
            return "right"
        if not np.array_equal(self.visited[0], self.start):
            return "elsewhere"
        after_end = self.visited[:, :, 2] >= np.resize(LENGTHS, len(self.start))
        return "after an end" if after_end.any() else "broken off"


class Play:
    """Some calls of the answer, each going on where the one before ended, as long as that can be told."""

    def __init__(
        self, answer: Callable, beta: float, num_calls: int, action_dim=0, seed=0, num_envs=8, num_steps=5
    ):
        self.expert, self._shift = CountingExpert(action_dim), np.float32(0.5) if action_dim else 5
        self._actors = {"expert": _Watched(self.expert), "learner": _Watched(self.learner)}
        envs, twin = (CountingBatch(num_envs, LENGTHS, action_dim, TERMINATES) for _ in range(2))
        for worlds in (envs, twin):
            _, obs = collect_rollout(self.expert, worlds, worlds.reset(seed=0)[0], num_steps=2)
        rng = np.random.default_rng(seed)
        untouched = rng.bit_generator.state
        self.blocks: list[Block] = []
        for _ in range(num_calls):
            before = len(envs.executed)
            result = answer(*self._actors.values(), envs, obs, num_steps, beta, rng)
            visited, executed = np.array(envs.visited[before:]), np.array(envs.executed[before:])
            if not len(executed):
                raise WrongResult("no step is taken in the envs that are passed in.")
            returned = _checked(result, num_envs)
            again = iter(executed)
            wanted = collect_rollout(lambda _, again=again: next(again), twin, obs, len(executed))
            self.blocks.append(Block(obs, visited, executed, *returned, *wanted))
            if len(executed) != num_steps or self.blocks[-1].course != "right":
                break
            obs = wanted[1]
        self.draws_from_rng = rng.bit_generator.state != untouched

    def learner(self, obs: np.ndarray) -> np.ndarray:
        """What the learner does; it never agrees with the expert."""
        return self.expert(obs) + self._shift

    @property
    def overwritten(self) -> list[str]:
        """Whose arrays somebody wrote into: expert, learner."""
        return [name for name, actor in self._actors.items() if actor.overwritten]

    @cached_property
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

    @property
    def asks_about_the_start(self) -> bool:
        """Is each action that of an actor, in this situation or in the one that the block began with?"""
        for block in self.blocks:
            places = block.visited, np.broadcast_to(block.start, block.visited.shape)
            known = [self.expert(place.reshape(-1, 3)).reshape(block.executed.shape) for place in places]
            known += [actions + self._shift for actions in known]
            if not np.isclose(block.executed, known).any(axis=0).all():
                return False
        return True


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
