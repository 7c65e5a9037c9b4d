"""A template for a world: a ferry that must reach its landing across a river. Copy it, and change everything.

It stands on its own, in any file that Python can import. In the course it becomes `ilrl_course/envs/ferry.py`
with the id `ilrl/Ferry-v0`; docs/maintaining.md says what else it needs there.
"""

import gymnasium as gym
import numpy as np

from ilrl_course.data import Actor
from ilrl_course.envs import World
from ilrl_course.envs.batched import METADATA, BatchedWorld, SingleWorld
from ilrl_course.envs.options import require_between, require_known

LEFT, AHEAD, RIGHT = range(3)
HUMAN_KEYS = {"ArrowLeft": LEFT, "ArrowUp": AHEAD, "ArrowRight": RIGHT}
IDLE_ACTION = AHEAD
OPTIONS = ("strongest",)
WIDTH = 10.0  # m, from bank to bank
LANDING = 0.6  # m, to each side of the middle
BRIDGE = 5.0  # m beside the landing, on both sides: no ferry gets through
ACROSS = np.array([0.25, 0.5, 0.25])  # m a step, by action
ALONG = np.array([-0.4, 0.0, 0.4])  # m a step, by action
PIXELS = 36  # per meter
WATER, BANK, PIER, BOAT = (86, 180, 233), (120, 150, 90), (230, 159, 0), (40, 40, 40)


class FerryVectorEnv(BatchedWorld):
    """Cross a river whose current, another one in each episode, carries the ferry away.

    Observation (3,) float32:

    | # | meaning                                          | unit     |
    |---|--------------------------------------------------|----------|
    | 0 | distance from the bank that it left               | 10 m     |
    | 1 | how far it is to the right of the landing         | 5 m      |
    | 2 | the current, to the right                         | m a step |

    Actions: 0 steers left, 1 goes ahead, 2 steers right; a ferry that steers is half as fast. Reward: 1 at
    the landing. Ends: the other bank terminates, at the landing (`success`) or beside it (`crashed`); so
    does a bridge (`crashed`); 60 steps truncate.

    Option: `strongest` current in m a step (0.2).
    """

    max_steps = 60

    def __init__(self, num_envs: int = 1, strongest: float = 0.2, **interface):
        require_between("strongest", strongest, 0.0, 0.3, "in m a step; a ferry makes 0.4 against it")
        self.strongest = strongest
        self.across, self.along, self.current = np.zeros((3, num_envs))  # each (N,)
        self.crashed, self.success = np.zeros((2, num_envs), dtype=bool)  # each (N,)
        self.single_observation_space = gym.spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.single_action_space = gym.spaces.Discrete(3)
        super().__init__(num_envs, **interface)

    def _start(self, rows: np.ndarray) -> None:
        self.across[rows] = 0.0
        self.crashed[rows] = self.success[rows] = False
        for row in rows:  # each copy draws from its own generator, so that no copy disturbs another
            self.along[row] = self.generators[row].uniform(-2, 2)
            self.current[row] = self.generators[row].uniform(-self.strongest, self.strongest)

    def _advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        goes_on = ~(self.crashed | self.success)  # what has ended stays where it is
        self.across += goes_on * ACROSS[actions]
        self.along += goes_on * (ALONG[actions] + self.current)
        has_arrived = self.across >= WIDTH
        at_landing = np.abs(self.along) <= LANDING
        self.success = has_arrived & at_landing
        self.crashed = (has_arrived & ~at_landing) | (np.abs(self.along) > BRIDGE)
        return self.success.astype(np.float32), self.success | self.crashed

    def _observe(self) -> np.ndarray:
        return np.stack([self.across / 10, self.along / 5, self.current], axis=1).astype(np.float32)  # (N, 3)

    def _info(self, terminated: np.ndarray, truncated: np.ndarray) -> dict[str, np.ndarray]:
        return {"crashed": self.crashed.copy(), "success": self.success.copy()}

    def _draw(self, row: int) -> np.ndarray:
        picture = np.full((int(WIDTH + 2) * PIXELS, int(2 * BRIDGE) * PIXELS, 3), WATER, dtype=np.uint8)
        picture[:PIXELS] = picture[-PIXELS:] = BANK
        _paint(picture, top=0.0, left=BRIDGE - LANDING, height=1.0, width=2 * LANDING, color=PIER)
        top, left = WIDTH + 1 - self.across[row], BRIDGE + self.along[row]
        _paint(picture, top - 0.5, left - 0.25, height=1.0, width=0.5, color=BOAT)
        return picture


def _paint(picture: np.ndarray, top: float, left: float, height: float, width: float, color: tuple) -> None:
    """A rectangle, in m, in a picture (H, W, 3) uint8; what lies outside is not drawn."""
    edges = np.array([top, top + height, left, left + width]) * PIXELS
    first_row, last_row, first_column, last_column = np.maximum(edges, 0).astype(int)
    picture[first_row:last_row, first_column:last_column] = color


class FerryEnv(SingleWorld):
    """One ferry; see `FerryVectorEnv` for the observations, actions, reward, ends and the option."""

    metadata = SingleWorld.metadata | {"render_fps": METADATA["render_fps"]}
    batched_class = FerryVectorEnv


def make_demonstrator(kind: str, seed: int = 0, **options) -> Actor:
    """An actor, obs (B, 3) -> actions (B,): `expert`, `weak` (two actions in five are random) or `biased`.

    The biased one lands, but always at the landing's right end. Each can be asked in any situation. Raises
    ValueError for another kind, or an option that the world does not have.
    """
    require_known("Ferry", options, OPTIONS)
    if kind not in ("expert", "weak", "biased"):
        raise ValueError(f"no Ferry demonstrator is called {kind!r}: choose 'expert', 'weak' or 'biased'")
    rng = np.random.default_rng(seed)
    goal = 0.4 if kind == "biased" else 0.0  # m

    def demonstrator(obs: np.ndarray) -> np.ndarray:
        across, along, current = obs.T * np.array([[10], [5], [1]])  # m, m, m a step; each (B,)
        steps_left = np.maximum(WIDTH - across, 0) / ACROSS[AHEAD]
        miss = along + current * steps_left - goal  # m, where it would arrive if it only went ahead
        actions = np.select([miss > 0.2, miss < -0.2], [LEFT, RIGHT], AHEAD)  # (B,)
        if kind == "weak":
            is_random = rng.random(len(obs)) < 0.4
            actions = np.where(is_random, rng.integers(0, 3, len(obs)), actions)
        return actions

    return demonstrator


FERRY = World(
    name="Ferry",
    env_id="mine/Ferry-v0",
    module=__name__,
    score_name="1 at the landing",
    pace=5.0,  # steps a second when a person plays
    max_steps=FerryVectorEnv.max_steps,
    training_options={},  # where a world has places, as Driving has tracks: those of training ...
    test_options={},  # ... and others, which no training sees
    play_options={},
)
gym.register(
    FERRY.env_id,
    entry_point=f"{__name__}:FerryEnv",
    vector_entry_point=f"{__name__}:FerryVectorEnv",
    max_episode_steps=FERRY.max_steps,
)
