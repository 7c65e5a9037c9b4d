"""Lesson 02, training loop: right answers and mistakes, written independently of the bank."""

import copy

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.data import Batch
from tests.checks.answers import hint_for


def trained(rows_of, optimizer_of=None, number=None):
    """A hand-written training loop; `rows_of(rng, demos, config)` yields the rows of each update."""

    def answer(policy, demos, config, seed, loss_fn):
        make = optimizer_of or (lambda policy, rate: torch.optim.Adam(policy.parameters(), lr=rate))
        optimizer, rng = make(policy, config.learning_rate), np.random.default_rng(seed)
        rows = rows_of(rng, demos, config)
        for _ in range(number(config) if number else config.num_updates):
            batch = demos[torch.as_tensor(next(rows))]
            loss = loss_fn(policy, batch.obs, batch.actions)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield {"loss": float(loss)}

    return answer


def drawn(rng, demos, config):
    while True:
        yield rng.choice(len(demos), config.minibatch_size, replace=False)


def by_epochs(rng, demos, config):
    while True:
        order = rng.permutation(len(demos))
        for start in range(0, len(order) - config.minibatch_size + 1, config.minibatch_size):
            yield order[start : start + config.minibatch_size]


def train_with_data_loader(policy, demos, config, seed, loss_fn):
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


def train_like(answer):
    return lambda *inputs: (dict(metrics, extra=1.0) for metrics in answer(*inputs))


RIGHT = [
    trained(drawn),
    trained(by_epochs),
    train_with_data_loader,
    train_like(trained(drawn)),
]


def train_a_copy(policy, *inputs):
    yield from trained(drawn)(copy.deepcopy(policy), *inputs)


def train_forgetfully(policy, demos, config, seed, loss_fn):
    rng = np.random.default_rng(seed)
    for _ in range(config.num_updates):
        optimizer = torch.optim.Adam(policy.parameters(), lr=config.learning_rate)
        rows = torch.as_tensor(rng.integers(len(demos), size=config.minibatch_size))
        loss = loss_fn(policy, demos.obs[rows], demos.actions[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield {"loss": loss.item()}


def train_at_once(policy, demos, config, seed, loss_fn):
    metrics = []
    for metric in trained(drawn)(policy, demos, config, seed, loss_fn):
        metrics.append(metric)
    return metrics


def train_and_return_the_first(*inputs):
    for metric in trained(drawn)(*inputs):
        return metric
    return None


def train_without_a_word(*inputs):
    for _ in trained(drawn)(*inputs):
        pass


def train_and_yield_at_the_end(*inputs):
    metrics = {}
    for metric in trained(drawn)(*inputs):
        metrics = metric
    yield metrics


def same_rows(rng, demos, config):
    rows = rng.choice(len(demos), config.minibatch_size)
    while True:
        yield rows


def train_on_broken_pairs(policy, demos, config, seed, loss_fn):
    generator = torch.Generator().manual_seed(seed)
    obs = demos.obs[torch.randperm(len(demos), generator=generator)]
    actions = demos.actions[torch.randperm(len(demos), generator=generator)]
    yield from trained(drawn)(policy, Batch(obs, actions), config, seed, loss_fn)


def on_rows(function):
    def rows_of(rng, demos, config):
        step = 0
        while True:
            yield function(rng, len(demos), config.minibatch_size, step)
            step += 1

    return rows_of


WRONG = [
    ("it does not yield", train_at_once),
    ("it does not yield", train_and_return_the_first),
    ("it does not yield", train_without_a_word),
    ("it yields only when all is over", train_and_yield_at_the_end),
    ("it learns from one minibatch only", trained(same_rows)),
    (
        "it learns from the first rows only",
        trained(on_rows(lambda rng, n, size, step: np.arange(size))),
    ),
    (
        "the rows are drawn from the first few",
        trained(on_rows(lambda rng, n, size, step: rng.integers(size, size=size))),
    ),
    ("each update sees all", trained(on_rows(lambda rng, n, size, step: np.arange(n)))),
    ("each update sees all", trained(on_rows(lambda rng, n, size, step: rng.permutation(n)))),
    ("Adam starts anew", train_forgetfully),
    ("one update is missing", trained(drawn, number=lambda config: config.num_updates - 1)),
    ("there are more updates", trained(drawn, number=lambda config: 5 * config.num_updates)),
    (
        "the learning rate of the config",
        trained(drawn, lambda p, rate: torch.optim.Adam(p.parameters(), lr=1e-3)),
    ),
    (
        "this is plain gradient descent",
        trained(drawn, lambda p, rate: torch.optim.SGD(p.parameters(), lr=rate)),
    ),
    ("a copy of the policy", train_a_copy),
    ("observations and actions are drawn separately", train_on_broken_pairs),
    ("the seed has no effect", lambda p, d, c, s, loss: trained(drawn)(p, d, c, 7, loss)),
    (
        "the minibatches cannot be repeated",
        lambda p, d, c, s, loss: trained(drawn)(p, d, c, None, loss),
    ),
    (
        "the data are used in their order",
        trained(on_rows(lambda rng, n, size, step: np.arange(step * size, (step + 1) * size) % n)),
    ),
    ("loss_fn is not used", lambda p, d, c, s, loss: trained(drawn)(p, d, c, s, bc_loss)),
    ("it should yield a dict", lambda *inputs: (m["loss"] for m in trained(drawn)(*inputs))),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("train_bc", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("train_bc", function).startswith(hint)
