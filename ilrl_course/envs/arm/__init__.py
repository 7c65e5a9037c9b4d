"""A robot arm that grasps a block and carries it, for lesson 12. Importing it tells Gymnasium its id.

It needs none of the packages that `python3 course.py worlds` installs; `ROBOT_ARM.missing` says in a sentence
what is not there. A process that has not imported it finds the world as
`gym.make("ilrl_course.envs.arm:ilrl/RobotArm-v0")`. Apart from `elsewhere`, so that the recorded results of
lesson 11 do not depend on it.
"""

from ilrl_course.envs.arm.demonstrators import RememberingDemonstrator
from ilrl_course.envs.arm.rendering import rendering_backend
from ilrl_course.envs.arm.scores import reference_scores
from ilrl_course.envs.arm.world import ROBOT_ARM

__all__ = ["ROBOT_ARM", "RememberingDemonstrator", "reference_scores", "rendering_backend"]
