"""DoorKey: MiniGrid's `DoorKey-6x6`. A key, a locked door, a goal behind it, and a reward only there."""

from collections.abc import Callable

import gymnasium as gym
import numpy as np

from ilrl_course.envs.elsewhere.adapter import borrow
from ilrl_course.envs.elsewhere.door_key_planner import (
    CLOSED,
    FORWARD,
    GOAL,
    IN_THE_HAND,
    LOCKED,
    MOVES,
    NUM_ACTIONS,
    OPEN,
    PICK_UP,
    SIZE,
    TOGGLE,
    TURN_LEFT,
    TURN_RIGHT,
    State,
    beside,
    plan,
)

WEAK_RANDOM = 0.3  # share of the weak one's actions that are random
SPAN = SIZE - 3  # the largest distance between two cells within the walls
AHEAD = ("wall", "key", "door", "goal")

HEADING, POSITION, HAS_KEY, DOOR, IN_FRONT, WALLS, ITEMS, OBS_DIM = np.cumsum(
    [0, 4, 2, 1, 2, len(AHEAD), 3, 3 * 4]
).tolist()  # where each group begins; the table in DoorKeyRow's docstring


class DoorKeyRow(gym.ObservationWrapper):
    """What MiniGrid's state is, as a row of (28,) float32: complete, and seen from the one who walks.

    | columns | meaning                                                                       |
    |---------|-------------------------------------------------------------------------------|
    | 0 - 3   | it looks right, down, left, up: one of them is 1                              |
    | 4 - 5   | its column and row, from 0 to 1                                               |
    | 6       | is the key in its hand?                                                       |
    | 7 - 8   | is the door locked? open?                                                     |
    | 9 - 12  | in front of it: wall, key, door, goal; all are 0 where it can walk on         |
    | 13 - 15 | is there a wall to its left, to its right, behind it?                         |
    | 16 - 19 | the key: how far ahead and to the right, by 3 cells; and the signs of the two |
    | 20 - 23 | the door, likewise                                                            |
    | 24 - 27 | the goal, likewise                                                            |

    Where the key is in its hand, its columns are 0. MiniGrid's own observation is the part of the grid that
    can be seen from where one stands; with this one, everything is seen.
    """

    def __init__(self, env: gym.Env):
        super().__init__(env)
        self.observation_space = gym.spaces.Box(-1.0, 1.0, (OBS_DIM,), np.float32)

    def observation(self, observation) -> np.ndarray:
        """The row for the state that the world is in."""
        world = self.unwrapped
        cells = {(i % SIZE, i // SIZE): cell for i, cell in enumerate(world.grid.grid) if cell}
        return encode(cells, tuple(map(int, world.agent_pos)), int(world.agent_dir))


def encode(cells: dict, position: tuple[int, int], heading: int) -> np.ndarray:
    """The row (28,) for these things of MiniGrid's in their places, and the one who walks."""
    row = np.zeros(OBS_DIM, dtype=np.float32)
    where = {cell.type: place for place, cell in cells.items()}
    door = cells[where["door"]]
    row[HEADING + heading] = 1
    row[POSITION:HAS_KEY] = [(place - 1) / SPAN for place in position]
    row[HAS_KEY] = "key" not in where
    row[DOOR : DOOR + 2] = door.is_locked, door.is_open
    ahead, right, behind, left = ((heading + turn) % 4 for turn in range(4))
    in_front = cells.get(beside(position, ahead))
    if in_front and not (in_front.type == "door" and door.is_open):
        row[IN_FRONT + AHEAD.index(in_front.type)] = 1
    for column, side in enumerate((left, right, behind)):
        thing = cells.get(beside(position, side))
        row[WALLS + column] = thing is not None and thing.type == "wall"
    for number, item in enumerate(("key", "door", "goal")):
        if item in where:
            (to_x, to_y), (x, y) = where[item], position
            seen = [(to_x - x) * MOVES[side][0] + (to_y - y) * MOVES[side][1] for side in (ahead, right)]
            signs = [(far > 0) - (far < 0) for far in seen]
            row[ITEMS + 4 * number : ITEMS + 4 * number + 4] = [seen[0] / SPAN, seen[1] / SPAN, *signs]
    return row


def decode(row: np.ndarray) -> tuple[tuple[int, int], State]:
    """The place of the door, which is all that differs between layouts, and the state, from a row (28,)."""
    heading = int(row[HEADING : HEADING + 4].argmax())
    x, y = (round(place * SPAN) + 1 for place in row[POSITION:HAS_KEY].tolist())
    ways = MOVES[heading], MOVES[(heading + 1) % 4]  # ahead, and to the right

    def place_of(number: int) -> tuple[int, int]:
        column = ITEMS + 4 * number
        far = [round(part * SPAN) for part in row[column : column + 2].tolist()]
        return (
            x + far[0] * ways[0][0] + far[1] * ways[1][0],
            y + far[0] * ways[0][1] + far[1] * ways[1][1],
        )

    is_locked, is_open = row[DOOR : DOOR + 2] > 0.5
    door = LOCKED if is_locked else OPEN if is_open else CLOSED
    key = IN_THE_HAND if row[HAS_KEY] > 0.5 else place_of(0)
    return place_of(1), State((x, y), heading, key, door)


def make(render_mode: str | None = None) -> gym.Env:
    """One dungeon of MiniGrid's; actions, reward and time limit (360 steps) are its own.

    Actions: turn left, turn right, walk, pick up, drop, open or close, and "done", which does nothing.
    Reward: 1 at the goal, less 0.9 times the share of the time that it took.
    """
    import minigrid  # noqa: F401 (registers its ids)

    env = gym.make(
        "MiniGrid-DoorKey-6x6-v0",
        render_mode=render_mode,
        highlight=False,  # it is all seen, not only what lies ahead
        tile_size=64,  # pixels
        disable_env_checker=True,
    )
    return DoorKeyRow(env)


def ending(reward: float, terminated: bool, info: dict) -> tuple[bool, bool]:
    """Nothing in it is dangerous, and only the goal ends it."""
    return False, terminated


def make_demonstrator(kind: str, seed: int = 0) -> Callable[[np.ndarray], np.ndarray]:
    """An actor, obs (B, 28) -> actions (B,): "expert", "weak" or "biased"; any observation will do.

    The expert takes a shortest way through MiniGrid's states. Three in ten of the weak one's actions are
    random, drawn from `seed`. The biased one never turns left: it turns right three times instead.
    """
    if kind not in ("expert", "weak", "biased"):
        raise ValueError(f"no DoorKey demonstrator is called {kind!r}: choose 'expert', 'weak' or 'biased'")
    shunned = (TURN_LEFT,) if kind == "biased" else ()
    rng = np.random.default_rng(seed)

    def demonstrator(obs: np.ndarray) -> np.ndarray:
        actions = np.array([_best(row, shunned) for row in obs], dtype=np.int64)
        if kind == "weak":
            is_random = rng.random(len(obs)) < WEAK_RANDOM
            actions = np.where(is_random, rng.integers(NUM_ACTIONS, size=len(obs)), actions)
        return actions

    return demonstrator


def _best(row: np.ndarray, shunned: tuple[int, ...]) -> int:
    door, state = decode(row)
    if state.position == GOAL:  # an episode that is over: nothing is left to do
        return FORWARD
    return plan(door, shunned)[state]


DOOR_KEY = borrow(
    "DoorKey",
    make,
    ending,
    make_demonstrator,
    max_steps=360,
    keys={
        "ArrowLeft": TURN_LEFT,
        "ArrowRight": TURN_RIGHT,
        "ArrowUp": FORWARD,
        "ArrowDown": PICK_UP,
        "o": TOGGLE,
    },
    score_name="at most 1",
    package="minigrid",
    imported_as="minigrid",
)
