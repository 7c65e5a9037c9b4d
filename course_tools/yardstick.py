"""A fixed piece of torch work: times given in multiples of it can be compared between machines and hours."""

import time

import torch
from torch import nn

NUM_STEPS = 1000


def yardstick() -> float:
    """Seconds for 1,000 gradient steps of a network of the course's size, on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with torch.random.fork_rng(devices=[]):
        _learn(10)  # the first steps of a process are slow
        start = time.perf_counter()
        _learn(NUM_STEPS)
        seconds = time.perf_counter() - start
    torch.set_num_threads(threads)
    return seconds


def _learn(num_steps: int) -> None:
    torch.manual_seed(0)
    obs, targets = torch.rand(256, 24), torch.rand(256, 2)
    net = nn.Sequential(nn.Linear(24, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 2))
    optimizer = torch.optim.Adam(net.parameters(), fused=True)
    for _ in range(num_steps):
        optimizer.zero_grad()
        (net(obs) - targets).square().mean().backward()
        optimizer.step()
