"""Known wrong ways to tell whether a step is a mistake."""

import numpy as np

from ilrl_course.checks.exercise import Mutant


def _judge(distance):
    """The cost of each step (T,) where `distance` maps differences (T, action_dim) to distances (T,)."""
    return lambda differences, tolerance: distance(differences) > tolerance


_far_off = _judge(lambda differences: np.abs(differences).max(axis=1))


def count(
    trajectories, expert, horizons, tolerance=0.3, *, length=lambda horizons, trajectories: max(horizons),
    ask=lambda expert, obs: expert(obs[:-1]), judge=_far_off, after=1.0,
    end=lambda trajectory, rest: rest, cut=True, mean=lambda costs: costs.mean(axis=0),
    add_up=np.cumsum, pick=lambda costs, horizons: costs[np.array(horizons) - 1],
):  # fmt: skip
    """The count with one part exchanged; `end` makes the costs after the end of an episode from `after`."""
    costs = np.full((len(trajectories), length(horizons, trajectories)), after)  # (E, T)
    for row, trajectory in zip(costs, trajectories, strict=True):
        mistakes = judge(trajectory.actions - ask(expert, trajectory.obs), tolerance)  # (steps,)
        mistakes = mistakes[: len(row)] if cut else mistakes
        row[: len(mistakes)] = mistakes
        row[len(mistakes) :] = end(trajectory, row[len(mistakes) :])
    return pick(add_up(mean(costs)), horizons)


def count_with(**parts):
    """A count of mistakes with these parts exchanged."""
    return lambda *inputs: count(*inputs, **parts)


def _by_distance(distance):
    return count_with(judge=_judge(distance))


def _adding(distance):
    return count_with(judge=lambda differences, tolerance: distance(differences))


def _along_the_episode(trajectories, expert, horizons, tolerance=0.3):
    """The largest error of each part of the action (action_dim,), written over all steps of the episode."""
    costs = np.ones((len(trajectories), max(horizons)))
    for row, trajectory in zip(costs, trajectories, strict=True):
        errors = np.abs(trajectory.actions - expert(trajectory.obs[:-1])).max(axis=0)
        row[: len(trajectory)] = (errors > tolerance)[: len(row)]
    return costs.mean(axis=0).cumsum()[np.array(horizons) - 1]


MISJUDGED = (
    Mutant(
        "the expert is asked one step late, in the situation after the action. Leave out the last "
        "observation, not the first.",
        count_with(ask=lambda expert, obs: expert(obs[1:])),
    ),
    Mutant(
        "an episode of T steps has T + 1 observations, and nobody acted in the last one. Do not ask the "
        "expert about it.",
        count_with(ask=lambda expert, obs: expert(obs)),
        lambda trajectories, expert, *_: expert(trajectories[0].obs) - trajectories[0].actions,
    ),
    Mutant(
        "the expert got a single observation, but it takes a batch. Ask it about the whole episode at once.",
        count_with(ask=lambda expert, obs: expert(obs[0])),
    ),
    Mutant(
        "the expert is not asked. A mistake is an action that is far from the expert's.",
        count_with(ask=lambda expert, obs: 0.0),
    ),
    Mutant(
        "a difference below zero never counts. Take the absolute value of each part first.",
        _by_distance(lambda d: d.max(axis=1)),
        _by_distance(lambda d: (-d).max(axis=1)),
        _by_distance(lambda d: np.abs(d.max(axis=1))),
    ),
    Mutant(
        "the parts of the action are averaged, so that a small error in one hides a large error in the "
        "other. The largest one decides.",
        _by_distance(lambda d: np.abs(d).mean(axis=1)),
        _by_distance(lambda d: np.abs(d.mean(axis=1))),
    ),
    Mutant(
        "the errors of all parts of the action are added up before they are compared. Compare the largest "
        "one with the tolerance.",
        _by_distance(lambda d: np.abs(d).sum(axis=1)),
        _by_distance(lambda d: np.linalg.norm(d, axis=1)),
    ),
    Mutant(
        "the largest error of a whole episode is taken (axis 0). Take the largest one among the parts of the "
        "action (axis 1), so that each step has a number of its own.",
        _by_distance(lambda d: np.abs(d).max(axis=0)),
        _by_distance(lambda d: np.full(len(d), np.abs(d).max())),
        _along_the_episode,
    ),
    Mutant(
        "only one part of the action is looked at. An error in any of them is a mistake.",
        _by_distance(lambda d: np.abs(d)[:, 0]),
        _by_distance(lambda d: np.abs(d)[:, 1]),
    ),
    Mutant(
        "a step counts only if all parts of the action are wrong. One part is enough.",
        _by_distance(lambda d: np.abs(d).min(axis=1)),
    ),
    Mutant(
        "each part of the action is counted for itself. A step is one mistake, however many parts are wrong.",
        count_with(judge=lambda differences, tolerance: (np.abs(differences) > tolerance).sum(axis=1)),
        count_with(judge=lambda differences, tolerance: (np.abs(differences) > tolerance).mean(axis=1)),
    ),
    Mutant(
        "the difference is squared before it is compared. The tolerance is meant for the difference itself.",
        _by_distance(lambda d: (d**2).max(axis=1)),
        _by_distance(lambda d: (d**2).sum(axis=1)),
        _by_distance(lambda d: (d**2).mean(axis=1)),
    ),
    Mutant(
        "the comparison is the wrong way round: it counts the steps without a mistake.",
        count_with(judge=lambda differences, tolerance: np.abs(differences).max(axis=1) <= tolerance),
        count_with(judge=lambda differences, tolerance: (np.abs(differences) <= tolerance).any(axis=1)),
    ),
    Mutant(
        "this adds up how far the actions are apart. Count mistakes instead: 1 where they are farther apart "
        "than the tolerance, otherwise 0.",
        _adding(lambda d: (d**2).sum(axis=1)),
        _adding(lambda d: (d**2).mean(axis=1)),
        _adding(lambda d: (d**2).max(axis=1)),
        _adding(lambda d: np.abs(d).sum(axis=1)),
        _adding(lambda d: np.abs(d).mean(axis=1)),
        _adding(lambda d: np.abs(d).max(axis=1)),
        _adding(lambda d: np.linalg.norm(d, axis=1)),
    ),
    Mutant(
        "the tolerance has no effect. Use the one that is passed in.",
        count_with(judge=lambda differences, tolerance: np.abs(differences).max(axis=1) > 0.3),
        count_with(judge=lambda differences, tolerance: np.abs(differences).max(axis=1) > 1e-6),
    ),
)
