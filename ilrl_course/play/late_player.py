"""A script that plays many games of a world of others at once, somewhat like a careful person.

It means to do what the expert would do, sees late, and errs, as `LateExpert` does at the screen; but it
counts in steps of the world, so that a hundred games take a second. It stands in for people where lesson 11
asks for recorded play at a person's level. It is none.
"""

from collections import deque

import numpy as np

from ilrl_course.envs import World
from ilrl_course.envs.elsewhere import DOOR_KEY, LUNAR_LANDER, PONG

# Steps between what it sees and what it does: a fifth of a second, where Lunar Lander runs at a quarter of
# its pace and Pong at a third, slow enough to be played with such a delay. DoorKey waits for its player.
DELAYS = {LUNAR_LANDER.name: 3, DOOR_KEY.name: 0, PONG.name: 1}
SLIP = 0.05  # share of its moves that are blind


class LatePlayer:
    """An actor, obs (B, obs_dim) -> actions (B,), for B games that begin together; row i is always game i.

    Everything random comes from `seed`. Other games need another player, for it remembers what it has seen.
    Raises ValueError for a world that it does not know, and where the number of games changes.
    """

    def __init__(self, world: World, seed: int):
        if world.name not in DELAYS:
            raise ValueError(f"no script plays {world.name} like a person: choose {', '.join(DELAYS)}")
        self.delay = DELAYS[world.name]
        self.means_to = world.make_demonstrator("expert", seed=seed)
        self.by_chance = world.make_random_actor(seed)
        self.rng = np.random.default_rng(seed)
        self.seen: deque[np.ndarray] = deque(maxlen=self.delay + 2)  # (B, obs_dim) each, the oldest first

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """What it does now, when obs is on the screen."""
        if self.seen and self.seen[0].shape != obs.shape:
            games = f"{len(self.seen[0])} games, and now {len(obs)}"
            raise ValueError(f"this player has begun {games}: make a new one for other games")
        self.seen.append(obs)
        actions = self.means_to(self.expected())
        is_blind = self.rng.random(len(obs)) < SLIP  # (B,)
        if is_blind.any():
            actions = actions.copy()
            actions[is_blind] = self.by_chance(obs[is_blind])
        return actions

    def expected(self) -> np.ndarray:
        """What it thinks is on the screen (B, obs_dim): what it saw, gone on at the pace of one step."""
        if len(self.seen) < self.delay + 2:  # the games have just begun
            return self.seen[0] if self.delay else self.seen[-1]
        before, known = self.seen[0], self.seen[1]
        return known + self.delay * (known - before)
