"""Scripted demonstrators: functions of observations alone, so that they can advise in any situation."""

from collections.abc import Callable

import numpy as np

from ilrl_course.envs.dungeon.observation import decode
from ilrl_course.envs.dungeon.planner import plan
from ilrl_course.envs.dungeon.rules import HEIGHT, NUM_ACTIONS, WIDTH
from ilrl_course.envs.dungeon.world import check_options
from ilrl_course.envs.options import require_known

OPTIONS = ("slippery", "layout", "num_layouts", "first_layout", "random_start", "secret_passage")
KINDS = ("expert", "weak", "biased")
WEAK_RANDOM = 0.3  # share of the weak one's moves that are random


class Planner:
    """The actor that follows the best plan, which it makes once for each layout that it meets."""

    def __init__(self, cautious: bool, slippery: float = 0.0):
        self.cautious, self.slippery = cautious, slippery
        self.best_actions: dict[bytes, np.ndarray] = {}

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """The actions (B,) for observations (B, obs_dim)."""
        plans, states = decode(obs)
        actions = [self._best(cells.tobytes())[state] for cells, state in zip(plans, states, strict=True)]
        return np.array(actions, dtype=np.int64)

    def _best(self, cells: bytes) -> np.ndarray:
        if cells not in self.best_actions:
            grid = np.frombuffer(cells, dtype=np.uint8).reshape(HEIGHT, WIDTH)
            q_values = plan(grid, self.cautious, self.slippery)[1]
            self.best_actions[cells] = q_values.argmin(axis=1)
        return self.best_actions[cells]


class Weak:
    """The cautious one, but unsteady: a share of its moves is random, and some of these end in the lava."""

    def __init__(self, seed: int, slippery: float = 0.0):
        self.planner = Planner(cautious=True, slippery=slippery)
        self.rng = np.random.default_rng(seed)

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """The actions (B,) for observations (B, obs_dim)."""
        random = self.rng.integers(NUM_ACTIONS, size=len(obs))
        return np.where(self.rng.random(len(obs)) < WEAK_RANDOM, random, self.planner(obs))


def make_demonstrator(
    kind: str, seed: int = 0, *, slippery: float = 0.0, **options
) -> Callable[[np.ndarray], np.ndarray]:
    """A demonstrator, as an actor: obs (B, obs_dim) -> actions (B,) int64; any observation will do.

    "expert" takes the shortest way, by the passage where there is one. "biased" is cautious: it keeps away
    from lava at the price of steps and never uses the passage. "weak" is the cautious one with a share of
    random moves, drawn from `seed`. `slippery` is the world's; the world's other options are accepted and
    change nothing, since the observation tells them. Raises ValueError for another kind or option.
    """
    require_known("the Dungeon", options, OPTIONS)
    check_options(**options, slippery=slippery)
    if kind == "expert":
        return Planner(cautious=False, slippery=slippery)
    if kind == "biased":
        return Planner(cautious=True, slippery=slippery)
    if kind == "weak":
        return Weak(seed, slippery)
    raise ValueError(f"there is no demonstrator {kind!r}: choose one of {', '.join(KINDS)}")
