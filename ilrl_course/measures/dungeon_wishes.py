"""Planning for a reward of features in the dungeon, and whether games go as the demonstrator wishes."""

from collections.abc import Iterable

import numpy as np

from ilrl_course.data import Actor, TabularMDP
from ilrl_course.envs.dungeon.observation import decode
from ilrl_course.envs.dungeon.rules import FLOOR, KEY, MAX_STEPS
from ilrl_course.envs.dungeon.tabular import tabular_dungeon
from ilrl_course.measures.dungeon_endings import examine_games


def value_iteration(
    mdp: TabularMDP, weights: np.ndarray, num_steps: int = MAX_STEPS
) -> tuple[np.ndarray, np.ndarray]:
    """What each action (S, A) and each state (S,) is worth to one that never errs, with all steps to go.

    The reward for arriving in a state is its features times the weights (F,).
    """
    rewards, values = mdp.features @ weights, np.zeros(len(mdp.terminal))  # (S,)
    for _ in range(num_steps):
        q_values = (mdp.transitions @ (rewards + values)).reshape(len(values), -1)  # (S, A)
        values = np.where(mdp.terminal, 0.0, q_values.max(axis=1))
    return q_values, values


def feature_planner(weights: np.ndarray, layouts: Iterable[int]) -> Actor:
    """Acts best for a reward of features, on any of these layouts; it plans for all of them beforehand."""
    plans = {}
    for layout in layouts:
        table = tabular_dungeon(layout)
        q_values, _ = value_iteration(table, weights)
        plans[_floor_plan(table.grid)] = q_values.argmax(axis=1)[table.index_of]  # by the world's states

    def act(obs: np.ndarray) -> np.ndarray:
        grids, states = decode(obs)
        return np.array([plans[_floor_plan(grid)][state] for grid, state in zip(grids, states, strict=True)])

    return act


def _floor_plan(grid: np.ndarray) -> bytes:
    """What tells a layout from others, whether its key has been taken or not."""
    return np.where(grid == KEY, FLOOR, grid).astype(np.uint8).tobytes()


def wishes_met(actor: Actor, seed: int, num_games: int = 200, **options) -> dict[str, float]:
    """How fresh games go; `as_wished` is the share with the treasure, but not by the passage.

    The other shares, and the options, are those of `examine_games`.
    """
    outcome = examine_games(actor, seed, num_games, **options)
    return {"as_wished": outcome["success"] - outcome["passage"]} | outcome
