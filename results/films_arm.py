"""Lesson 12: the robot arm on film, for machines on which it cannot be made or drawn.

Each film is an animated PNG in base64: the demonstrator, and two clones of 25 grasps, as the lesson makes
them.
"""

import base64
from pathlib import Path

from course_tools.records.scripts import load_script
from ilrl_course.envs.arm import ROBOT_ARM
from ilrl_course.notebook.arm_films import film

GRASPING = load_script(Path(__file__).parent / "robots", "grasping")
SEED, NUM_GRASPS, RATE = 0, 25, 1e-3
KINDS = {"plain clone": "remembering", "plans of sixteen": "remembering, chunks of 16"}


def clone_of(kind: str):
    """An actor that has learned from 25 grasps."""
    arm = GRASPING.ARMS[kind]
    setting = GRASPING.CLONING.Setting(RATE)
    grasps = GRASPING.grasps(arm, NUM_GRASPS, SEED)
    clone = GRASPING.CLONING.clone(grasps, arm.method, setting, GRASPING.NUM_UPDATES, SEED)
    return clone.actor(SEED, arm.method.horizon)


def run() -> dict:
    """The films by their names."""
    actors = {
        "demonstrator": {"demonstrator": ROBOT_ARM.make_demonstrator("expert")},
        "clones": {name: clone_of(kind) for name, kind in KINDS.items()},
    }
    films = {name: film(name, those, SEED).png for name, those in actors.items()}
    return {"seeds": [SEED], "films": {name: base64.b64encode(png).decode() for name, png in films.items()}}
