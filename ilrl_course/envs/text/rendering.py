"""A line of text as a picture: it grows in a row of cells, and the lines before it fade out above."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ilrl_course.envs.text.alphabet import BLANK, END, LETTERS, MAX_LENGTH, WINDOW

CELL, LEFT = 40, 40  # width of a cell, and of the margin; pixels
SIZE = WIDTH, HEIGHT = 2 * LEFT + MAX_LENGTH * CELL, 400
TOP, BOTTOM = 276, 344  # of the cells of this line
EARLIER_BOTTOM, EARLIER_STEP = 226, 52  # the baseline of the newest line above, and from each to the next
PAPER, RULE, INK, SEEN = (253, 252, 249), (214, 220, 226), (34, 34, 34), (255, 240, 190)
MARGIN, CURSOR, DONE = (213, 94, 0), (0, 114, 178), (0, 158, 115)


def draw(written: np.ndarray, earlier: list[str]) -> np.ndarray:
    """The picture (H, W, 3) uint8 of a line's characters (MAX_LENGTH,), below earlier lines, oldest first.

    What the writer sees has a yellow ground. The end is a green square; a line that is full without one is
    struck by the margin in red.
    """
    picture = Image.new("RGB", SIZE, PAPER)
    brush = ImageDraw.Draw(picture)
    length = int((written != BLANK).sum())
    is_ended = END in written
    _draw_earlier(brush, earlier)
    _draw_ground(brush, length, is_growing=not is_ended and length < MAX_LENGTH)
    for place, code in enumerate(written[:length].tolist()):
        _draw_character(brush, place, code)
    if length == MAX_LENGTH and not is_ended:
        brush.line((_left(MAX_LENGTH), TOP - 16, _left(MAX_LENGTH), BOTTOM + 16), fill=MARGIN, width=8)
    return np.asarray(picture)


def _left(place: int) -> int:
    return LEFT + place * CELL


@lru_cache
def _font(size: int):
    return ImageFont.load_default(size=size)


def _draw_earlier(brush: ImageDraw.ImageDraw, earlier: list[str]) -> None:
    for age, line in enumerate(reversed(earlier)):
        bottom = EARLIER_BOTTOM - age * EARLIER_STEP
        paleness = 0.35 + 0.17 * age
        ink = tuple(int(np.interp(paleness, (0, 1), ends)) for ends in zip(INK, PAPER, strict=True))
        for place, letter in enumerate(line):
            middle = _left(place) * 0.7 + 0.3 * LEFT + 14
            brush.text((middle, bottom - 9), letter, fill=ink, font=_font(30), anchor="ms")
        brush.line((LEFT, bottom, WIDTH - LEFT, bottom), fill=RULE, width=1)


def _draw_ground(brush: ImageDraw.ImageDraw, length: int, is_growing: bool) -> None:
    """What is seen, the ruled cells, and where the next character will stand."""
    if is_growing and length:
        brush.rectangle((_left(max(0, length - WINDOW)), TOP, _left(length) - 1, BOTTOM), fill=SEEN)
    for place in range(MAX_LENGTH):
        brush.line((_left(place) + 4, BOTTOM, _left(place + 1) - 4, BOTTOM), fill=RULE, width=3)
    brush.line((_left(MAX_LENGTH), TOP, _left(MAX_LENGTH), BOTTOM), fill=RULE, width=2)
    if is_growing:
        brush.line((_left(length) + 4, BOTTOM, _left(length + 1) - 4, BOTTOM), fill=CURSOR, width=6)


def _draw_character(brush: ImageDraw.ImageDraw, place: int, code: int) -> None:
    middle = _left(place) + CELL // 2
    if code == END:
        brush.rectangle((middle - 9, BOTTOM - 32, middle + 9, BOTTOM - 14), fill=DONE)
    else:
        brush.text((middle, BOTTOM - 16), LETTERS[code], fill=INK, font=_font(46), anchor="ms")
