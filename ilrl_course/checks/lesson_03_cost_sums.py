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
