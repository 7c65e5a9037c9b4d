"""The check of lesson 03 on how mistakes add up over an episode."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, numbers
from ilrl_course.data import Actor, Trajectory
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


def _expert_of_three(obs: np.ndarray) -> np.ndarray:
    """Actions (B, 3): (0.5, 0, -0.5) in the first four steps, then 0."""
    return (np.array([0.5, 0.0, -0.5]) * (np.asarray(obs)[:, 1:] < 4)).astype(np.float32)


def _episode(
    number: int,
    deviations: Sequence[tuple[float, ...]],
    terminated: bool = False,
    crashed: bool = False,
    expert: Actor = _expert,
) -> Trajectory:
    """An episode whose actions differ from the expert's by `deviations`, step by step."""
    num_steps = len(deviations)
    obs = np.stack([np.full(num_steps + 1, number), np.arange(num_steps + 1)], axis=1).astype(np.float32)
    actions = expert(obs[:-1]) + np.array(deviations, dtype=np.float32)  # (T, action_dim)
    rewards = np.linspace(-0.5, 1.25, num_steps, dtype=np.float32)
    return Trajectory(obs, actions, rewards, terminated, not terminated, crashed, not terminated)


def _costs(
    answer: Callable, trajectories: list[Trajectory], horizons: list[int], *tolerance, expert: Actor = _expert
) -> np.ndarray:
    costs = answer(trajectories, expert, horizons, *tolerance)
    name = f"the result for the {len(horizons)} horizons {horizons}"
    return numbers(costs, (len(horizons),), name)


def _probe_mistakes(answer: Callable) -> Iterator[Fact]:
    num_asked = 0

    def expert(obs: np.ndarray) -> np.ndarray:
        nonlocal num_asked
        num_asked += 1
        return _expert(obs)

    for deviations, where, expected in (
        ([SMALL, *WRONG_STEPS, EXACT], "a mistake in its steps 2 to 6", [0, 1, 2, 3, 4, 5, 5]),
        ([SMALL, (0.1, 0.8), EXACT, EXACT, EXACT], "a mistake in its step 2 only", [0, 1, 1, 1, 1]),
        ([EXACT, SMALL, EXACT, EXACT], "no mistake", [0, 0, 0, 0]),
    ):
        horizons = list(range(1, len(deviations) + 1))
        costs = _costs(answer, [_episode(0, deviations)], horizons, expert=expert)
        hint = (
            "it does not ask the expert that is passed in. A mistake is an action that is far from its own."
        )
        yield Fact("the expert is asked", num_asked > 0, True, hint)
        name = f"the costs of an episode with {where}, for the horizons 1 to {len(deviations)}"
        yield Fact(name, costs, expected)


def _probe_tolerance(answer: Callable) -> Iterator[Fact]:
    episode = _episode(1, [(0.9, 0.0), (0.0, 0.5), (-0.4, 0.2), SMALL])
    for tolerance, expected in ((0.6, [1, 1, 1, 1]), (0.45, [1, 2, 2, 2])):
        name = (
            f"actions off by 0.9, 0.5, 0.4 and 0.25, for a tolerance of {tolerance} and the horizons 1 to 4"
        )
        yield Fact(name, _costs(answer, [episode], [1, 2, 3, 4], tolerance), expected)


def _probe_mean(answer: Callable) -> Iterator[Fact]:
    trajectories = [
        _episode(0, [BAD, BAD, BAD, EXACT]),
        _episode(1, [EXACT, EXACT, BAD, BAD]),
        _episode(2, [EXACT, EXACT, EXACT, EXACT]),
        _episode(3, [EXACT, BAD, BAD, EXACT]),
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
        _episode(2, [EXACT, EXACT, EXACT, BAD, EXACT]),
        _episode(3, [EXACT]),
    ]
    name = "episodes of 2, 3, 5 and 1 steps with 1, 1, 1 and 0 mistakes before they end, for the horizons "
    for horizons, expected in (([2, 4, 7], [0.75, 2.25, 5.0]), ([1, 2], [0.25, 0.75])):
        yield Fact(f"{name}{horizons}", _costs(answer, trajectories, horizons), expected)


def _probe_order(answer: Callable) -> Iterator[Fact]:
    trajectories = [
        _episode(0, [EXACT, BAD], terminated=True, crashed=True),
        _episode(1, [EXACT, EXACT, EXACT, BAD, EXACT, EXACT, EXACT]),
    ]
    for horizons, expected in (([4, 9, 1, 2], [2.0, 5.5, 0.0, 0.5]), ([3, 5, 4], [1.0, 2.5, 2.0])):
        name = f"the costs for horizons that are not in order, {horizons}"
        yield Fact(name, _costs(answer, trajectories, horizons), expected)


def _probe_three_parts(answer: Callable) -> Iterator[Fact]:
    """A difference of exactly the tolerance, one in the third part alone, one of the sign, and none."""
    deviations = [(0.25, 0.0, 0.0), (0.0, 0.0, -0.5), (-1.0, 0.0, 0.0), (0.0, 0.0, 0.0)]
    episode = _episode(0, deviations, terminated=True, crashed=True, expert=_expert_of_three)
    horizons = [1, 2, 3, 4, 6, 4]
    costs = _costs(answer, [episode], horizons, 0.25, expert=_expert_of_three)
    name = f"an episode that is over after 4 steps with actions of three parts, for the horizons {horizons}"
    yield Fact(name, costs, [0, 1, 2, 2, 4, 2])


ASKED = "expert(trajectory.obs[:-1])"
ALL_ASKED = "trajectory.obs[:-1] => trajectory.obs"
DISTANCE = f"np.abs(trajectory.actions - {ASKED}).max(axis=1)"
JUDGED = "(distance > tolerance)[:len(row)]"
WRITTEN = "row[:len(mistakes)] = mistakes"
TABLE = "np.ones((len(trajectories), max(horizons)))"
WITH_GAPS = f"{TABLE} => np.full((len(trajectories), max(horizons)), np.nan)"
MEAN = "costs.mean(axis=0)"


def _by_distance(*distances: str) -> list[str]:
    """Edits to other distances; `d` holds the differences, (steps, action_dim)."""
    start = f"distance = {DISTANCE} => d = trajectory.actions - {ASKED}\ndistance = "
    return [start + distance for distance in distances]


def _by_cost(*costs: str) -> list[tuple[str, str]]:
    """Edits to other costs of a step, made of `d`."""
    return [(edit, f"{JUDGED} => distance[:len(row)]") for edit in _by_distance(*costs)]


def _after_the_end(*lines: str) -> list[str]:
    """Edits of what a row holds after the end of its episode."""
    return [f"{WRITTEN} => {WRITTEN}\n{line}" for line in lines]


def _mean(*means: str) -> list[str]:
    return [f"{MEAN} => {mean}" for mean in means]


def _picked(*results: str) -> list[str]:
    return [f"return {result}" for result in results]


IN_ORDER = _picked(
    "[costs_so_far.tolist()[horizon - 1] for horizon in horizons]",
    "costs_so_far[np.minimum(horizons, horizons[-1]) - 1]",
    "costs.cumsum(axis=1)[:, np.array(horizons) - 1].mean(axis=0)",
)

MISJUDGED = {
    "the expert is asked one step late, in the situation after the action. Leave out the last observation, "
    "not the first.": ["trajectory.obs[:-1] => trajectory.obs[1:]"],
    "an episode of T steps has T + 1 observations, and nobody acted in the last one. Do not ask the expert "
    "about it.": [
        ALL_ASKED,
        f"trajectory.actions - {ASKED} => expert(trajectory.obs) - trajectory.actions",
        (ALL_ASKED, "trajectory.actions - => np.append(trajectory.actions, trajectory.actions[-1:], 0) -"),
        (
            ALL_ASKED,
            "trajectory.actions - => np.append(trajectory.actions, 0 * trajectory.actions[-1:], 0) -",
        ),
    ],
    "the expert got a single observation, but it takes a batch. Ask it about the whole episode at once.": [
        "trajectory.obs[:-1] => trajectory.obs[0]"
    ],
    "the expert is not asked. A mistake is an action that is far from the expert's.": [
        f"{ASKED} => {zero}" for zero in ("0.0", f"0 * {ASKED}")
    ],
    "a difference below zero never counts. Take the absolute value of each part first.": _by_distance(
        "d.max(axis=1)", "(-d).max(axis=1)", "np.abs(d.max(axis=1))"
    ),
    "the parts of the action are averaged, so that a small error in one hides a large error in the other. "
    "The largest one decides.": _by_distance("np.abs(d).mean(axis=1)", "np.abs(d.mean(axis=1))"),
    "the errors of all parts of the action are added up before they are compared. Compare the largest one "
    "with the tolerance.": _by_distance(
        "np.abs(d).sum(axis=1)", "np.abs(d[:, 0]) + np.abs(d[:, 1])", "np.linalg.norm(d, axis=1)"
    ),
    "the largest error of a whole episode is taken (axis 0). Take the largest one among the parts of the "
    "action (axis 1), so that each step has a number of its own.": [
        *_by_distance("np.abs(d).max(axis=0)", "np.full(len(d), np.abs(d).max())"),
        (*_by_distance("np.abs(d).max(axis=0)"), f"{WRITTEN} => row[:len(trajectory)] = mistakes"),
    ],
    "only one part of the action is looked at. An error in any of them is a mistake.": _by_distance(
        "np.abs(d)[:, 0]", "np.abs(d)[:, 1]"
    ),
    "only the first two parts of the action count. Take the largest error of all its parts.": _by_distance(
        "np.abs(d)[:, :2].max(axis=1)"
    ),
    "each part of the action has an entry of its own. Reduce them to one number a step, the largest.": [
        ".max(axis=1) =>"
    ],
    "the absolute values are taken before the difference. Subtract first: -1 is far from 1.": [
        f"{DISTANCE} => np.abs(np.abs(trajectory.actions) - np.abs({ASKED})).max(axis=1)"
    ],
    "a difference of exactly the tolerance is no mistake: it should be more than that.": [
        "distance > tolerance => distance >= tolerance"
    ],
    "a step counts only if all parts of the action are wrong. One part is enough.": _by_distance(
        "np.abs(d).min(axis=1)"
    ),
    "each part of the action is counted for itself. A step is one mistake, however many parts are wrong.": [
        *_by_cost("(np.abs(d) > tolerance).sum(axis=1)", "(np.abs(d) > tolerance).mean(axis=1)")
    ],
    "the difference is squared before it is compared. The tolerance is meant for the difference itself.": [
        *_by_distance("(d**2).max(axis=1)", "(d**2).sum(axis=1)", "(d**2).mean(axis=1)")
    ],
    "the comparison is the wrong way round: it counts the steps without a mistake.": [
        "distance > tolerance => distance <= tolerance",
        *_by_cost("(np.abs(d) <= tolerance).any(axis=1)"),
    ],
    "this adds up how far the actions are apart. Count mistakes instead: 1 where they are farther apart than "
    "the tolerance, otherwise 0.": [
        *_by_cost(*(f"(d**2).{reduced}(axis=1)" for reduced in ("sum", "mean", "max"))),
        *_by_cost(*(f"np.abs(d).{reduced}(axis=1)" for reduced in ("sum", "mean", "max"))),
        *_by_cost("np.linalg.norm(d, axis=1)"),
    ],
    "the tolerance has no effect. Use the one that is passed in.": ["tolerance = 0.3", "tolerance = 1e-6"],
}

MISCOUNTED = {
    "the first or the last step of an episode is not judged by its action. Count all of its T steps.": [
        "mistakes = => distance[0] = 0\nmistakes =",
        "mistakes = => distance[-1] = 0\nmistakes =",
        "mistakes = => distance[-1] = np.inf\nmistakes =",
    ],
    "these are the mistakes in a single step. Add up all the steps up to the horizon.": [".cumsum() =>"],
    "this is a number of mistakes per step. Add the mistakes up, and do not divide by the horizon.": _picked(
        "result / np.array(horizons)"
    ),
    "one step too many is counted. The first T steps have the indices 0 to T - 1.": [
        "return costs_so_far[np.array(horizons)]",
        ("max(horizons) => max(horizons) + 1", "return costs_so_far[np.array(horizons)]"),
        "return costs_so_far[np.minimum(horizons, len(costs_so_far) - 1)]",
        "return [costs_so_far.tolist()[horizon] for horizon in horizons]",
    ],
    "the last of the first T steps is missing. They have the indices 0 to T - 1.": _picked(
        "np.append(0.0, costs_so_far)[np.array(horizons) - 1]"
    ),
    "the index is one too small: the cost of T steps stands at T - 1. With T - 2, the horizon 1 even reads "
    "the last entry.": _picked("costs_so_far[np.array(horizons) - 2]"),
    "this says whether there was any mistake so far. Count how many there were.": [
        f"{MEAN}.cumsum() => np.maximum.accumulate(costs, axis=1).mean(axis=0)"
    ],
    "after the first mistake every step counts as one. Judge each step by its own action.": _mean(
        "np.maximum.accumulate(costs, axis=1).mean(axis=0)"
    ),
    "the result has one number for each step. Pick those of the horizons.": ["return costs_so_far"],
    "the result holds one horizon only. Return one number for each of them.": _picked(
        "costs_so_far[-1]", "result[:1]"
    ),
    "every horizon gets the same number. Count the first T steps only, for each horizon T anew.": _picked(
        "np.full(len(horizons), costs_so_far[-1])",
        "np.full(len(horizons), costs_so_far[horizons[0] - 1])",
        "np.full(len(horizons), costs.mean())",
    ),
    "the horizons may be in any order, so the largest need not be the last one. Take max(horizons).": [
        "max(horizons) => horizons[-1]",
        *(("max(horizons) => horizons[-1]", picked) for picked in IN_ORDER),
        "max(horizons) => max(horizons[-1], *map(len, trajectories))",
        (
            "max(horizons) => max(horizons[-1], *map(len, trajectories))",
            "return costs_so_far[np.minimum(horizons, len(costs_so_far)) - 1]",
        ),
    ],
    "the result is in the order of size. Keep the order in which the horizons are passed in.": _picked(
        "costs_so_far[np.sort(horizons) - 1]"
    ),
    "the mean is taken over the steps. Take it over the episodes: the steps are added up.": _mean(
        "costs.mean(axis=1)", "costs.mean()"
    ),
    "each episode has a row of its own in the result. Take the mean over the episodes.": _picked(
        "costs.cumsum(axis=1)[:, np.array(horizons) - 1]"
    ),
    "this is a median. J(T) is the mean over the episodes.": _picked(
        "np.median(costs.cumsum(axis=1), axis=0)[np.array(horizons) - 1]"
    ),
    "the result is rounded to whole numbers. A mean number of mistakes need not be whole.": _picked(
        "result.astype(int)", "result.round()"
    ),
    "the count goes on from one horizon to the next. Start each of them from 0.": ["return result.cumsum()"],
    "horizons is a list, from which 1 cannot be subtracted. Take np.array(horizons).": _picked(
        "costs_so_far[horizons - 1]"
    ),
    "this is the sum over all episodes. Divide by their number, so that more episodes do not cost more.": [
        *_mean("costs.sum(axis=0)")
    ],
    "only one of the episodes counts. Take the mean over all of them.": _mean("costs[0]", "costs[-1]"),
    "the loop over the episodes ends after the first. Is there a `return` in it?": _after_the_end("break"),
    "all rows of the table are one and the same list or array, so each episode overwrites the others. Make a "
    "new row for each.": [
        (f"{TABLE} => [np.ones(max(horizons))] * len(trajectories)", f"{MEAN} => np.mean(costs, axis=0)")
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
    "the end of an episode counts as a single mistake. Each step after it is one.": _after_the_end(
        "row[len(mistakes) + 1:] = 0"
    ),
    "the first step after the end of an episode is not counted. It is a mistake, too.": _after_the_end(
        "row[len(mistakes):len(mistakes) + 1] = 0"
    ),
    "the steps after the end count only where the episode crashed or was terminated. Each of them is a "
    "mistake, however it ended.": _after_the_end(
        "row[len(mistakes):] = trajectory.crashed", "row[len(mistakes):] = trajectory.terminated"
    ),
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

OTHERS = {
    "it reads the horizons of the lesson. Use those that are passed in.": ["HORIZONS", "LONGEST"],
    "it reads the episodes of the lesson. Use those that are passed in.": ["followed", "demos", "new"],
    "it asks a learner of the lesson. What the learner did is in the episodes.": ["policies", "trained"],
    "it picks columns of the observations. The expert takes all of them.": ["SEES_ALL", "SHORT_SIGHT"],
    "it reads a number of the lesson. The episodes begin with the learner's first step.": ["HAND_OVER"],
    "it reads a number of the lesson. The number of episodes is len(trajectories).": ["NUM_DRIVES"],
}

EXERCISE = Exercise(
    solution=cost_by_horizon,
    tested="every mistake counts once from its step on, and so does every step after the end.",
    probes=(_probe_mistakes, _probe_tolerance, _probe_mean, _probe_ends, _probe_order, _probe_three_parts),
    mistakes=MISJUDGED | MISCOUNTED,
    leftovers={name: hint for hint, names in OTHERS.items() for name in names},
)
