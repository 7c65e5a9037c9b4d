"""Worlds that others made. Does what the course found hold where the course did not build the world?

Importing this room tells Gymnasium their ids, and needs none of their packages: `python3 course.py worlds`
installs these, and `PONG.missing` says in a sentence what is not there. A process that has not imported it
finds a world as `gym.make("ilrl_course.envs.elsewhere:ilrl/Pong-v0")`. Your own: `docs/own_world.md`.
"""

from ilrl_course.envs.elsewhere.adapter import BorrowedWorld, borrow
from ilrl_course.envs.elsewhere.door_key import DOOR_KEY
from ilrl_course.envs.elsewhere.lunar_lander import LUNAR_LANDER
from ilrl_course.envs.elsewhere.missing import WorldMissingError
from ilrl_course.envs.elsewhere.pong import PONG
from ilrl_course.envs.elsewhere.scores import reference_scores

ELSEWHERE = {world.env_id: world for world in (LUNAR_LANDER, DOOR_KEY, PONG)}

__all__ = [
    "DOOR_KEY",
    "ELSEWHERE",
    "LUNAR_LANDER",
    "PONG",
    "BorrowedWorld",
    "WorldMissingError",
    "borrow",
    "reference_scores",
]
