"""Known wrong ways to add up mistakes, and to go on after the end of an episode."""

import numpy as np

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_03_cost_mutants import count, count_with

NOTHING = np.nan  # the cost of a step that is left out of the mean


def _each_alone(costs, horizons):
    """For each horizon, only the episodes (E, T) that are long enough for it."""
    long_enough = [costs[~np.isnan(costs[:, h - 1]), :h] for h in horizons]
    return [np.nansum(rows, axis=1).mean() if len(rows) else 0.0 for rows in long_enough]


def _once(trajectory, rest):
    return np.arange(len(rest)) == 0


def _shortest(trajectories):
    return min(len(trajectory) for trajectory in trajectories)


def _last(horizons, trajectories):
    return horizons[-1]


def _last_or_longest(horizons, trajectories):
    return max(horizons[-1], *map(len, trajectories))


def _one_for_all(number):
    """`number` maps the costs so far (T,) and the horizons to what each of them gets."""
    return count_with(pick=lambda costs, horizons: np.full(len(horizons), number(costs, horizons)))


MISCOUNTED = (
    Mutant(
        "these are the mistakes in a single step. Add up all the steps up to the horizon.",
        count_with(add_up=lambda costs: costs),
    ),
    Mutant(
        "this is a number of mistakes per step. Add the mistakes up, and do not divide by the horizon.",
        count_with(add_up=lambda costs: np.cumsum(costs) / np.arange(1, len(costs) + 1)),
    ),
    Mutant(
        "one step too many is counted. The first T steps have the indices 0 to T - 1.",
        count_with(pick=lambda costs, horizons: costs[np.array(horizons)]),
        count_with(
            length=lambda horizons, trajectories: max(horizons) + 1,
            pick=lambda costs, horizons: costs[np.array(horizons)],
        ),
        count_with(pick=lambda costs, horizons: costs[np.minimum(horizons, len(costs) - 1)]),
        count_with(pick=lambda costs, horizons: [costs.tolist()[horizon] for horizon in horizons]),
    ),
    Mutant(
        "the last of the first T steps is missing. They have the indices 0 to T - 1.",
        count_with(pick=lambda costs, horizons: np.append(0.0, costs)[np.array(horizons) - 1]),
    ),
    Mutant(
        "this says whether there was any mistake so far. Count how many there were.",
        count_with(
            mean=lambda costs: np.maximum.accumulate(costs, axis=1).mean(axis=0), add_up=lambda costs: costs
        ),
    ),
    Mutant(
        "after the first mistake every step counts as one. Judge each step by its own action.",
        count_with(mean=lambda costs: np.maximum.accumulate(costs, axis=1).mean(axis=0)),
    ),
    Mutant(
        "the result has one number for each step. Pick those of the horizons.",
        count_with(pick=lambda costs, horizons: costs),
    ),
    Mutant(
        "the result holds one horizon only. Return one number for each of them.",
        count_with(pick=lambda costs, horizons: costs[-1]),
    ),
    Mutant(
        "every horizon gets the same number. Count the first T steps only, for each horizon T anew.",
        _one_for_all(lambda costs, horizons: costs[-1]),
        _one_for_all(lambda costs, horizons: costs[horizons[0] - 1]),
        _one_for_all(lambda costs, horizons: costs[-1] / len(costs)),
    ),
    Mutant(
        "the horizons may be in any order, so the largest need not be the last one. Take max(horizons).",
        count_with(length=_last),
        count_with(length=_last, pick=lambda costs, horizons: [costs.tolist()[h - 1] for h in horizons]),
        count_with(length=_last, pick=lambda costs, horizons: costs[np.minimum(horizons, horizons[-1]) - 1]),
        count_with(
            length=_last,
            mean=lambda costs: costs.cumsum(axis=1),
            add_up=lambda costs: costs,
            pick=lambda costs, horizons: costs[:, np.array(horizons) - 1].mean(axis=0),
        ),
        count_with(length=_last_or_longest),
        count_with(
            length=_last_or_longest,
            pick=lambda costs, horizons: costs[np.minimum(horizons, len(costs)) - 1],
        ),
    ),
    Mutant(
        "the result is in the order of size. Keep the order in which the horizons are passed in.",
        count_with(pick=lambda costs, horizons: costs[np.sort(horizons) - 1]),
    ),
    Mutant(
        "the mean is taken over the steps. Take it over the episodes: the steps are added up.",
        count_with(mean=lambda costs: costs.mean(axis=1)),
        count_with(mean=lambda costs: costs.mean()),
    ),
    Mutant(
        "this is the sum over all episodes. Divide by their number, so that more episodes do not cost more.",
        count_with(mean=lambda costs: costs.sum(axis=0)),
    ),
    Mutant(
        "only one of the episodes counts. Take the mean over all of them.",
        count_with(mean=lambda costs: costs[0]),
        count_with(mean=lambda costs: costs[-1]),
    ),
    Mutant(
        "an episode may be longer than the longest horizon. Cut its mistakes to the steps that you count.",
        count_with(cut=False),
    ),
    Mutant(
        "the steps after the end of an episode cost nothing. Each of them is a mistake: otherwise it would "
        "be cheap to crash at once.",
        count_with(after=0.0),
    ),
    Mutant(
        "episodes that are over are left out of the mean. Keep them: each step after the end is a mistake.",
        count_with(after=NOTHING, mean=lambda costs: np.nan_to_num(np.nanmean(costs, axis=0))),
        count_with(after=NOTHING, mean=lambda costs: np.nanmean(costs, axis=0)),
        count_with(after=NOTHING, mean=lambda costs: costs, add_up=lambda costs: costs, pick=_each_alone),
    ),
    Mutant(
        "the end of an episode counts as a single mistake. Each step after it is one.",
        count_with(end=_once),
    ),
    Mutant(
        "the steps after the end count only where the episode crashed or was terminated. Each of them is a "
        "mistake, however it ended.",
        count_with(end=lambda trajectory, rest: trajectory.crashed),
        count_with(end=lambda trajectory, rest: trajectory.terminated),
    ),
    Mutant(
        "all episodes are cut to the shortest one. Fill them up to the longest horizon instead: each step "
        "after the end is a mistake.",
        lambda trajectories, expert, horizons, tolerance=0.3: count(
            trajectories, expert, [min(h, _shortest(trajectories)) for h in horizons], tolerance
        ),
        count_with(length=lambda horizons, trajectories: min(_shortest(trajectories), max(horizons))),
    ),
    Mutant(
        "a horizon may be longer than every episode. Each step up to it is a mistake there.",
        lambda trajectories, expert, horizons, tolerance=0.3: count(
            trajectories, expert, [min(h, max(map(len, trajectories))) for h in horizons], tolerance
        ),
        count_with(length=lambda horizons, trajectories: max(map(len, trajectories))),
    ),
)
