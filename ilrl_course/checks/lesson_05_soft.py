"""The check of lesson 05 on soft value iteration."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ilrl_course.algorithms.maxent_irl import soft_value_iteration
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, numbers
from ilrl_course.checks.lesson_05_soft_choice import OVERFLOW
from ilrl_course.checks.lesson_05_soft_mutants import LOG_A_LEFT, MUTANTS, SWAPPED
from ilrl_course.checks.lesson_05_soft_time import STOPS
from ilrl_course.checks.lesson_05_worlds import (
    CORRIDOR,
    ICE,
    LEFTOVERS,
    NUM_ACTIONS,
    RING,
    World,
    soft_policy,
    soft_value,
    with_both_kinds,
)

TOLERANCE = 1e-5
LARGE = replace(RING, rewards=(1000.0, -1000.0, 1000.5, -1001.0))
COSTLY = replace(CORRIDOR, rewards=(-2.0, -6.0, -2.0, 0.5, -2.0))  # the values soon stop changing
MANY = 200  # steps
NEARLY = 1e-2  # the tolerance where the values have stopped: to stop there, but fill all steps in, is right
LARGE_LOSSES = replace(RING, rewards=(-1000.0, -1001.0, -1000.5, -1002.0))


def _probe_one_step(answer: Callable) -> Iterator[Fact]:
    rewards = np.array(RING.rewards)
    fact, results = with_both_kinds(lambda table: answer(table, RING.terminal, rewards, 1), RING)
    yield fact
    for result in results:
        yield from _facts(result, RING, 1)


def _probe(*cases: tuple[World, int], dense: bool = False, hint: str = "") -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for world, num_steps in cases:
            yield from _facts(_result(answer, world, num_steps, dense), world, num_steps, hint)

    return probe


def _probe_large(answer: Callable) -> Iterator[Fact]:
    try:
        yield from _probe((LARGE, 2), (LARGE_LOSSES, 2), hint=OVERFLOW)(answer)
    except WrongResult as wrong:  # NaN, because the form was looked at before
        yield Fact("is usable where rewards are large", str(wrong), "", OVERFLOW)


def _probe_many_steps(answer: Callable) -> Iterator[Fact]:
    right = soft_policy(COSTLY, MANY)  # before the values, whose recursion would go too deep
    result = _result(answer, COSTLY, MANY)
    stops = _stops_early(result, right)
    yield Fact(f"stops before all of {MANY} steps are done", stops, False, STOPS)
    if not stops:
        yield from _facts(result, COSTLY, MANY, tolerance=NEARLY)


def _stops_early(result: Any, right: np.ndarray) -> bool:
    """Is the last step right, and are the first ones missing or not filled in?"""
    try:
        policy, on = np.asarray(result[0], dtype=float), ~COSTLY.terminal
        first, last = (np.allclose(policy[t, on], right[t, on], 0, NEARLY) for t in (0, -1))
    except (TypeError, ValueError, IndexError):
        return False  # it has another form, which is named elsewhere
    return bool(last and (len(policy) < MANY or not first))


def _probe_returned_ends(answer: Callable) -> Iterator[Fact]:
    for world in CORRIDOR, ICE:
        _, values = _parts(_result(answer, world, 2), world, 2)
        yield Fact(
            "the values of terminal states", values[world.terminal], 0 * values[world.terminal], LOG_A_LEFT
        )


def _result(answer: Callable, world: World, num_steps: int, dense: bool = False) -> Any:
    transitions = world.dense() if dense else world.sparse()
    return answer(transitions, world.terminal, np.array(world.rewards), num_steps)


def _parts(result: Any, world: World, num_steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Policy and values; raises WrongResult."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        what = f"{len(result)} things" if isinstance(result, tuple) else kind(result)
        raise WrongResult(f"it should return two arrays, `return policy, values`, but it returns {what}.")
    if isinstance(result[0], list | tuple):
        raise WrongResult("the policy should be one array, but it is a list. Use np.stack().")
    if np.ndim(result[0]) == 1 and np.ndim(result[1]) == 3:
        raise WrongResult(SWAPPED)
    num_states = len(world.moves)
    policy = numbers(result[0], (num_steps, num_states, NUM_ACTIONS), "the policy")
    return policy, numbers(result[1], (num_states,), "the values")


def _facts(
    result: Any, world: World, num_steps: int, hint: str = "", tolerance: float = TOLERANCE
) -> Iterator[Fact]:
    """The values and the policy where there is something to choose: elsewhere the policy does not matter."""
    policy, values = _parts(result, world, num_steps)
    on = np.flatnonzero(~world.terminal)
    right = np.array([soft_value(world, state, num_steps) for state in on])
    where = f"with {num_steps} step{'s' * (num_steps > 1)} to go and the rewards {list(world.rewards)}"
    probabilities = soft_policy(world, num_steps)[:, on]
    words = hint or _faulty_values(values[on], right, on, where, tolerance)
    yield Fact(f"values {where}", values[on], right, words, tolerance)
    words = hint or _faulty_policy(policy[:, on], probabilities, on, where, tolerance)
    yield Fact(f"policy {where}", policy[:, on], probabilities, words, tolerance)


def _faulty_values(
    found: np.ndarray, right: np.ndarray, states: np.ndarray, where: str, tolerance: float
) -> str:
    wrong = np.flatnonzero(~np.isclose(found, right, 0, tolerance))
    if not len(wrong):
        return ""
    i = wrong[0]
    return (
        f"{where}, the value of state {states[i]} should be about {right[i]:.4g}, but it is {found[i]:.4g}."
    )


def _faulty_policy(
    found: np.ndarray, right: np.ndarray, states: np.ndarray, where: str, tolerance: float
) -> str:
    """The wrong step nearest to the end, because the steps before it build on it."""
    wrong = np.argwhere(~np.isclose(found, right, 0, tolerance).all(axis=2))
    if not len(wrong):
        return ""
    t, i = wrong[-1]
    others = "" if t == len(found) - 1 else ", and the steps after it are right"
    wanted, got = (np.array2string(p[t, i], precision=4, separator=", ") for p in (right, found))
    return f"{where}, policy[{t}, {states[i]}] should be about {wanted}, but it is {got}{others}."


SOFT = Exercise(
    solution=soft_value_iteration,
    tested="values and policy are right with 1 to 200 steps to go, with ends, chance and large rewards.",
    probes=(
        _probe_one_step,
        _probe((RING, 2), (RING, 4)),
        _probe((CORRIDOR, 3), (CORRIDOR, 6), dense=True),
        _probe((ICE, 3), (ICE, 5)),
        _probe_returned_ends,
        _probe_large,
        _probe_many_steps,
    ),
    leftovers=LEFTOVERS,
    mutants=MUTANTS,
)
