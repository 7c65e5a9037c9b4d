"""Text as a world, where lesson 13 trains a small language model. Importing it tells Gymnasium its id.

A process that has not imported it finds the world as `gym.make("ilrl_course.envs.text:ilrl/Text-v0")`.
"""

import string

import gymnasium as gym

from ilrl_course.envs import World
from ilrl_course.envs.text.alphabet import END, LETTERS, MAX_LENGTH
from ilrl_course.envs.text.world import TextEnv, TextVectorEnv
from ilrl_course.envs.text.writers import make_demonstrator

HUMAN_KEYS = {letter: LETTERS.index(letter) for letter in string.ascii_lowercase}
HUMAN_KEYS |= {"_": LETTERS.index(" "), "Enter": END}  # Space begins the next game in all worlds
IDLE_ACTION = None  # nothing is written until a key is pressed

TEXT = World("Text", "ilrl/Text-v0", __name__, "what the taste says", None, MAX_LENGTH, {}, {}, {})

gym.register(
    TEXT.env_id,
    entry_point=f"{TEXT.module}:TextEnv",
    vector_entry_point=f"{TEXT.module}:TextVectorEnv",
    max_episode_steps=TEXT.max_steps,
)

__all__ = ["HUMAN_KEYS", "IDLE_ACTION", "TEXT", "TextEnv", "TextVectorEnv", "make_demonstrator"]
