"""Lesson 03, mistakes against the horizon: right answers and mistakes, written independently of the bank."""

import numpy as np
import torch

from ilrl_course.checks.edits import edited
from tests.checks.answers import promises_of


def by_padding(trajectories, expert, horizons, tolerance=0.3):
    longest = max(max(horizons), max(len(t) for t in trajectories))
    rows = []
    for t in trajectories:
        wrong = (abs(expert(t.obs[:-1]) - t.actions) > tolerance).any(axis=1)
        rows.append(np.pad(wrong, (0, longest - len(t)), constant_values=True))
    table = np.array(rows, dtype=float)
    return np.array([table[:, :horizon].sum(axis=1).mean() for horizon in horizons])


def in_plain_python(trajectories, expert, horizons, tolerance=0.3):
    costs = []
    for horizon in horizons:
        total = 0
        for trajectory in trajectories:
            labels = expert(trajectory.obs)
            for t in range(horizon):
                is_over = t >= len(trajectory)
                total += is_over or max(abs(trajectory.actions[t] - labels[t])) > tolerance
        costs.append(total / len(trajectories))
    return costs


def asking_step_by_step(trajectories, expert, horizons, tolerance=0.3):
    total = np.zeros(1000)
    for t in trajectories:
        for step, action in enumerate(t.actions):
            total[step] += not np.allclose(action, expert(t.obs[step : step + 1])[0], rtol=0, atol=tolerance)
        total[len(t) :] += 1
    return total.cumsum()[[horizon - 1 for horizon in horizons]] / len(trajectories)


def in_torch(trajectories, expert, horizons, tolerance=0.3):
    costs = torch.ones(len(trajectories), 50)
    for row, t in zip(costs, trajectories, strict=True):
        distance = torch.from_numpy(t.actions - expert(t.obs)[:-1]).abs().amax(dim=1)
        row[: len(t)] = (distance > tolerance).float()
    return torch.stack([costs[:, :horizon].sum(dim=1).mean() for horizon in horizons])


def by_asking_once(trajectories, expert, horizons, tolerance=0.3):
    labels = expert(np.concatenate([t.obs[:-1] for t in trajectories]))
    away = np.abs(labels - np.concatenate([t.actions for t in trajectories]))
    wrong = np.linalg.norm(away.astype(float), np.inf, axis=1) > tolerance
    rows = np.split(wrong, np.cumsum([len(t) for t in trajectories])[:-1])
    return np.array([np.mean([row[:h].sum() + max(h - len(row), 0) for row in rows]) for h in horizons])


def EXPERT(obs):
    return np.zeros((len(obs), 2))


HORIZONS = [10, 20, 50, 100, 200]

JUDGED = "(abs(expert(t.obs[:-1]) - t.actions) > tolerance).any(axis=1)"
LONGEST = "max(max(horizons), max((len(t) for t in trajectories)))"
SUMMED = "table[:, :horizon].sum(axis=1).mean()"
PADDED = "np.pad(wrong, (0, longest - len(t)), constant_values=True)"


RIGHT = [
    by_padding,
    in_plain_python,
    asking_step_by_step,
    in_torch,
    by_asking_once,
    f"{SUMMED} => np.append(0, table.mean(axis=0).cumsum())[horizon]",
    f"{JUDGED} => (abs(expert(t.obs)[:-1].astype(float) - t.actions) > tolerance).any(axis=1)",
    "return (result + 0).astype(np.float32)",
]


def judged(distance):
    """The edit to another distance, made of the differences `d`, (steps, action_dim)."""
    return f"wrong = {JUDGED} => d = t.actions - expert(t.obs[:-1])\nwrong = {distance} > tolerance"


def added(distance):
    """The edits to the distance itself as a cost."""
    return (
        f"wrong = {JUDGED} => d = t.actions - expert(t.obs[:-1])\nwrong = {distance}",
        "constant_values=True => constant_values=1.0",
    )


def filled(rest):
    """The edit to other costs after the end, (longest - len(t),)."""
    return f"{PADDED} => np.append(wrong, {rest})"


def up_to_the_last(mistakes="[:horizons[-1]]", picked=SUMMED):
    """The edits to a table that ends at the last of the horizons."""
    return (
        f"{LONGEST} => horizons[-1]",
        f"{JUDGED} => {JUDGED}{mistakes}",
        "longest - len(t) => longest - len(wrong)",
        f"{SUMMED} => {picked}",
    )


def along_the_episode(trajectories, expert, horizons, tolerance=0.3):
    table = np.ones([len(trajectories), max(horizons)])
    for i, t in enumerate(trajectories):
        errors = np.max(np.abs(expert(t.obs[:-1]) - t.actions), axis=0)
        table[i, : len(t)] = errors[: max(horizons)] > tolerance
    return np.cumsum(table.mean(0))[[horizon - 1 for horizon in horizons]]


def without_cutting(trajectories, expert, horizons, tolerance=0.3):
    mistakes = np.ones((len(trajectories), horizons[-1]))
    for i, t in enumerate(trajectories):
        mistakes[i, : len(t)] = np.max(np.abs(expert(t.obs[:-1]) - t.actions), axis=1) > tolerance
    return mistakes.mean(axis=0).cumsum()[np.array(horizons) - 1]


def of_each_alone(trajectories, expert, horizons, tolerance=0.3):
    costs = []
    for horizon in horizons:
        long_enough = [t for t in trajectories if len(t) >= horizon]
        costs.append(by_padding(long_enough, expert, [horizon], tolerance)[0] if long_enough else 0)
    return costs


def of_the_running(trajectories, expert, horizons, tolerance=0.3):
    costs, total = [0.0], 0.0
    for step in range(max(horizons)):
        running = [t for t in trajectories if len(t) > step]
        wrong = [np.abs(t.actions[step] - expert(t.obs[step][None])[0]).max() > tolerance for t in running]
        total += sum(wrong) / len(wrong) if wrong else 0.0
        costs.append(total)
    return [costs[horizon] for horizon in horizons]


def into_one_row(trajectories, expert, horizons, tolerance=0.3):
    table = [[1.0] * max(horizons)] * len(trajectories)
    for row, t in zip(table, trajectories, strict=True):
        for step, away in enumerate(abs(expert(t.obs[:-1]) - t.actions)[: len(row)]):
            row[step] = float(max(away) > tolerance)
    return np.array([np.array(table)[:, :horizon].sum(axis=1).mean() for horizon in horizons])


def by_passing_horizons(trajectories, expert, horizons, tolerance=0.3):
    every = in_plain_python(trajectories, expert, range(1, max(horizons) + 1), tolerance)
    return [cost for step, cost in enumerate(every, start=1) if step in horizons]


WRONG = {
    "the expert is asked one step late": ["t.obs[:-1] => t.obs[1:]"],
    "an episode of T steps has T + 1 observations": [
        "expert(t.obs[:-1]) - t.actions => expert(t.obs) - np.append(t.actions, t.actions[-1:], axis=0)"
    ],
    "the expert got a single observation": ["t.obs[:-1] => t.obs[0]"],
    "the expert is not asked": ["expert(t.obs[:-1]) - t.actions => t.actions", "expert( => EXPERT("],
    "it does not ask the expert that is passed in": [
        "expert(t.obs[:-1]) => (EXPERT(t.obs[:-1]) + t.actions)"
    ],
    "a difference below zero": [f"{JUDGED} => (expert(t.obs[:-1]) - t.actions > tolerance).any(1)"],
    "the parts of the action are averaged": [judged("abs(d).sum(1) / 2")],
    "the errors of all parts": [judged("abs(d[:, 0]) + abs(d[:, 1])"), judged("np.sqrt((d * d).sum(1))")],
    "the largest error of a whole episode": [along_the_episode],
    "only one part of the action": [judged("abs(d[:, 0])"), judged("abs(d[:, -1])")],
    "only the first two parts of the action": [judged("np.maximum(abs(d[:, 0]), abs(d[:, 1]))")],
    "each part of the action has an entry of its own": [
        edited(without_cutting, "np.max(np.abs(expert(t.obs[:-1]) - t.actions), axis=1) => np.abs(t.actions)")
    ],
    "the absolute values are taken before": [
        f"{JUDGED} => (abs(abs(expert(t.obs[:-1])) - abs(t.actions)) > tolerance).any(axis=1)"
    ],
    "a difference of exactly the tolerance": ["> tolerance => >= tolerance"],
    "a step counts only if all": ["any(axis=1) => all(axis=1)"],
    "each part of the action": [added("sum((abs(d) > tolerance).T)")],
    "the difference is squared": [judged("np.square(d).max(1)")],
    "the comparison is the wrong way": [
        f"{JUDGED} => abs(expert(t.obs[:-1]) - t.actions).max(1) < tolerance"
    ],
    "this adds up how far": [added("np.square(d).sum(1)"), added("abs(d).max(1)")],
    "the tolerance has no effect": ["tolerance = 0.3", "tolerance = 0"],
    "the first or the last step of an episode is not judged": [
        f"wrong = {JUDGED} => wrong = {JUDGED}\nwrong[-1] = True"
    ],
    "these are the mistakes in a single step": [f"{SUMMED} => table[:, horizon - 1].mean()"],
    "this is a number of mistakes per step": ["sum(axis=1).mean() => mean()"],
    "one step too many": [("longest = => longest = 1 +", ":horizon] => :horizon + 1]")],
    "the last of the first T steps": [":horizon] => :horizon - 1]"],
    "this says whether": ["sum(axis=1).mean() => any(1).mean()"],
    "after the first mistake": [f"{SUMMED} => (table.cumsum(axis=1)[:, :horizon] > 0).sum(1).mean()"],
    "the result has one number for each step": ["horizons = range(1, max(horizons) + 1)"],
    "the result holds one horizon": ["return result[-1]", "return 2.0", "return [1.0]"],
    "every horizon gets the same": [
        "return [result[-1]] * len(horizons)",
        "return [result[-1] / max(horizons)] * len(horizons)",
        f"{SUMMED} => table.sum(axis=1).mean()",
    ],
    "the horizons may be in any order": [up_to_the_last()],
    "the result is in the order of size": [
        "horizons.sort()",
        by_passing_horizons,
    ],
    "the mean is taken over the steps": [f"{SUMMED} => table.mean(axis=1).cumsum()[horizon - 1]"],
    "each episode has a row": ["return np.array([np.cumsum(row)[np.array(horizons) - 1] for row in table])"],
    "this is a median": [f"{SUMMED} => np.median(table[:, :horizon].sum(1))"],
    "the result is rounded": ["return result.astype(int)", "return [round(cost) for cost in result]"],
    "the count goes on from one horizon": ["return np.cumsum(result)"],
    "horizons is a list": ["return np.cumsum(table.mean(axis=0))[horizons - 1]"],
    "this is the sum over all episodes": ["sum(axis=1).mean() => sum()"],
    "only one of the episodes": ["trajectories = trajectories[:1]", "trajectories = trajectories[-1:]"],
    "the loop over the episodes ends after the first": [
        edited(in_torch, "tolerance).float() => tolerance).float()\nbreak")
    ],
    "all rows of the table are one and the same": [into_one_row],
    "an episode may be longer": [without_cutting],
    "the steps after the end of an episode cost nothing": ["constant_values=True =>"],
    "episodes that are over are left out": [of_each_alone, of_the_running],
    "the end of an episode counts as": [filled("np.arange(longest - len(t)) == 0")],
    "the first step after the end of an episode is not": [filled("np.arange(longest - len(t)) > 0")],
    "the steps after the end count only": [filled("np.full(longest - len(t), not t.truncated)")],
    "all episodes are cut to the shortest": ["horizons = np.minimum(horizons, min(map(len, trajectories)))"],
    "it reads the horizons of the lesson": ["for horizon in horizons => for horizon in HORIZONS"],
    "it returned nothing": ["return None"],
    "the result for the 7 horizons [1, 2, 3, 4, 5, 6, 7] should be 7 numbers": ["return {}"],
    "it raised ZeroDivisionError": ["1 / 0"],
    "it changes its inputs in place": [
        lambda trajectories, *_: trajectories.clear() or [0.0],
        lambda t, e, h, *_: [t[0].actions.fill(0.0)] * len(h),
    ],
}

NONSENSE = {
    "return [len(LONGEST)]": "it reads the horizons",
    "return [len(HAND_OVER)]": "it reads a number",
    "return [len(NUM_DRIVES)]": "it reads a number",
    "return [len(SHORT_SIGHT)]": "it picks columns",
    "return [len(followed)]": "it reads the episodes",
    "return [len(new)]": "it reads the episodes",
    "return [len(policies)]": "it asks a learner",
    "return [len(trained)]": "it asks a learner",
}

TestAnswers = promises_of("cost_by_horizon", by_padding, RIGHT, WRONG, NONSENSE)
