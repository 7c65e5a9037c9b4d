"""The part of the driving world's picture that does not move: grass, trees, road, curbs, start line."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from ilrl_course.envs.driving.tracks import NUM_POINTS, track_bank

FRAME = (600, 400)  # px, width and height
HUD_HEIGHT = 32  # px at the bottom
SCALE = 4.65  # px per m
DETAIL = 3  # the background is drawn this much larger and then averaged
CURB_FROM = 0.025  # 1/m: bends sharper than that have curbs
CURB_WIDTH, STRIPE, DASH = 0.9, 2.2, 6.0  # m

DRY = {
    "grass": (111, 168, 84),
    "mown": (120, 178, 91),
    "gravel": (214, 196, 150),
    "road": (82, 85, 92),
    "shade": (88, 138, 70),
}
WET = {
    "grass": (84, 136, 82),
    "mown": (91, 145, 89),
    "gravel": (176, 163, 134),
    "road": (50, 59, 78),
    "shade": (66, 112, 72),
}
TREES, PUDDLE = ((58, 112, 58), (70, 130, 66)), (84, 104, 136)
WHITE, RED, DASHES = (244, 244, 240), (208, 52, 48), (206, 206, 200)
WET_BELOW = 0.8  # grip


def to_pixels(x, y) -> np.ndarray:
    """World x, y (m) as picture coordinates (..., 2) in px."""
    middle = FRAME[0] / 2, (FRAME[1] - HUD_HEIGHT) / 2
    return np.stack([middle[0] + SCALE * np.asarray(x), middle[1] - SCALE * np.asarray(y)], axis=-1)


def locate(number: int, s, d) -> tuple[np.ndarray, np.ndarray]:
    """Picture coordinates (..., 2) of road coordinates, and the road's heading (...) there."""
    bank = track_bank()
    at = (np.asarray(s) / bank.length[number] * NUM_POINTS) % NUM_POINTS
    point = at.astype(np.int64)
    after, share = (point + 1) % NUM_POINTS, at - point
    x, y = (table[number, point] * (1 - share) + table[number, after] * share for table in (bank.x, bank.y))
    turn = bank.heading[number, after] - bank.heading[number, point]
    heading = bank.heading[number, point] + share * (turn - 2 * np.pi * np.round(turn / (2 * np.pi)))
    return to_pixels(x - d * np.sin(heading), y + d * np.cos(heading)), heading


@lru_cache(maxsize=64)
def background(number: int, half_width: float, wet: bool) -> Image.Image:
    """The empty track as an RGB picture; copy it before drawing on it."""
    colors = WET if wet else DRY
    image = Image.new("RGB", (FRAME[0] * DETAIL, FRAME[1] * DETAIL), colors["grass"])
    pen = ImageDraw.Draw(image)
    for left in range(-FRAME[1], FRAME[0], 100):
        corners = ((left, 0), (left + 50, 0), (left + 50 + FRAME[1], FRAME[1]), (left + FRAME[1], FRAME[1]))
        pen.polygon([(DETAIL * x, DETAIL * y) for x, y in corners], fill=colors["mown"])
    _draw_trees(pen, number, half_width, colors["shade"])
    _draw_road(pen, number, half_width, colors)
    if wet:
        _draw_puddles(pen, number, half_width)
    _draw_markings(pen, number, half_width)
    return image.resize(FRAME, Image.Resampling.BOX)


def _ribbon(pen, number: int, start: float, end: float, right, left, fill) -> None:
    """Fill the road from start to end (m along it) between two offsets (m)."""
    s = np.linspace(start, end, max(2, int((end - start) / 0.6) + 1))
    edges = [locate(number, s, right)[0], locate(number, s, left)[0][::-1]]
    pen.polygon([tuple(p) for p in DETAIL * np.concatenate(edges)], fill=fill)


def _draw_road(pen, number: int, half_width: float, colors) -> None:
    bank = track_bank()
    length, curvature = bank.length[number], bank.curvature[number]
    pieces = round(length / STRIPE / 2) * 2  # even, so that red and white alternate all the way round
    edges = np.linspace(0, length, pieces + 1)
    middle = ((edges[1:] + edges[:-1]) / 2 / length * NUM_POINTS).astype(np.int64)
    spread = [np.roll(curvature, k) for k in range(-10, 11, 2)]
    bend = np.max(np.abs(spread), axis=0)[middle] > CURB_FROM
    sharp = np.mean(spread, axis=0)[middle]  # signed: the gravel lies outside the bend
    for k in np.flatnonzero(np.abs(sharp) > 0.08):
        outside = -np.sign(sharp[k])
        _ribbon(pen, number, edges[k], edges[k + 1], 0.0, outside * (half_width + 3.5), colors["gravel"])
    for k in range(pieces):
        width = half_width + (CURB_WIDTH if bend[k] else 0.35)
        color = RED if bend[k] and k % 2 else WHITE
        _ribbon(pen, number, edges[k], edges[k + 1], -width, width, color)
    for k in range(pieces):
        _ribbon(pen, number, edges[k], edges[k + 1] + 0.1, -half_width, half_width, colors["road"])


def _draw_markings(pen, number: int, half_width: float) -> None:
    length = track_bank().length[number]
    dashes = round(length / DASH)
    for k in range(1, dashes):
        start = k * length / dashes
        _ribbon(pen, number, start, start + DASH * 0.4, -0.12, 0.12, DASHES)
    squares = int(half_width / 0.5)
    for row in range(3):
        for k in range(-squares, squares):
            color = WHITE if (row + k) % 2 else (30, 30, 34)
            offset = k * half_width / squares
            _ribbon(pen, number, row * 0.8, row * 0.8 + 0.8, offset, offset + half_width / squares, color)


def _draw_puddles(pen, number: int, half_width: float) -> None:
    rng = np.random.default_rng(number)
    length = track_bank().length[number]
    for start in np.arange(8.0, length - 12.0, 14.0):
        size, offset = rng.uniform(4.0, 8.0), rng.uniform(-0.6, 0.6) * half_width
        s = start + size * np.linspace(0, 1, 24)
        swell = rng.uniform(0.5, 1.1) * np.sin(np.pi * np.linspace(0, 1, 24)) ** 0.5
        edges = [locate(number, s, offset - swell)[0], locate(number, s, offset + swell)[0][::-1]]
        pen.polygon([tuple(p) for p in DETAIL * np.concatenate(edges)], fill=PUDDLE)


def _draw_trees(pen, number: int, half_width: float, shade) -> None:
    rng = np.random.default_rng(number)
    bank = track_bank()
    road = to_pixels(bank.x[number], bank.y[number])
    for _ in range(90):
        x, y = rng.uniform((0, 0), (FRAME[0], FRAME[1] - HUD_HEIGHT))
        radius = rng.uniform(5.0, 9.0)  # px
        if np.hypot(road[:, 0] - x, road[:, 1] - y).min() < SCALE * (half_width + 4.5) + radius:
            continue
        for dx, dy, part, color in ((2, 3, 1.0, shade), (0, 0, 1.0, TREES[0]), (-0.2, -0.3, 0.6, TREES[1])):
            cx, cy, r = x + dx * min(radius, 1 + abs(dx)), y + dy * min(radius, 1), radius * part
            pen.ellipse([DETAIL * v for v in (cx - r, cy - r, cx + r, cy + r)], fill=color)
