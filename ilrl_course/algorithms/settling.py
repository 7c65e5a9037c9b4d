"""Behavioral cloning that comes to rest: the learning rate falls to 0 in a straight line.

A rate that never falls keeps the last weights on the move (Robbins and Monro 1951), and where a clone has to
pass an obstacle by half a meter, that alone can decide.
"""

from collections.abc import Callable, Iterator

import torch

from ilrl_course.algorithms.bc import BCConfig, bc_loss, bc_update
from ilrl_course.data import Batch
from ilrl_course.networks import Policy


def train_settling(
    policy: Policy, demos: Batch, config: BCConfig, seed: int, loss_fn: Callable = bc_loss
) -> Iterator[dict[str, float]]:
    """As `train_bc`, in place and on the same minibatches; `config.learning_rate` is that of the first step.

    Yields metrics each update.
    """
    optimizer = torch.optim.Adam(policy.parameters(), lr=config.learning_rate, fused=True)
    generator = torch.Generator().manual_seed(seed)
    for update in range(config.num_updates):
        optimizer.param_groups[0]["lr"] = config.learning_rate * (1 - update / config.num_updates)
        rows = torch.randint(len(demos), (config.minibatch_size,), generator=generator)
        yield bc_update(policy, optimizer, demos[rows], loss_fn)
