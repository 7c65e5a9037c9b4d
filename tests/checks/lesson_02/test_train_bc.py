"""Lesson 02, training loop: right answers and mistakes, written independently of the bank."""

import numpy as np
import torch
from torch.utils.data import DataLoader, RandomSampler, TensorDataset

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.data import Batch
from tests.checks.answers import promises_of


def by_numpy(policy, demos, config, seed, loss_fn=bc_loss):
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


def by_data_loader(policy, demos, config, seed, loss_fn=bc_loss):
    generator, num_rows = torch.Generator().manual_seed(seed), config.num_updates * config.minibatch_size
    sampler = RandomSampler(demos.obs, replacement=True, num_samples=num_rows, generator=generator)
    data = TensorDataset(demos.obs, demos.actions)
    optimizer = torch.optim.Adam(policy.parameters(), config.learning_rate)
    for obs, actions in DataLoader(data, config.minibatch_size, sampler=sampler, generator=generator):
        loss = loss_fn(policy, obs, actions)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        yield {"loss": loss.item(), "rows": len(obs)}


def by_a_stream_of_permutations(policy, demos, config, seed, loss_fn=bc_loss):
    def numbers(rng):
        while True:
            yield from rng.permutation(len(demos)).tolist()

    stream = numbers(np.random.default_rng(seed))
    rows = [[next(stream) for _ in range(config.minibatch_size)] for _ in range(config.num_updates)]
    optimizer = torch.optim.Adam(policy.parameters(), config.learning_rate)

    def update(rows):
        loss = loss_fn(policy, demos.obs[rows], demos.actions[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return {"loss": loss.item()}

    return map(update, rows)


DRAWN = "rng.integers(len(demos), size=config.minibatch_size)"
ADAM = "torch.optim.Adam(policy.parameters(), lr=config.learning_rate)"
ZERO, BACK, STEP = "optimizer.zero_grad()", "loss.backward()", "optimizer.step()"

RIGHT = [
    by_numpy,
    by_data_loader,
    by_a_stream_of_permutations,
    f"{DRAWN} => rng.choice(len(demos), config.minibatch_size, len(demos) < config.minibatch_size)",
    "batch = => print(loss_fn(policy, demos.obs, demos.actions).item())\nbatch =",
    f"{STEP} => {STEP}\nwith torch.no_grad():\n    loss_fn(policy, demos.obs[:3], demos.actions[:3])",
]

# as the loops of a textbook: they pass over the data, epoch after epoch
EPOCHS = """
optimizer = torch.optim.Adam(policy.parameters(), lr=config.learning_rate)
rng, size, num_updates = np.random.default_rng(seed), config.minibatch_size, 0
while num_updates < config.num_updates:
    order = rng.permutation(len(demos))
    for start in range(0, LAST, size):
        if num_updates < config.num_updates:
            num_updates += 1
            rows = torch.as_tensor(order[start:start + size])
            loss = loss_fn(policy, demos.obs[rows], demos.actions[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield {'loss': loss.item()}
return"""
SEED = 0
cartpole_demos = Batch(torch.zeros(2500, 4), torch.zeros(2500, dtype=torch.int64))


def the_first(*inputs):
    for metrics in by_numpy(*inputs):
        return metrics
    return None


def without_a_word(*inputs):
    for _ in by_numpy(*inputs):
        pass


def at_the_end(*inputs):
    yield list(by_numpy(*inputs))[-1]


def on_broken_pairs(policy, demos, config, seed, loss_fn):
    generator = torch.Generator().manual_seed(seed)
    obs = demos.obs[torch.randperm(len(demos), generator=generator)]
    actions = demos.actions[torch.randperm(len(demos), generator=generator)]
    yield from by_numpy(policy, Batch(obs, actions), config, seed, loss_fn)


WRONG = {
    "it does not yield": [lambda *inputs: list(by_numpy(*inputs)), the_first, without_a_word],
    "it yields only when all is over": [at_the_end],
    "it should yield after each update, but 2": [
        f"{STEP} => {STEP}\nloss = loss_fn(policy, batch.obs, batch.actions)\n{BACK}"
    ],
    "with num_updates = 20 it should yield that many times, not 40": [
        f"{STEP} => {STEP}\nyield {{'loss': 0.0}}"
    ],
    "only one update is made": ["yield {'loss': float(loss)} => yield {'loss': float(loss)}\nbreak"],
    "it learns from one minibatch only": [
        f"{DRAWN} => np.random.default_rng(seed).choice(len(demos), config.minibatch_size)"
    ],
    "it learns from the first rows only": [f"{DRAWN} => np.arange(config.minibatch_size)"],
    "each minibatch holds one row, repeated": [f"{DRAWN} => rng.integers(len(demos), size=1).repeat(8)"],
    "the rows are drawn from the first few": ["integers(len(demos), => integers(config.minibatch_size,"],
    "of 300 demonstrated steps none after number 25": [
        "integers(len(demos), => integers(min(256, len(demos)),"
    ],
    "the first or the last demonstrated step is never drawn": [
        "integers(len(demos), => integers(len(demos) - 1,"
    ],
    "each update sees all": [
        f"{DRAWN} => np.arange(len(demos))",
        f"{DRAWN} => rng.permutation(len(demos))",
        "batch = demos[rows] => batch = demos",
    ],
    "the same rows always come together": [
        (
            "for _ in => order = rng.permutation(len(demos))\nfor i in",
            f"{DRAWN} => np.take(order, range(8 * i, 8 * i + 8), mode='wrap')",
        )
    ],
    "with 5 demonstrations and minibatch_size = 8 an update should still see 8 rows, not [5]": [
        f"{DRAWN} => rng.permutation(len(demos))[:config.minibatch_size]",
    ],
    "with 5 demonstrations and minibatch_size = 8 it raises ValueError": [
        f"{DRAWN} => rng.choice(len(demos), config.minibatch_size, replace=False)"
    ],
    "with 5 demonstrations and minibatch_size = 8 it never comes to an update": [
        EPOCHS.replace("LAST", "len(demos) - size + 1")
    ],
    "Adam starts anew": [f"batch = => optimizer = {ADAM}\nbatch ="],
    "the learning rate of the config": [
        f"lr=config.learning_rate => {fixed}" for fixed in (1e-3, 3e-3, 0.01, 0.05, 0.1)
    ],
    "with gradients of [1.0, 3.0, -4.0, 2.0, -1.0, 3.0] and the learning rate 0.1, Adam moves every": [
        "policy.parameters() => [next(policy.parameters())]",
        "optim.Adam => optim.AdamW",
        f"{STEP} => torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)\n{STEP}",
    ],
    "the gradients of earlier updates pile up": [f"{ZERO} =>"],
    "the gradients are computed, but the optimizer never": [f"{STEP} =>"],
    "the loss is computed, but backward() is never called": [f"{BACK} =>"],
    "a copy of the policy": ["from copy import deepcopy\npolicy = deepcopy(policy)"],
    "loss_fn should get rows of demos as they are": [
        "batch.obs, batch.actions => batch.actions, batch.obs",
        "batch.obs, => batch.obs[:, 0],",
        "demos = Batch((demos.obs - demos.obs.mean(0)) / demos.obs.std(0), demos.actions)",
    ],
    "observations and actions are drawn separately": [on_broken_pairs],
    "the seed has no effect": ["seed = 7", "default_rng(seed) => default_rng(SEED)"],
    "the minibatches cannot be repeated": ["seed = None"],
    "it uses a global random generator": [
        ("torch.manual_seed(seed)", f"{DRAWN} => torch.randint(len(demos), (config.minibatch_size,))")
    ],
    "the data are used in their order": [
        ("for _ in => for i in", f"{DRAWN} => np.arange(i * 8, (i + 1) * 8) % len(demos)")
    ],
    "it changes the demonstrations": [
        "demos.obs.copy_(demos.obs.flip(0))\ndemos.actions.copy_(demos.actions.flip(0))"
    ],
    "loss_fn is not used": ["loss_fn = bc_loss"],
    "it should yield a dict": ["yield {'loss': float(loss)} => yield float(loss)"],
    "the metrics should hold the loss of the update's own": [
        "float(loss) => 0.0",
        "float(loss) => float(loss_fn(policy, batch.obs, batch.actions))",
    ],
    "the minibatch size of the config": [f"{DRAWN} => rng.integers(len(demos), size=256)"],
    "with minibatch_size = 8 each update should see that many steps, not [7]": [
        "size=config.minibatch_size => size=config.minibatch_size - 1"
    ],
    "the number of updates in the config": ["config.num_updates => 800", "config.num_updates => 300"],
    "it reads a variable from above": ["batch = demos[rows] => batch = cartpole_demos[rows]"],
}


TestAnswers = promises_of("train_bc", by_numpy, RIGHT, WRONG, {"pass": "it does not yield"})
