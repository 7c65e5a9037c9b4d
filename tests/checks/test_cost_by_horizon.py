"""Lesson 03, mistakes against the horizon: right answers and mistakes, written independently of the bank."""

import numpy as np
import pytest
import torch

from tests.checks.answers import hint_for, written


def cost_in_plain_python(trajectories, expert, horizons, tolerance=0.3):
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


def cost_by_padding(trajectories, expert, horizons, tolerance=0.3):
    longest = max(max(horizons), max(len(t) for t in trajectories))
    rows = []
    for t in trajectories:
        wrong = (abs(expert(t.obs[:-1]) - t.actions) > tolerance).any(axis=1)
        rows.append(np.pad(wrong, (0, longest - len(t)), constant_values=True))
    return [np.array(rows)[:, :horizon].sum(axis=1).mean() for horizon in horizons]


def cost_by_asking_step_by_step(trajectories, expert, horizons, tolerance=0.3):
    total = np.zeros(1000)
    for t in trajectories:
        for step, action in enumerate(t.actions):
            total[step] += not np.allclose(action, expert(t.obs[step : step + 1])[0], rtol=0, atol=tolerance)
        total[len(t) :] += 1
    return total.cumsum()[[horizon - 1 for horizon in horizons]] / len(trajectories)


def cost_in_torch(trajectories, expert, horizons, tolerance=0.3):
    costs = torch.ones(len(trajectories), 50)
    for row, t in zip(costs, trajectories, strict=True):
        distance = torch.from_numpy(t.actions - expert(t.obs)[:-1]).abs().amax(dim=1)
        row[: len(t)] = (distance > tolerance).float()
    return torch.stack([costs[:, :horizon].sum(dim=1).mean() for horizon in horizons])


def EXPERT(obs):
    return np.zeros((len(obs), 2))


RIGHT = [cost_in_plain_python, cost_by_padding, cost_by_asking_step_by_step, cost_in_torch]


HORIZONS = [10, 20, 50, 100, 200]


def counted(
    judge=lambda a, b, tolerance: (np.abs(a - b) > tolerance).any(1),
    obs=lambda t: t.obs[:-1],
    rest=lambda t, num_steps: np.ones(num_steps),
    total=lambda costs, horizon: costs[:, :horizon].sum() / len(costs),
):
    """A count in which each of four parts can be replaced; 100 steps are watched."""

    def answer(trajectories, expert, horizons, tolerance=0.3):
        rows = [
            np.append(judge(t.actions, expert(obs(t)), tolerance), rest(t, 100 - len(t)))
            for t in trajectories
        ]
        return np.array([total(np.array(rows, dtype=float), horizon) for horizon in horizons])

    return answer


def judged(distance):
    return counted(judge=lambda a, b, tolerance: distance(a - b) > tolerance)


def added(distance):
    return counted(judge=lambda a, b, tolerance: distance(a - b))


def with_tolerance(fixed):
    return lambda trajectories, expert, horizons, tolerance=0.3: cost_by_padding(
        trajectories, expert, horizons, fixed
    )


def cost_along_the_episode(trajectories, expert, horizons, tolerance=0.3):
    table = np.ones([len(trajectories), max(horizons)])
    for i, t in enumerate(trajectories):
        table[i, : len(t)] = (
            np.max(np.abs(expert(t.obs[:-1]) - t.actions), axis=0)[: max(horizons)] > tolerance
        )
    return np.cumsum(table.mean(0))[[horizon - 1 for horizon in horizons]]


WRONG = [
    ("the expert is asked one step late", counted(obs=lambda t: t.obs[1:])),
    ("an episode of T steps has T + 1 observations", counted(obs=lambda t: t.obs)),
    (
        "an episode of T steps has T + 1 observations",
        counted(judge=lambda a, b, tolerance: (abs(b - a) > tolerance).any(1), obs=lambda t: t.obs),
    ),
    ("the expert got a single observation", counted(obs=lambda t: t.obs[0])),
    ("the expert is not asked", counted(judge=lambda a, b, tolerance: abs(a).max(1) > tolerance)),
    ("a difference below zero", judged(lambda d: np.max(d, axis=-1))),
    ("a difference below zero", counted(judge=lambda a, b, tolerance: (b - a > tolerance).any(1))),
    ("a difference below zero", judged(lambda d: abs(np.amax(d, 1)))),
    ("the parts of the action are averaged", judged(lambda d: abs(d).sum(1) / 2)),
    ("the errors of all parts", judged(lambda d: abs(d[:, 0]) + abs(d[:, 1]))),
    ("the errors of all parts", judged(lambda d: np.sqrt((d * d).sum(1)))),
    ("the largest error of a whole episode", judged(lambda d: np.abs(d).max(axis=0))),
    ("the largest error of a whole episode", counted(judge=lambda a, b, limit: (abs(b - a) > limit).any(0))),
    ("the largest error of a whole episode", judged(lambda d: np.full(len(d), np.max(np.abs(d))))),
    ("the largest error of a whole episode", cost_along_the_episode),
    ("only one part of the action", judged(lambda d: abs(d[:, 0]))),
    ("only one part of the action", judged(lambda d: abs(d[:, -1]))),
    ("a step counts only if all", counted(judge=lambda a, b, tolerance: (abs(a - b) > tolerance).all(1))),
    ("each part of the action", counted(judge=lambda a, b, tolerance: sum((abs(a - b) > tolerance).T))),
    ("the difference is squared", judged(lambda d: np.square(d).max(1))),
    ("the comparison is the wrong way", counted(judge=lambda a, b, tolerance: abs(a - b).max(1) < tolerance)),
    ("this adds up how far", added(lambda d: np.square(d).sum(1))),
    ("this adds up how far", added(lambda d: abs(d).max(1))),
    ("the tolerance has no effect", with_tolerance(0.3)),
    ("the tolerance has no effect", with_tolerance(0)),
]  # fmt: skip

LEFTOVERS = [
    ("it asks the expert of the lesson", lambda t, e, *inputs: cost_by_padding(t, EXPERT, *inputs)),
    ("it reads the horizons of the lesson", lambda t, e, h, *tolerance: cost_by_padding(t, e, HORIZONS)),
]

NAMES_OF_THE_LESSON = {
    "LONGEST": "it reads the horizons",
    "HAND_OVER": "it reads a number",
    "NUM_DRIVES": "it reads a number",
    "SHORT_SIGHT": "it picks columns",
    "followed": "it reads the episodes",
    "new": "it reads the episodes",
    "policies": "it asks a learner",
    "trained": "it asks a learner",
}

HOSTILE = [
    ("it returned nothing", lambda *inputs: None),
    ("the result for the 7 horizons [1, 2, 3, 4, 5, 6, 7] should be 7 numbers", lambda *inputs: {}),
    ("the result for the 7 horizons [1, 2, 3, 4, 5, 6, 7] should be 7 numbers", lambda *inputs: [1.0]),
    ("it raised ZeroDivisionError", lambda *inputs: 1 / 0),
    ("it did not finish", lambda *inputs: [None for _ in iter(int, 1)]),
    ("it changes its inputs in place", lambda trajectories, *_: trajectories.clear() or [0.0]),
    ("it changes its inputs in place", lambda t, e, h, *_: [t[0].actions.fill(0.0)] * len(h)),
]  # fmt: skip


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("cost_by_horizon", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG + LEFTOVERS)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("cost_by_horizon", function).startswith(hint)


@pytest.mark.parametrize(("hint", "function"), HOSTILE)
def test_hostile_answers_are_met_calmly(hint, function):
    assert hint_for("cost_by_horizon", function).startswith(hint)


@pytest.mark.parametrize(("name", "hint"), NAMES_OF_THE_LESSON.items())
def test_a_name_of_the_lesson_in_the_place_of_an_input_is_noticed(name, hint):
    assert hint_for("cost_by_horizon", written("cost_by_horizon", f"return [len({name})]")).startswith(hint)
