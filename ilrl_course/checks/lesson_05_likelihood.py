"""The check of lesson 05 on the log-likelihood and its gradient."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from ilrl_course.algorithms.maxent_irl import log_likelihood
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, number, numbers
from ilrl_course.checks.lesson_05_likelihood_mutants import MUTANTS, NOT_SUMMED, SWAPPED
from ilrl_course.checks.lesson_05_worlds import (
    CORRIDOR,
    ICE,
    LEFTOVERS,
    World,
    arrivals,
    soft_policy,
    soft_value,
    weighed,
)

WEIGHTS = np.array([-0.6, 0.9, 0.4])
DEMO_FEATURES = np.array([1.7, 0.8, -0.5])
TOLERANCE = 3e-6  # a small penalty on the weights is seen, and single precision passes


@cache
def right_likelihood(world: World, num_steps: int) -> tuple[float, np.ndarray]:
    """By definition: what was gained, less the soft value of the start; the gradient from all the paths."""
    learner = weighed(world, WEIGHTS)
    value = sum(w * f for w, f in zip(WEIGHTS, DEMO_FEATURES, strict=True))
    value -= sum(p * soft_value(learner, s, num_steps) for s, p in enumerate(world.start))
    visits = arrivals(world, soft_policy(learner, num_steps))
    gathered = sum(n * np.array(row) for n, row in zip(visits, world.features, strict=True))
    return value, DEMO_FEATURES - gathered


def _probe_value(answer: Callable) -> Iterator[Fact]:
    value, _ = _parts(_result(answer, CORRIDOR, 3))
    yield _value_fact(value, CORRIDOR, 3)


def _probe_gradient(answer: Callable) -> Iterator[Fact]:
    _, gradient = _parts(_result(answer, CORRIDOR, 3))
    yield _gradient_fact(gradient, CORRIDOR, 3)


def _probe(*cases: tuple[World, int], dense: bool = False) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for world, num_steps in cases:
            value, gradient = _parts(_result(answer, world, num_steps, dense))
            yield _value_fact(value, world, num_steps)
            yield _gradient_fact(gradient, world, num_steps)

    return probe


def _result(answer: Callable, world: World, num_steps: int, dense: bool = False) -> Any:
    mdp = world.mdp(decoys=np.linspace(-1, 2, len(world.moves)), dense=dense)
    return answer(WEIGHTS.copy(), mdp, DEMO_FEATURES.copy(), num_steps)


def _parts(result: Any) -> tuple[float, np.ndarray]:
    """Log-likelihood and gradient; raises WrongResult."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        what = f"{len(result)} things" if isinstance(result, tuple) else kind(result)
        what += f" of the shape {np.shape(result)}" if isinstance(result, np.ndarray) else ""
        raise WrongResult(f"it should return two things, `return likelihood, gradient`, but returns {what}.")
    if np.ndim(result[0]) == 1 and np.ndim(result[1]) == 0:
        raise WrongResult(SWAPPED)
    if np.ndim(result[0]) == 1 and np.size(result[0]) > 1:
        raise WrongResult(NOT_SUMMED)
    if isinstance(result[1], list | tuple):
        raise WrongResult("the gradient should be one array, but it is a list. Use np.array().")
    return number(result[0], "the log-likelihood"), numbers(result[1], WEIGHTS.shape, "the gradient")


def _value_fact(value: float, world: World, num_steps: int) -> Fact:
    right, name = right_likelihood(world, num_steps)[0], f"the log-likelihood with num_steps = {num_steps}"
    return Fact(name, value, right, tolerance=TOLERANCE)


def _gradient_fact(gradient: np.ndarray, world: World, num_steps: int) -> Fact:
    right, name = right_likelihood(world, num_steps)[1], f"the gradient with num_steps = {num_steps}"
    return Fact(name, gradient, right, tolerance=TOLERANCE)


LIKELIHOOD = Exercise(
    solution=log_likelihood,
    tested="value and gradient are right with 1 to 5 steps, with ends and with chance.",
    probes=(
        _probe_value,
        _probe_gradient,
        _probe((CORRIDOR, 1), (ICE, 4), dense=True),
        _probe((ICE, 5)),
    ),
    leftovers=LEFTOVERS,
    mutants=MUTANTS,
)
