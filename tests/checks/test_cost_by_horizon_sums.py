"""Lesson 03, mistakes against the horizon: wrong sums and ends, written independently of the bank."""

import numpy as np
import pytest

from tests.checks.answers import hint_for
from tests.checks.test_cost_by_horizon import cost_by_padding, cost_in_plain_python, counted


def cost_without_cutting(trajectories, expert, horizons, tolerance=0.3):
    mistakes = np.ones((len(trajectories), horizons[-1]))
    for i, t in enumerate(trajectories):
        mistakes[i, : len(t)] = np.max(np.abs(expert(t.obs[:-1]) - t.actions), axis=1) > tolerance
    return mistakes.mean(axis=0).cumsum()[np.array(horizons) - 1]


def cost_of_each_alone(trajectories, expert, horizons, tolerance=0.3):
    costs = []
    for horizon in horizons:
        long_enough = [t for t in trajectories if len(t) >= horizon]
        costs.append(cost_by_padding(long_enough, expert, [horizon], tolerance)[0] if long_enough else 0)
    return costs


def cost_of_the_running(trajectories, expert, horizons, tolerance=0.3):
    costs, total = [0.0], 0.0
    for step in range(max(horizons)):
        running = [t for t in trajectories if len(t) > step]
        wrong = [np.abs(t.actions[step] - expert(t.obs[step][None])[0]).max() > tolerance for t in running]
        total += sum(wrong) / len(wrong) if wrong else 0.0
        costs.append(total)
    return [costs[horizon] for horizon in horizons]


def cost_until_the_shortest_ends(trajectories, expert, horizons, tolerance=0.3):
    shortest = min(len(t) for t in trajectories)
    return cost_in_plain_python(trajectories, expert, np.minimum(horizons, shortest), tolerance)


def cost_until_the_longest_ends(trajectories, expert, horizons, tolerance=0.3):
    longest = max(len(t) for t in trajectories)
    rows = np.stack([
        np.append(np.abs(t.actions - expert(t.obs[:-1])).max(1) > tolerance, np.ones(longest - len(t)))
        for t in trajectories
    ])  # fmt: skip
    return [rows[:, :horizon].sum(axis=1).mean() for horizon in horizons]


def only_the(pick):
    return lambda trajectories, *inputs: cost_in_plain_python([pick(trajectories)], *inputs)


def per_step(trajectories, expert, horizons, tolerance=0.3):
    return cost_by_padding(trajectories, expert, horizons, tolerance) / np.array(horizons)


def with_all_steps(trajectories, expert, horizons, tolerance=0.3):
    return cost_by_padding(trajectories, expert, range(1, max(horizons) + 1), tolerance)


def cost_by_the_wrong_mean(trajectories, expert, horizons, tolerance=0.3):
    mistakes = np.ones((len(trajectories), max(horizons)))
    return mistakes.mean(1).cumsum()[np.array(horizons) - 1]


def all_steps_of_all(trajectories, expert, horizons, tolerance=0.3):
    mistakes = [np.abs(t.actions - expert(t.obs[:-1])).max(axis=1) > tolerance for t in trajectories]
    return np.array([sum(row.sum() for row in mistakes) / len(trajectories) for _ in horizons])


def cost_up_to_the_last(trajectories, expert, horizons, tolerance=0.3):
    table = np.ones((len(trajectories), horizons[-1]))
    for i, t in enumerate(trajectories):
        wrong = (abs(expert(t.obs[:-1]) - t.actions) > tolerance).any(axis=1)[: horizons[-1]]
        table[i, : len(wrong)] = wrong
    return table


def by_slices(trajectories, expert, horizons, *tolerance):
    table = cost_up_to_the_last(trajectories, expert, horizons, *tolerance)
    return [table[:, :horizon].sum(axis=1).mean() for horizon in horizons]


def by_indices(trajectories, expert, horizons, *tolerance):
    table = cost_up_to_the_last(trajectories, expert, horizons, *tolerance)
    return np.array([table.mean(axis=0).cumsum()[horizon - 1] for horizon in horizons])


def by_indices_in_each(trajectories, expert, horizons, *tolerance):
    table = cost_up_to_the_last(trajectories, expert, horizons, *tolerance)
    return np.cumsum(table, axis=1)[:, np.subtract(horizons, 1)].mean(axis=0)


def by_a_list(trajectories, expert, horizons, *tolerance):
    so_far = list(cost_up_to_the_last(trajectories, expert, horizons, *tolerance).mean(axis=0).cumsum())
    return [so_far[horizon - 1] for horizon in horizons]


def padded_to_the_last(trajectories, expert, horizons, tolerance=0.3):
    """Every row is as long as the last horizon or the longest episode."""
    longest = max([horizons[-1]] + [len(t) for t in trajectories])
    table = np.array(cost_in_plain_python(trajectories, expert, range(longest + 1), tolerance))
    return table[np.minimum(horizons, longest)]


def by_passing_horizons(trajectories, expert, horizons, tolerance=0.3):
    every = cost_in_plain_python(trajectories, expert, range(1, max(horizons) + 1), tolerance)
    return [cost for step, cost in enumerate(every, start=1) if step in horizons]


WRONG = [
    ("these are the mistakes in a single step", counted(total=lambda costs, h: costs[:, h - 1].mean())),
    ("this is a number of mistakes per step", per_step),
    ("this is a number of mistakes per step", counted(total=lambda costs, h: costs[:, :h].mean())),
    ("one step too many", counted(total=lambda costs, h: costs[:, : h + 1].sum(1).mean())),
    ("the last of the first T steps", counted(total=lambda costs, h: costs[:, : h - 1].sum(1).mean())),
    ("this says whether", counted(total=lambda costs, h: costs[:, :h].any(1).mean())),
    (
        "after the first mistake",
        counted(total=lambda costs, h: (costs.cumsum(axis=1)[:, :h] > 0).sum(1).mean()),
    ),
    ("the result has one number for each step", with_all_steps),
    ("the result holds one horizon", lambda *inputs: cost_by_padding(*inputs)[-1]),
    ("the result holds one horizon", lambda *inputs: 2.0),
    ("every horizon gets the same", lambda t, e, h, *rest: [cost_by_padding(t, e, h, *rest)[-1]] * len(h)),
    ("every horizon gets the same", lambda t, e, h, *rest: cost_by_padding(t, e, h[:1], *rest) * len(h)),
    ("every horizon gets the same", lambda t, e, h, *rest: [per_step(t, e, [max(h)], *rest)[0]] * len(h)),
    ("every horizon gets the same", all_steps_of_all),
    ("the horizons may be in any order", by_slices),
    ("the horizons may be in any order", by_indices),
    ("the horizons may be in any order", by_indices_in_each),
    ("the horizons may be in any order", by_a_list),
    ("the horizons may be in any order", padded_to_the_last),
    ("the result is in the order of size", lambda t, e, h, *rest: cost_by_padding(t, e, sorted(h), *rest)),
    ("the result is in the order of size", by_passing_horizons),
    (
        "the result is in the order of size",
        lambda t, e, h, *rest: h.sort() or cost_by_padding(t, e, h, *rest),
    ),
    ("the mean is taken over the steps", cost_by_the_wrong_mean),
    ("this is the sum over all episodes", counted(total=lambda costs, h: costs[:, :h].sum())),
    ("only one of the episodes", only_the(lambda trajectories: trajectories[0])),
    ("only one of the episodes", only_the(lambda trajectories: trajectories[-1])),
    ("an episode may be longer", cost_without_cutting),
    ("the steps after the end of an episode cost nothing", counted(rest=lambda t, n: np.zeros(n))),
    ("episodes that are over are left out", cost_of_each_alone),
    ("episodes that are over are left out", cost_of_the_running),
    ("the end of an episode counts as", counted(rest=lambda t, n: [1] + (n - 1) * [0])),
    ("the steps after the end count only", counted(rest=lambda t, n: np.full(n, t.crashed))),
    ("the steps after the end count only", counted(rest=lambda t, n: np.full(n, not t.truncated))),
    ("all episodes are cut to the shortest", cost_until_the_shortest_ends),
    ("a horizon may be longer", cost_until_the_longest_ends),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("cost_by_horizon", function).startswith(hint)
