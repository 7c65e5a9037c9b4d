"""Small episodes for tests of what judges whole lines: numbers that can be summed by hand."""

import numpy as np
import torch

from ilrl_course.algorithms.episodes import Episodes, pad_episodes
from ilrl_course.algorithms.preferences import Pairs
from ilrl_course.data import Trajectory
from ilrl_course.networks import CategoricalPolicy, ValueNet

OBS_DIM, NUM_ACTIONS = 3, 4


def random_trajectory(length: int, seed: int) -> Trajectory:
    rng = np.random.default_rng(seed)
    obs = rng.normal(size=(length + 1, OBS_DIM)).astype(np.float32)
    actions = rng.integers(NUM_ACTIONS, size=length)
    return Trajectory(obs, actions, np.zeros(length, dtype=np.float32), terminated=True, truncated=False)


def random_episodes(lengths, seed: int, num_steps: int | None = None) -> Episodes:
    trajectories = [random_trajectory(length, 100 * seed + i) for i, length in enumerate(lengths)]
    return pad_episodes(trajectories, num_steps)


def random_pairs(first, second, prefers_first, seed: int = 0) -> Pairs:
    """Pairs of episodes of these lengths."""
    num_steps = max(*first, *second)
    episodes = [random_episodes(lengths, seed + i, num_steps) for i, lengths in enumerate((first, second))]
    return Pairs(*episodes, torch.tensor(prefers_first))


def network(kind, seed: int = 0, hidden_sizes=(5,)):
    """A policy or a value network whose weights and biases are some numbers or other."""
    sizes = (OBS_DIM, NUM_ACTIONS) if kind is CategoricalPolicy else (OBS_DIM,)
    net, generator = kind(*sizes, hidden_sizes), torch.Generator().manual_seed(seed)
    for weights in net.parameters():
        weights.data = torch.randn(weights.shape, generator=generator)
    return net


def value_net(seed: int = 0) -> ValueNet:
    return network(ValueNet, seed)


def policy(seed: int = 0) -> CategoricalPolicy:
    return network(CategoricalPolicy, seed)
