"""Closed roads, numbered: number k is the same road on every machine.

A track is the outline of a random group of cells on a coarse grid (which gives straights, hairpins and
S-bends, and keeps the road clear of itself), bent by moving its corners, rounded by a Gaussian, and scaled
to fit into the picture.
"""

from functools import cache

import numpy as np

NUM_TRACKS = 1000
NUM_POINTS = 512  # samples along a lap, evenly spaced by arc length
WORLD_SIZE = (116.0, 66.0)  # m: the largest width and height of a center line, so that it fits the picture
LAP_LENGTH = (230.0, 350.0)  # m: shortest and longest lap
MIN_RADIUS = 6.5  # m: the tightest bend of a center line
MIN_CLEARANCE = 11.5  # m between two parts of the center line that are not neighbors along the road
MIN_TURNING = 3 * np.pi  # rad: all bends of a lap added up; a plain oval has 2 pi
_DENSE = 2048  # samples on the way to evenly spaced ones
_FAR_APART = 18.0  # m along the road: closer than that, two points count as neighbors


class TrackBank:
    """All tracks as tables, each made when it is first asked for.

    `x, y, heading, curvature` are (NUM_TRACKS, NUM_POINTS): m, m, rad (unwrapped), 1/m (positive: to the
    left); `length` is (NUM_TRACKS,) in m. Point 0 is the start line, in the middle of the longest straight.
    """

    def __init__(self):
        shape = (NUM_TRACKS, NUM_POINTS)
        self.x, self.y, self.heading, self.curvature = (np.zeros(shape) for _ in range(4))
        self.length = np.zeros(NUM_TRACKS)  # 0: not made yet

    def __reduce__(self):
        return track_bank, ()  # a copy of a world shares what it only looks up

    def ensure(self, number: int) -> None:
        """Make this track if it is not there yet."""
        if self.length[number] == 0:
            x, y, heading, curvature, length = make_track(number)
            self.x[number], self.y[number] = x, y
            self.heading[number], self.curvature[number] = heading, curvature
            self.length[number] = length


@cache
def track_bank() -> TrackBank:
    """The one bank that all worlds of a process share."""
    return TrackBank()


def make_track(number: int):
    """Track `number` as x, y, heading, curvature, each (NUM_POINTS,), and its length in m."""
    rng = np.random.default_rng([7, number])
    while True:
        corners = _outline(rng)
        if corners is None:
            continue
        points, length = _even(_fit(_rounded(corners, rng)))  # (NUM_POINTS,) complex
        heading, curvature = _direction(points, length)
        if LAP_LENGTH[0] <= length <= LAP_LENGTH[1] and _is_drivable(points, curvature, length):
            start = _middle_of_straight(curvature)
            points = np.roll(points, -start)
            heading, curvature = _direction(points, length)
            return points.real, points.imag, heading, curvature, length


def _outline(rng: np.random.Generator) -> np.ndarray | None:
    """Corners (M,) complex of a random group of grid cells; None where it touches itself or is an oval."""
    columns, rows = ((4, 2), (4, 3), (5, 2), (5, 3), (6, 3))[rng.integers(5)]
    cells = {(int(rng.integers(columns)), int(rng.integers(rows)))}
    for _ in range(rng.integers(2, columns * rows - 1)):
        near = {(i + a, j + b) for i, j in cells for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1))} - cells
        near = sorted((i, j) for i, j in near if 0 <= i < columns and 0 <= j < rows)
        cells.add(near[rng.integers(len(near))])
    edges = set()
    for i, j in cells:
        ring = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
        edges |= set(zip(ring, ring[1:] + ring[:1], strict=True))
    outer = [(a, b) for a, b in edges if (b, a) not in edges]
    follow = dict(outer)
    if len(follow) < len(outer):  # two cells meet at a corner only
        return None
    first = min(follow)
    path = [first]
    while follow[path[-1]] != first:
        path.append(follow[path[-1]])
    corners = np.array([complex(*p) for p in path])
    turns = np.count_nonzero(np.abs(corners - (np.roll(corners, 1) + np.roll(corners, -1)) / 2) > 0.1)
    return corners if len(path) == len(outer) and turns > 4 else None


def _rounded(corners: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move the corners a little and round them off: (M,) -> (_DENSE,), one unit being a grid cell."""
    bend, sigma = rng.uniform(0.0, 0.3), rng.uniform(0.32, 0.46)  # in cells
    shift = rng.uniform(-bend, bend, (2, len(corners)))
    corners = (corners + shift[0] + 1j * shift[1]) * np.exp(1j * rng.uniform(-0.2, 0.2))
    if rng.random() < 0.5:  # run the lap the other way round
        corners = corners[::-1]
    closed = np.append(corners, corners[0])
    along = np.append(0.0, np.cumsum(np.abs(np.diff(closed))))
    points = np.interp(np.arange(256) * along[-1] / 256, along, closed)
    waves = np.fft.fft(points) * np.exp(
        -0.5 * (2 * np.pi * sigma / along[-1] * np.fft.fftfreq(256, 1 / 256)) ** 2
    )
    padded = np.zeros(_DENSE, dtype=complex)
    padded[:128], padded[-127:] = waves[:128], waves[-127:]
    return np.fft.ifft(padded) * (_DENSE / 256)


def _fit(points: np.ndarray) -> np.ndarray:
    """Scale to the world's size, centered on 0."""
    low, high = points.real.min() + 1j * points.imag.min(), points.real.max() + 1j * points.imag.max()
    size = high - low
    return (points - (low + high) / 2) * min(WORLD_SIZE[0] / size.real, WORLD_SIZE[1] / size.imag)


def _even(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Evenly spaced points (NUM_POINTS,) on a closed curve, and its length."""
    closed = np.append(points, points[0])
    along = np.append(0.0, np.cumsum(np.abs(np.diff(closed))))
    return np.interp(np.arange(NUM_POINTS) * along[-1] / NUM_POINTS, along, closed), float(along[-1])


def _direction(points: np.ndarray, length: float) -> tuple[np.ndarray, np.ndarray]:
    """Heading (unwrapped) and curvature of evenly spaced points."""
    frequencies = 2j * np.pi / length * np.fft.fftfreq(NUM_POINTS, 1 / NUM_POINTS)
    frequencies[np.abs(np.fft.fftfreq(NUM_POINTS, 1 / NUM_POINTS)) > 60] = 0  # noise of the even spacing
    waves = np.fft.fft(points)
    first, second = np.fft.ifft(waves * frequencies), np.fft.ifft(waves * frequencies**2)
    return np.unwrap(np.angle(first)), (first.conj() * second).imag / np.abs(first) ** 3


def _is_drivable(points: np.ndarray, curvature: np.ndarray, length: float) -> bool:
    """Neither too tight nor dull, and the road keeps clear of itself."""
    bending = np.abs(curvature)
    if bending.max() > 1 / MIN_RADIUS or bending.mean() * length < MIN_TURNING:
        return False
    some = points[::4]
    apart = np.abs(some[:, None] - some[None, :])  # m as the crow flies
    steps = np.arange(len(some))
    along = np.minimum(steps, len(some) - steps) * length / len(some)  # m along the road
    return apart[(along > _FAR_APART)[np.abs(steps[:, None] - steps[None, :])]].min() > MIN_CLEARANCE


def _middle_of_straight(curvature: np.ndarray) -> int:
    """The point around which the road bends least, over about 30 m."""
    window = np.zeros(NUM_POINTS)
    window[: NUM_POINTS // 8] = 1
    bending = np.fft.irfft(np.fft.rfft(np.abs(curvature)) * np.fft.rfft(window), NUM_POINTS)
    return int((np.argmin(bending) - NUM_POINTS // 16) % NUM_POINTS)
