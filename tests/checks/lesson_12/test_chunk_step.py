"""Lesson 12, executing chunks: right answers, mistakes written apart from the bank, and nonsense."""

import numpy as np
import pytest

from ilrl_course.checks.edits import edited
from tests.checks.answers import hint_for, promises_of


def by_hand(plans, ages, fresh, begins, num_executed):
    plans, ages = (plans.copy(), ages.copy())
    actions = []
    for i in range(len(plans)):
        if begins[i] or ages[i] >= num_executed:
            plans[i] = fresh[i]
            ages[i] = 0
        actions.append(plans[i, ages[i]])
        ages[i] += 1
    return (np.array(actions), plans, ages)


def with_masks(plans, ages, fresh, begins, num_executed):
    due = np.logical_or(begins, ages == num_executed) | (ages > num_executed)
    plans, ages = plans.copy(), ages.copy()
    plans[due], ages[due] = fresh[due], 0
    actions = np.take_along_axis(plans, ages[:, None, None], axis=1)[:, 0]
    return [actions, plans, ages + 1]


def with_equality(plans, ages, fresh, begins, num_executed):
    due = begins | (ages == num_executed)
    plans = np.where(due[:, None, None], fresh, plans)
    ages = np.where(due, 0, ages)
    return np.take_along_axis(plans, ages[:, None, None], axis=1)[:, 0], plans, ages + 1


def with_a_remainder(plans, ages, fresh, begins, num_executed):
    place = np.where(begins, 0, ages % num_executed)
    used = np.where((place == 0)[:, None, None], fresh, plans)
    return used[np.arange(len(used)), place], used, place + 1


def by_multiplying(plans, ages, fresh, begins, num_executed):
    due = begins | (ages >= num_executed)
    used = np.where(due[:, None, None], fresh, plans)
    now = ages * ~due
    actions = used[range(len(used)), now]
    return (actions, used, now + 1)


def acting_first(plans, ages, fresh, begins, num_executed):
    actions = plans[range(len(plans)), np.minimum(ages, plans.shape[1] - 1)]
    ages = ages + 1
    due = begins | (ages >= num_executed)
    return (actions, np.where(due[:, None, None], fresh, plans), ages * ~due)


def acting_by_the_old_plan(plans, ages, fresh, begins, num_executed):
    actions = np.stack([plan[age] for plan, age in zip(plans, ages, strict=True)])
    due = begins | (ages >= num_executed)
    plans = np.where(due[:, None, None], fresh, plans)
    return (actions, plans, np.where(due, 1, ages + 1))


def at_first_or_at_the_age(plans, ages, fresh, begins, num_executed):
    due = begins | (ages >= num_executed)
    going_on = plans[range(len(plans)), ages]
    actions = np.where(due[:, None], fresh[:, 0], going_on)
    return actions, np.where(due[:, None, None], fresh, plans), np.where(due, 1, ages + 1)


DUE, ACTION = "begins[i] or ages[i] >= num_executed", "plans[i, ages[i]]"
ALL_DUE = "begins | (ages >= num_executed)"
RIGHT = [
    with_masks,
    with_equality,
    with_a_remainder,
    by_multiplying,
    "print(ages)",
    "return (result[0].astype(float), result[1], result[2])",
]
WRONG = {
    "a plan is used for one action too many": [f"{DUE} => begins[i] or ages[i] > num_executed"],
    "`|` binds more tightly": [
        edited(by_multiplying, f"{ALL_DUE} => begins | ages >= num_executed"),
        edited(with_equality, "begins | (ages == num_executed) => ages >= num_executed | begins"),
    ],
    "a beginning counts like one more action": [
        edited(by_multiplying, f"{ALL_DUE} => begins + ages >= num_executed"),
        f"{DUE} => ages[i] + begins[i] >= num_executed",
    ],
    "a beginning counts at some ages only": [f"{DUE} => begins[i] and ages[i] or ages[i] >= num_executed"],
    "where both hold, no fresh plan is taken": [
        f"{DUE} => begins[i] != (ages[i] >= num_executed)",
        edited(by_multiplying, f"{ALL_DUE} => np.logical_xor(begins, ages >= num_executed)"),
    ],
    "`or`, `and` and `if` take a single truth value": [
        edited(by_multiplying, f"{ALL_DUE} => begins or (ages >= num_executed)"),
        edited(by_multiplying, f"{ALL_DUE} => begins\nif ages >= num_executed:\n    due = ~begins"),
    ],
    "the condition has too few axes": [
        edited(by_multiplying, "due[:, None, None] => due"),
        edited(by_multiplying, "due[:, None, None] => due[:, None]"),
        edited(with_equality, "due[:, None, None] => due.reshape(-1, 1)"),
    ],
    "the plan is replaced for one of the two reasons": [
        "plans[i] = fresh[i] => plans[i] = fresh[i] if begins[i] else plans[i]",
        "plans[i] = fresh[i] => plans[i] = fresh[i] if ages[i] >= num_executed else plans[i]",
    ],
    "the age is set back for one of the two reasons": [
        "ages[i] = 0 => ages[i] *= not begins[i]",
        edited(by_multiplying, "ages * ~due => ages * (ages < num_executed)"),
        edited(by_multiplying, "ages * ~due => np.minimum(ages * ~begins, plans.shape[1] - 1)"),
    ],
    "the action is taken before the ages are set back": [
        edited(by_multiplying, "used[range(len(used)), now] => used[range(len(used)), ages]"),
        ("old = np.minimum(ages, plans.shape[1] - 1)", f"{ACTION} => plans[i, old[i]]"),
        at_first_or_at_the_age,
    ],
    "the worlds act first": [acting_first, acting_by_the_old_plan],
    "the age of a fresh plan stays 0": [
        edited(by_multiplying, "now + 1 => (ages + 1) * ~due"),
        "ages[i] += 1 => ages[i] += ages[i] > 0",
    ],
    "% sets an age back to 0": ["ages[i] += 1 => ages[i] = (ages[i] + 1) % num_executed"],
    "all worlds go on with `fresh`": [edited(by_multiplying, "used, now + 1 => fresh, now + 1")],
    "the plans are shifted": [
        edited(
            by_multiplying,
            "used[range(len(used)), now] => used[:, 0]",
            "used, now + 1 => np.concatenate([used[:, 1:], used[:, :1]], axis=1), now + 1",
        )
    ],
    "the actions are (N, 1, A)": [
        edited(
            by_multiplying,
            "used[range(len(used)), now] => np.take_along_axis(used, now[:, None, None], axis=1)",
        )
    ],
    "the ages are returned as a list": [
        edited(by_multiplying, "now + 1 => [int(age) + 1 for age in now]"),
    ],
    "the three parts are returned in the wrong order": [
        edited(by_multiplying, "(actions, used, now + 1) => (used, actions, now + 1)"),
        edited(by_multiplying, "(actions, used, now + 1) => (now + 1, used, actions)"),
        edited(by_multiplying, "(actions, used, now + 1) => (used, now + 1, actions)"),
    ],
    "a plan is dropped one action too early": [f"{DUE} => begins[i] or ages[i] > num_executed - 2"],
    "where an episode begins": [f"{DUE} => ages[i] >= num_executed"],
    "only the beginning of an episode": [f"{DUE} => begins[i]"],
    "a fresh plan is taken only where both": [f"{DUE} => begins[i] and ages[i] >= num_executed"],
    "all worlds take a fresh plan": [
        ("old = ages.copy()", f"{DUE} => (begins | (old >= num_executed)).any()"),
    ],
    "plans are executed to their end": [f"{DUE} => begins[i] or ages[i] >= len(plans[i])"],
    "every world takes a fresh plan": [f"{DUE} => True"],
    "the age of a fresh plan is not set": ["ages[i] = 0 => pass"],
    "a fresh plan begins with its second": ["ages[i] = 0 => ages[i] = 1"],
    "always the first action": [f"{ACTION} => plans[i, 0]", f"{ACTION} => plans[i, -1]"],
    "the action is one place too late": [f"{ACTION} => plans[i, min(ages[i] + 1, len(plans[i]) - 1)]"],
    "the action is one place too early": [f"{ACTION} => plans[i, max(ages[i] - 1, 0)]"],
    "the action is taken from the fresh": [f"{ACTION} => fresh[i, ages[i]]"],
    "the ages stay as they are": ["ages[i] += 1 => pass"],
    "plans and ages are returned in the wrong order": ["return (result[0], result[2], result[1])"],
    "the ages are no whole numbers": ["return (result[0], result[1], result[2] * 1.0)"],
    "it should return three things": ["return result[0]", "return result[:2]"],
    "it changes its inputs in place": ["ages += 1"],
    "the actions with H = 4": ["return (result[0] + 0.3, *result[1:])"],
}
NONSENSE = {
    "return 'low'": "it should return three things, `return actions, plans, ages`, but returns a str.",
    "return 1, 2, 3": "the actions should be an array of the shape (3, 2)",
    "return policy.act(obs)": "it reads a variable of the lesson",
}

TestAnswers = promises_of("chunk_step", by_hand, RIGHT, WRONG, NONSENSE)


@pytest.mark.parametrize(
    ("edit", "hint"),
    [
        (
            "used[range(len(used)), now] => used[range(len(used)), now * 2 % 4]",
            "the actions with H = 4 and num_executed = 3, where ages is [1, 2, 1] and begins is [False, "
            "False, False]: in world 0, expected action 1 of the old plan, got action 2 of the old plan.",
        ),
        (
            "due[:, None, None], fresh, plans => due[::-1, None, None], fresh, plans",
            "in world 0, expected action 1 of the old plan, got action 1 of the fresh plan.",
        ),
        ("used, now + 1 => used * 2, now + 1", "in world 0, expected the old plan, got another plan."),
        ("now + 1 => now + 2", "in world 0, expected 2, got 3."),
    ],
)
def test_what_is_wrong_is_said_of_one_world_with_its_age(edit, hint):
    assert hint in hint_for("chunk_step", edited(by_multiplying, edit))
