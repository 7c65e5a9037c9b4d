"""The three worlds and the one registry through which lessons, benchmarks and tests reach them.

Importing this module tells Gymnasium their ids. A process that has not imported it, such as a worker of
somebody else's, finds a world as `gym.make("ilrl_course.envs:ilrl/Driving-v0")`.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field

import gymnasium as gym
import numpy as np

from ilrl_course.data import Actor

DEMONSTRATORS = ("expert", "weak", "biased")


@dataclass(frozen=True)
class World:
    """What the course knows about a world besides its Gymnasium interface."""

    name: str  # as in prose
    env_id: str
    module: str
    score_name: str  # what a return counts
    pace: float | None  # steps a second when a person plays; None where the world waits for its player
    max_steps: int  # of an episode
    # demonstrations and training have their places, evaluation has others, which no training has seen
    training_options: dict[str, int] = field(compare=False)
    test_options: dict[str, int] = field(compare=False)
    play_options: dict[str, int] = field(compare=False)  # where a person plays and is recorded

    def make_demonstrator(self, kind: str, seed: int = 0, **options) -> Actor:
        """An actor of this world, `kind` in `DEMONSTRATORS`; `options` are the world's, as for `gym.make`."""
        factory: Callable[..., Actor] = importlib.import_module(self.module).make_demonstrator
        return factory(kind, seed=seed, **options)

    def make_random_actor(self, seed: int = 0) -> Actor:
        """An actor that draws every action at random: the zero point of the course's scores."""
        space = gym.make(self.env_id).action_space
        space.seed(seed)
        return lambda obs: np.array([space.sample() for _ in obs])  # (B,) or (B, action_dim)

    @property
    def human_keys(self) -> dict:
        """Keys of the keyboard, as browsers name them, and the action that each one means."""
        return importlib.import_module(self.module).HUMAN_KEYS

    @property
    def idle_action(self):
        """What it means to press no key: an action; None where the last one goes on, or nothing happens."""
        return importlib.import_module(self.module).IDLE_ACTION


CARTPOLE = World(
    "CartPole", "ilrl/CartPole-v0", "ilrl_course.envs.cartpole", "1 per step", 50.0, 500, {}, {}, {}
)
DRIVING = World(
    "Driving",
    "ilrl/Driving-v0",
    "ilrl_course.envs.driving",
    "0.1 per meter",
    10.0,
    300,
    training_options={"num_tracks": 800},
    test_options={"first_track": 800, "num_tracks": 200},
    play_options={"num_tracks": 800},
)
DUNGEON = World(
    "Dungeon",
    "ilrl/Dungeon-v0",
    "ilrl_course.envs.dungeon",
    "at most 1",
    None,
    100,
    training_options={"num_layouts": 800},
    test_options={"first_layout": 800, "num_layouts": 200},
    play_options={"layout": 3},
)
WORLDS = {world.env_id: world for world in (CARTPOLE, DRIVING, DUNGEON)}

IDS = [*WORLDS, "ilrl/CartPoleFixed-v0"]

for _id in IDS:
    _world = WORLDS.get(_id, CARTPOLE)
    gym.register(
        _id,
        entry_point=f"{_world.module}:{_world.name}Env",
        vector_entry_point=f"{_world.module}:{_world.name}VectorEnv",
        max_episode_steps=_world.max_steps,
        kwargs={"fixed_horizon": True} if _id not in WORLDS else {},
    )
