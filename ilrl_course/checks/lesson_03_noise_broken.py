"""Known demonstrations with noise that break off with an error, whose message says little."""

import numpy as np
import torch

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_03_noise_mutants import demonstrate_with
from ilrl_course.data import Batch
from ilrl_course.rollout import collect_rollout


def _joining_nothing(join):
    """Nobody has filled the list of labels."""
    return demonstrate_with(
        pairs=lambda seen: Batch(torch.from_numpy(np.concatenate(seen["obs"])), torch.as_tensor(join([])))
    )


def _rollout_as_it_comes(expert, envs, num_steps, noise_std, seed):
    return collect_rollout(expert, envs, envs.reset(seed=seed)[0], num_steps).obs


BROKEN = (
    Mutant(
        "nothing was remembered: the list of labels is empty. Hand collect_rollout an actor of your own, and "
        "append each answer of the expert to the list inside it.",
        *map(_joining_nothing, (np.concatenate, np.stack, np.array, torch.cat, torch.stack)),
    ),
    Mutant(
        "reset() returns two things, the observations and an info, in this order. Unpack them, and go on "
        "with the observations.",
        demonstrate_with(start=lambda envs, seed: envs.reset(seed=seed)),
        demonstrate_with(start=lambda envs, seed: envs.reset(seed=seed)[1]),
    ),
    Mutant(
        "collect_rollout() returns two things, the Rollout and the observations to go on from. Unpack them, "
        "and use the Rollout.",
        _rollout_as_it_comes,
    ),
)
