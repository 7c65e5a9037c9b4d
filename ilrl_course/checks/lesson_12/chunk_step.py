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
    """N worlds with plans of H actions of A parts: how old each plan is, and where an episode begins.

    No age is above num_executed: a plan that is used up is replaced.
    """

    ages: tuple[int, ...]
    begins: tuple[bool, ...]
    num_executed: int
    horizon: int
    parts: int = 2
    num_steps: int = 1

    def inputs(self) -> tuple:
        """Made freshly each time; no two numbers in the plans are the same."""
        shape = len(self.ages), self.horizon, self.parts
        plans = np.arange(1.0, 1 + np.prod(shape), dtype=np.float32).reshape(shape)
        return plans, np.array(self.ages), -plans - 0.5, np.array(self.begins), self.num_executed


def _right(
    plans: np.ndarray, ages: np.ndarray, fresh: np.ndarray, begins: np.ndarray, num_executed: int
) -> tuple[np.ndarray, ...]:
    """World by world."""
    actions, kept, older = [], [], []
    for plan, age, new, first in zip(plans, ages, fresh, begins, strict=True):
        if first or age >= num_executed:
            plan, age = new, 0
        actions.append(plan[age])
        kept.append(plan)
        older.append(age + 1)
    return np.array(actions), np.array(kept), np.array(older)


def _looked_at(result: Any, case: Case) -> list[np.ndarray]:
    if not isinstance(result, tuple | list) or len(result) != 3:
        raise WrongResult(
            "it should return three things, `return actions, plans, ages`, but returns "
            f"{f'{len(result)} things' if isinstance(result, tuple) else kind(result)}."
        )
    num_axes = [getattr(part, "ndim", 0) for part in result]
    if sorted(num_axes) == [1, 2, 3] and num_axes != [2, 3, 1]:
        mixed_up = "plans and ages" if num_axes[0] == 2 else "the three parts"
        raise WrongResult(f"{mixed_up} are returned in the wrong order: actions, plans, ages.")
    size = len(case.ages)
    shapes = (size, case.parts), (size, case.horizon, case.parts), (size,)
    return [numbers(*each) for each in zip(result, shapes, PARTS, strict=True)]


def _probe(*cases: Case) -> Probe:
    return lambda answer: (fact for case in cases for fact in _facts(answer, case))


def _facts(answer: Callable, case: Case) -> Iterator[Fact]:
    given = inputs = case.inputs()  # what a right answer is given, and what this one is
    for step in range(case.num_steps):
        result, right = answer(*inputs), _right(*given)
        found = _looked_at(result, case)
        later = " one step later" * step
        for name, got, its_right in zip(PARTS, found, right, strict=True):
            about = f"{name}{later} with H = {case.horizon} and num_executed = {case.num_executed}"
            yield Fact(about, got, its_right, _about_a_world(about, given, got, its_right))
        whole = np.issubdtype(np.asarray(result[2]).dtype, np.integer)
        yield Fact("the ages are whole numbers", bool(whole), True, NOT_WHOLE)
        newer = given[2] - 1000, np.zeros(len(found[2]), dtype=bool), case.num_executed
        given, inputs = (*right[1:], *newer), (*result[1:], *newer)


def _about_a_world(about: str, given: tuple, got: np.ndarray, right: np.ndarray) -> str:
    """The first world for which an answer is wrong; "" where it is right for all."""
    _, ages, _, begins, _ = given
    for i in range(len(ages)):
        if not np.allclose(got[i], right[i]):
            return (
                f"{about}, where ages is {ages.tolist()} and begins is {begins.tolist()}: in world {i}, "
                f"expected {_named(given, i, right[i])}, got {_named(given, i, got[i])}."
            )
    return ""


def _named(given: tuple, world: int, value: np.ndarray) -> str:
    """What an age, an action or a plan is, in words."""
    plans, _, fresh, _, _ = given
    for of, plan in ("old", plans[world]), ("fresh", fresh[world]):
        if value.ndim == 2 and np.allclose(value, plan):
            return f"the {of} plan"
        for place, action in enumerate(plan):
            if value.ndim == 1 and np.allclose(value, action):
                return f"action {place} of the {of} plan"
    return f"{value:.4g}" if value.ndim == 0 else f"another {('action', 'plan')[value.ndim - 1]}"


NO, YES = False, True
GOING_ON = Case((1, 2, 1), (NO, NO, NO), 3, 4)
MIXED = Case((1, 3, 2, 2, 3), (NO, NO, YES, NO, YES), 3, 5, 1), Case((2, 1, 2), (NO, NO, YES), 2, 3)
USED_UP = Case((2, 3), (NO, NO), 3, 6, num_steps=2)
EARLY = Case((0, 1, 2, 3, 2), (YES, YES, YES, YES, NO), 4, 4)
WHOLE = Case((3, 1, 2, 3), (NO, NO, NO, YES), 3, 3)
SHORTEST = Case((1, 1, 0), (NO, NO, YES), 1, 1), Case((1, 1), (NO, NO), 1, 3)

DUE, TAKEN = "begins | (ages >= num_executed)", "plans[np.arange(len(plans)), ages]"
KEPT, RESET = "np.where(renewed[:, None, None], fresh, plans)", "np.where(renewed, 0, ages)"
AT = "plans[np.arange(len(plans)), {}]"
AT_OLD_AGES = AT.format("old"), AT.format("np.minimum(old, plans.shape[1] - 1)")
due_is, taken_is, kept_is, reset_is = map(instead_of, (DUE, TAKEN, KEPT, RESET))

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
    "`|` binds more tightly than `>=`: put the comparison in parentheses, begins | (ages >= num_executed).": (
        due_is("begins | ages >= num_executed", "ages >= num_executed | begins")
    ),
    "a beginning counts like one more action. It makes a fresh plan due at any age: begins | (ages >= "
    "num_executed).": due_is("ages + begins >= num_executed"),
    "a beginning counts at some ages only. It makes a fresh plan due at any age, 0 and 1 as well.": due_is(
        "begins & (ages > 0) | (ages >= num_executed)", "begins & (ages > 1) | (ages >= num_executed)"
    ),
    "where both hold, no fresh plan is taken. One of the two is enough, and so are both: |, not ^.": due_is(
        "begins ^ (ages >= num_executed)"
    ),
    "`or`, `and` and `if` take a single truth value, but these are arrays, with one for each world. Use | "
    "for arrays, and np.where.": due_is("begins or ages >= num_executed"),
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
    "the condition has too few axes for the plans, (N, H, A). It needs one for each of theirs: "
    "renewed[:, None, None].": kept_is(
        *(f"np.where({condition}, fresh, plans)" for condition in ("renewed", "renewed[:, None]"))
    ),
    "the plan is replaced for one of the two reasons only. Wherever `renewed` holds, take the fresh one.": (
        kept_is(
            "np.where(begins[:, None, None], fresh, plans)",
            "np.where((ages >= num_executed)[:, None, None], fresh, plans)",
        )
    ),
    "the age is set back for one of the two reasons only. Wherever the plan is fresh, it is 0: "
    "np.where(renewed, 0, ages).": reset_is(
        "np.where(begins, 0, ages)", "np.where(ages >= num_executed, 0, ages)"
    ),
    "the action is taken before the ages are set back, so a fresh plan does not begin at its first action. "
    "Reset the ages first.": [
        ("old = ages", *taken_is(action))
        for action in (*AT_OLD_AGES, f"np.where(renewed[:, None], fresh[:, 0], {AT_OLD_AGES[0]})")
    ],
    "the worlds act first, and take fresh plans after that. Where a fresh plan is due, this action is its "
    "first one: renew first.": [
        (later, f"acted = {action}", "old = ages", f"return (acted, {returned})")
        for action in AT_OLD_AGES
        for later, returned in (
            ("pass", "result[1], result[2]"),
            ("ages = ages + 1", "result[1], result[2] - 1"),
            ("pass", "result[1], np.where(renewed, 0, old + 1)"),
        )
    ],
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
    "the age of a fresh plan stays 0, though its first action is executed in this step, too. Add 1 for all "
    "worlds.": ["ages + 1 => np.where(renewed, 0, ages + 1)", "ages + 1 => ages + (ages > 0)"],
    "% sets an age back to 0 as soon as its plan is used up. Ages run up to num_executed: return ages + 1.": [
        "ages + 1 => (ages + 1) % num_executed"
    ],
    "all worlds go on with `fresh`, also those that have acted by an old plan. Return the plans that are in "
    "use.": ["return (result[0], fresh, result[2])"],
    "the plans are shifted, so that the next action comes first. Leave them: the age tells where to go on.": [
        (*taken_is("plans[:, 0]"), "return (result[0], np.roll(result[1], -1, axis=1), result[2])")
    ],
    "the actions are (N, 1, A), with an axis too many. Take it out: [:, 0].": [
        "return (result[0][:, None], result[1], result[2])"
    ],
    "the ages are returned as a list, which the next step cannot compare with a number. Return an array.": [
        "return (result[0], result[1], result[2].tolist())"
    ],
    "the new plans are used but not returned, and so are lost in the next step.": [
        ("plans = np.where => used = np.where", f"{TAKEN} => used[np.arange(len(plans)), ages]")
    ],
    "plans and ages are returned in the wrong order: actions, plans, ages.": [
        "return (result[0], result[2], result[1])"
    ],
    "the three parts are returned in the wrong order: actions, plans, ages.": [
        "return (result[1], result[0], result[2])",
        "return (result[2], result[1], result[0])",
    ],
}

EXERCISE = Exercise(
    solution=chunk_step,
    tested="each world keeps its plan as long as it should, and drops it where an episode begins.",
    probes=(_probe(GOING_ON), _probe(*MIXED, USED_UP), _probe(EARLY), _probe(WHOLE), _probe(*SHORTEST)),
    mistakes=MISTAKES,
    leftovers=dict.fromkeys(
        ("policy", "obs"), "it reads a variable of the lesson. Use only what is passed in."
    ),
)
