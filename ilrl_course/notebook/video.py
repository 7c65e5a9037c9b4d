"""Pictures and clips in a notebook: PNG with a description in words, moving where there is movement."""

import base64
import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import gymnasium as gym
import IPython.display
import numpy as np
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from ilrl_course.measures.rehearsal import NUM_FRAMES, is_rehearsal
from ilrl_course.notebook import plotting
from ilrl_course.notebook.palette import INK, PAPER

MAX_BYTES = 300_000
CLEAR = 255  # the color number of pixels that stay as they are


@dataclass(frozen=True)
class Picture:
    """A still or animated PNG and its description; a notebook shows it as the last value of a cell."""

    png: bytes
    alt: str
    width: int  # pixels on the screen

    def __post_init__(self):
        if not self.alt.strip():
            raise ValueError("alt is empty: describe the picture in a sentence, for those who cannot see it")

    def __repr__(self) -> str:
        return self.alt

    def _base64(self) -> str:
        return base64.b64encode(self.png).decode()

    def _repr_mimebundle_(self, include=None, exclude=None):
        """HTML comes first, since JupyterLab drops an image's description; other programs show the image."""
        data = {"text/html": self.to_html(), "image/png": self._base64(), "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt, "width": self.width}}

    def to_html(self) -> str:
        """An <img> element that holds the picture itself."""
        source = f"data:image/png;base64,{self._base64()}"
        return (
            f'<img src="{source}" alt="{html.escape(self.alt)}" width="{self.width}" style="max-width: 100%">'
        )


class Frames(list):
    """Pictures (H, W, 3) uint8 of one episode, and how it `ended`, such as "crashed"."""

    ended: str = ""


def picture(figure, alt: str) -> Picture:
    """A figure as a picture that can be returned or shown."""
    image = Image.open(io.BytesIO(plotting.png(figure))).convert("RGB")
    buffer = io.BytesIO()
    image.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        buffer, "PNG", optimize=True
    )
    return Picture(buffer.getvalue(), alt, width=round(100 * figure.get_figwidth()))


def show(figure, alt: str) -> None:
    """Show a figure now, described by `alt`."""
    IPython.display.display(picture(figure, alt))


def record(
    actor: Callable[[np.ndarray], np.ndarray],
    env_id: str,
    seed: int,
    max_steps: int | None = None,
    every: int = 1,
    **options,
) -> Frames:
    """Film one episode of an actor, to its end or for `max_steps`; options go to the world.

    A picture is taken after `every` so many steps, and of the end.
    """
    env = gym.make(env_id, render_mode="rgb_array", **options)
    obs, _ = env.reset(seed=seed)
    frames, episode_over, num_steps = Frames([env.render()]), False, 0
    most_frames = NUM_FRAMES if is_rehearsal() else float("inf")
    while not episode_over and num_steps != max_steps and len(frames) <= most_frames:
        obs, _, terminated, truncated, info = env.step(actor(obs[None])[0])
        num_steps += 1
        episode_over = terminated or truncated
        if num_steps % every == 0 or episode_over:
            frames.append(env.render())
        frames.ended = _ending(terminated, truncated, info)
    env.close()
    return frames


def _ending(terminated: bool, truncated: bool, info: dict) -> str:
    if info.get("crashed"):
        return "crashed"
    if info.get("success"):
        return "made it"
    return "over" if terminated else "time is up" if truncated else ""


def clip(frames: list[np.ndarray], alt: str, fps: float = 25, width: int | None = None) -> Picture:
    """An endless animated PNG of frames (H, W, 3) uint8, below `MAX_BYTES`.

    If need be it skips frames, evenly, at the same speed; the first and last frame stay. `width` is the
    width on the screen.
    """
    if len(frames) == 0:
        raise ValueError("there are no frames to show: record an episode first")
    images, palette = _quantize([np.asarray(frame) for frame in frames])
    stride = 1
    while True:
        kept = images[:-1:stride] + images[-1:]
        png = _animate(kept, palette, [1000 * stride / fps] * (len(kept) - 1) + [1500])  # rests at the end
        if len(png) < MAX_BYTES:
            return Picture(png, alt, width or images[0].shape[1])
        if len(kept) <= 2:
            raise ValueError(f"the clip has {len(png)} bytes: record fewer steps or smaller pictures")
        stride = max(stride + 1, stride * len(png) // MAX_BYTES)


def _quantize(frames: list[np.ndarray]) -> tuple[list[np.ndarray], list[int]]:
    """The frames as numbers of colors (H, W), and the one palette that they share, taken from a few of them.

    No dithering, which flickers. Color `CLEAR` stays free, and looks like no other.
    """
    sample = np.concatenate([frames[i] for i in np.linspace(0, len(frames) - 1, 6).astype(int)])
    common = Image.fromarray(sample).quantize(CLEAR, Image.Quantize.MEDIANCUT)
    images = [Image.fromarray(frame).quantize(palette=common, dither=Image.Dither.NONE) for frame in frames]
    palette = common.getpalette()
    used = set(zip(palette[0::3], palette[1::3], palette[2::3], strict=True))
    free = next((255, 0, blue) for blue in range(256) if (255, 0, blue) not in used)
    palette = palette + [0] * (3 * CLEAR - len(palette)) + list(free)
    return [np.asarray(image) for image in images], palette


def _animate(images: list[np.ndarray], palette: list[int], durations: list[float]) -> bytes:
    """Frames that hold only the pixels that change and are clear elsewhere: many times smaller."""
    changes = [np.where(now == before, CLEAR, now).astype(np.uint8) for before, now in pairwise(images)]
    frames = [Image.fromarray(image) for image in [images[0], *changes]]
    for frame in frames:
        frame.putpalette(palette)
    buffer = io.BytesIO()
    options = {"duration": durations, "loop": 0, "transparency": CLEAR, "blend": PngImagePlugin.Blend.OP_OVER}
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:], optimize=True, **options)
    return buffer.getvalue()


def side_by_side(episodes: dict[str, list[np.ndarray]]) -> list[np.ndarray]:
    """One film of several: captions on top; an episode that is over rests, dimmed, with the way it ended."""
    sizes = {np.shape(frames[0]) for frames in episodes.values()}
    if len(sizes) > 1:
        raise ValueError(f"the episodes' pictures have different sizes {sizes}: film them in the same world")
    length = max(len(frames) for frames in episodes.values())
    columns = [_column(label, frames, length) for label, frames in episodes.items()]
    gap = np.asarray(Image.new("RGB", (12, columns[0][0].shape[0]), PAPER))
    return [
        np.hstack([part for picture in row for part in (gap, picture)][1:])
        for row in zip(*columns, strict=True)
    ]


def _column(label: str, frames: list[np.ndarray], length: int) -> list[np.ndarray]:
    height, width = frames[0].shape[:2]
    size = max(16, height // 14)
    title = Image.new("RGB", (width, 2 * size), PAPER)
    ImageDraw.Draw(title).text((width // 2, size), label, INK, ImageFont.load_default(size), anchor="mm")
    running = [np.vstack([np.asarray(title), frame]) for frame in frames]
    rest = Image.blend(Image.fromarray(frames[-1]), Image.new("RGB", (width, height), PAPER), 0.6)
    ended = getattr(frames, "ended", "")
    ImageDraw.Draw(rest).text(
        (width // 2, height // 4), ended, INK, ImageFont.load_default(2 * size), anchor="mm"
    )
    resting = np.vstack([np.asarray(title), np.asarray(rest)])
    return running + [resting] * (length - len(frames))
