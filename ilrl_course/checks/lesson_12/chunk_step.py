"""The check of exercise 12.4, one step of worlds that execute chunks of actions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ilrl_course.algorithms.chunks import chunk_step
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, numbers
from ilrl_course.checks.slips import instead_of

PARTS = ("the actions", "the plans", "the ages")
NOT_WHOLE = "the ages are no whole numbers any more, and cannot count places in a plan. Leave them integers."


@dataclass(frozen=True)
class Case:
    """N worlds with plans of H actions of A parts: how old each plan is, and where an episode begins."""

    ages: tuple[int, ...]
    begins: tuple[bool, ...]
    num_executed: int
    horizon: int
    parts: int = 2

    def inputs(self) -> tuple:
        """Made freshly each time; no two numbers in the plans are the same."""
        shape = len(self.ages), self.horizon, self.parts
        plans = np.arange(1.0, 1 + np.prod(shape), dtype=np.float32).reshape(shape)
        return plans, np.array(self.ages), -plans - 0.5, np.array(self.begins), self.num_executed

    def right(self) -> tuple[list, list, list]:
        """World by world."""
        plans, ages, fresh, begins, num_executed = self.inputs()
        actions, kept, older = [], [], []
        for plan, age, new, first in zip(plans, ages, fresh, begins, strict=True):
            if first or age >= num_executed:
                plan, age = new, 0
            actions.append(plan[age])
            kept.append(plan)
            older.append(age + 1)
        return actions, kept, older


def _looked_at(result: Any, case: Case) -> list[np.ndarray]:
    if not isinstance(result, tuple | list) or len(result) != 3:
        raise WrongResult(
            "it should return three things, `return actions, plans, ages`, but returns "
            f"{f'{len(result)} things' if isinstance(result, tuple) else kind(result)}."
        )
    size = len(case.ages)
    shapes = (size, case.parts), (size, case.horizon, case.parts), (size,)
    return [numbers(*each) for each in zip(result, shapes, PARTS, strict=True)]


def _probe(*cases: Case) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for case in cases:
            result = answer(*case.inputs())
            found = _looked_at(result, case)
            where = f"with H = {case.horizon} and num_executed = {case.num_executed}"
            for name, got, right in zip(PARTS, found, case.right(), strict=True):
                yield Fact(f"{name} {where}", got, np.array(right))
            whole = np.issubdtype(np.asarray(result[2]).dtype, np.integer)
            yield Fact("the ages are whole numbers", bool(whole), True, NOT_WHOLE)

    return probe


NO, YES = False, True
GOING_ON = Case((1, 2, 1), (NO, NO, NO), 3, 4)
MIXED = Case((1, 3, 2, 2, 4), (NO, NO, YES, NO, NO), 3, 5, 1), Case((2, 1, 2), (NO, NO, YES), 2, 3)
WHOLE = Case((3, 1, 2, 3), (NO, NO, NO, YES), 3, 3)
SHORTEST = Case((1, 1, 0), (NO, NO, YES), 1, 1), Case((1, 1), (NO, NO), 1, 3)

DUE, TAKEN = "begins | (ages >= num_executed)", "plans[np.arange(len(plans)), ages]"
due_is, taken_is = instead_of(DUE), instead_of(TAKEN)

MISTAKES = {
    "a plan is used for one action too many. Take the fresh one as soon as num_executed of its actions have "
    "been executed: ages >= num_executed.": due_is("begins | (ages > num_executed)"),
    "a plan is dropped one action too early. Its age tells how many of its actions have been done.": due_is(
        "begins | (ages + 1 >= num_executed)"
    ),
    "where an episode begins, the plan of the last episode goes on. Take the fresh one there, too.": due_is(
        "ages >= num_executed"
    ),
    "only the beginning of an episode brings a fresh plan. It is also due when num_executed actions have "
    "been executed.": due_is("begins", "begins & (ages >= 0)"),
    "a fresh plan is taken only where both hold. One of the two is enough: |, not &.": due_is(
        "begins & (ages >= num_executed)"
    ),
    "all worlds take a fresh plan as soon as one does. Each has its own: decide row by row.": due_is(
        f"np.full(len(begins), ({DUE}).any())", "begins.any() | (ages >= num_executed)"
    ),
    "no world takes a fresh plan before all do. Each has its own: decide row by row.": due_is(
        f"np.full(len(begins), ({DUE}).all())"
    ),
    "plans are executed to their end. Only num_executed of their actions are.": due_is(
        "begins | (ages >= plans.shape[1])"
    ),
    "the old plan and the fresh one are swapped. np.where(condition, if true, if false).": [
        "np.where(renewed[:, None, None], fresh, plans) => np.where(renewed[:, None, None], plans, fresh)"
    ],
    "every world takes a fresh plan in every step. Go on with the old one until it is due.": [
        "np.where(renewed[:, None, None], fresh, plans) => fresh",
        *due_is("np.ones(len(begins), dtype=bool)"),
    ],
    "no fresh plan is ever taken.": ["np.where(renewed[:, None, None], fresh, plans) => plans"],
    "the age of a fresh plan is not set back to 0.": ["np.where(renewed, 0, ages) => ages"],
    "all plans are as good as new: an age is set to 0 where the plan is old.": [
        "np.where(renewed, 0, ages) => 0 * ages",
        "np.where(renewed, 0, ages) => np.where(renewed, ages, 0)",
    ],
    "a fresh plan begins with its second action. Its age is 0 until one has been executed.": [
        "np.where(renewed, 0, ages) => np.where(renewed, 1, ages)"
    ],
    "the action is one place too late in the plan. Take the one at the age, before the age grows.": taken_is(
        "plans[np.arange(len(plans)), ages + 1]",
        "plans[np.arange(len(plans)), (ages + 1) % plans.shape[1]]",
        "plans[np.arange(len(plans)), np.minimum(ages + 1, plans.shape[1] - 1)]",
    ),
    "the action is one place too early in the plan: plans count from 0, as ages do.": taken_is(
        "plans[np.arange(len(plans)), ages - 1]", "plans[np.arange(len(plans)), np.maximum(ages - 1, 0)]"
    ),
    "always the first action of a plan is executed, or the last. Take the one at its age.": taken_is(
        "plans[:, 0]", "plans[:, -1]"
    ),
    "every world gets the actions of all worlds. Pair rows and ages: plans[np.arange(len(plans)), ages].": (
        taken_is("plans[:, ages]")
    ),
    "all worlds act by the plan of one of them, or at the age of one of them. Pair rows and ages: "
    "plans[np.arange(len(plans)), ages].": taken_is("plans[0][ages]", "plans[:, ages[0]]"),
    "the action is taken from the fresh plan, which need not be in use.": taken_is(
        "fresh[np.arange(len(plans)), ages]"
    ),
    "the ages stay as they are. After this step, one more action of each plan has been executed.": [
        "ages + 1 => ages"
    ],
    "the new plans are used but not returned, and so are lost in the next step.": [
        ("plans = np.where => used = np.where", f"{TAKEN} => used[np.arange(len(plans)), ages]")
    ],
    "plans and ages are returned in the wrong order: actions, plans, ages.": [
        "return (result[0], result[2], result[1])"
    ],
}

EXERCISE = Exercise(
    solution=chunk_step,
    tested="each world keeps its plan as long as it should, and drops it where an episode begins.",
    probes=(_probe(GOING_ON), _probe(*MIXED), _probe(WHOLE), _probe(*SHORTEST)),
    mistakes=MISTAKES,
    leftovers=dict.fromkeys(
        ("policy", "obs"), "it reads a variable of the lesson. Use only what is passed in."
    ),
)
