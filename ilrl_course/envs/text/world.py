"""Text as a world: a line is an episode, a character an action, and what is good shows at the end only."""

import gymnasium as gym
import numpy as np

from ilrl_course.envs.batched import METADATA, BatchedWorld, SingleWorld
from ilrl_course.envs.text.alphabet import (
    BLANK,
    END,
    MAX_LENGTH,
    NUM_CHARACTERS,
    OBS_DIM,
    WINDOW,
    decode,
    observe,
)
from ilrl_course.envs.text.rendering import draw
from ilrl_course.envs.text.tastes import Taste, taste_named

NUM_REMEMBERED = 4  # earlier lines that a picture shows
RENDER_FPS = 6


class TextVectorEnv(BatchedWorld):
    """N writers, each of whom writes one short line, character by character.

    **State** the text so far. A line begins empty.

    **Observation** (224,) float32: the last 8 characters, the newest last, each as 28 numbers of which one is
    1 (a to z, space, end); 0 everywhere for a character that is not written yet. What is further back is out
    of sight, as with every language model.

    **Action** Discrete(28): the next character. 0 to 25 are a to z, 26 is a space, and 27 ends the line.

    **Reward** at the end: what the `taste` says of the whole line, without its end; before, and without a
    taste, 0.

    **End** terminated by the end character (`success`), and where the line is full, which holds 16 characters
    with its end: a line that runs into the margin is a `crash`. A clock that is shorter than that truncates.

    **Options** `taste`: None, a name in `TASTES`, or a function of lines, N texts -> (N,). ValueError for
    anything else.
    """

    metadata = METADATA | {"render_fps": RENDER_FPS}
    max_steps = MAX_LENGTH

    def __init__(self, num_envs: int = 1, *, taste: str | Taste | None = None, **interface):
        self.taste = taste_named(taste)
        self.single_observation_space = gym.spaces.Box(0, 1, (OBS_DIM,), np.float32)
        self.single_action_space = gym.spaces.Discrete(NUM_CHARACTERS)
        super().__init__(num_envs, **interface)
        # (N, WINDOW + MAX_LENGTH): blanks before the line, so that a window fits everywhere
        self.written = np.full((num_envs, WINDOW + MAX_LENGTH), BLANK)
        self.earlier: list[list[str]] = [
            [] for _ in range(num_envs)
        ]  # lines before this one, for the picture

    @property
    def lines(self) -> list[str]:
        """What each copy has written so far."""
        return [decode(row) for row in self.written[:, WINDOW:]]

    def _start(self, rows: np.ndarray) -> None:
        for row in rows.tolist():
            if self.written[row, WINDOW] != BLANK:
                line = decode(self.written[row, WINDOW:])
                self.earlier[row] = [*self.earlier[row], line][-NUM_REMEMBERED:]
        self.written[rows] = BLANK

    def _advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        going = np.flatnonzero(~self.over)
        self.written[going, WINDOW + self.steps[going]] = actions[going]
        terminated = np.ones(self.num_envs, dtype=bool)
        terminated[going] = (actions[going] == END) | (self.steps[going] + 1 == MAX_LENGTH)
        reward = np.zeros(self.num_envs, dtype=np.float32)
        ending = going[terminated[going]]
        if self.taste and len(ending):
            reward[ending] = self.taste([decode(row) for row in self.written[ending, WINDOW:]])
        return reward, terminated

    def _observe(self) -> np.ndarray:
        length = (self.written != BLANK).sum(axis=1)  # (N,) characters, the end included
        columns = WINDOW + length[:, None] + np.arange(-WINDOW, 0)  # (N, WINDOW)
        return observe(np.take_along_axis(self.written, columns, axis=1))

    def _info(self, terminated: np.ndarray, truncated: np.ndarray) -> dict[str, np.ndarray]:
        is_ended = (self.written == END).any(axis=1)
        return {"crashed": terminated & ~is_ended, "success": terminated & is_ended}

    def _draw(self, row: int) -> np.ndarray:
        return draw(self.written[row, WINDOW:], self.earlier[row])


class TextEnv(SingleWorld):
    """One writer as a plain Gymnasium environment; see `TextVectorEnv` for the world and its option."""

    metadata = SingleWorld.metadata | {"render_fps": RENDER_FPS}
    batched_class = TextVectorEnv
