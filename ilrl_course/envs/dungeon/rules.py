"""The rules of the Dungeon: what a layout is, and where every move leads from every state.

A state of one layout is a whole number, `(progress * 2 + has_key) * CELLS + cell`: how often in a row the
hero has just pushed against the secret passage, whether he holds the key, and where he stands. The door needs
no entry of its own: it is a wall to those without the key and open floor to its holder.
"""

from dataclasses import dataclass

import numpy as np

HEIGHT, WIDTH = 7, 11  # of the floor plan; the outer wall around it is not stored
CELLS = HEIGHT * WIDTH
PUSHES = 3  # the passage gives way at this many pushes in a row
NUM_STATES = PUSHES * 2 * CELLS
NUM_ACTIONS = 4
MAX_STEPS = 100  # time limit of an episode

FLOOR, WALL, LAVA, KEY, DOOR, TREASURE, PASSAGE = range(7)
SYMBOLS = ".#~kDTp"  # one a cell code; "S" is the start
UP, RIGHT, DOWN, LEFT = range(4)
MOVES = np.array([[-1, 0], [0, 1], [1, 0], [0, -1]])  # (A, 2): rows down, columns right


@dataclass(frozen=True)
class Layout:
    """A floor plan: `grid` (HEIGHT, WIDTH) uint8 of cell codes, and the cell where the hero starts."""

    grid: np.ndarray
    start: int

    @classmethod
    def parse(cls, text: str) -> "Layout":
        """Read a plan drawn with `SYMBOLS` and "S"; raises ValueError where it is not a complete plan."""
        rows = [line.strip() for line in text.strip().splitlines()]
        if len(rows) != HEIGHT or any(len(row) != WIDTH for row in rows):
            raise ValueError(f"the plan is not {HEIGHT} rows of {WIDTH} cells: {rows}")
        joined = "".join(rows)
        if joined.count("S") != 1 or set(joined) - set(SYMBOLS + "S"):
            raise ValueError(f"the plan needs one S and otherwise only {SYMBOLS!r}: {rows}")
        codes = [SYMBOLS.index(symbol) for symbol in joined.replace("S", ".")]
        return cls(np.array(codes, dtype=np.uint8).reshape(HEIGHT, WIDTH), joined.index("S"))

    def __str__(self) -> str:
        symbols = [SYMBOLS[code] for code in self.grid.ravel()]
        symbols[self.start] = "S"
        return "\n".join("".join(symbols[row * WIDTH : (row + 1) * WIDTH]) for row in range(HEIGHT))


def split_state(state):
    """The cell, has_key and progress of a state index; works on arrays alike."""
    return state % CELLS, state // CELLS % 2, state // (2 * CELLS)


def _targets() -> tuple[np.ndarray, np.ndarray]:
    """The cell that each move points at (C, A), and whether that is inside the plan (C, A)."""
    position = np.stack(np.divmod(np.arange(CELLS), WIDTH), axis=-1)[:, None] + MOVES  # (C, A, 2)
    inside = ((position >= 0) & (position < (HEIGHT, WIDTH))).all(axis=-1)  # (C, A)
    target = position[..., 0] * WIDTH + position[..., 1]
    return np.where(inside, target, np.arange(CELLS)[:, None]), inside


TARGETS, INSIDE = _targets()


def transition_table(grid: np.ndarray) -> np.ndarray:
    """Where each action leads from each state: (NUM_STATES, NUM_ACTIONS) int16; ends lead to themselves."""
    codes = grid.ravel()
    code = np.where(INSIDE, codes[TARGETS], WALL)  # (C, A)
    progress, has_key = np.ogrid[:PUSHES, :2]
    progress, has_key = progress[..., None, None], has_key[..., None, None]  # against (C, A)
    pushing = code == PASSAGE
    enters = (code != WALL) & ((code != DOOR) | (has_key == 1)) & (~pushing | (progress == PUSHES - 1))
    cell = np.where(enters, TARGETS, np.arange(CELLS)[:, None])
    new_key = has_key | (enters & (code == KEY))
    new_progress = np.where(pushing & ~enters, progress + 1, 0)
    table = (new_progress * 2 + new_key) * CELLS + cell  # (P, 2, C, A)
    ends = np.isin(codes, (LAVA, TREASURE))
    table[:, :, ends] = np.arange(NUM_STATES).reshape(PUSHES, 2, CELLS)[:, :, ends, None]
    return table.reshape(NUM_STATES, NUM_ACTIONS).astype(np.int16)


def lava_nearness(grid: np.ndarray) -> np.ndarray:
    """1 for cells one step from lava, 1/4 for cells two steps from it, else 0: (CELLS,)."""
    lava = np.pad(grid == LAVA, 2)
    near = np.zeros((HEIGHT, WIDTH), dtype=np.float64)
    for down in range(-2, 3):
        for right in range(-2, 3):
            distance = abs(down) + abs(right)
            if distance in (1, 2):
                shifted = lava[2 + down : 2 + down + HEIGHT, 2 + right : 2 + right + WIDTH]
                near = np.maximum(near, shifted * (1.0 if distance == 1 else 0.25))
    return near.ravel()
