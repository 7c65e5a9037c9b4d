"""Optimal plans for one Dungeon layout, by dynamic programming over all its states."""

import numpy as np

from ilrl_course.envs.dungeon.rules import (
    CELLS,
    LAVA,
    MAX_STEPS,
    NUM_STATES,
    PASSAGE,
    TREASURE,
    lava_nearness,
    transition_table,
)

CRASH_COST = MAX_STEPS  # in steps: a treasure is worth about as much as all the time there is
CAUTION = 4.0  # steps that the cautious one walks to avoid a step beside lava
FORBIDDEN = 4 * MAX_STEPS  # steps: more than any way costs
SIDEWAYS = np.array([[3, 0, 1, 2], [1, 2, 3, 0]])  # the actions to the left and to the right of each action


def step_costs(grid: np.ndarray, cautious: bool = False) -> np.ndarray:
    """The cost of coming to each state: (NUM_STATES,), one a step and `CRASH_COST` for lava.

    The cautious one also pays for nearness to lava, and would rather not arrive than use the passage.
    """
    codes = grid.ravel()
    cost = np.ones(CELLS)
    if cautious:
        cost += CAUTION * lava_nearness(grid) + FORBIDDEN * (codes == PASSAGE)
    cost += CRASH_COST * (codes == LAVA)
    return np.tile(cost, NUM_STATES // CELLS)


def expected(values: np.ndarray, table: np.ndarray, slippery: float) -> np.ndarray:
    """The mean value of where each action leads (A, S), slips included, by the table (A, S) without slips."""
    q_values = values[table]
    if slippery == 0:
        return q_values
    sideways = (q_values[SIDEWAYS[0]] + q_values[SIDEWAYS[1]]) / 2
    return (1 - slippery) * q_values + slippery * sideways


def plan(grid: np.ndarray, cautious: bool = False, slippery: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """The cost to go of each state (NUM_STATES,) and of each action there (NUM_STATES, A).

    With `slippery=0` and without caution, the cost to go is the number of steps of the shortest way to the
    treasure. With slips it is the expected number of steps plus `CRASH_COST` times the chance of a crash,
    which has almost the same optimum as the return.
    """
    table = np.ascontiguousarray(transition_table(grid).T, dtype=np.int64)  # (A, S), which is faster
    arrival = step_costs(grid, cautious)
    ends = np.tile(np.isin(grid.ravel(), (LAVA, TREASURE)), NUM_STATES // CELLS)
    cost_to_go = np.where(ends, 0.0, 4.0 * FORBIDDEN)
    while True:
        q_values = expected(arrival + cost_to_go, table, slippery)  # (A, S)
        updated = np.where(ends, 0.0, np.minimum(q_values.min(axis=0), cost_to_go))
        if np.abs(updated - cost_to_go).max() < 1e-6:
            return updated, q_values.T
        cost_to_go = updated


def walk(grid: np.ndarray, start: int, q_values: np.ndarray) -> list[int]:
    """The states that the plan visits from `start`, both ends included; stops where it stands still."""
    table, states = transition_table(grid), [start]
    while len(states) <= MAX_STEPS:
        state = int(table[states[-1], q_values[states[-1]].argmin()])
        if state == states[-1]:
            break
        states.append(state)
    return states
