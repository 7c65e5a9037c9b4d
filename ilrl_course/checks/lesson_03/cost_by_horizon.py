"""The check of lesson 03 on how mistakes add up over an episode."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, numbers
from ilrl_course.data import Trajectory
from ilrl_course.measures.covariate_shift import cost_by_horizon

EXACT = (0.0, 0.0)
SMALL = (0.2, 0.25)  # no mistake: neither part is far off, although together they are
WRONG_STEPS = [(0.0, -0.5), (0.4, 0.1), (0.9, -0.9), (-0.35, -0.35), (-0.9, 0.0)]
BAD = WRONG_STEPS[2]


def _expert(obs: np.ndarray) -> np.ndarray:
    """Actions (B, 2) for obs (B, 2), [episode, step]; raises ValueError for a single observation."""
    if np.ndim(obs) != 2:
        raise ValueError(f"an actor takes a batch: obs of the shape (1, 2) here, got {np.shape(obs)}")
    episode, step = np.asarray(obs).T
    return np.stack([np.sin(2 * step + episode), np.cos(step)], axis=1).astype(np.float32)


def _episode(number: int, deviations: Sequence[tuple[float, float]], terminated: bool, crashed: bool):
    """An episode whose actions differ from the expert's by `deviations`, step by step."""
    num_steps = len(deviations)
    obs = np.stack([np.full(num_steps + 1, number), np.arange(num_steps + 1)], axis=1).astype(np.float32)
    actions = _expert(obs[:-1]) + np.array(deviations, dtype=np.float32)  # (T, 2)
    rewards = np.ones(num_steps, dtype=np.float32)
    return Trajectory(obs, actions, rewards, terminated, not terminated, crashed, not terminated)


def _costs(answer: Callable, trajectories: list[Trajectory], horizons: list[int], *tolerance) -> np.ndarray:
    costs = answer(trajectories, _expert, horizons, *tolerance)
    name = f"the result for the {len(horizons)} horizons {horizons}"
    return numbers(costs, (len(horizons),), name)


def _probe_mistakes(answer: Callable) -> Iterator[Fact]:
    for deviations, where, expected in (
        ([SMALL, *WRONG_STEPS, EXACT], "a mistake in its steps 2 to 6", [0, 1, 2, 3, 4, 5, 5]),
        ([SMALL, (0.1, 0.8), EXACT, EXACT, EXACT], "a mistake in its step 2 only", [0, 1, 1, 1, 1]),
        ([EXACT, SMALL, EXACT, EXACT], "no mistake", [0, 0, 0, 0]),
    ):
        episode = _episode(0, deviations, terminated=False, crashed=False)
        horizons = list(range(1, len(deviations) + 1))
        name = f"the costs of an episode with {where}, for the horizons 1 to {len(deviations)}"
        yield Fact(name, _costs(answer, [episode], horizons), expected)


def _probe_tolerance(answer: Callable) -> Iterator[Fact]:
    episode = _episode(1, [(0.9, 0.0), (0.0, 0.5), (-0.4, 0.2), SMALL], terminated=False, crashed=False)
    for tolerance, expected in ((0.6, [1, 1, 1, 1]), (0.45, [1, 2, 2, 2])):
        name = (
            f"actions off by 0.9, 0.5, 0.4 and 0.25, for a tolerance of {tolerance} and the horizons 1 to 4"
        )
        yield Fact(name, _costs(answer, [episode], [1, 2, 3, 4], tolerance), expected)


def _probe_mean(answer: Callable) -> Iterator[Fact]:
    trajectories = [
        _episode(0, [BAD, BAD, BAD, EXACT], terminated=False, crashed=False),
        _episode(1, [EXACT, EXACT, BAD, BAD], terminated=False, crashed=False),
        _episode(2, [EXACT, EXACT, EXACT, EXACT], terminated=False, crashed=False),
        _episode(3, [EXACT, BAD, BAD, EXACT], terminated=False, crashed=False),
    ]
    for horizons, expected in (([1, 2, 4], [0.25, 0.75, 1.75]), ([3], [1.5])):
        name = (
            f"the mean of four episodes, with 3, 2, 0 and 2 mistakes in 4 steps, for the horizons {horizons}"
        )
        yield Fact(name, _costs(answer, trajectories, horizons), expected)


def _probe_ends(answer: Callable) -> Iterator[Fact]:
    trajectories = [
        _episode(0, [EXACT, BAD], terminated=True, crashed=True),
        _episode(1, [BAD, EXACT, EXACT], terminated=True, crashed=False),
        _episode(2, [EXACT, EXACT, EXACT, BAD, EXACT], terminated=False, crashed=False),
        _episode(3, [EXACT], terminated=False, crashed=False),
    ]
    name = "episodes of 2, 3, 5 and 1 steps with 1, 1, 1 and 0 mistakes before they end, for the horizons "
    for horizons, expected in (([2, 4, 7], [0.75, 2.25, 5.0]), ([1, 2], [0.25, 0.75])):
        yield Fact(f"{name}{horizons}", _costs(answer, trajectories, horizons), expected)


def _probe_order(answer: Callable) -> Iterator[Fact]:
    trajectories = [
        _episode(0, [EXACT, BAD], terminated=True, crashed=True),
        _episode(1, [EXACT, EXACT, EXACT, BAD, EXACT, EXACT, EXACT], terminated=False, crashed=False),
    ]
    for horizons, expected in (([4, 9, 1, 2], [2.0, 5.5, 0.0, 0.5]), ([3, 5, 4], [1.0, 2.5, 2.0])):
        name = f"the costs for horizons that are not in order, {horizons}"
        yield Fact(name, _costs(answer, trajectories, horizons), expected)


ASKED = "expert(trajectory.obs[:-1])"
DISTANCE = f"np.abs(trajectory.actions - {ASKED}).max(axis=1)"
JUDGED = "(distance > tolerance)[:len(row)]"
WRITTEN = "row[:len(mistakes)] = mistakes"
TABLE = "np.ones((len(trajectories), max(horizons)))"
WITH_GAPS = f"{TABLE} => np.full((len(trajectories), max(horizons)), np.nan)"
MEAN = "costs.mean(axis=0)"


def _by_distance(distance: str) -> str:
    """The edit to another distance; `d` holds the differences, (steps, action_dim)."""
    return f"distance = {DISTANCE} => d = trajectory.actions - {ASKED}\ndistance = {distance}"


def _by_cost(cost: str) -> tuple[str, str]:
    """The edits to another cost of a step, made of `d`."""
    return _by_distance(cost), f"{JUDGED} => distance[:len(row)]"


MISJUDGED = {
    "the expert is asked one step late, in the situation after the action. Leave out the last observation, "
    "not the first.": ["trajectory.obs[:-1] => trajectory.obs[1:]"],
    "an episode of T steps has T + 1 observations, and nobody acted in the last one. Do not ask the expert "
    "about it.": [
        "trajectory.obs[:-1] => trajectory.obs",
        f"trajectory.actions - {ASKED} => expert(trajectory.obs) - trajectory.actions",
    ],
    "the expert got a single observation, but it takes a batch. Ask it about the whole episode at once.": [
        "trajectory.obs[:-1] => trajectory.obs[0]"
    ],
    "the expert is not asked. A mistake is an action that is far from the expert's.": [f"{ASKED} => 0.0"],
    "a difference below zero never counts. Take the absolute value of each part first.": [
        _by_distance("d.max(axis=1)"),
        _by_distance("(-d).max(axis=1)"),
        _by_distance("np.abs(d.max(axis=1))"),
    ],
    "the parts of the action are averaged, so that a small error in one hides a large error in the other. "
    "The largest one decides.": [
        _by_distance("np.abs(d).mean(axis=1)"),
        _by_distance("np.abs(d.mean(axis=1))"),
    ],
    "the errors of all parts of the action are added up before they are compared. Compare the largest one "
    "with the tolerance.": [
        _by_distance("np.abs(d).sum(axis=1)"),
        _by_distance("np.linalg.norm(d, axis=1)"),
    ],
    "the largest error of a whole episode is taken (axis 0). Take the largest one among the parts of the "
    "action (axis 1), so that each step has a number of its own.": [
        _by_distance("np.abs(d).max(axis=0)"),
        _by_distance("np.full(len(d), np.abs(d).max())"),
        (_by_distance("np.abs(d).max(axis=0)"), f"{WRITTEN} => row[:len(trajectory)] = mistakes"),
    ],
    "only one part of the action is looked at. An error in any of them is a mistake.": [
        _by_distance("np.abs(d)[:, 0]"),
        _by_distance("np.abs(d)[:, 1]"),
    ],
    "a step counts only if all parts of the action are wrong. One part is enough.": [
        _by_distance("np.abs(d).min(axis=1)")
    ],
    "each part of the action is counted for itself. A step is one mistake, however many parts are wrong.": [
        _by_cost("(np.abs(d) > tolerance).sum(axis=1)"),
        _by_cost("(np.abs(d) > tolerance).mean(axis=1)"),
    ],
    "the difference is squared before it is compared. The tolerance is meant for the difference itself.": [
        _by_distance("(d**2).max(axis=1)"),
        _by_distance("(d**2).sum(axis=1)"),
        _by_distance("(d**2).mean(axis=1)"),
    ],
    "the comparison is the wrong way round: it counts the steps without a mistake.": [
        "distance > tolerance => distance <= tolerance",
        _by_cost("(np.abs(d) <= tolerance).any(axis=1)"),
    ],
    "this adds up how far the actions are apart. Count mistakes instead: 1 where they are farther apart than "
    "the tolerance, otherwise 0.": [
        *(_by_cost(f"(d**2).{reduced}(axis=1)") for reduced in ("sum", "mean", "max")),
        *(_by_cost(f"np.abs(d).{reduced}(axis=1)") for reduced in ("sum", "mean", "max")),
        _by_cost("np.linalg.norm(d, axis=1)"),
    ],
    "the tolerance has no effect. Use the one that is passed in.": ["tolerance = 0.3", "tolerance = 1e-6"],
}

MISCOUNTED = {
    "these are the mistakes in a single step. Add up all the steps up to the horizon.": [".cumsum() =>"],
    "this is a number of mistakes per step. Add the mistakes up, and do not divide by the horizon.": [
        "return result / np.array(horizons)"
    ],
    "one step too many is counted. The first T steps have the indices 0 to T - 1.": [
        "return costs_so_far[np.array(horizons)]",
        ("max(horizons) => max(horizons) + 1", "return costs_so_far[np.array(horizons)]"),
        "return costs_so_far[np.minimum(horizons, len(costs_so_far) - 1)]",
        "return [costs_so_far.tolist()[horizon] for horizon in horizons]",
    ],
    "the last of the first T steps is missing. They have the indices 0 to T - 1.": [
        "return np.append(0.0, costs_so_far)[np.array(horizons) - 1]"
    ],
    "this says whether there was any mistake so far. Count how many there were.": [
        f"{MEAN}.cumsum() => np.maximum.accumulate(costs, axis=1).mean(axis=0)"
    ],
    "after the first mistake every step counts as one. Judge each step by its own action.": [
        f"{MEAN} => np.maximum.accumulate(costs, axis=1).mean(axis=0)"
    ],
    "the result has one number for each step. Pick those of the horizons.": ["return costs_so_far"],
    "the result holds one horizon only. Return one number for each of them.": ["return costs_so_far[-1]"],
    "every horizon gets the same number. Count the first T steps only, for each horizon T anew.": [
        "return np.full(len(horizons), costs_so_far[-1])",
        "return np.full(len(horizons), costs_so_far[horizons[0] - 1])",
        "return np.full(len(horizons), costs.mean())",
    ],
    "the horizons may be in any order, so the largest need not be the last one. Take max(horizons).": [
        "max(horizons) => horizons[-1]",
        (
            "max(horizons) => horizons[-1]",
            "return [costs_so_far.tolist()[horizon - 1] for horizon in horizons]",
        ),
        (
            "max(horizons) => horizons[-1]",
            "return costs_so_far[np.minimum(horizons, horizons[-1]) - 1]",
        ),
        (
            "max(horizons) => horizons[-1]",
            "return costs.cumsum(axis=1)[:, np.array(horizons) - 1].mean(axis=0)",
        ),
        "max(horizons) => max(horizons[-1], *map(len, trajectories))",
        (
            "max(horizons) => max(horizons[-1], *map(len, trajectories))",
            "return costs_so_far[np.minimum(horizons, len(costs_so_far)) - 1]",
        ),
    ],
    "the result is in the order of size. Keep the order in which the horizons are passed in.": [
        "return costs_so_far[np.sort(horizons) - 1]"
    ],
    "the mean is taken over the steps. Take it over the episodes: the steps are added up.": [
        f"{MEAN} => costs.mean(axis=1)",
        f"{MEAN} => costs.mean()",
    ],
    "this is the sum over all episodes. Divide by their number, so that more episodes do not cost more.": [
        f"{MEAN} => costs.sum(axis=0)"
    ],
    "only one of the episodes counts. Take the mean over all of them.": [
        f"{MEAN} => costs[0]",
        f"{MEAN} => costs[-1]",
    ],
    "an episode may be longer than the longest horizon. Cut its mistakes to the steps that you count.": [
        "[:len(row)] =>"
    ],
    "the steps after the end of an episode cost nothing. Each of them is a mistake: otherwise it would be "
    "cheap to crash at once.": ["np.ones( => np.zeros("],
    "episodes that are over are left out of the mean. Keep them: each step after the end is a mistake.": [
        (WITH_GAPS, f"{MEAN} => np.nan_to_num(np.nanmean(costs, axis=0))"),
        (WITH_GAPS, f"{MEAN} => np.nanmean(costs, axis=0)"),
        (
            WITH_GAPS,
            "return [np.nansum(rows, axis=1).mean() if len(rows := costs[~np.isnan(costs[:, h - 1]), :h]) "
            "else 0.0 for h in horizons]",
        ),
    ],
    "the end of an episode counts as a single mistake. Each step after it is one.": [
        f"{WRITTEN} => {WRITTEN}\nrow[len(mistakes) + 1:] = 0"
    ],
    "the steps after the end count only where the episode crashed or was terminated. Each of them is a "
    "mistake, however it ended.": [
        f"{WRITTEN} => {WRITTEN}\nrow[len(mistakes):] = trajectory.crashed",
        f"{WRITTEN} => {WRITTEN}\nrow[len(mistakes):] = trajectory.terminated",
    ],
    "all episodes are cut to the shortest one. Fill them up to the longest horizon instead: each step after "
    "the end is a mistake.": [
        "horizons = [min(horizon, *map(len, trajectories)) for horizon in horizons]",
        "max(horizons) => min(max(horizons), *map(len, trajectories))",
    ],
    "a horizon may be longer than every episode. Each step up to it is a mistake there.": [
        "horizons = [min(horizon, max(map(len, trajectories))) for horizon in horizons]",
        "max(horizons) => max(map(len, trajectories))",
    ],
}

OTHER_HORIZONS = "it reads the horizons of the lesson. Use those that are passed in."
OTHER_EPISODES = "it reads the episodes of the lesson. Use those that are passed in."
LEARNER = "it asks a learner of the lesson. What the learner did is in the episodes already."
CUT_AGAIN = (
    "it reads a number of the lesson. The episodes begin with the learner's first step: use all of it."
)
SOME_COLUMNS = "it picks columns of the observations. The expert takes all of them."

EXERCISE = Exercise(
    solution=cost_by_horizon,
    tested="every mistake counts once from its step on, and so does every step after the end.",
    probes=(_probe_mistakes, _probe_tolerance, _probe_mean, _probe_ends, _probe_order),
    mistakes=MISJUDGED | MISCOUNTED,
    leftovers={
        "EXPERT": "it asks the expert of the lesson. Ask the one that is passed in.",
        **dict.fromkeys(("HORIZONS", "LONGEST"), OTHER_HORIZONS),
        **dict.fromkeys(("followed", "demos", "new"), OTHER_EPISODES),
        **dict.fromkeys(("policies", "trained"), LEARNER),
        **dict.fromkeys(("SEES_ALL", "SHORT_SIGHT"), SOME_COLUMNS),
        "HAND_OVER": CUT_AGAIN,
        "NUM_DRIVES": "it reads a number of the lesson. The number of episodes is len(trajectories).",
    },
)
