"""Lesson 02, split by episode: right answers and mistakes, written independently of the bank."""

import math
import random

import numpy as np
import pytest
import torch

from ilrl_course.data import Trajectory
from tests.checks.answers import hint_for


def split_by_sampling(trajectories, validation_fraction, seed):
    size = max(1, min(len(trajectories) - 1, int(validation_fraction * len(trajectories))))
    chosen = set(random.Random(seed).sample(range(len(trajectories)), size))
    training = [t for i, t in enumerate(trajectories) if i not in chosen]
    return training, [trajectories[i] for i in sorted(chosen)]


def split_a_shuffled_copy(trajectories, validation_fraction, seed):
    shuffled = list(trajectories)
    random.seed(seed)
    random.shuffle(shuffled)
    last = len(shuffled) - min(max(math.ceil(validation_fraction * len(shuffled)), 1), len(shuffled) - 1)
    return tuple(shuffled[:last]), tuple(shuffled[last:])


def split_by_torch(trajectories, validation_fraction, seed):
    order = torch.randperm(len(trajectories), generator=torch.Generator().manual_seed(seed)).tolist()
    size = min(max(round(len(order) * validation_fraction), 1), len(order) - 1)
    return [[trajectories[i] for i in order[size:]], [trajectories[i] for i in order[:size]]]


def split_an_object_array(trajectories, validation_fraction, seed):
    order = np.random.RandomState(seed).permutation(len(trajectories))
    size = min(max(round(len(order) * validation_fraction), 1), len(order) - 1)
    array = np.empty(len(trajectories), dtype=object)
    array[:] = trajectories
    return array[order[:-size]], array[order[-size:]]


RIGHT = [
    split_by_sampling,
    split_a_shuffled_copy,
    split_by_torch,
    split_an_object_array,
]


def size_of(trajectories, fraction):
    return min(max(round(len(trajectories) * fraction), 1), len(trajectories) - 1)


def split_the_steps(trajectories, fraction, seed):
    cut = len(trajectories[0]) - 1
    parts = [], []
    for t in trajectories:
        for part, steps in zip(parts, (slice(0, cut), slice(cut, None)), strict=True):
            part.append(
                Trajectory(
                    t.obs[-len(t.rewards[steps]) - 1 :], t.actions[steps], t.rewards[steps], True, False
                )
            )
    return parts


def split_by_two_draws(trajectories, fraction, seed):
    random.seed(seed)
    size = size_of(trajectories, fraction)
    return random.sample(trajectories, len(trajectories) - size), random.sample(trajectories, size)


def split_with_replacement(trajectories, fraction, seed):
    random.seed(seed)
    drawn_ones = random.choices(trajectories, k=len(trajectories))
    size = size_of(trajectories, fraction)
    return drawn_ones[size:], drawn_ones[:size]


def split_at(cut):
    def answer(trajectories, fraction, seed):
        shuffled = random.Random(seed).sample(trajectories, len(trajectories))
        size = cut(len(shuffled), fraction)
        return shuffled[: len(shuffled) - size], shuffled[len(shuffled) - size :]

    return answer


def split_by_fancy_indexing(trajectories, fraction, seed):
    order = np.random.default_rng(seed).permutation(len(trajectories))
    n = round(fraction * len(trajectories))
    return trajectories[order[n:]], trajectories[order[:n]]


def split_by_fancy_indexing_of_torch(trajectories, fraction, seed):
    order = torch.randperm(len(trajectories), generator=torch.Generator().manual_seed(seed))
    n = round(fraction * len(trajectories))
    return trajectories[order[n:]], trajectories[order[:n]]


def split_at_a_broken_number(trajectories, fraction, seed):
    n = len(trajectories) * fraction
    order = np.random.default_rng(seed).permutation(len(trajectories))
    return [trajectories[i] for i in order[n:]], [trajectories[i] for i in order[:n]]


WRONG = [
    ("a list cannot be indexed by an array", split_by_fancy_indexing),
    ("a list cannot be indexed by an array", split_by_fancy_indexing_of_torch),
    ("a list cannot be cut at a broken number", split_at_a_broken_number),
    ("the fraction is fixed", lambda t, f, s: split_by_sampling(t, 0.2, s)),
    ("the fraction is fixed", split_at(lambda n, fraction: int(n * 0.2))),
    ("episodes are cut into pieces", split_the_steps),
    ("the training part holds all", lambda t, f, s: (t, split_by_sampling(t, f, s)[1])),
    ("the two parts are drawn independently", split_by_two_draws),
    ("some episodes come twice", split_with_replacement),
    (
        "the list is cut without shuffling",
        lambda t, f, s: (t[: -size_of(t, f)], t[-size_of(t, f) :]),
    ),
    ("the seed has no effect", lambda t, f, s: split_by_sampling(t, f, 42)),
    ("the split cannot be repeated", lambda t, f, s: split_by_sampling(t, f, None)),
    ("the parts are swapped", lambda t, f, s: split_by_torch(t, f, s)[::-1]),
    ("with few episodes the validation", split_at(lambda n, fraction: int(fraction * n))),
    (
        "with few episodes the training",
        split_at(lambda n, fraction: math.ceil(fraction * n)),
    ),
    ("with few episodes one part", split_at(lambda n, fraction: round(fraction * n))),
    ("these are the numbers", lambda t, f, s: (list(range(4, len(t))), list(range(4)))),
    ("it should return two lists", lambda t, f, s: t[0]),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("split_by_episode", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("split_by_episode", function).startswith(hint)
