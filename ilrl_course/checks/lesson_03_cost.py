"""The check of lesson 03 on how mistakes add up over an episode."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, numbers
from ilrl_course.checks.lesson_03_cost_mutants import MISJUDGED
from ilrl_course.checks.lesson_03_cost_sums import MISCOUNTED
from ilrl_course.data import Trajectory
from ilrl_course.measures.covariate_shift import cost_by_horizon

OTHER_EXPERT = "it asks the expert of the lesson. Ask the one that is passed in."
OTHER_HORIZONS = "it reads the horizons of the lesson. Use those that are passed in."
OTHER_EPISODES = "it reads the episodes of the lesson. Use those that are passed in."
LEARNER = "it asks a learner of the lesson. What the learner did is in the episodes already."
SOME_COLUMNS = "it picks columns of the observations. The expert takes all of them."
CUT_AGAIN = (
    "it reads a number of the lesson. The episodes begin with the learner's first step: use all of it."
)
OTHER_NUMBER = "it reads a number of the lesson. The number of episodes is len(trajectories)."
EXACT = (0.0, 0.0)
SMALL = (0.2, 0.25)  # no mistake: neither part is far off, although together they are
MISTAKES = [(0.0, -0.5), (0.4, 0.1), (0.9, -0.9), (-0.35, -0.35), (-0.9, 0.0)]
BAD = MISTAKES[2]


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
        ([SMALL, *MISTAKES, EXACT], "a mistake in its steps 2 to 6", [0, 1, 2, 3, 4, 5, 5]),
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


COST = Exercise(
    solution=cost_by_horizon,
    tested="every mistake counts once from its step on, and so does every step after the end.",
    probes=(_probe_mistakes, _probe_tolerance, _probe_mean, _probe_ends, _probe_order),
    mutants=(*MISJUDGED, *MISCOUNTED),
    leftovers={
        "EXPERT": OTHER_EXPERT,
        **dict.fromkeys(("HORIZONS", "LONGEST"), OTHER_HORIZONS),
        **dict.fromkeys(("followed", "demos", "new"), OTHER_EPISODES),
        **dict.fromkeys(("policies", "trained"), LEARNER),
        **dict.fromkeys(("SEES_ALL", "SHORT_SIGHT"), SOME_COLUMNS),
        "HAND_OVER": CUT_AGAIN,
        "NUM_DRIVES": OTHER_NUMBER,
    },
)
