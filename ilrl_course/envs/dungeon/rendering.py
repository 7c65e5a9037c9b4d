"""A Dungeon as a picture: the floor plan once a layout, then the key, the door and the hero on top."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ilrl_course.envs.dungeon import sprites
from ilrl_course.envs.dungeon.rules import (
    DOOR,
    HEIGHT,
    KEY,
    LAVA,
    MAX_STEPS,
    MOVES,
    PASSAGE,
    TARGETS,
    TREASURE,
    WALL,
    WIDTH,
    split_state,
)
from ilrl_course.envs.dungeon.sprites import TILE, sprite

PANEL = 40  # height of the panel under the plan, pixels
SIZE = ((WIDTH + 2) * TILE, (HEIGHT + 2) * TILE + PANEL)


def draw(codes: np.ndarray, state: int, facing: int, steps: int) -> np.ndarray:
    """The picture (H, W, 3) uint8 of a plan (CELLS,) of cell codes in this state after so many steps."""
    cell, has_key, progress = split_state(state)
    picture = _background(codes.tobytes()).copy()
    for place in np.flatnonzero(codes == KEY):
        if not has_key:
            _paste(picture, place, sprite(sprites.key))
    for place in np.flatnonzero(codes == DOOR):
        if has_key and (cell == place or place in TARGETS[cell]):
            _paste(picture, place, sprite(sprites.door, True))
    for place in np.flatnonzero(codes == PASSAGE):
        if cell == place:
            _paste(picture, place, sprite(sprites.passage_open))
        elif progress:
            _paste(picture, place, sprite(sprites.crack, int(progress)))
    _paste(picture, cell, sprite(sprites.hero, facing))
    _write_panel(picture, codes[cell], bool(has_key), steps)
    return np.asarray(picture)


def _paste(picture: Image.Image, cell: int, tile: Image.Image) -> None:
    row, column = divmod(int(cell), WIDTH)
    picture.paste(tile, ((column + 1) * TILE, (row + 1) * TILE), tile)


@lru_cache(maxsize=64)
def _background(codes: bytes) -> Image.Image:
    grid = np.pad(np.frombuffer(codes, dtype=np.uint8).reshape(HEIGHT, WIDTH), 1, constant_values=WALL)
    picture = Image.new("RGB", SIZE, (28, 22, 30))
    for row in range(HEIGHT + 2):
        for column in range(WIDTH + 2):
            for tile in _tiles(grid, row, column):
                picture.paste(tile, (column * TILE, row * TILE), tile)
    return picture


def _tiles(grid: np.ndarray, row: int, column: int) -> list[Image.Image]:
    """The tiles that lie on each other in one place of the plan with its outer wall."""
    code = grid[row, column]
    variant = (row * 7 + column * 5 + row * column) % 4
    if code in (WALL, PASSAGE):
        below = grid[row + 1, column] if row < HEIGHT + 1 else WALL
        bricks = sprite(sprites.wall, bool(below not in (WALL, PASSAGE)))
        return [bricks] if code == WALL else [bricks, sprite(sprites.crack, 0)]
    around = [grid[row + down, column + right] for down, right in MOVES]
    if code == LAVA:
        return [sprite(sprites.lava, variant % 2, tuple(bool(other != LAVA) for other in around))]
    tiles = [sprite(sprites.floor, variant)]
    tiles += [sprite(sprites.glow, side) for side, other in enumerate(around) if other == LAVA]
    if code == DOOR:
        tiles.append(sprite(sprites.door, False))
    if code == TREASURE:
        tiles.append(sprite(sprites.treasure))
    return tiles


@lru_cache(maxsize=1)
def _font():
    return ImageFont.load_default(size=17)


def _write_panel(picture: Image.Image, code: int, has_key: bool, steps: int) -> None:
    brush = ImageDraw.Draw(picture)
    top = SIZE[1] - PANEL
    brush.rectangle((8, top + 3, 8 + 34, top + 37), outline=(110, 98, 110), width=2)
    if has_key:
        small = sprite(sprites.key).resize((30, 30))
        picture.paste(small, (10, top + 5), small)
    text = {LAVA: "burnt by lava", TREASURE: "treasure found!"}.get(
        int(code), "key in hand" if has_key else "no key"
    )
    brush.text((54, top + 9), text, fill=(236, 224, 200), font=_font())
    left, right = SIZE[0] - 250, SIZE[0] - 110
    brush.rectangle((left, top + 15, right, top + 25), fill=(60, 50, 60))
    brush.rectangle(
        (left, top + 15, left + (right - left) * (1 - steps / MAX_STEPS), top + 25), fill=(240, 190, 60)
    )
    brush.text((right + 12, top + 9), f"step {steps}", fill=(236, 224, 200), font=_font())
