"""The Dungeon: a small grid game with a key, a locked door, a treasure, lava, and a secret passage."""

from ilrl_course.envs.dungeon.demonstrators import make_demonstrator
from ilrl_course.envs.dungeon.rules import DOWN, LEFT, RIGHT, UP
from ilrl_course.envs.dungeon.world import DungeonEnv, DungeonVectorEnv

HUMAN_KEYS = {"ArrowUp": UP, "ArrowRight": RIGHT, "ArrowDown": DOWN, "ArrowLeft": LEFT}
IDLE_ACTION = None  # turn-based: nothing moves until a key is pressed

__all__ = ["HUMAN_KEYS", "IDLE_ACTION", "DungeonEnv", "DungeonVectorEnv", "make_demonstrator"]
