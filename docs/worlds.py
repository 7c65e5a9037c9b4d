"""Draws docs/worlds.png, the picture of the README: the expert at work in the three worlds."""

from pathlib import Path

import numpy as np
from PIL import Image

from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.notebook import video

SIZE = (360, 240)  # pixels of each world
NUM_FRAMES = 45
PACE = {CARTPOLE: 1, DRIVING: 3, DUNGEON: 0.25}  # steps of the world for each frame


def scaled(frames: list[np.ndarray], pace: float) -> list[np.ndarray]:
    """`NUM_FRAMES` small pictures of an episode at this pace; it rests at its end."""
    chosen = [frames[min(int(i * pace), len(frames) - 1)] for i in range(NUM_FRAMES)]
    return [np.asarray(Image.fromarray(frame).resize(SIZE, Image.Resampling.BOX)) for frame in chosen]


def main() -> None:
    """Film the experts and write the picture."""
    films = {}
    for world, pace in PACE.items():
        expert = world.make_demonstrator("expert")
        frames = video.record(expert, world.env_id, seed=0, max_steps=int(NUM_FRAMES * pace) + 1)
        films[world.name] = scaled(frames, pace)
    picture = video.clip(
        video.side_by_side(films), alt="The expert in CartPole, Driving and Dungeon.", fps=12
    )
    Path(__file__).with_suffix(".png").write_bytes(picture.png)


if __name__ == "__main__":
    main()
