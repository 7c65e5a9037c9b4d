"""Lesson 02, split by episode: right answers and mistakes, written independently of the bank."""

import math
import random

import numpy as np
import torch

from ilrl_course.data import Trajectory
from tests.checks.answers import promises_of


def by_torch(trajectories, validation_fraction, seed):
    order = torch.randperm(len(trajectories), generator=torch.Generator().manual_seed(seed)).tolist()
    size = min(max(round(len(order) * validation_fraction), 1), len(order) - 1)
    return [[trajectories[i] for i in order[size:]], [trajectories[i] for i in order[:size]]]


def by_sampling(trajectories, validation_fraction, seed):
    size = max(1, min(len(trajectories) - 1, int(validation_fraction * len(trajectories))))
    chosen = set(random.Random(seed).sample(range(len(trajectories)), size))
    training = [t for i, t in enumerate(trajectories) if i not in chosen]
    return training, [trajectories[i] for i in sorted(chosen)]


def of_a_shuffled_copy(trajectories, validation_fraction, seed):
    shuffled = list(trajectories)
    random.Random(seed).shuffle(shuffled)
    last = len(shuffled) - min(max(math.ceil(validation_fraction * len(shuffled)), 1), len(shuffled) - 1)
    return tuple(shuffled[:last]), tuple(shuffled[last:])


def of_an_object_array(trajectories, validation_fraction, seed):
    array = np.random.RandomState(seed).permutation(np.array(trajectories, dtype=object))
    size = min(max(round(len(array) * validation_fraction), 1), len(array) - 1)
    return array[:-size], array[-size:]


def one_by_one(trajectories, validation_fraction, seed):
    training, rng = list(trajectories), np.random.default_rng(seed)
    size = np.clip(round(len(training) * validation_fraction), 1, len(training) - 1)
    return training, [training.pop(rng.integers(len(training))) for _ in range(size)]


RIGHT = [by_torch, by_sampling, of_a_shuffled_copy, of_an_object_array, one_by_one]


def of_steps(trajectories, fraction, seed):
    def steps(t, rows):
        first = len(t) - len(t.rewards[rows])
        return Trajectory(t.obs[first:], t.actions[rows], t.rewards[rows], True, False)

    return [steps(t, slice(4)) for t in trajectories], [steps(t, slice(4, None)) for t in trajectories]


def by_the_share_of_the_steps(trajectories, fraction, seed):
    order, steps, size = np.random.default_rng(seed).permutation(len(trajectories)), 0, 0
    while size < len(order) - 1 and steps < max(fraction, 0.01) * sum(map(len, trajectories)):
        steps += len(trajectories[order[size]])
        size += 1
    return [trajectories[i] for i in order[size:]], [trajectories[i] for i in order[:size]]


ORDER = "torch.randperm(len(trajectories), generator=torch.Generator().manual_seed(seed)).tolist()"
SIZE = "min(max(round(len(order) * validation_fraction), 1), len(order) - 1)"
DRAWN = "random.Random(seed).sample(range(len(order)), size)"
NUMBERED = "range(len(trajectories))"

WRONG = {
    "a list cannot be indexed by an array": [
        "return trajectories[np.array(order)[size:]], trajectories[np.array(order)[:size]]"
    ],
    "a list cannot be cut at a broken number": [f"{SIZE} => len(order) * validation_fraction"],
    "trajectories cannot be compared": [
        "return [t for t in trajectories if t not in result[1]], result[1]",
        "return list(set(trajectories) - set(result[1])), result[1]",
    ],
    "the fraction is fixed": ["validation_fraction = 0.2", f"{SIZE} => int(len(order) * 0.2)"],
    "of 8 episodes and a fraction of 0.375, 3 should be held out, not": [by_the_share_of_the_steps],
    "of 20 episodes and a fraction of 0.2, 16 should be for training": [f"size = {SIZE} => size = 5"],
    "episodes are cut into pieces": [of_steps],
    "the training part holds all": ["return trajectories, result[1]"],
    "the two parts are drawn independently": [f"return result[0], [trajectories[i] for i in {DRAWN}]"],
    "1 episodes are in both parts": ["order[size:] => order[size - 1:]"],
    "some episodes come twice": [f"{ORDER} => random.Random(seed).choices({NUMBERED}, k=len(trajectories))"],
    "an episode comes twice within one part": [
        (
            "order[:size] => chosen",
            "order[size:] => range(len(order)) if i not in chosen",
            f"{SIZE} => {SIZE}\nchosen = np.random.default_rng(seed).integers(len(order), size=size)",
        )
    ],
    "some episodes are in neither part": ["order[size:] => order[size + 1:]"],
    "the list is cut without shuffling": [
        "return trajectories[:-size], trajectories[-size:]",
        f"{ORDER} => sorted({NUMBERED}, reverse=seed % 2)",
    ],
    "the list is turned, not shuffled": [f"{ORDER} => [(i - seed) % len(trajectories) for i in {NUMBERED}]"],
    "with 40 seeds, episodes [0] of 0 to 7 always stay": [
        f"{ORDER} => [*(1 + np.random.default_rng(seed).permutation(len(trajectories) - 1)), 0]"
    ],
    "40 seeds give only 2 different splits": ["seed = seed % 2"],
    "it changes its inputs in place": ["random.Random(seed).shuffle(trajectories)"],
    "it uses a global random generator": ["random.seed(seed)"],
    "the seed has no effect": ["seed = 42"],
    "the split cannot be repeated": [f"{ORDER} => random.sample({NUMBERED}, len(trajectories))"],
    "the parts are swapped": ["return result[::-1]"],
    "with few episodes the validation part": [f"{SIZE} => int(validation_fraction * len(order))"],
    "with few episodes the training part": [f"{SIZE} => math.ceil(validation_fraction * len(order))"],
    "with few episodes one part": [f"{SIZE} => round(validation_fraction * len(order))"],
    "with a fraction of 0 or 1 the validation": [
        f"{SIZE} => min(math.ceil(validation_fraction * len(order)), len(order) - 1)"
    ],
    "with a fraction of 0 or 1 the training": [f"{SIZE} => max(int(validation_fraction * len(order)), 1)"],
    "these are the numbers": ["return order[size:], order[:size]"],
    "it should return two lists": ["return trajectories[0]"],
    "each part should be a list": ["return iter(result[0]), iter(result[1])"],
}


TestAnswers = promises_of("split_by_episode", by_torch, RIGHT, WRONG)
