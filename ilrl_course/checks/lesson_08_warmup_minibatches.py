"""Known wrong warm-ups of the critic: how a block is cut into minibatches."""

import torch

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_08_warmup_parts import rows_are, squared_error, with_parts

IN_ORDER = (
    "a minibatch holds neighboring steps, which look alike. Shuffle the rows of the block in each epoch."
)
SAME_ORDER = (
    "every epoch goes through the rows in the same order. Draw a new one in each epoch, with the given "
    "generator."
)
NOT_REPEATABLE = (
    "the minibatches cannot be repeated. Shuffle with the given generator: it is made from the seed."
)
SAME_FOR_ALL_SEEDS = (
    "the seed has no effect on the minibatches. Shuffle with the given generator: it is made from the seed."
)
OWN_EPOCHS = (
    "the block is gone through too often. The loop over the epochs is given already: write one epoch."
)


def _permuted(size, generator):
    return torch.randperm(size, generator=generator)


def _epochs_within(rollout, targets, config, generator):
    for _ in range(config.num_epochs):
        yield from _permuted(len(targets), generator).split(config.minibatch_size)


def _one_by_one(draw):
    return rows_are(lambda size, b, g: [draw(size, b, g) for _ in torch.arange(size).split(b)])


MINIBATCHES = (
    Mutant(
        "each gradient step sees the whole block. Split its rows into minibatches of config.minibatch_size.",
        with_parts(loss=lambda net, obs, targets, rows: (net(obs) - targets).square().mean()),
        rows_are(lambda size, b, g: [torch.arange(size)]),
        rows_are(lambda size, b, g: [_permuted(size, g)]),
    ),
    Mutant(
        "the pieces have the wrong size. split(n) makes pieces of n rows, and chunk(n) makes n pieces: use "
        "split(config.minibatch_size).",
        rows_are(lambda size, b, g: _permuted(size, g).chunk(b)),
        rows_are(lambda size, b, g: _permuted(size, g).split(size // b)),
    ),
    Mutant(
        "only one minibatch is used in each epoch. Go through all of them.",
        rows_are(lambda size, b, g: _permuted(size, g).split(b)[:1]),
        rows_are(lambda size, b, g: [torch.randint(size, (b,), generator=g)]),
    ),
    Mutant(
        "rows are drawn anew for each minibatch, so some come twice and others never. Shuffle once in an "
        "epoch, and split.",
        _one_by_one(lambda size, b, g: torch.randint(size, (b,), generator=g)),
        _one_by_one(lambda size, b, g: _permuted(size, g)[:b]),
    ),
    Mutant(
        "the first rows come in every minibatch, and the others never. Take the rows of the minibatch: "
        "all_obs[rows], targets[rows].",
        with_parts(
            loss=lambda net, obs, targets, rows: squared_error(net, obs, targets, torch.arange(len(rows)))
        ),
        rows_are(lambda size, b, g: _permuted(b, g).split(b)),
    ),
    Mutant(
        "only the first T rows are gone through. The block has B = T * N of them: len(all_obs).",
        with_parts(
            rows=lambda rollout, targets, config, generator: _permuted(len(rollout.rewards), generator).split(
                config.minibatch_size
            )
        ),
    ),
    Mutant(
        "the last, smaller minibatch is left out. Use it, too.",
        rows_are(lambda size, b, g: _permuted(size, g).split(b)[: size // b]),
    ),
    Mutant(IN_ORDER, rows_are(lambda size, b, g: torch.arange(size).split(b))),
    Mutant(
        SAME_ORDER,
        rows_are(lambda size, b, g: _permuted(size, torch.Generator().manual_seed(0)).split(b)),
        rows_are(lambda size, b, g: _permuted(size, g.manual_seed(g.initial_seed())).split(b)),
    ),
    Mutant(NOT_REPEATABLE, rows_are(lambda size, b, g: torch.randperm(size).split(b))),
    Mutant(SAME_FOR_ALL_SEEDS, with_parts(make_generator=lambda seed: torch.Generator().manual_seed(0))),
    Mutant(OWN_EPOCHS, with_parts(rows=_epochs_within)),
)
