"""The check of lesson 02 on holding out whole episodes."""

import traceback
from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import CONTAINERS, Exercise, Fact, WrongResult, kind
from ilrl_course.data import Trajectory, split_by_episode

COMPARED = (
    "trajectories cannot be compared: they hold arrays. Go by their numbers, 0 to len(trajectories) - 1, "
    "without `in` and set()."
)
NUM_SEEDS = 40
PIECES = (
    "episodes are cut into pieces. Neighboring steps look alike, so a step in training gives away its "
    "neighbor in validation: keep each episode whole."
)
NUMBERS = "these are the numbers of the episodes. Return the trajectories themselves."


def _episodes(count: int) -> list[Trajectory]:
    """Episodes of 5 or 25 steps, whose observations all hold the number of the episode."""
    return [
        Trajectory(
            obs=np.full((num_steps + 1, 1), episode, dtype=np.float32),
            actions=np.arange(num_steps),
            rewards=np.linspace(-0.5, 1.3, num_steps, dtype=np.float32),
            terminated=episode % 2 == 0,
            truncated=episode % 2 == 1,
        )
        for episode in range(count)
        for num_steps in (25 if episode % 4 == 0 else 5,)
    ]


def _split(answer: Callable, count: int, fraction: float, seed: int) -> tuple[list[int], list[int]]:
    """The numbers of the episodes in both parts; raises WrongResult for anything but whole episodes."""
    episodes = _episodes(count)
    try:
        parts = answer(episodes, fraction, seed)
    except (TypeError, ValueError) as error:
        if traceback.extract_tb(error.__traceback__)[-1].name in ("__eq__", "__hash__"):
            raise WrongResult(COMPARED) from error
        raise
    if not isinstance(parts, CONTAINERS) or len(parts) != 2:
        raise WrongResult(
            f"it should return two lists, training and validation, but it returns {kind(parts)}."
        )
    for part in parts:
        if not isinstance(part, (*CONTAINERS, np.ndarray)):
            raise WrongResult(f"each part should be a list of trajectories, but one is {kind(part)}.")
        for episode in part:
            if not isinstance(episode, Trajectory):
                hint = f"each part should hold trajectories, but one holds {kind(episode)}."
                raise WrongResult(NUMBERS if isinstance(episode, int | np.integer) else hint)
            if len(episode) != len(episodes[int(episode.obs[0, 0])]):
                raise WrongResult(PIECES)
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
    sizes = len(training), len(validation)
    hint = (
        f"of 20 episodes and a fraction of 0.2, 16 should be for training and 4 for validation, not {sizes}."
    )
    if sizes == (4, 16):
        hint = (
            "the parts are swapped. The first list is for training, and the fraction belongs to validation."
        )
    yield Fact("sizes", str(sizes), "(16, 4)", hint)


def _probe_random(answer: Callable) -> Iterator[Fact]:
    first, again, other = ([sorted(part) for part in _split(answer, 20, 0.5, s)] for s in (0, 0, 1))
    neighbors = [np.ptp(part[1]) == len(part[1]) - 1 for part in (first, other) if part[1]]
    hint = "the list is cut without shuffling. Demonstrations are often sorted, by day or by driver."
    yield Fact("cut", bool(all(neighbors)), False, hint)
    hint = "the split cannot be repeated: the same seed gives another one. Make the generator from the seed."
    yield Fact("repeatable", first == again, True, hint)
    hint = "the seed has no effect: the split is always the same. Make the generator from the seed."
    yield Fact("seed used", first == other, False, hint)
    hint = "an episode comes twice within one part. Draw without replacement."
    yield Fact("twice in halves", all(len(set(part)) == len(part) for part in first), True, hint)
    sizes = str(tuple(len(part) for part in first))
    hint = f"of 20 episodes and a fraction of 0.5, 10 should be in each part, but the sizes are {sizes}."
    yield Fact("sizes of halves", sizes, "(10, 10)", hint)


def _probe_few(answer: Callable) -> Iterator[Fact]:
    yield _none_is_empty(answer, 3, (0.1, 0.9), "with few episodes")


def _probe_extremes(answer: Callable) -> Iterator[Fact]:
    yield _none_is_empty(answer, 2, (0.0, 1.0), "with a fraction of 0 or 1")


def _none_is_empty(answer: Callable, count: int, fractions: tuple[float, float], where: str) -> Fact:
    splits = [_split(answer, count, fraction, 0) for fraction in fractions]
    parts = zip(("training", "validation"), zip(*splits, strict=True), strict=True)
    empty = [name for name, lists in parts if not all(lists)]
    hint = f"{where} one part is empty, whichever is the smaller one. Keep at least one in each."
    if len(empty) == 1:
        hint = f"{where} the {empty[0]} part is empty. Keep at least one in it."
    return Fact(f"empty parts {where}", " and ".join(empty), "", hint)


def _probe_many_seeds(answer: Callable) -> Iterator[Fact]:
    held_out = [_split(answer, 8, 0.375, seed)[1] for seed in range(NUM_SEEDS)]
    sizes = sorted({len(validation) for validation in held_out})
    hint = f"of 8 episodes and a fraction of 0.375, 3 should be held out, not {sizes}: count episodes."
    yield Fact("sizes", str(sizes), "[3]", hint)
    found = len(set(map(frozenset, held_out)))
    hint = f"{NUM_SEEDS} seeds give only {found} different splits. Shuffle: any episodes may come together."
    yield Fact("different splits", found > 10, True, hint)
    times = [sum(episode in validation for validation in held_out) for episode in range(8)]
    fixed = [episode for episode in range(8) if times[episode] in (0, NUM_SEEDS)]
    hint = f"with {NUM_SEEDS} seeds, episodes {fixed} of 0 to 7 always stay in one part. Shuffle all of them."
    yield Fact("episodes that stay", str(fixed), "[]", hint)


DRAWN = "np.random.default_rng(seed).permutation(len(trajectories))"
AT_LEAST_ONE = "min(max(num_validation, 1), len(trajectories) - 1)"
TRAINING = "[trajectories[i] for i in order[num_validation:]]"

MISTAKES = {
    "the training part holds all the episodes, also those for validation. Leave those out.": [
        "order[num_validation:] => order"
    ],
    "the two parts are drawn independently, so they overlap. Shuffle once, then cut.": [
        "order[:num_validation] => np.random.default_rng(1).permutation(order)[:num_validation]",
    ],
    "some episodes come twice and others not at all. Draw without replacement.": [
        f"{DRAWN} => np.random.default_rng(seed).integers(len(trajectories), size=len(trajectories))"
    ],
    "the list is turned, not shuffled: neighbors stay together. Take a random permutation.": [
        f"{DRAWN} => np.roll(np.arange(len(trajectories)), seed)"
    ],
    "the fraction is fixed. Use the one that is passed in.": ["validation_fraction = 0.2"],
    "a list cannot be indexed by an array. Pick the trajectories one by one.": [
        f"{TRAINING} => trajectories[order[num_validation:]]",
        f"{TRAINING} => trajectories[torch.tensor(order[num_validation:])]",
    ],
    "a list cannot be cut at a broken number. Round the number of episodes to a whole one.": [
        "return (trajectories[len(trajectories) * validation_fraction:], [])",
    ],
}

EXERCISE = Exercise(
    solution=split_by_episode,
    tested="whole episodes, shuffled by the seed, none in both parts, and none of the parts empty.",
    probes=(_probe_split, _probe_random, _probe_few, _probe_extremes, _probe_many_seeds),
    mistakes=MISTAKES,
)
