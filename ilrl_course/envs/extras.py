"""The worlds that need packages of requirements-worlds.txt: three of lesson 11, and the arm of lesson 12."""

from ilrl_course.envs.arm import ROBOT_ARM
from ilrl_course.envs.elsewhere import ELSEWHERE

EXTRAS = {**ELSEWHERE, ROBOT_ARM.env_id: ROBOT_ARM}
