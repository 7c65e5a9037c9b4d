"""Lesson 12, executing chunks: right answers, mistakes written apart from the bank, and nonsense."""

import numpy as np

from tests.checks.answers import promises_of


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


DUE, ACTION = "begins[i] or ages[i] >= num_executed", "plans[i, ages[i]]"
RIGHT = [with_masks, "print(ages)", "return (result[0].astype(float), result[1], result[2])"]
WRONG = {
    "a plan is used for one action too many": [f"{DUE} => begins[i] or ages[i] > num_executed"],
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
