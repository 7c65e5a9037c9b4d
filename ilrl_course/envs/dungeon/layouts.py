"""Floor plans made from a number: a hall with key and lava, a vault with the treasure, two ways into it."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from ilrl_course.envs.dungeon.planner import plan, walk
from ilrl_course.envs.dungeon.rules import (
    DOOR,
    FLOOR,
    HEIGHT,
    KEY,
    LAVA,
    MAX_STEPS,
    PASSAGE,
    TARGETS,
    TREASURE,
    WALL,
    WIDTH,
    Layout,
    lava_nearness,
    split_state,
)

NUM_LAYOUTS = 1000  # numbers 0 to 999 name a layout
SAVING = 0.3  # of the cautious way that the passage spares at least, in every layout
MIN_STEPS = 8  # of the shortest way
POOLS = ((1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (2, 1), (1, 2))  # lava, rows x columns


PLANS = Path(__file__).with_name("layouts.txt")  # what `generate` gives: 1000 of them take 8 s to find


def make_layout(number: int) -> Layout:
    """The layout of this number; solvable with the key past all lava, and by the passage."""
    if not 0 <= number < NUM_LAYOUTS:
        raise ValueError(f"layout {number} does not exist: choose 0 to {NUM_LAYOUTS - 1}")
    return Layout.parse(_plans()[number])


@lru_cache(maxsize=1)
def _plans() -> list[str]:
    return PLANS.read_text(encoding="ascii").split("\n\n")


def generate(number: int) -> Layout:
    """Find the layout of this number anew, always the same: drafts are drawn until one is good."""
    rng = np.random.default_rng([4242, number])
    while not _is_good(layout := _draft(rng)):
        pass
    return layout


def _draft(rng: np.random.Generator) -> Layout:
    """A random plan: start and secret passage at one end of the dividing wall, key and door at the other."""
    on_its_side = rng.random() < 0.3  # the vault above or below the hall instead of beside it
    height, width = (WIDTH, HEIGHT) if on_its_side else (HEIGHT, WIDTH)
    near, far = range(height - (height + 1) // 3 - 1, height), range((height + 1) // 4)
    grid = np.zeros((height, width), dtype=np.uint8)
    divider = (
        int(rng.integers(width - 5, width - 3)) if not on_its_side else 4
    )  # column between hall and vault
    grid[:, divider] = WALL
    door, passage = (_pick(rng, far), divider), (_pick(rng, near), divider)
    start, key = (
        (_pick(rng, near), _pick(rng, range(1, divider - 1))),
        (_pick(rng, far), _pick(rng, range(divider - 2))),
    )
    treasure = (_pick(rng, range(height)), _pick(rng, range(divider + 1, width)))
    keep = [start, key, treasure, door, passage]
    if rng.random() < 0.6:  # a third room: the hall is halved, with an open arch
        arch = (_pick(rng, range(far.stop, near.start)), _pick(rng, range(divider - 1)))
        grid[arch[0], :divider] = WALL
        grid[arch] = FLOOR
        keep.append(arch)
    grid[door], grid[passage], grid[key], grid[treasure] = DOOR, PASSAGE, KEY, TREASURE
    _pour_lava(rng, grid, keep)
    _raise_pillars(rng, grid, keep)
    if on_its_side:
        grid, start = grid.T, start[::-1]
    return _mirrored(rng, grid, start)


def _pick(rng: np.random.Generator, choices: range) -> int:
    return int(rng.integers(choices.start, choices.stop))


def _free(grid: np.ndarray, rows: slice, columns: slice, keep: list[tuple[int, int]]) -> bool:
    """Is this block plain floor, and no cell to be kept in it or beside it?"""
    beside = any(
        rows.start - 1 <= row <= rows.stop and columns.start - 1 <= column <= columns.stop
        for row, column in keep
    )
    return not beside and (grid[rows, columns] == FLOOR).all()


def _pour_lava(rng: np.random.Generator, grid: np.ndarray, keep: list[tuple[int, int]]) -> None:
    missing = int(rng.integers(3, 6))
    for _ in range(40):
        height, width = POOLS[rng.integers(len(POOLS))]
        row, column = (
            _pick(rng, range(grid.shape[0] - height + 1)),
            _pick(rng, range(grid.shape[1] - width + 1)),
        )
        rows, columns = slice(row, row + height), slice(column, column + width)
        if missing and _free(grid, rows, columns, keep):
            grid[rows, columns] = LAVA
            missing -= 1


def _raise_pillars(rng: np.random.Generator, grid: np.ndarray, keep: list[tuple[int, int]]) -> None:
    for _ in range(int(rng.integers(0, 3))):
        row, column = _pick(rng, range(1, grid.shape[0] - 1)), _pick(rng, range(1, grid.shape[1] - 1))
        if _free(grid, slice(row, row + 1), slice(column, column + 1), keep):
            grid[row, column] = WALL


def _mirrored(rng: np.random.Generator, grid: np.ndarray, start: tuple[int, int]) -> Layout:
    row, column = start
    if rng.random() < 0.5:
        grid, row = grid[::-1], HEIGHT - 1 - row
    if rng.random() < 0.5:
        grid, column = grid[:, ::-1], WIDTH - 1 - column
    return Layout(np.ascontiguousarray(grid), row * WIDTH + column)


def _is_good(layout: Layout) -> bool:
    """Both ways exist, the passage spares enough, and caution around the lava costs steps."""
    grid, start = layout.grid, layout.start
    shortest = plan(grid)[0][start]
    if not MIN_STEPS <= shortest <= MAX_STEPS / 4:
        return False
    careful = walk(grid, start, plan(grid, cautious=True)[1])
    if split_state(careful[-1])[0] != np.flatnonzero(grid.ravel() == TREASURE)[0]:
        return False
    steps = len(careful) - 1
    if shortest > (1 - SAVING) * steps or _touches(grid, careful, PASSAGE) or _touches(grid, careful, LAVA):
        return False
    walled = without_passage(layout).grid
    bold = walk(walled, start, plan(walled)[1])
    near = lava_nearness(grid)[split_state(np.array(bold))[0]]
    return shortest < len(bold) - 1 < steps and near.max() == 1


def _touches(grid: np.ndarray, states: list[int], code: int) -> bool:
    return (grid.ravel()[split_state(np.array(states))[0]] == code).any()


def without_passage(layout: Layout) -> Layout:
    """The same layout with plain wall in place of the passage."""
    return Layout(np.where(layout.grid == PASSAGE, WALL, layout.grid).astype(np.uint8), layout.start)


def start_cells(layout: Layout) -> np.ndarray:
    """The plain floor that the start is joined to without lava: from all of it the treasure can be had."""
    codes, reached, frontier = layout.grid.ravel(), set(), [layout.start]
    while frontier:
        cell = frontier.pop()
        if cell not in reached:
            reached.add(cell)
            frontier += [int(target) for target in TARGETS[cell] if codes[target] in (FLOOR, KEY)]
    return np.array(sorted(cell for cell in reached if codes[cell] == FLOOR))


if __name__ == "__main__":  # python ilrl_course/envs/dungeon/layouts.py
    PLANS.write_text("\n\n".join(str(generate(number)) for number in range(NUM_LAYOUTS)) + "\n")
