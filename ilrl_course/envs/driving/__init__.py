"""The driving world: `DrivingEnv`, `DrivingVectorEnv`, its demonstrators and its keys."""

from ilrl_course.envs.driving.drivers import HUMAN_KEYS, IDLE_ACTION, is_safe, make_demonstrator
from ilrl_course.envs.driving.world import DrivingEnv, DrivingVectorEnv

__all__ = ["HUMAN_KEYS", "IDLE_ACTION", "DrivingEnv", "DrivingVectorEnv", "is_safe", "make_demonstrator"]
