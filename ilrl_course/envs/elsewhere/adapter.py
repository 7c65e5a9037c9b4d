"""A world that others made becomes a world of the course: `borrow` is all that it takes.

Everything that the course has works with it unchanged, since it meets the same interface: `gym.make` and
`gym.make_vec` by the id `ilrl/NAME-v0`, rows of float32 numbers as observations, `crashed` and `success` in
every info, and a `World` with keys, demonstrators and a pace.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.spaces import Box, Discrete
from gymnasium.vector import AutoresetMode

from ilrl_course.data import Actor
from ilrl_course.envs import IDS, World
from ilrl_course.envs.batched import NEXT_STEP, BatchedWorld, SingleWorld
from ilrl_course.envs.elsewhere.missing import explained, what_is_missing

Ending = Callable[[float, bool, dict], tuple[bool, bool]]
"""What a step of the world returned, (reward, terminated, info) -> did it crash, is the goal reached?"""


@dataclass(frozen=True, kw_only=True)
class BorrowedWorld(World):
    """What the course knows about a world that others made. To exist is to be registered.

    So it is in a worker process, too, where it arrives as a copy.
    """

    make: Callable[..., gym.Env]  # (render_mode, **options) -> one copy, as its makers made it
    ending: Ending
    demonstrator: Callable[..., Actor]  # (kind, seed, **options), as `make_demonstrator`
    keys: dict[str, Any] = field(compare=False)
    idle: Any = field(compare=False)
    package: str | None  # that `course.py worlds` installs for it ...
    imported_as: str | None  # ... and the name of its module

    def __post_init__(self):
        if not re.fullmatch(r"[A-Za-z]\w*", self.name) or self.env_id in IDS:
            raise ValueError(
                f"a world cannot be called {self.name!r}: choose letters and digits, and a name that no "
                "world of the course has"
            )
        BORROWED[self.name] = self
        gym.registry.pop(self.env_id, None)  # a cell that ran before, and perhaps said something else
        gym.register(
            self.env_id,
            entry_point=f"{__name__}:BorrowedEnv",
            vector_entry_point=f"{__name__}:BorrowedVectorEnv",
            max_episode_steps=self.max_steps,
            kwargs={"world": self.name},
        )

    def __setstate__(self, state: dict):
        vars(self).update(state)
        self.__post_init__()

    def make_demonstrator(self, kind: str, seed: int = 0, **options) -> Actor:
        """An actor of this world; `options` are the world's, as for `gym.make`."""
        with explained(self.name, self.package):
            return self.demonstrator(kind, seed=seed, **options)

    @property
    def human_keys(self) -> dict:
        """Keys of the keyboard, as browsers name them, and the action that each one means."""
        return self.keys

    @property
    def idle_action(self):
        """What it means to press no key: an action; None where nothing happens then."""
        return self.idle

    @property
    def missing(self) -> str:
        """What is missing here, and what to do, in a sentence; empty where the world is ready."""
        return what_is_missing(self.name, self.package, self.imported_as)


BORROWED: dict[str, BorrowedWorld] = {}  # by name, for the two classes below


def borrow(
    name: str,
    make: Callable[..., gym.Env],
    ending: Ending,
    demonstrator: Callable[..., Actor],
    max_steps: int,
    *,
    keys: dict[str, Any] | None = None,
    idle: Any = None,
    pace: float | None = None,
    score_name: str = "as its makers count",
    training_options: dict | None = None,
    test_options: dict | None = None,
    play_options: dict | None = None,
    package: str | None = None,
    imported_as: str | None = None,
) -> BorrowedWorld:
    """Register a world that others made as `ilrl/NAME-v0`, and return what the course needs to know.

    `make(render_mode=..., **options)` returns one copy; whatever it observes is laid out as a row of float32
    numbers (Gymnasium's `flatten`), and its actions stay as they are. `ending` says of each step whether it
    was a crash, and whether the goal is reached. After `max_steps` an episode is truncated, and where the
    world itself truncates sooner, then. Nothing is made, and no package needed, before the first `gym.make`.
    Calling it again with the same name replaces the world. Raises ValueError for a name that is taken or odd.
    """
    known = name, f"ilrl/{name}-v0", __name__, score_name, pace, max_steps
    options = training_options or {}, test_options or {}, play_options or {}
    makers = {"make": make, "ending": ending, "package": package, "imported_as": imported_as}
    return BorrowedWorld(*known, *options, **makers, demonstrator=demonstrator, keys=keys or {}, idle=idle)


class BorrowedVectorEnv(BatchedWorld):
    """N copies of a borrowed world side by side, one after the other in each step.

    Each episode of a copy has a seed of its own, drawn from the copy's generator. A copy whose episode is
    over is left alone until it is reset.
    """

    def __init__(
        self,
        num_envs: int,
        world: str,
        render_mode: str | None = None,
        max_episode_steps: int | None = None,
        autoreset_mode: AutoresetMode | str = NEXT_STEP,
        **options,
    ):
        self.world = BORROWED[world]
        self.max_steps = self.world.max_steps
        self.metadata = self.metadata | {"render_fps": _frames_per_second(self.world)}
        first = self._copy(render_mode, options)
        seen, self.single_action_space = first.observation_space, first.action_space
        self.single_observation_space = Box(*np.float32([seen.low, seen.high]), dtype=np.float32)
        super().__init__(num_envs, render_mode, max_episode_steps, autoreset_mode)
        self.copies = [first, *(self._copy(render_mode, options) for _ in range(num_envs - 1))]
        self.obs = np.zeros(self.observation_space.shape, dtype=np.float32)  # (N, obs_dim)
        self.terminated, self.crashed, self.success = np.zeros((3, num_envs), dtype=bool)

    def _copy(self, render_mode: str | None, options: dict) -> gym.Env:
        with explained(self.world.name, self.world.package):
            env = self.world.make(render_mode=render_mode, **options)
        return as_a_row(env)

    def _start(self, rows: np.ndarray) -> None:
        for row in rows.tolist():
            seed = int(self.generators[row].integers(2**31))
            self.obs[row], _ = self.copies[row].reset(seed=seed)
        self.terminated[rows] = self.crashed[rows] = self.success[rows] = False

    def _advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        reward = np.zeros(self.num_envs, dtype=np.float32)
        if isinstance(self.single_action_space, Discrete):
            actions = actions.tolist()  # plain numbers, which worlds take faster
        else:
            actions = np.clip(actions, self.action_space.low, self.action_space.high)
        for row in np.flatnonzero(~self.over).tolist():
            self.obs[row], paid, ended, cut_short, info = self.copies[row].step(actions[row])
            reward[row], self.terminated[row] = paid, ended
            self.crashed[row], self.success[row] = self.world.ending(paid, ended, info)
            if cut_short:  # by the world's own clock: then ours has run down as well
                self.steps[row] = self.max_steps - 1
        return reward, self.terminated.copy()

    def _observe(self) -> np.ndarray:
        return self.obs.copy()

    def _info(self, terminated: np.ndarray, truncated: np.ndarray) -> dict[str, np.ndarray]:
        return {"crashed": self.crashed.copy(), "success": self.success.copy()}

    def _draw(self, row: int) -> np.ndarray:
        return self.copies[row].render()


class BorrowedEnv(SingleWorld):
    """One copy of a borrowed world, and the options of `gym.make` go to those who made it."""

    batched_class = BorrowedVectorEnv

    def __init__(self, world: str, render_mode: str | None = None, **options):
        self.metadata = self.metadata | {"render_fps": _frames_per_second(BORROWED[world])}
        super().__init__(render_mode, world=world, **options)


def as_a_row(env: gym.Env) -> gym.Env:
    """The same world, whose observations are one row of numbers; raises ValueError where they cannot be."""
    space = env.observation_space
    if isinstance(space, Box) and len(space.shape) == 1:
        return env
    try:
        flat = gym.wrappers.FlattenObservation(env)
    except NotImplementedError:
        flat = env
    if not isinstance(flat.observation_space, Box):
        raise ValueError(
            f"observations from {space} cannot be laid out as one row of numbers: wrap the world in `make`, "
            "so that it tells what matters as numbers"
        )
    return flat


def _frames_per_second(world: BorrowedWorld) -> int:
    return round(world.pace or 10)
