"""Finite worlds for the tests of inverse RL: small ones made by hand, and a layout of the dungeon."""

import numpy as np

from ilrl_course.data import TabularMDP
from ilrl_course.envs.dungeon.tabular import tabular_dungeon

LAYOUT = 7
WEIGHTS = np.array([-1.8, -0.5, -4.0, 0.3, 0.5, -0.7, 8.0])  # in the order of the dungeon's features
HORIZON = 40


def dungeon(**options) -> TabularMDP:
    """One layout; every state is possible."""
    return tabular_dungeon(LAYOUT, random_start=True, **options)


def world_of(targets, terminal, features, start) -> TabularMDP:
    """A world without chance, dense, from the next state (S, A) of each state and action."""
    targets, terminal = np.array(targets), np.array(terminal, dtype=bool)
    transitions = np.eye(len(targets))[targets] * ~terminal[:, None, None]  # (S, A, S)
    features = np.array(features, dtype=float)
    rewards, start = np.zeros(len(targets)), np.array(start, dtype=float)
    return TabularMDP(transitions.reshape(targets.size, -1), terminal, rewards, features, start)


def two_states() -> TabularMDP:
    """Stay (action 0) or end it (action 1), where the only feature waits."""
    return world_of([[0, 1], [1, 1]], [False, True], [[0], [1]], [1, 0])


def two_by_three() -> TabularMDP:
    """Cells 0 1 2 above 3 4 5; cell 2 is lava, cell 5 the goal; features: step, lava, goal, cell 4."""
    up, right, down, left = [0, 1, 2, 0, 1, 2], [1, 2, 2, 4, 5, 5], [3, 4, 5, 3, 4, 5], [0, 0, 1, 3, 3, 4]
    cells = np.eye(6)
    features = np.stack([np.ones(6), cells[2], cells[5], cells[4]], axis=1)
    start = [0.5, 0, 0, 0.5, 0, 0]
    return world_of(np.stack([up, right, down, left], axis=1), cells[2] + cells[5], features, start)
