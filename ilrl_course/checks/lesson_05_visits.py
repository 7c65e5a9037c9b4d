"""The check of lesson 05 on expected visitation."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from ilrl_course.algorithms.maxent_irl import expected_visitation
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, numbers
from ilrl_course.checks.lesson_05_visits_mutants import MUTANTS
from ilrl_course.checks.lesson_05_worlds import (
    CORRIDOR,
    ICE,
    LEFTOVERS,
    NUM_ACTIONS,
    RING,
    World,
    arrivals,
    with_both_kinds,
)

TOLERANCE = 1e-5


@cache
def _right(world: World, num_steps: int) -> np.ndarray:
    return arrivals(world, _policy(world, num_steps))


def _policy(world: World, num_steps: int) -> np.ndarray:
    """Any policy (T, S, A) that is different at each step and in each state."""
    rng = np.random.default_rng(num_steps)
    return rng.dirichlet(np.ones(NUM_ACTIONS), (num_steps, len(world.moves)))


def _probe_one_step(answer: Callable) -> Iterator[Fact]:
    fact, results = with_both_kinds(lambda table: answer(table, _policy(RING, 1), np.array(RING.start)), RING)
    yield fact
    for result in results:
        yield _fact(result, RING, 1)


def _probe(*cases: tuple[World, int], dense: bool = False) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for world, num_steps in cases:
            transitions = world.dense() if dense else world.sparse()
            result = answer(transitions, _policy(world, num_steps), np.array(world.start))
            yield _fact(result, world, num_steps)

    return probe


def _fact(result: Any, world: World, num_steps: int) -> Fact:
    if isinstance(result, tuple | list):
        raise WrongResult(f"it should return one array of the shape (S,), but it returns {kind(result)}.")
    visits, right = numbers(result, (len(world.moves),), "the result"), _right(world, num_steps)
    ends = ", ".join(map(str, np.flatnonzero(world.terminal)))
    name = f"in a world that ends in state {ends}" if ends else "in a world without terminal states"
    name = f"{name}, with T = {num_steps}"
    wrong = np.flatnonzero(~np.isclose(visits, right, 0, TOLERANCE))
    hint = "".join(
        f"{name}, state {s} should be visited about {right[s]:.4g} times, but the result is {visits[s]:.4g}."
        for s in wrong[:1]
    )
    return Fact(name, visits, right, hint, TOLERANCE)


VISITS = Exercise(
    solution=expected_visitation,
    tested="all arrivals of 1 to 6 steps are counted, and episodes end in terminal states.",
    probes=(
        _probe_one_step,
        _probe((RING, 2), (RING, 4)),
        _probe((CORRIDOR, 3), (CORRIDOR, 6), dense=True),
        _probe((ICE, 4)),
    ),
    leftovers=LEFTOVERS,
    mutants=MUTANTS,
)
