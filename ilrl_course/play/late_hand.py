"""A script that steers the robot arm somewhat like a person: it means well, sees late, trembles, and dreams.

It stands in for people where nobody has steered the arm. It is none: no claim about people rests on it.
"""

from collections import deque

import numpy as np

from ilrl_course.envs.arm import ROBOT_ARM

DELAY = 1  # step between what it sees and what it does: a quarter of a second, at half the pace of the game
TREMBLE = 0.1  # standard deviation of what the hand does to what is meant, of its full speed
STEADIER = 0.7  # share of a step's tremble that is left in the next one
LAPSE = 0.05  # share of its steps in which it goes on as before


class LateHand:
    """An actor, obs (B, 28) -> actions (B, 4), for B games that begin together; row i is always game i.

    It does what the expert would do in the situation that it expects: what it saw, gone on at the pace of one
    step. Everything random comes from `seed`. Other games need another one, for it remembers. Raises
    ValueError where the number of games changes.
    """

    def __init__(self, seed: int):
        self.means_to = ROBOT_ARM.make_demonstrator("expert", seed=seed)
        self.rng = np.random.default_rng(seed)
        self.seen: deque[np.ndarray] = deque(maxlen=DELAY + 2)  # (B, 28) each, the oldest first
        self.tremble = self.actions = None  # (B, 3) and (B, 4)

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """What it does now, when obs is on the screen."""
        if self.seen and self.seen[0].shape != obs.shape:
            games = f"{len(self.seen[0])} games, and now {len(obs)}"
            raise ValueError(f"this hand has begun {games}: make a new one for other games")
        self.seen.append(obs)
        meant = self.means_to(self.expected())
        if self.actions is None:
            self.tremble, self.actions = np.zeros((len(obs), 3)), meant
        drawn = self.rng.normal(0.0, TREMBLE * np.sqrt(1 - STEADIER**2), self.tremble.shape)
        self.tremble = STEADIER * self.tremble + drawn
        meant = np.column_stack([(meant[:, :3] + self.tremble).clip(-1, 1), meant[:, 3]])
        is_dreaming = self.rng.random(len(obs)) < LAPSE  # (B,)
        self.actions = np.where(is_dreaming[:, None], self.actions, meant).astype(np.float32)
        return self.actions.copy()

    def expected(self) -> np.ndarray:
        """What it thinks is on the screen (B, 28)."""
        if len(self.seen) < DELAY + 2:  # the games have just begun
            return self.seen[0]
        before, known = self.seen[0], self.seen[1]
        return known + DELAY * (known - before)
