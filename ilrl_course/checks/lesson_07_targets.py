"""The check of lesson 07 on the value targets."""

from collections.abc import Callable, Iterator, Sequence

from ilrl_course.algorithms.advantages import value_targets
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
from ilrl_course.checks.lesson_07_targets_mutants import MUTANTS

INPUTS = "rewards", "next_values"


def right_target(world: World, t: int, gamma: float) -> float:
    """By definition: the discounted rewards up to the episode's last row, and what life is worth after it."""
    end = world.end_of_episode(t)
    rest = 0.0 if end in world.terminated else world.next_values[end]
    return sum(gamma ** (k - t) * world.rewards[k] for k in range(t, end + 1)) + gamma ** (end + 1 - t) * rest


def _probe(worlds: Sequence[World], gamma: float) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        targets = answer(*tensors(worlds, *INPUTS), gamma)
        yield from facts_about_worlds(
            targets, worlds, lambda world, t: right_target(world, t, gamma), f"gamma {gamma}", INPUTS
        )

    return probe


TARGETS = Exercise(
    solution=value_targets,
    tested="rewards count up to the end of their episode, and after a time limit life goes on.",
    probes=(
        _probe(UNBROKEN, 0.9),
        _probe(TERMINATED, 0.9),
        _probe(TRUNCATED, 0.9),
        _probe(ALONE, 0.5),
    ),
    mutants=MUTANTS,
)
