"""One Dungeon layout as a table: exact transition matrix, rewards, features, for dynamic programming."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from ilrl_course.data import TabularMDP, Trajectory
from ilrl_course.envs.dungeon.bank import shared_bank
from ilrl_course.envs.dungeon.observation import decode
from ilrl_course.envs.dungeon.planner import SIDEWAYS
from ilrl_course.envs.dungeon.rules import (
    DOOR,
    HEIGHT,
    LAVA,
    NUM_ACTIONS,
    NUM_STATES,
    PASSAGE,
    TREASURE,
    WIDTH,
    lava_nearness,
    split_state,
)
from ilrl_course.envs.dungeon.world import check_options

FEATURE_NAMES = ("step", "near_lava", "lava", "has_key", "door", "passage", "treasure")


@dataclass(frozen=True)
class TabularDungeon(TabularMDP):
    """A layout as a finite MDP; the reward is 1 at the treasure, without the world's discount for time.

    The games end at the treasure and in the lava; plan over a horizon of `MAX_STEPS`.
    """

    world_states: np.ndarray  # (S,) the world's state of each index
    index_of: np.ndarray  # (NUM_STATES,) the index of each of the world's states, -1 if it is out of reach
    grid: np.ndarray  # (HEIGHT, WIDTH) cell codes
    feature_names: tuple[str, ...] = FEATURE_NAMES

    @property
    def cells(self) -> np.ndarray:
        """The row and the column of each state: (S, 2)."""
        return np.stack(np.divmod(split_state(self.world_states)[0], WIDTH), axis=1)

    def path(self, game: Trajectory) -> np.ndarray:
        """The indices of the states that a recorded game of this layout went through: (T + 1,)."""
        return self.index_of[decode(game.obs)[1]]


def tabular_dungeon(
    layout: int, *, random_start: bool = False, slippery: float = 0.0, secret_passage: bool = True
) -> TabularDungeon:
    """The table of one layout under the world's options; ValueError for impossible options."""
    check_options(layout, random_start=random_start, slippery=slippery, secret_passage=secret_passage)
    bank = shared_bank(secret_passage)
    bank.load(np.array([layout]))
    codes, table = bank.grids[layout], bank.transitions[layout].astype(np.int64)
    starts = bank.start_cells[layout] if random_start else bank.starts[[layout]]
    world_states = _reachable(table, starts)
    index_of = np.full(NUM_STATES, -1)
    index_of[world_states] = np.arange(len(world_states))
    code = codes[split_state(world_states)[0]]
    terminal = np.isin(code, (LAVA, TREASURE))
    start = np.zeros(len(world_states))
    start[index_of[starts]] = 1 / len(starts)
    return TabularDungeon(
        transitions=_transitions(index_of[table[world_states]], terminal, slippery),
        terminal=terminal,
        rewards=(code == TREASURE).astype(float),
        features=_features(codes, world_states),
        start=start,
        world_states=world_states,
        index_of=index_of,
        grid=codes.reshape(HEIGHT, WIDTH).copy(),
    )


def _reachable(table: np.ndarray, starts: np.ndarray) -> np.ndarray:
    reached = np.zeros(NUM_STATES, dtype=bool)
    frontier = starts
    while len(frontier):
        reached[frontier] = True
        following = np.unique(table[frontier])
        frontier = following[~reached[following]]
    return np.flatnonzero(reached)


def _transitions(targets: np.ndarray, terminal: np.ndarray, slippery: float) -> csr_array:
    """The matrix (S * A, S) from the moves (S, A) as they go without a slip."""
    shape = (targets.size, len(targets))
    going = np.repeat(~terminal, NUM_ACTIONS)  # (S * A,)
    left, right = SIDEWAYS
    matrix = csr_array(shape)
    for column, share in ((slice(None), 1 - slippery), (left, slippery / 2), (right, slippery / 2)):
        leads_to = targets[:, column].ravel()[going]
        entries = np.full(going.sum(), share), (np.flatnonzero(going), leads_to)
        matrix = matrix + csr_array(entries, shape=shape)
    matrix.eliminate_zeros()
    return matrix


def _features(codes: np.ndarray, world_states: np.ndarray) -> np.ndarray:
    """The features (S, F), in the order of `FEATURE_NAMES`."""
    cell, has_key, _ = split_state(world_states)
    code = codes[cell]
    near = lava_nearness(codes.reshape(HEIGHT, WIDTH))[cell] * (code != LAVA)
    at = [code == LAVA, has_key == 1, code == DOOR, code == PASSAGE, code == TREASURE]
    return np.stack([np.ones(len(cell)), near, *at], axis=1)
