"""Lesson 02, training loop: right answers and mistakes, written independently of the bank."""

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from ilrl_course.algorithms.bc import bc_loss  # noqa: F401 (in an edit)
from ilrl_course.data import Batch
from tests.checks.answers import hint_for, wrong_answers


def by_numpy(policy, demos, config, seed, loss_fn):
    optimizer = torch.optim.Adam(policy.parameters(), lr=config.learning_rate)
    rng = np.random.default_rng(seed)
    for _ in range(config.num_updates):
        rows = torch.as_tensor(rng.integers(len(demos), size=config.minibatch_size))
        batch = demos[rows]
        loss = loss_fn(policy, batch.obs, batch.actions)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield {"loss": float(loss)}


DRAWN = "rng.integers(len(demos), size=config.minibatch_size)"
BY_EPOCHS = """optimizer = torch.optim.Adam(policy.parameters(), lr=config.learning_rate)
rng = np.random.default_rng(seed)
def rows_of(n, size):
    while True:
        order = rng.permutation(n)
        for start in range(0, n - size + 1, size):
            yield order[start:start + size]
epochs = rows_of(len(demos), config.minibatch_size)"""


def by_data_loader(policy, demos, config, seed, loss_fn):
    torch.manual_seed(seed)
    loader = DataLoader(
        TensorDataset(demos.obs, demos.actions), config.minibatch_size, shuffle=True, drop_last=True
    )
    optimizer = torch.optim.Adam(policy.parameters(), config.learning_rate)
    num_updates = 0
    while num_updates < config.num_updates:
        for obs, actions in loader:
            if num_updates == config.num_updates:
                return
            optimizer.zero_grad()
            loss = loss_fn(policy, obs, actions)
            loss.backward()
            optimizer.step()
            num_updates += 1
            yield {"loss": loss.item(), "update": num_updates}


RIGHT = [
    by_data_loader,
    lambda *inputs: (dict(metrics, extra=1.0) for metrics in by_numpy(*inputs)),
]
RIGHT_EDITS = [
    f"{DRAWN} => rng.choice(len(demos), config.minibatch_size, replace=False)",
    (f"torch.as_tensor({DRAWN}) => torch.as_tensor(next(epochs))", BY_EPOCHS),
]

SEED = 0
cartpole_demos = Batch(torch.zeros(2500, 4), torch.zeros(2500, dtype=torch.int64))


def at_once(*inputs):
    return list(by_numpy(*inputs))


def the_first(*inputs):
    for metrics in by_numpy(*inputs):
        return metrics
    return None


def without_a_word(*inputs):
    for _ in by_numpy(*inputs):
        pass


def at_the_end(*inputs):
    metrics = {}
    for metrics in by_numpy(*inputs):  # noqa: B007
        pass
    yield metrics


def on_broken_pairs(policy, demos, config, seed, loss_fn):
    generator = torch.Generator().manual_seed(seed)
    obs = demos.obs[torch.randperm(len(demos), generator=generator)]
    actions = demos.actions[torch.randperm(len(demos), generator=generator)]
    yield from by_numpy(policy, Batch(obs, actions), config, seed, loss_fn)


WRONG = {
    "it does not yield": [at_once, the_first, without_a_word],
    "it yields only when all is over": [at_the_end],
    "it learns from one minibatch only": [
        f"{DRAWN} => np.random.default_rng(seed).choice(len(demos), config.minibatch_size)"
    ],
    "it learns from the first rows only": [f"{DRAWN} => np.arange(config.minibatch_size)"],
    "the rows are drawn from the first few": ["integers(len(demos), => integers(config.minibatch_size,"],
    "each update sees all": [
        f"{DRAWN} => np.arange(len(demos))",
        f"{DRAWN} => rng.permutation(len(demos))",
        "batch = demos[rows] => batch = demos",
    ],
    "Adam starts anew": [
        "batch = => optimizer = torch.optim.Adam(policy.parameters(), config.learning_rate)\nbatch ="
    ],
    "one update is missing": ["config.num_updates => config.num_updates - 1"],
    "there are more updates": ["config.num_updates => 5 * config.num_updates"],
    "the learning rate of the config": [
        f"lr=config.learning_rate => {fixed}" for fixed in (1e-3, 3e-3, 0.01, 0.05, 0.1)
    ],
    "this is plain gradient descent": ["optim.Adam => optim.SGD"],
    "a copy of the policy": ["from copy import deepcopy\npolicy = deepcopy(policy)"],
    "observations and actions are drawn separately": [on_broken_pairs],
    "the seed has no effect": ["seed = 7"],
    "the minibatches cannot be repeated": ["seed = None"],
    "the data are used in their order": [
        ("for _ in => for i in", f"{DRAWN} => np.arange(i * 8, (i + 1) * 8) % len(demos)")
    ],
    "loss_fn is not used": ["loss_fn = bc_loss"],
    "it should yield a dict": ["yield {'loss': float(loss)} => yield float(loss)"],
    "the minibatch size of the config": [f"{DRAWN} => rng.integers(len(demos), size=256)"],
    "the number of updates in the config": ["config.num_updates => 800", "config.num_updates => 300"],
    "it draws with a seed of its own": ["default_rng(seed) => default_rng(SEED)"],
    "it reads a variable from above": ["batch = demos[rows] => batch = cartpole_demos[rows]"],
}


@pytest.mark.parametrize(
    "function", RIGHT + [right for _, right in wrong_answers(by_numpy, {"": RIGHT_EDITS})]
)
def test_unusual_right_answers_pass(function):
    assert hint_for("train_bc", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(by_numpy, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("train_bc", function).startswith(hint)
