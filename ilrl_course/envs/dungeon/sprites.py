"""The Dungeon's pictures, one a function: each paints on a transparent tile of `FINE` x `FINE` units."""

from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw

TILE = 44  # pixels
COLORS = 5  # of floor and wall, which are most of a picture: few, so that clips stay small
FINE = 4 * TILE  # painted four times larger, then shrunk, which smooths the edges

MORTAR, BRICK, BRICK_LIGHT, BRICK_FACE = (62, 44, 46), (134, 84, 70), (152, 99, 81), (100, 60, 54)
STONE, JOINT = ((96, 98, 110), (102, 104, 116), (90, 92, 104)), (76, 77, 90)
GOLD, GOLD_LIGHT, GOLD_DARK = (245, 190, 50), (255, 228, 130), (176, 122, 24)
WOOD, WOOD_DARK, IRON, INK = (150, 96, 48), (104, 64, 32), (70, 74, 84), (34, 26, 34)


def sprite(paint: Callable[..., None], *arguments) -> Image.Image:
    """The tile that `paint(brush, *arguments)` paints, TILE x TILE RGBA; kept for the next time."""
    return _sprite(paint, arguments)


@cache
def _sprite(paint, arguments) -> Image.Image:
    tile = Image.new("RGBA", (FINE, FINE))
    paint(ImageDraw.Draw(tile), *arguments)
    tile = tile.resize((TILE, TILE), Image.Resampling.LANCZOS)
    if paint not in (floor, wall):
        return tile
    return tile.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).convert("RGBA")


def floor(brush: ImageDraw.ImageDraw, variant: int) -> None:
    """Stone slabs, in four patterns."""
    brush.rectangle((0, 0, FINE, FINE), fill=JOINT)
    split = (60, 88, 116, 88)[variant]
    slabs = [(3, 3, FINE - 4, split - 3), (3, split + 3, 100, FINE - 4), (106, split + 3, FINE - 4, FINE - 4)]
    for number, slab in enumerate(slabs):
        if slab[3] > slab[1]:
            brush.rounded_rectangle(slab, radius=9, fill=STONE[(number + variant // 2) % 3])


def wall(brush: ImageDraw.ImageDraw, has_face: bool) -> None:
    """Four courses of bricks; with a face, the lowest course is the shaded front."""
    brush.rectangle((0, 0, FINE, FINE), fill=MORTAR)
    for course in range(4):
        top, offset = course * 44, 44 * (course % 2)
        front = has_face and course == 3
        for left in range(-offset, FINE, 88):
            fill = BRICK_FACE if front else (BRICK_LIGHT if (left // 44 + course) % 3 == 0 else BRICK)
            brush.rounded_rectangle((left + 3, top + 3, left + 84, top + 40), radius=7, fill=fill)


def crack(brush: ImageDraw.ImageDraw, depth: int) -> None:
    """The cracks of the secret passage: hardly to be seen, deeper with each push."""
    color = (84, 54, 50, 255) if depth == 0 else (40, 26, 30, 255)
    width = 4 + 4 * depth
    brush.line([(70, 12), (92, 48), (78, 84), (104, 122), (90, 164)], fill=color, width=width, joint="curve")
    brush.line([(78, 84), (52, 100), (44, 122)], fill=color, width=width, joint="curve")
    if depth:
        brush.line([(92, 48), (126, 58), (140, 40)], fill=color, width=width, joint="curve")
        brush.line([(104, 122), (132, 138)], fill=color, width=width, joint="curve")


def passage_open(brush: ImageDraw.ImageDraw) -> None:
    """The dark inside of the secret passage."""
    wall(brush, False)
    brush.rectangle((10, 10, FINE - 10, FINE - 10), fill=(30, 24, 32, 255))
    brush.rectangle((22, 22, FINE - 22, FINE - 22), fill=(48, 40, 50, 255))


def lava(brush: ImageDraw.ImageDraw, variant: int, banks: tuple[bool, bool, bool, bool]) -> None:
    """Molten rock with bright veins, and a dark crust along its banks: up, right, down, left."""
    brush.rectangle((0, 0, FINE, FINE), fill=(222, 74, 20))
    shift = 26 * variant
    for row in range(3):
        y = 26 + 58 * row
        points = [(x, y + (12 if (x // 44 + row + variant) % 2 else -12)) for x in range(0, FINE + 1, 44)]
        brush.line(points, fill=(250, 138, 30), width=16, joint="curve")
    for x, y, size in ((30 + shift, 50, 22), (118 - shift, 96, 30), (60 + shift, 140, 18)):
        brush.ellipse((x, y, x + size, y + size * 0.8), fill=(255, 214, 84))
        brush.ellipse((x + 5, y + 4, x + size - 7, y + size * 0.8 - 6), fill=(255, 244, 190))
    edges = ((0, 0, FINE, 14), (FINE - 14, 0, FINE, FINE), (0, FINE - 14, FINE, FINE), (0, 0, 14, FINE))
    for edge, is_bank in zip(edges, banks, strict=True):
        if is_bank:
            brush.rectangle(edge, fill=(74, 32, 30))


def glow(brush: ImageDraw.ImageDraw, direction: int) -> None:
    """The light that lava on that side (0 up, 1 right, 2 down, 3 left) throws on a floor tile."""
    for band in range(3):
        reach = 84 - 28 * band
        boxes = (
            (0, 0, FINE, reach),
            (FINE - reach, 0, FINE, FINE),
            (0, FINE - reach, FINE, FINE),
            (0, 0, reach, FINE),
        )
        brush.rectangle(boxes[direction], fill=(255, 110, 30, 40 + 36 * band))


def door(brush: ImageDraw.ImageDraw, is_open: bool) -> None:
    """A wooden door with iron bands and a golden lock, or its open frame."""
    brush.rectangle((0, 0, FINE, FINE), fill=IRON)
    if is_open:
        brush.rectangle((16, 12, FINE - 16, FINE), fill=(60, 58, 68))
        brush.rectangle((16, 12, 46, FINE), fill=WOOD_DARK)
        return
    brush.rectangle((12, 10, FINE - 12, FINE - 4), fill=WOOD_DARK)
    for left in range(16, FINE - 40, 37):
        brush.rectangle((left, 14, left + 32, FINE - 8), fill=WOOD)
    for top in (30, 128):
        brush.rectangle((12, top, FINE - 12, top + 16), fill=IRON)
    brush.rounded_rectangle((62, 62, 114, 118), radius=10, fill=GOLD, outline=GOLD_DARK, width=5)
    brush.ellipse((79, 74, 97, 92), fill=INK)
    brush.polygon([(88, 82), (80, 108), (96, 108)], fill=INK)


def key(brush: ImageDraw.ImageDraw) -> None:
    """A golden key."""
    for fill, grow in ((GOLD_DARK, 6), (GOLD, 0)):
        brush.ellipse((26 - grow, 56 - grow, 86 + grow, 116 + grow), fill=fill)
        brush.rectangle((78, 78 - grow, 152 + grow, 94 + grow), fill=fill)
        brush.rectangle((112 - grow, 90, 124 + grow, 118 + grow), fill=fill)
        brush.rectangle((138 - grow, 90, 152 + grow, 124 + grow), fill=fill)
    brush.ellipse((42, 72, 70, 100), fill=(96, 88, 80))
    brush.arc((32, 62, 80, 110), 190, 290, fill=GOLD_LIGHT, width=6)


def treasure(brush: ImageDraw.ImageDraw) -> None:
    """An open chest full of gold."""
    brush.ellipse((14, 138, 162, 170), fill=(60, 60, 72))
    brush.rounded_rectangle((22, 26, 154, 96), radius=26, fill=WOOD_DARK, outline=INK, width=5)
    brush.rounded_rectangle((34, 40, 142, 90), radius=16, fill=(66, 40, 24))
    for x, y in ((36, 66), (62, 54), (90, 58), (114, 68), (50, 76), (78, 72), (102, 78)):
        brush.ellipse((x, y, x + 30, y + 30), fill=GOLD, outline=GOLD_DARK, width=4)
        brush.arc((x + 6, y + 6, x + 24, y + 24), 180, 280, fill=GOLD_LIGHT, width=4)
    brush.rounded_rectangle((18, 92, 158, 158), radius=10, fill=WOOD, outline=INK, width=5)
    for left in (36, 124):
        brush.rectangle((left, 94, left + 16, 156), fill=GOLD_DARK)
    brush.rounded_rectangle((74, 88, 102, 126), radius=6, fill=GOLD, outline=INK, width=4)
    brush.ellipse((83, 100, 93, 110), fill=INK)


def hero(brush: ImageDraw.ImageDraw, facing: int) -> None:
    """The hero with cap and cloak, looking up, right, down or left (0 to 3)."""
    side = {1: 1, 3: -1}.get(facing, 0)
    brush.ellipse((40, 144, 136, 170), fill=(56, 56, 68))
    brush.rectangle((60, 138, 82, 162), fill=(66, 46, 36))
    brush.rectangle((94, 138, 116, 162), fill=(66, 46, 36))
    brush.rounded_rectangle((48, 78, 128, 148), radius=24, fill=(44, 112, 190), outline=INK, width=5)
    brush.rectangle((50, 118, 126, 130), fill=(240, 214, 120))
    brush.ellipse((46, 18, 130, 102), fill=(250, 208, 168), outline=INK, width=5)
    brush.pieslice((42, 10, 134, 102), 180, 360, fill=(206, 50, 60), outline=INK, width=5)
    if facing == 0:
        brush.pieslice((46, 14, 130, 98), 0, 360, fill=(206, 50, 60))
        brush.rounded_rectangle((58, 84, 118, 146), radius=18, fill=(180, 40, 52), outline=INK, width=4)
        return
    brush.rounded_rectangle((38 + 22 * side, 50, 138 + 22 * side, 62), radius=6, fill=(176, 36, 48))
    for x in (72, 104) if side == 0 else (88 + 22 * side,):
        brush.ellipse((x - 7, 66, x + 7, 84), fill=INK)
    if side:
        brush.ellipse(
            (88 + 30 * side - 12, 102, 88 + 30 * side + 12, 126), fill=(250, 208, 168), outline=INK, width=4
        )
