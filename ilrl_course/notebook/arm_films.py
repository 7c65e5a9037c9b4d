"""The robot arm on film: made here where it can be drawn, or as it was recorded."""

import base64
from collections.abc import Mapping
from itertools import count

import gymnasium as gym

from ilrl_course.data import Actor
from ilrl_course.envs.arm import ROBOT_ARM
from ilrl_course.envs.arm.rendering import NoPicturesError
from ilrl_course.envs.arm.row import GOAL, RESTING
from ilrl_course.notebook import video
from ilrl_course.notebook.video import Picture
from ilrl_course.play.triton_first import load_triton
from ilrl_course.storage.files import load_results

WORDS = {
    "demonstrator": "The arm moves over the block, goes down, closes its fingers, and carries the block to "
    "the red ball.",
    "clones": "Two clones of 25 grasps reach for the block: one decides step by step, the other executes "
    "plans of sixteen actions.",
}
WIDTHS = {"demonstrator": 380, "clones": 760}  # pixels on the screen
FRAMES_A_SECOND = 10
IN_AIR = 0.1  # m above a block that lies on the table


def film(name: str, actors: Mapping[str, Actor], seed: int) -> Picture:
    """One episode, the same for all actors, side by side, and how it ended.

    It is the first one from this seed on whose goal is in the air. Raises NoPicturesError where nothing can
    draw.
    """
    first = next(seed for seed in count(seed) if is_in_air(seed))
    films = {label: video.record(actor, ROBOT_ARM.env_id, first) for label, actor in actors.items()}
    episodes = {f"{label}: {frames.ended}": frames for label, frames in films.items()}
    return video.clip(video.side_by_side(episodes), WORDS[name], FRAMES_A_SECOND, WIDTHS[name])


def is_in_air(seed: int) -> bool:
    """Is the goal of this episode in the air, so that only a grasp helps?"""
    obs, _ = gym.make(ROBOT_ARM.env_id).reset(seed=seed)
    return bool(obs[GOAL][2] > RESTING + IN_AIR)


def film_or_recorded(name: str, actors: Mapping[str, Actor], seed: int) -> Picture:
    """The film of that name; where the arm cannot be made or drawn, say so, and take the recorded one."""
    hindrance = ROBOT_ARM.missing
    if not hindrance:
        load_triton()
        try:
            return film(name, actors, seed)
        except NoPicturesError as error:
            hindrance = str(error)
    print(f"{hindrance}. This film was recorded.")
    recorded = load_results("films_arm")["films"][name]
    return Picture(base64.b64decode(recorded), WORDS[name], WIDTHS[name])
