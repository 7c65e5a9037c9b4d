"""The check of lesson 07 on generalized advantage estimation."""

from collections.abc import Callable, Iterator, Sequence

from torch import Tensor

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.checks.exercise import Exercise, Fact, Probe
from ilrl_course.checks.lesson_07_blocks import (
    ALONE,
    TERMINATED,
    TRUNCATED,
    UNBROKEN,
    World,
    facts_about_worlds,
    tensors,
)
from ilrl_course.checks.lesson_07_gae_mutants import MUTANTS
from ilrl_course.checks.lesson_07_gae_sums import WITH_GRADIENT

INPUTS = "rewards", "values", "next_values"


def right_advantage(world: World, t: int, gamma: float, gae_lambda: float) -> float:
    """By definition: the sum of the TD errors up to the episode's last row (Schulman et al. 2016, eq. 16)."""
    end = world.end_of_episode(t)
    total = 0.0
    for k in range(t, end + 1):
        next_value = 0.0 if k in world.terminated else world.next_values[k]
        error = world.rewards[k] + gamma * next_value - world.values[k]
        total += (gamma * gae_lambda) ** (k - t) * error
    return total


def _probe(worlds: Sequence[World], gamma: float, gae_lambda: float) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        advantages = answer(*tensors(worlds, *INPUTS), gamma, gae_lambda)
        yield from facts_about_worlds(
            advantages,
            worlds,
            lambda world, t: right_advantage(world, t, gamma, gae_lambda),
            f"gamma {gamma} and gae_lambda {gae_lambda}",
            INPUTS,
        )
        with_gradient = isinstance(advantages, Tensor) and advantages.requires_grad
        yield Fact("carries a gradient", with_gradient, False, WITH_GRADIENT)

    return probe


GAE = Exercise(
    solution=compute_gae,
    tested="the TD errors of each episode are added up to its end, and not beyond.",
    probes=(
        _probe(UNBROKEN, 0.9, 0.8),
        _probe(TERMINATED, 0.9, 0.8),
        _probe(TRUNCATED, 0.9, 0.8),
        _probe(ALONE, 0.5, 0.25),
    ),
    mutants=MUTANTS,
    leftovers={
        "ONCE": "it reads the settings of the lesson. Use gamma and gae_lambda as they are passed in."
    },
)
