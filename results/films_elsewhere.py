"""Lesson 11: the three worlds on film, for machines on which one of them cannot be made.

Each film is an animated PNG in base64: the same game by random actions and by the demonstrator, side by side.
"""

import base64

from ilrl_course.envs.elsewhere import ELSEWHERE
from ilrl_course.notebook.elsewhere_films import film

SEED = 0


def run() -> dict:
    """The films by their worlds' names."""
    films = {world.name: film(world, SEED).png for world in ELSEWHERE.values()}
    return {"seeds": [SEED], "films": {name: base64.b64encode(png).decode() for name, png in films.items()}}
