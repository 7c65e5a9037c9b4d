"""Tiny worlds for the checks of lesson 05, and what is right in them, one state and one path at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import exp, log
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from ilrl_course.checks.exercise import Fact, WrongResult
from ilrl_course.data import TabularMDP

NUM_ACTIONS = 2
Outcomes = dict[int, float]  # the next state -> its probability
NEEDS_SPARSE = (
    "it fails when `transitions` is a dense NumPy array. `@` works for dense and sparse ones alike: keep the "
    "matrix as it is."
)
NEEDS_DENSE = (
    "it fails when `transitions` is a sparse matrix, as in the lesson. `@` works for dense and sparse ones "
    "alike: keep the matrix as it is."
)
LEFTOVERS = {
    "table": "it reads `table`, the world of the lesson. Use what is passed in: it may be another world.",
    "MAX_STEPS": "it reads `MAX_STEPS`, a setting of the lesson. Use what is passed in.",
}


@dataclass(frozen=True, eq=False)
class World:
    """`moves[s][a]` are the outcomes of action a in state s; a state without moves is terminal."""

    moves: tuple[tuple[Outcomes, ...], ...]
    rewards: tuple[float, ...]  # (S,) for arriving
    start: tuple[float, ...]  # (S,)
    features: tuple[tuple[float, ...], ...] = ()  # (S, F)

    @property
    def terminal(self) -> np.ndarray:
        """(S,) bool."""
        return np.array([not actions for actions in self.moves])

    def dense(self) -> np.ndarray:
        """The transitions (S * A, S) as an array."""
        table = np.zeros((len(self.moves), NUM_ACTIONS, len(self.moves)))
        for state, actions in enumerate(self.moves):
            for action, outcomes in enumerate(actions):
                table[state, action, list(outcomes)] = list(outcomes.values())
        return table.reshape(-1, len(self.moves))

    def sparse(self) -> csr_array:
        """The transitions (S * A, S) as the lesson has them."""
        return csr_array(self.dense())

    def mdp(self, decoys: np.ndarray, dense: bool = False) -> TabularMDP:
        """The world with other rewards (S,): those that its maker had in mind."""
        transitions = self.dense() if dense else self.sparse()
        features, start = np.array(self.features), np.array(self.start)
        return TabularMDP(transitions, self.terminal, decoys, features, start)


RING = World(  # nothing ends, and nothing is left to chance
    moves=(({1: 1.0}, {2: 1.0}), ({3: 1.0}, {1: 1.0}), ({0: 1.0}, {3: 1.0}), ({2: 1.0}, {0: 1.0})),
    rewards=(0.5, -1.0, 1.5, 0.2),
    start=(0.5, 0.0, 0.3, 0.2),
    features=((1.0, 0.0, 2.0), (0.0, 1.0, -1.0), (1.0, 1.0, 0.0), (0.5, 0.0, 1.0)),
)
CORRIDOR = World(  # state 3 is a treasure, state 1 lava
    moves=(({1: 1.0}, {2: 1.0}), (), ({0: 1.0}, {4: 1.0}), (), ({3: 1.0}, {2: 1.0})),
    rewards=(-0.1, -1.5, 0.3, 2.0, -0.4),
    start=(0.6, 0.0, 0.1, 0.0, 0.3),
    features=((1.0, 0.0, 0.5), (1.0, 1.0, 0.0), (1.0, 0.0, -0.5), (0.0, 2.0, 1.0), (1.0, 0.5, 0.0)),
)
ICE = World(  # state 2 is a hole; actions fail now and then
    moves=(
        ({1: 0.8, 0: 0.2}, {2: 0.3, 3: 0.7}),
        ({0: 0.6, 3: 0.4}, {1: 1.0}),
        (),
        ({0: 0.5, 1: 0.5}, {3: 0.9, 2: 0.1}),
    ),
    rewards=(0.4, -0.8, 1.2, -0.3),
    start=(0.5, 0.2, 0.0, 0.3),
    features=((1.0, 0.0, 1.0), (0.0, 1.0, 0.5), (2.0, -1.0, 0.0), (0.0, 0.5, 1.5)),
)


def weighed(world: World, weights: np.ndarray) -> World:
    """The world whose rewards are its features times these weights."""
    rewards = (sum(f * w for f, w in zip(row, weights, strict=True)) for row in world.features)
    return replace(world, rewards=tuple(rewards))


@cache
def soft_value(world: World, state: int, steps: int) -> float:
    """What a state is worth with so many steps to go: the log of the sum of the exponentials of its q."""
    if steps == 0 or not world.moves[state]:
        return 0.0
    q_values = [q_value(world, outcomes, steps) for outcomes in world.moves[state]]
    best = max(q_values)
    return best + log(sum(exp(q - best) for q in q_values))


def q_value(world: World, outcomes: Outcomes, steps: int) -> float:
    """What an action with these outcomes is worth with so many steps to go, the reward on arrival first."""
    return sum(p * (world.rewards[s] + soft_value(world, s, steps - 1)) for s, p in outcomes.items())


@cache
def soft_policy(world: World, num_steps: int) -> np.ndarray:
    """(T, S, A), with equal chances where there is nothing to choose."""
    policy = np.full((num_steps, len(world.moves), NUM_ACTIONS), 1 / NUM_ACTIONS)
    for t in reversed(range(num_steps)):  # so that no recursion goes deep: the later values are known
        for state, actions in enumerate(world.moves):
            for action, outcomes in enumerate(actions):
                steps = num_steps - t
                gain = q_value(world, outcomes, steps) - soft_value(world, state, steps)
                policy[t, state, action] = exp(gain)
    return policy


def paths(
    world: World, policy: np.ndarray, path: tuple[int, ...], probability: float = 1.0
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Each way in which an episode can go on, with its probability."""
    t = len(path) - 1
    if t == len(policy) or not world.moves[path[-1]]:
        yield probability, path
        return
    for outcomes, chance in zip(world.moves[path[-1]], policy[t, path[-1]], strict=True):
        for state, p in outcomes.items():
            yield from paths(world, policy, (*path, state), probability * float(chance) * p)


def arrivals(world: World, policy: np.ndarray) -> np.ndarray:
    """How often each state is arrived in, (S,), summed over all the paths of an episode."""
    counts = np.zeros(len(world.moves))
    for start, chance in enumerate(world.start):
        for probability, path in paths(world, policy, (start,)) if chance else ():
            for state in path[1:]:
                counts[state] += chance * probability
    return counts


def with_both_kinds(call: Callable[[Any], Any], world: World) -> tuple[Fact, list[Any]]:
    """Does the call work with dense and with sparse transitions? That fact, and what it returned.

    Raises what the call raises if it fails with both.
    """
    errors, results = {}, []
    for name, transitions in (("sparse", world.sparse()), ("dense", world.dense())):
        try:
            results.append(call(transitions))
        except WrongResult:
            raise
        except Exception as error:
            errors[name] = error
    if not results:
        raise errors["sparse"]
    hint = NEEDS_SPARSE if "dense" in errors else NEEDS_DENSE
    return Fact("kinds of transitions that it fails with", " ".join(errors), "", hint), results
