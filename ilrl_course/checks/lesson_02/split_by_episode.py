"""The check of lesson 02 on holding out whole episodes."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import CONTAINERS, Exercise, Fact, WrongResult, kind
from ilrl_course.data import Trajectory, split_by_episode

NUM_STEPS = 5


def _episodes(count: int) -> list[Trajectory]:
    """Episodes whose observations all hold the number of the episode."""
    return [
        Trajectory(
            obs=np.full((NUM_STEPS + 1, 1), episode, dtype=np.float32),
            actions=np.arange(NUM_STEPS),
            rewards=np.ones(NUM_STEPS, dtype=np.float32),
            terminated=True,
            truncated=False,
        )
        for episode in range(count)
    ]


def _split(answer: Callable, count: int, fraction: float, seed: int) -> tuple[list[int], list[int]]:
    """The numbers of the episodes in both parts; raises WrongResult for anything but whole episodes."""
    parts = answer(_episodes(count), fraction, seed)
    if not isinstance(parts, CONTAINERS) or len(parts) != 2:
        raise WrongResult(
            f"it should return two lists, training and validation, but it returns {kind(parts)}."
        )
    for part in parts:
        if not isinstance(part, (*CONTAINERS, np.ndarray)):
            raise WrongResult(f"each part should be a list of trajectories, but one is {kind(part)}.")
        for episode in part:
            if not isinstance(episode, Trajectory):
                raise WrongResult(f"each part should hold trajectories, but one holds {kind(episode)}.")
            if len(episode) != NUM_STEPS:
                raise WrongResult(
                    "episodes come back in pieces. Each one should be whole, in one of the parts."
                )
    training, validation = ([int(episode.obs[0, 0]) for episode in part] for part in parts)
    return training, validation


def _probe_split(answer: Callable) -> Iterator[Fact]:
    training, validation = _split(answer, 20, 0.2, 0)
    both = sorted(training + validation)
    num_both = len(set(training) & set(validation))
    hint = f"{num_both} episodes are in both parts. Then validation tests nothing new."
    yield Fact("overlap", num_both == 0, True, hint)
    hint = "an episode comes twice within one part. Draw without replacement."
    yield Fact("twice", len(set(training)) + len(set(validation)) == len(both), True, hint)
    yield Fact("complete", len(set(both)) == 20, True, "some episodes are in neither part.")
    hint = (
        "of 20 episodes and a fraction of 0.2, 16 should be for training and 4 for validation, not "
        f"{len(training)} and {len(validation)}."
    )
    yield Fact("sizes", str((len(training), len(validation))), "(16, 4)", hint)


def _probe_random(answer: Callable) -> Iterator[Fact]:
    first, again, other = ([sorted(part) for part in _split(answer, 20, 0.5, s)] for s in (0, 0, 1))
    neighbors = [np.ptp(part[1]) == len(part[1]) - 1 for part in (first, other) if part[1]]
    hint = "the validation episodes are neighbors: the list is cut, not shuffled."
    yield Fact("cut", bool(all(neighbors)), False, hint)
    yield Fact("repeatable", first == again, True, "the same seed splits differently the second time.")
    yield Fact("seed used", first == other, False, "the seed has no effect: two seeds give the same split.")
    sizes = str(tuple(len(part) for part in first))
    hint = f"of 20 episodes and a fraction of 0.5, 10 should be in each part, but the sizes are {sizes}."
    yield Fact("sizes of halves", sizes, "(10, 10)", hint)


def _probe_few(answer: Callable) -> Iterator[Fact]:
    for fraction, part, name in ((0.1, 1, "validation"), (0.9, 0, "training")):
        count = len(_split(answer, 3, fraction, 0)[part])
        hint = f"with 3 episodes and a fraction of {fraction}, none is left for {name}. Keep at least one."
        yield Fact(f"few for {name}", count > 0, True, hint)


def _in_pieces(trajectories, validation_fraction, seed):
    """The first four steps of each episode, and the last one."""

    def steps(t, rows):
        return Trajectory(t.obs[[*rows, rows[-1] + 1]], t.actions[rows], t.rewards[rows], False, True)

    return [steps(t, [0, 1, 2, 3]) for t in trajectories], [steps(t, [4]) for t in trajectories]


DRAWN = "np.random.default_rng(seed).permutation(len(trajectories))"
AT_LEAST_ONE = "min(max(num_validation, 1), len(trajectories) - 1)"
TRAINING = "[trajectories[i] for i in order[num_validation:]]"
VALIDATION = "[trajectories[i] for i in order[:num_validation]]"

MISTAKES = {
    "episodes are cut into pieces. Neighboring steps look alike, so a step in training gives away its "
    "neighbor in validation: keep each episode whole.": [_in_pieces],
    "the training part holds all the episodes, also those for validation. Leave those out.": [
        "order[num_validation:] => order"
    ],
    "the two parts are drawn independently, so they overlap. Shuffle once, then cut.": [
        "order[:num_validation] => np.random.default_rng(1).permutation(order)[:num_validation]",
        "order[:num_validation] => np.random.default_rng(seed).choice(order, num_validation)[::-1]",
        "order[:num_validation] => np.random.default_rng(seed).choice(len(order), num_validation, "
        "False)[::-1]",
    ],
    "some episodes come twice and others not at all. Draw without replacement.": [
        f"{DRAWN} => np.random.default_rng(seed).integers(len(trajectories), size=len(trajectories))"
    ],
    "the list is cut without shuffling. Demonstrations are often sorted, by day or by driver.": [
        f"{DRAWN} => np.arange(len(trajectories))",
        f"{DRAWN} => np.arange(len(trajectories))[::-1]",
    ],
    "the seed has no effect: the split is always the same. Make the generator from the seed.": ["seed = 0"],
    "the split cannot be repeated: the same seed gives another one. Make the generator from the seed.": [
        "seed = None"
    ],
    "the parts are swapped. The first list is for training, and the fraction belongs to validation.": [
        "return result[::-1]"
    ],
    "with few episodes the validation part is empty. Keep at least one in it.": [
        (
            "round(validation_fraction * len(trajectories)) => int(validation_fraction * len(trajectories))",
            f"{AT_LEAST_ONE} => min(num_validation, len(trajectories) - 1)",
        )
    ],
    "with few episodes the training part is empty. Keep at least one in it.": [
        f"{AT_LEAST_ONE} => max(num_validation, 1)"
    ],
    "with few episodes one part is empty, whichever is the smaller one. Keep at least one in each.": [
        f"{AT_LEAST_ONE} => num_validation"
    ],
    "the fraction is fixed. Use the one that is passed in.": ["validation_fraction = 0.2"],
    "a list cannot be indexed by an array. Pick the trajectories one by one.": [
        f"{TRAINING} => trajectories[order[num_validation:]]",
        f"{TRAINING} => trajectories[torch.tensor(order[num_validation:])]",
    ],
    "a list cannot be cut at a broken number. Round the number of episodes to a whole one.": [
        "return (trajectories[len(trajectories) * validation_fraction:], [])",
    ],
    "these are the numbers of the episodes. Return the trajectories themselves.": [
        "return order[num_validation:], order[:num_validation]",
        "return order[num_validation:].tolist(), order[:num_validation].tolist()",
    ],
}

EXERCISE = Exercise(
    solution=split_by_episode,
    tested="whole episodes, shuffled by the seed, none in both parts, and none of the parts empty.",
    probes=(_probe_split, _probe_random, _probe_few),
    mistakes=MISTAKES,
)
