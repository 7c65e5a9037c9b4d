"""Known wrong ways to count the crashes in the loop of DAgger."""

import torch

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_04_train_parts import with_parts

TENSOR = (
    "the crashes are a tensor, and += changes it in place, in the metrics of earlier rounds too. Make each "
    "sum an int."
)


def _counting(rule):
    return with_parts(count=lambda crashes, rollout: crashes + int(rule(rollout)))


def _add_mean_in_place(crashes, rollout):
    crashes += rollout.crashed.float().mean()
    return crashes


COUNTING = (
    Mutant(
        "only the crashes of the last round are counted. Add them to those of the rounds before.",
        with_parts(count=lambda crashes, rollout: int(rollout.crashed.sum())),
    ),
    Mutant(
        "the crashes are not counted. Add those of each block: it knows them as rollout.crashed.",
        with_parts(count=lambda crashes, rollout: crashes),
    ),
    Mutant(
        "it counts the episodes that were terminated, but not each of them crashed. Count rollout.crashed.",
        _counting(lambda rollout: rollout.terminated.sum()),
    ),
    Mutant(
        "it counts the episodes that are over, but not each of them crashed. Count rollout.crashed.",
        _counting(lambda rollout: (rollout.terminated | rollout.truncated).sum()),
    ),
    Mutant(
        "it counts the rounds, or the worlds, with a crash in them. Count every crash: one world can crash "
        "twice.",
        _counting(lambda rollout: rollout.crashed.any()),
        _counting(lambda rollout: rollout.crashed.any(dim=0).sum()),
        _counting(lambda rollout: rollout.crashed.any(dim=1).sum()),
    ),
    Mutant(
        "it counts the steps, not the crashes. Add up rollout.crashed.",
        _counting(lambda rollout: rollout.crashed.numel()),
        _counting(lambda rollout: len(rollout.crashed)),
    ),
    Mutant(
        TENSOR,
        with_parts(count=lambda crashes, rollout: crashes + rollout.crashed.sum()),
        with_parts(count=lambda crashes, rollout: rollout.crashed.sum() + torch.tensor(crashes)),
    ),
    Mutant(
        "it adds the share of the steps that crashed, not their number. Take .sum() of rollout.crashed.",
        with_parts(count=lambda crashes, rollout: crashes + rollout.crashed.mean()),
        with_parts(count=lambda crashes, rollout: crashes + rollout.crashed.float().mean()),
        with_parts(count=_add_mean_in_place),
        with_parts(count=lambda crashes, rollout: crashes + rollout.crashed.float().mean().item()),
        _counting(lambda rollout: rollout.crashed.float().mean()),
    ),
)
