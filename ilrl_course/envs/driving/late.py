"""Drivers who act on what they saw a moment ago."""

from collections import deque

import numpy as np

from ilrl_course.data import Actor


class LateDriver:
    """An actor that does what another one would have done `delay` steps of 0.1 s ago; row i is always car i.

    For cars that start together; in their first steps it acts on the first observation. Other cars need
    another one, for it remembers. Raises ValueError for a negative delay, and where the number of cars
    changes.
    """

    def __init__(self, driver: Actor, delay: int):
        if delay < 0:
            raise ValueError(f"delay is {delay}: give a number of steps from 0 on")
        self.driver = driver
        self.seen: deque[np.ndarray] = deque(maxlen=delay + 1)  # of (B, obs_dim), the oldest first

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """As an actor."""
        if self.seen and self.seen[0].shape != obs.shape:
            cars = f"{len(self.seen[0])} cars, and now {len(obs)}"
            raise ValueError(f"this driver has begun with {cars}: make a new one for other cars")
        self.seen.append(obs)
        return self.driver(self.seen[0])
