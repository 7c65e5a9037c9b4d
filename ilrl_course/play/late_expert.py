"""A script that plays a world of others somewhat like a person: it means well, sees late, and errs.

It stands in for a person where nobody sits at the keyboard, and is none: no claim about people rests on it.
"""

from collections import deque

import numpy as np

from ilrl_course.envs import World

FRAME_TIME = 1 / 30  # s
REACTION = 6  # frames: what it acts on is so old, .2 s ...
GLANCE = 4  # frames: ... and it looks ahead by as much, at the pace that it saw over so long
TAP = 2 / 30  # s: no key goes down or up sooner than this after the last time
SLIP = 0.05  # share of its decisions that are blind


class LateExpert:
    """Somebody who means to do what the expert would do; for `play_by_script`, as a `ScriptedPerson` is.

    It only plays, and corrects nobody. Everything random comes from `seed`.
    """

    def __init__(self, world: World, seed: int, speed: float = 1.0):
        self.speed, self.rng = speed, np.random.default_rng(seed)
        self.intends = world.make_demonstrator("expert", seed=seed)
        self.keys = list(world.human_keys)
        self.key_of = {action: key for key, action in world.human_keys.items()}
        self.meet()

    def meet(self) -> None:
        """A new game begins."""
        self.seen = deque(maxlen=1 + REACTION + GLANCE)  # observations, the oldest first
        self.down: list[str] = []  # the key that is down, if any
        self.since = TAP  # s since the last change

    def look(self, obs: np.ndarray) -> list[str]:
        """The keys that are down in the next frame, for what is on the screen now, obs (obs_dim,)."""
        self.seen.append(obs)
        if self.since >= TAP - 1e-9:
            down = self._decide(self._expected())
            self.since = 0.0 if down != self.down else self.since
            self.down = down
        self.since += FRAME_TIME
        return self.down

    def choose(self, obs: np.ndarray) -> str:
        """The key for the next move in a world that waits, obs (obs_dim,)."""
        decided = self._decide(obs)
        return decided[0] if decided else self.keys[0]

    def _expected(self) -> np.ndarray:
        """What it thinks is on the screen now, as one learns to, if nothing has bounced meanwhile."""
        known = len(self.seen) - 1 - REACTION
        if known < 1:  # the game has just begun
            return self.seen[0]
        return self.seen[known] + (self.seen[known] - self.seen[0]) * np.float32(REACTION / known)

    def _decide(self, obs: np.ndarray) -> list[str]:
        if self.rng.random() < SLIP:
            return [self.keys[self.rng.integers(len(self.keys))]]
        key = self.key_of.get(int(self.intends(obs[None])[0]))
        return [key] if key else []
