"""A scripted reader: prefers one of two lines by a stated taste, with a stated noise. It is no person."""

from collections.abc import Sequence

import numpy as np

from ilrl_course.envs.text.tastes import Taste, taste_named

NAME = "a script"


class ScriptedReader:
    """Chooses as Bradley and Terry (1952) model it: by the difference of what two lines are worth to it.

    P(the first one is preferred) = 1 / (1 + exp(-(taste(first) - taste(second)) / temperature)). Near a
    temperature of 0 it always takes the line that it likes better; where both please alike, it tosses a coin.
    """

    def __init__(self, taste: str | Taste, temperature: float, seed: int):
        if not 0 < temperature < np.inf:
            raise ValueError(f"temperature is {temperature!r}, but a finite number above 0 is expected")
        self.taste, self.temperature = taste_named(taste), temperature
        self.rng = np.random.default_rng(seed)

    def prefers_first(self, first: Sequence[str], second: Sequence[str]) -> np.ndarray:
        """For each of B pairs of lines: is it the first that it chooses now? (B,) bool."""
        difference = (self.taste(first) - self.taste(second)) / self.temperature  # (B,)
        return self.rng.logistic(size=len(difference)) < difference
