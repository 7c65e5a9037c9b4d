"""One Dungeon layout as a table: exact transition matrix, rewards, features, for dynamic programming."""

from dataclasses import dataclass

import numpy as np

from ilrl_course.envs.dungeon.bank import shared_bank
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
class TabularDungeon:
    """A layout as a finite MDP with S states and A actions; the last state is the end, which is never left.

    Treasure and lava states lead to the end whatever the action, so that each is visited once. The time
    limit is not part of the table: plan over a horizon of `MAX_STEPS`, or with a discount.
    """

    transitions: np.ndarray  # (S, A, S) probabilities
    rewards: np.ndarray  # (S,) for being in a state: 1 at the treasure, without the world's discount for time
    features: np.ndarray  # (S, F) for being in a state; zero at the end
    start: np.ndarray  # (S,) distribution of the first state
    world_states: np.ndarray  # (S - 1,) the world's state of each index
    index_of: (
        np.ndarray
    )  # (NUM_STATES,) the index of each of the world's states, -1 where it cannot be reached
    grid: np.ndarray  # (HEIGHT, WIDTH) cell codes
    feature_names: tuple[str, ...] = FEATURE_NAMES

    @property
    def cells(self) -> np.ndarray:
        """The row and the column of each state but the end: (S - 1, 2)."""
        return np.stack(np.divmod(split_state(self.world_states)[0], WIDTH), axis=1)


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
    size = len(world_states) + 1
    index_of = np.full(NUM_STATES, -1)
    index_of[world_states] = np.arange(size - 1)
    code = codes[split_state(world_states)[0]]
    start = np.zeros(size)
    start[index_of[starts]] = 1 / len(starts)
    return TabularDungeon(
        transitions=_transitions(index_of[table[world_states]], np.isin(code, (LAVA, TREASURE)), slippery),
        rewards=np.append(code == TREASURE, 0).astype(float),
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


def _transitions(targets: np.ndarray, ends: np.ndarray, slippery: float) -> np.ndarray:
    """The matrix (S, A, S) from the moves (S - 1, A) as they go without a slip."""
    size = len(targets) + 1
    straight = np.zeros((size, NUM_ACTIONS, size))
    np.put_along_axis(straight[:-1], targets[..., None], 1.0, axis=2)
    straight[:-1][ends] = 0
    straight[:-1, :, -1][ends] = 1
    straight[-1, :, -1] = 1
    left, right = SIDEWAYS
    return (1 - slippery) * straight + slippery / 2 * (straight[:, left] + straight[:, right])


def _features(codes: np.ndarray, world_states: np.ndarray) -> np.ndarray:
    """The features (S, F), in the order of `FEATURE_NAMES`."""
    cell, has_key, _ = split_state(world_states)
    code = codes[cell]
    near = lava_nearness(codes.reshape(HEIGHT, WIDTH))[cell] * (code != LAVA)
    at = [code == LAVA, has_key == 1, code == DOOR, code == PASSAGE, code == TREASURE]
    features = np.stack([np.ones(len(cell)), near, *at], axis=1)
    return np.vstack([features, np.zeros(len(FEATURE_NAMES))])
