"""Known wrong warm-ups of the critic: how a block is cut into minibatches."""

import torch

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_08_warmup_parts import rows_are, squared_error, with_parts

IN_ORDER = "a minibatch holds neighboring steps, which look alike. Shuffle the rows of the block in each epoch."
SAME_ORDER = (
    "every epoch goes through the rows in the same order. Draw a new one with the given generator in each epoch."
)
NOT_REPEATABLE = (
    "the minibatches cannot be repeated. Shuffle with the given generator: it is made from the seed."
)
SAME_FOR_ALL_SEEDS = "the seed has no effect on the minibatches. Shuffle with the given generator, made from the seed."
OWN_EPOCHS = "the block is gone through too often. The loop over the epochs is given already: write one epoch."


def _epochs_within(rollout, targets, config, generator):
    for _ in range(config.num_epochs):
        yield from torch.randperm(len(targets), generator=generator).split(config.minibatch_size)



