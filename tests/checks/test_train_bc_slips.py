"""Lesson 02, training loop: settings and data copied from the loops above it."""

import pytest
import torch

from ilrl_course.data import Batch
from tests.checks.answers import hint_for
from tests.checks.test_train_bc import drawn, on_rows, trained

SEED = 0
cartpole_demos = Batch(torch.zeros(2500, 4), torch.zeros(2500, dtype=torch.int64))


def train_by_the_seed_of_the_lesson(policy, demos, config, seed, loss_fn):
    yield from trained(drawn)(policy, demos, config, SEED, loss_fn)


def train_on_the_data_above(policy, demos, config, seed, loss_fn):
    yield from trained(drawn)(policy, cartpole_demos, config, seed, loss_fn)


WRONG = [
    *(
        (
            "the learning rate of the config",
            trained(drawn, lambda p, _, fixed=fixed: torch.optim.Adam(p.parameters(), fixed)),
        )
        for fixed in (3e-3, 0.01, 0.05, 0.1)
    ),
    (
        "the minibatch size of the config",
        trained(on_rows(lambda rng, n, size, step: rng.integers(n, size=256))),
    ),
    ("the number of updates in the config", trained(drawn, number=lambda config: 800)),
    ("the number of updates in the config", trained(drawn, number=lambda config: 300)),
    ("it draws with a seed of its own", train_by_the_seed_of_the_lesson),
    ("it reads a variable from above", train_on_the_data_above),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_slip_is_named(hint, function):
    assert hint_for("train_bc", function).startswith(hint)
