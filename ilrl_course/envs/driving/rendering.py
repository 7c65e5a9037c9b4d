"""The driving world's picture: a fixed view of the track, the cars, the planned line, the instruments."""

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ilrl_course.envs.driving import spec
from ilrl_course.envs.driving.drivers import planned_line
from ilrl_course.envs.driving.scenery import FRAME, HUD_HEIGHT, SCALE, WET_BELOW, background, locate

DETAIL = 4  # moving things are drawn this much larger and then averaged
DOT_GAP = 2.5  # m between the dots of the planned line
MAGNIFY = 1.25  # cars are drawn larger than life
OWN, OTHER, GLASS, TIRE, LAMP = (220, 38, 60), (245, 190, 60), (40, 52, 70), (22, 22, 26), (255, 246, 200)
SHADOW, LINE, CONE, PANEL = (44, 46, 52), (96, 214, 255), (240, 118, 32), (32, 36, 44)
TEXT, DIM, GOOD, ALARM = (240, 242, 246), (84, 92, 106), (96, 214, 255), (255, 190, 70)


class _Patch:
    """A piece of the picture, enlarged to draw smooth shapes on; `close` puts it back."""

    def __init__(self, image: Image.Image, points: np.ndarray, border: int):
        low = np.maximum(points.min(axis=0).astype(int) - border, 0)
        high = np.minimum(points.max(axis=0).astype(int) + border, FRAME)
        self.image, self.low = image, low
        self.box = (int(low[0]), int(low[1]), int(max(high[0], low[0] + 1)), int(max(high[1], low[1] + 1)))
        self.size = self.box[2] - self.box[0], self.box[3] - self.box[1]
        enlarged = (self.size[0] * DETAIL, self.size[1] * DETAIL)
        self.canvas = image.crop(self.box).resize(enlarged, Image.Resampling.NEAREST)
        self.pen = ImageDraw.Draw(self.canvas)

    def polygon(self, points: np.ndarray, fill) -> None:
        self.pen.polygon([tuple(p) for p in (points - self.low) * DETAIL], fill=fill)

    def disc(self, center: np.ndarray, radius: float, fill) -> None:
        x, y = (center - self.low) * DETAIL
        r = radius * DETAIL
        self.pen.ellipse((x - r, y - r, x + r, y + r), fill=fill)

    def close(self) -> None:
        self.image.paste(self.canvas.resize(self.size, Image.Resampling.BOX), self.box)


def draw(world, row: int) -> np.ndarray:
    """Copy `row` of a `DrivingVectorEnv` as a picture (400, 600, 3) uint8."""
    number, objects = int(world.track[row]), world.objects
    image = background(number, world.half_width, world.options.grip < WET_BELOW).copy()
    _draw_plan(image, world, row)
    for k in range(objects.count):
        place, heading = locate(number, objects.s[row, k], objects.d[row, k])
        if objects.is_traffic:
            _draw_car(image, place, float(heading), 0.0, OTHER)
        else:
            _draw_works(image, place, float(heading))
    place, heading = locate(number, world.s[row], world.d[row])
    turn = 0.5 * world.last_action[row, 0]
    _draw_car(image, place, float(heading + world.psi[row]), turn, OWN)
    _draw_instruments(ImageDraw.Draw(image), world, row)
    return np.asarray(image)


def _box(place, heading: float, forward: float, left: float, length: float, width: float) -> np.ndarray:
    """Corners (4, 2) in px of a box whose middle lies forward and left (m) of a turned vehicle's middle."""
    along, across = (
        np.array([np.cos(heading), -np.sin(heading)]),
        np.array([-np.sin(heading), -np.cos(heading)]),
    )
    middle = place + SCALE * (forward * along + left * across)
    x, y = SCALE * length / 2 * along, SCALE * width / 2 * across
    return np.array([middle + x + y, middle + x - y, middle - x - y, middle - x + y])


def _draw_car(image, place, heading: float, turn: float, color) -> None:
    length, width = MAGNIFY * spec.CAR_LENGTH, MAGNIFY * spec.CAR_WIDTH
    patch = _Patch(image, place[None], 24)

    def part(forward, left, size, breadth, fill):
        shares = forward * length, left * width, size * length, breadth * width
        patch.polygon(_box(place, heading, *shares), fill)

    patch.polygon(_box(place + 1.5, heading, 0.0, 0.0, length, width), SHADOW)
    for forward, angle in ((0.3, turn), (-0.3, 0.0)):
        for left in (-0.47, 0.47):
            wheel = _box(place, heading, forward * length, left * width, 0.0, 0.0).mean(axis=0)
            patch.polygon(_box(wheel, heading + angle, 0.0, 0.0, 0.24 * length, 0.26 * width), TIRE)
    part(-0.02, 0.0, 0.92, 0.86, color)
    part(0.44, 0.0, 0.12, 0.66, color)
    part(0.14, 0.0, 0.14, 0.72, GLASS)
    part(-0.32, 0.0, 0.09, 0.66, GLASS)
    for left in (-0.26, 0.26):
        part(0.46, left, 0.07, 0.18, LAMP)
    patch.close()


def _draw_works(image, place, heading: float) -> None:
    patch = _Patch(image, place[None], 20)
    patch.polygon(_box(place, heading, 0.0, 0.0, spec.WORKS_LENGTH, spec.WORKS_WIDTH), (120, 92, 62))
    for forward in (-1.5, 1.5):
        for left in (-0.95, 0.95):
            cone = _box(place, heading, forward, left, 0.0, 0.0)[0]
            for radius, color in ((2.3, CONE), (1.4, (250, 250, 246)), (0.8, CONE)):
                patch.disc(cone, radius, color)
    for k in range(4):  # a striped barrier across the middle
        stripe = _box(place, heading, 0.0, (k - 1.5) * 0.5, 0.9, 0.5)
        patch.polygon(stripe, (220, 48, 40) if k % 2 else (250, 250, 246))
    patch.close()


def _draw_plan(image, world, row: int) -> None:
    """The line that the expert would take from here."""
    offsets = planned_line(world._observe()[row : row + 1])[0]  # (12,)
    # the dots stay where they are on the road while the car passes them: calm to see, and clips stay small
    first = DOT_GAP - world.s[row] % DOT_GAP
    ahead = np.arange(first, spec.LOOK_AHEAD[-1], DOT_GAP)
    smooth = np.interp(ahead, spec.LOOK_AHEAD, offsets)
    points, _ = locate(int(world.track[row]), world.s[row] + ahead, smooth)
    patch = _Patch(image, points, 6)
    for point in points:
        patch.disc(point, 1.7, LINE)
    patch.close()


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(14)


def _draw_instruments(pen: ImageDraw.ImageDraw, world, row: int) -> None:
    top = FRAME[1] - HUD_HEIGHT
    pen.rectangle((0, top, *FRAME), fill=PANEL)
    middle = top + HUD_HEIGHT / 2
    lap_share = (world.progress[row] - world.laps[row] * world.lap_length[row]) / world.lap_length[row]
    _bar(pen, 14, "speed", world.v[row] / 25.0, f"{3.6 * world.v[row]:.0f} km/h")
    _bar(pen, 246, f"lap {world.laps[row] + 1:.0f}", lap_share, f"{world.steps[row] * spec.STEP_TIME:.1f} s")
    state = "wet road" if world.options.grip < WET_BELOW else ""
    state = "off the road" if world.off_road[row] else "collision" if world.collision[row] else state
    pen.text((FRAME[0] - 14, middle), state, font=_font(), fill=ALARM, anchor="rm")


def _bar(pen, left: int, name: str, share: float, value: str) -> None:
    middle = FRAME[1] - HUD_HEIGHT / 2
    pen.text((left, middle), name, font=_font(), fill=TEXT, anchor="lm")
    start, width = left + 48, 100
    pen.rounded_rectangle((start, middle - 5, start + width, middle + 5), 4, fill=DIM)
    filled = width * min(max(float(share), 0.0), 1.0)
    if filled >= 1:
        pen.rounded_rectangle((start, middle - 5, start + filled, middle + 5), 4, fill=GOOD)
    pen.text((start + width + 10, middle), value, font=_font(), fill=TEXT, anchor="lm")
