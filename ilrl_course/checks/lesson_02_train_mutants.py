"""Known wrong training loops of behavioral cloning."""

from copy import deepcopy

import torch

from ilrl_course.algorithms.bc import bc_loss, bc_update
from ilrl_course.checks.exercise import Mutant
from ilrl_course.data import Batch

FIXED_RATE = "the learning rate of the config has no effect. Hand it to Adam."
OTHER_DATA = (
    "it reads a variable from above in the lesson. Use only what is passed in: demos, config and seed."
)
OTHER_SEED = "it draws with a seed of its own. Use the seed that is passed in."


def _draw(demos, config, generator):
    return torch.randint(len(demos), (config.minibatch_size,), generator=generator)


def _train(
    policy, demos, config, seed, loss_fn, *, rows=_draw, pick=lambda demos, rows, generator: demos[rows],
    optimizer=lambda policy, config: torch.optim.Adam(policy.parameters(), lr=config.learning_rate),
    generator=lambda seed: torch.Generator().manual_seed(seed), renew=(),
    num_updates=lambda config: config.num_updates, trained=lambda policy: policy,
):  # fmt: skip
    """The training loop with one part exchanged; what `renew` names is made anew in each update."""
    policy = trained(policy)
    make = {"optimizer": lambda: optimizer(policy, config), "generator": lambda: generator(seed)}
    made = {name: function() for name, function in make.items()}
    for _ in range(num_updates(config)):
        made |= {name: make[name]() for name in renew}
        batch = pick(demos, rows(demos, config, made["generator"]), made["generator"])
        yield bc_update(policy, made["optimizer"], batch, loss_fn)


def _with(**parts):
    return lambda *inputs: _train(*inputs, **parts)


def _train_without_shuffling(policy, demos, config, seed, loss_fn):
    optimizer = torch.optim.Adam(policy.parameters(), lr=config.learning_rate)
    for i in range(config.num_updates):
        rows = (i * config.minibatch_size + torch.arange(config.minibatch_size)) % len(demos)
        yield bc_update(policy, optimizer, demos[rows], loss_fn)


MUTANTS = (
    Mutant(
        "it does not yield. Put `yield` in front of the metrics of each update: then the lesson can "
        "watch it learn.",
        lambda *inputs: list(_train(*inputs)),
        lambda *inputs: next(_train(*inputs)),
        lambda *inputs: list(_train(*inputs)).clear(),
    ),
    Mutant(
        "it yields only when all is over. Yield inside the loop, after each update.",
        lambda *inputs: iter(list(_train(*inputs))[-1:]),
        lambda *inputs: iter(list(_train(*inputs))),
    ),
    Mutant(
        "it learns from one minibatch only. Draw new rows within the loop, from a generator made before it.",
        _with(renew=("generator",)),
    ),
    Mutant(
        "it learns from the first rows only. Draw the rows at random.",
        _with(rows=lambda demos, config, generator: torch.arange(config.minibatch_size)),
    ),
    Mutant(
        "the rows are drawn from the first few only. Draw them from all of the demonstrations.",
        _with(
            rows=lambda demos, config, g: torch.randint(
                config.minibatch_size, (config.minibatch_size,), generator=g
            )
        ),
    ),
    Mutant(
        "each update sees all of the data, which makes it slow. Draw a minibatch.",
        _with(rows=lambda demos, config, generator: torch.arange(len(demos))),
        _with(rows=lambda demos, config, generator: torch.randperm(len(demos), generator=generator)),
    ),
    Mutant(
        "Adam starts anew in each update and forgets what it has learned about the gradients. Make it "
        "once, before the loop.",
        _with(renew=("optimizer",)),
    ),
    Mutant(
        "one update is missing. How often does the loop run?",
        _with(num_updates=lambda config: config.num_updates - 1),
    ),
    Mutant(
        "there are more updates than config.num_updates. It counts gradient steps, not passes over the data.",
        _with(num_updates=lambda config: config.num_updates * 5),
        _with(num_updates=lambda config: config.num_updates * 40),  # one for each demonstrated step
        _with(num_updates=lambda config: config.num_updates + 1),
    ),
    Mutant(
        FIXED_RATE,
        _with(optimizer=lambda policy, config: torch.optim.Adam(policy.parameters())),
        _with(optimizer=lambda policy, config: torch.optim.Adam(policy.parameters(), lr=3e-3)),
    ),
    Mutant(
        "the minibatch size of the config has no effect. Draw as many rows as it says.",
        _with(rows=lambda demos, config, g: torch.randint(len(demos), (256,), generator=g)),
        _with(rows=lambda demos, config, g: torch.randint(len(demos), (64,), generator=g)),
    ),
    Mutant(
        "the number of updates in the config has no effect. Let the loop run as often as it says.",
        _with(num_updates=lambda config: 800),
    ),
    Mutant(
        "this is plain gradient descent. The config is made for Adam.",
        _with(optimizer=lambda policy, config: torch.optim.SGD(policy.parameters(), lr=config.learning_rate)),
    ),
    Mutant(
        "a copy of the policy is trained, and the policy itself learns nothing. Fit it in place.",
        _with(trained=deepcopy),
    ),
    Mutant(
        "observations and actions are drawn separately, so the pairs are broken. Use the same rows for both.",
        _with(
            pick=lambda demos, rows, g: Batch(
                demos.obs[rows], demos.actions[torch.randperm(len(demos), generator=g)[: len(rows)]]
            )
        ),
    ),
    Mutant(
        "the seed has no effect: the minibatches are always the same ones. Make the generator from the seed.",
        _with(generator=lambda seed: torch.Generator().manual_seed(0)),
    ),
    Mutant(
        "the minibatches cannot be repeated. Draw them with a generator made from the seed.",
        _with(generator=lambda seed: None),
    ),
    Mutant(
        "the data are used in their order. Neighboring steps look alike: draw the rows at random.",
        _train_without_shuffling,
    ),
    Mutant(
        "loss_fn is not used. Pass it on to each update, so that it can be exchanged.",
        lambda policy, demos, config, seed, loss_fn: _train(policy, demos, config, seed, bc_loss),
    ),
)
