"""Lesson 02, split by episode: right answers and mistakes, written independently of the bank."""

import math
import random

import numpy as np
import pytest
import torch

from ilrl_course.data import Trajectory
from tests.checks.answers import hint_for, wrong_answers


def by_sampling(trajectories, validation_fraction, seed):
    size = max(1, min(len(trajectories) - 1, int(validation_fraction * len(trajectories))))
    chosen = set(random.Random(seed).sample(range(len(trajectories)), size))
    training = [t for i, t in enumerate(trajectories) if i not in chosen]
    return training, [trajectories[i] for i in sorted(chosen)]


def of_a_shuffled_copy(trajectories, validation_fraction, seed):
    shuffled = list(trajectories)
    random.seed(seed)
    random.shuffle(shuffled)
    last = len(shuffled) - min(max(math.ceil(validation_fraction * len(shuffled)), 1), len(shuffled) - 1)
    return tuple(shuffled[:last]), tuple(shuffled[last:])


def by_torch(trajectories, validation_fraction, seed):
    order = torch.randperm(len(trajectories), generator=torch.Generator().manual_seed(seed)).tolist()
    size = min(max(round(len(order) * validation_fraction), 1), len(order) - 1)
    return [[trajectories[i] for i in order[size:]], [trajectories[i] for i in order[:size]]]


def of_an_object_array(trajectories, validation_fraction, seed):
    order = np.random.RandomState(seed).permutation(len(trajectories))
    size = min(max(round(len(order) * validation_fraction), 1), len(order) - 1)
    array = np.empty(len(trajectories), dtype=object)
    array[:] = trajectories
    return array[order[:-size]], array[order[-size:]]


RIGHT = [by_sampling, of_a_shuffled_copy, by_torch, of_an_object_array]


def of_steps(trajectories, fraction, seed):
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


def at_a_broken_number(trajectories, fraction, seed):
    n = len(trajectories) * fraction
    order = np.random.default_rng(seed).permutation(len(trajectories))
    return [trajectories[i] for i in order[n:]], [trajectories[i] for i in order[:n]]


ORDER = "torch.randperm(len(trajectories), generator=torch.Generator().manual_seed(seed)).tolist()"
SIZE = "min(max(round(len(order) * validation_fraction), 1), len(order) - 1)"
DRAWN = "random.Random(seed).sample(range(len(order)), size)"

WRONG = {
    "a list cannot be indexed by an array": [
        "return trajectories[np.array(order)[size:]], trajectories[np.array(order)[:size]]",
        "return trajectories[torch.tensor(order)[size:]], trajectories[torch.tensor(order)[:size]]",
    ],
    "a list cannot be cut at a broken number": [at_a_broken_number],
    "the fraction is fixed": ["validation_fraction = 0.2", f"{SIZE} => int(len(order) * 0.2)"],
    "episodes are cut into pieces": [of_steps],
    "the training part holds all": ["return trajectories, result[1]"],
    "the two parts are drawn independently": [
        f"return result[0], [trajectories[i] for i in {DRAWN}]",
    ],
    "some episodes come twice": [f"{ORDER} => random.Random(seed).choices(range(20), k=len(trajectories))"],
    "the list is cut without shuffling": ["return trajectories[:-size], trajectories[-size:]"],
    "the seed has no effect": ["seed = 42"],
    "the split cannot be repeated": [f"{ORDER} => random.sample(range(n := len(trajectories)), n)"],
    "the parts are swapped": ["return result[::-1]"],
    "with few episodes the validation": [f"{SIZE} => int(validation_fraction * len(order))"],
    "with few episodes the training": [f"{SIZE} => math.ceil(validation_fraction * len(order))"],
    "with few episodes one part": [f"{SIZE} => round(validation_fraction * len(order))"],
    "these are the numbers": ["return order[size:], order[:size]"],
    "it should return two lists": ["return trajectories[0]"],
}


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("split_by_episode", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(by_torch, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("split_by_episode", function).startswith(hint)
