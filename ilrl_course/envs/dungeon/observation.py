"""What the agent is told, as numbers for a network; and the way back from these numbers to the state.

Most numbers look from the hero outward, so that "lava to my right" is the same number everywhere, in every
layout: that lets a small network carry on what it learned in layouts that it has never seen. The floor plan,
packed row by row, makes the observation complete: it determines the state, and planners read it.
"""

import numpy as np

from ilrl_course.envs.dungeon.rules import (
    CELLS,
    DOOR,
    HEIGHT,
    KEY,
    LAVA,
    MOVES,
    PASSAGE,
    PUSHES,
    TREASURE,
    WALL,
    WIDTH,
    split_state,
)

ITEMS = (KEY, DOOR, TREASURE, PASSAGE)
AROUND = np.array([[-1, -1], [-1, 0], [-1, 1], [0, 1], [1, 1], [1, 0], [1, -1], [0, -1]])  # clockwise
SPAN = np.array([HEIGHT - 1, WIDTH - 1])  # the largest distance, rows and columns

NEIGHBORS, SIGHT, POSITION, ITEM, HAS_KEY, PLAN, PROGRESS, TIME_LEFT, OBS_DIM = np.cumsum(
    [0, 2 * len(AROUND), 2 * len(MOVES), 2, 5 * len(ITEMS), 1, 2 * HEIGHT, 1, 1]
).tolist()  # where each group begins; the table in DungeonVectorEnv's docstring
PLAN_SCALE = 0.1  # small, so that networks do not learn single layouts by heart
BITS = 2 ** np.arange(WIDTH)
PLACES = np.stack(np.divmod(np.arange(CELLS), WIDTH), axis=-1)  # (CELLS, 2) row and column


def _lines_of_sight() -> np.ndarray:
    """The cells 1, 2, ... steps away each way, as indices into the padded plan: (4, WIDTH - 1, CELLS)."""
    steps = np.arange(1, WIDTH)[:, None, None] * MOVES[:, None, None]  # (4, WIDTH - 1, 1, 2)
    down, right = np.moveaxis(np.clip(PLACES + 1 + steps, 0, SPAN + 2), -1, 0)
    return down * (WIDTH + 2) + right


LINES = _lines_of_sight()


def observation_table(grid: np.ndarray) -> np.ndarray:
    """All but progress and time left, without the key and with it: (2 * CELLS, PROGRESS) float32."""
    wall, lava = (grid == WALL) | (grid == PASSAGE), grid == LAVA  # the passage looks like wall
    groups = [_neighbors(wall, 1), _neighbors(lava, 0), _sight(wall), _sight(wall | lava)]
    static = np.concatenate([*groups, 2 * PLACES[:, ::-1] / SPAN[::-1] - 1], axis=1)  # (CELLS, ITEM)
    packed = np.concatenate([wall @ BITS, lava @ BITS]) / BITS.sum() * PLAN_SCALE
    table = np.empty((2, CELLS, PROGRESS), dtype=np.float32)
    table[:, :, :ITEM] = static
    table[:, :, ITEM:HAS_KEY] = _items(grid)
    table[1, :, ITEM : ITEM + 5] = 0  # a key in the pocket is not on the floor
    table[:, :, HAS_KEY] = [[0], [1]]
    table[:, :, PLAN:] = packed
    return table.reshape(2 * CELLS, PROGRESS)


def _neighbors(there: np.ndarray, outside: int) -> np.ndarray:
    """Is it in the eight cells around each cell? (CELLS, 8)."""
    padded = np.pad(there, 1, constant_values=outside)
    return np.stack([padded[tuple((PLACES + 1 + move).T)] for move in AROUND], axis=1)


def _sight(opaque: np.ndarray) -> np.ndarray:
    """How many cells are clear in each of the four directions from each cell, over WIDTH: (CELLS, 4)."""
    clear = ~np.pad(opaque, 1, constant_values=True).ravel()[LINES]  # (4, WIDTH - 1, CELLS)
    return np.logical_and.accumulate(clear, axis=1).sum(axis=1).T / WIDTH


def _items(grid: np.ndarray) -> np.ndarray:
    """Presence, distance (right, down) and its sign for each item, seen from each cell: (CELLS, 5 * 4)."""
    seen = np.zeros((CELLS, len(ITEMS), 5))
    for number, item in enumerate(ITEMS):
        for place in np.argwhere(grid == item):  # at most one
            right_down = (place - PLACES)[:, ::-1]
            seen[:, number] = np.hstack([np.ones((CELLS, 1)), right_down / SPAN[::-1], np.sign(right_down)])
    return seen.reshape(CELLS, -1)


def decode(obs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The floor plans (B, CELLS) uint8 and the states (B,) that observations (B, OBS_DIM) describe.

    A key that has been taken is missing from its plan. Raises ValueError for another shape.
    """
    if obs.ndim != 2 or obs.shape[1] != OBS_DIM:
        raise ValueError(
            f"observations have shape {obs.shape}, but (B, {OBS_DIM}) is expected: are they from the Dungeon?"
        )
    column_row = np.rint((obs[:, POSITION:ITEM] + 1) / 2 * SPAN[::-1]).astype(np.int64)
    cell = column_row[:, 1] * WIDTH + column_row[:, 0]  # (B,)
    packed = np.rint(obs[:, PLAN:PROGRESS] * (BITS.sum() / PLAN_SCALE)).astype(np.int64)
    wall, lava = ((packed[..., None] & BITS) > 0).reshape(len(obs), 2, CELLS).swapaxes(0, 1)
    plans = (wall * WALL + lava * LAVA).astype(np.uint8)
    items = obs[:, ITEM:HAS_KEY].reshape(-1, len(ITEMS), 5)
    right_down = np.rint(items[..., 1:3] * SPAN[::-1]).astype(np.int64)
    places = cell[:, None] + right_down @ [1, WIDTH]  # (B, 4)
    for number, item in enumerate(ITEMS):
        seen = np.flatnonzero(items[:, number, 0] > 0.5)
        plans[seen, places[seen, number]] = item
    has_key = np.rint(obs[:, HAS_KEY]).astype(np.int64)
    progress = np.rint(obs[:, PROGRESS] * PUSHES).astype(np.int64)
    return plans, (progress * 2 + has_key) * CELLS + cell


def count_visits(obs: np.ndarray) -> np.ndarray:
    """How often the hero stood on each cell: observations (B, OBS_DIM) -> counts (HEIGHT, WIDTH)."""
    cells = split_state(decode(obs)[1])[0]  # (B,)
    return np.bincount(cells, minlength=CELLS).reshape(HEIGHT, WIDTH)


def on_passage(obs: np.ndarray) -> np.ndarray:
    """Does the hero stand in the secret passage? Observations (..., OBS_DIM) -> bool (...)."""
    start = ITEM + 5 * ITEMS.index(PASSAGE)
    there, right, down = np.moveaxis(obs[..., start : start + 3], -1, 0)
    return (there > 0.5) & (right == 0) & (down == 0)
