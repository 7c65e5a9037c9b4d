"""The Dungeon: find the treasure, by the key and the locked door, or by a passage that few suspect."""

import gymnasium as gym
import numpy as np

from ilrl_course.envs.batched import BatchedWorld, SingleWorld
from ilrl_course.envs.dungeon.bank import shared_bank
from ilrl_course.envs.dungeon.layouts import NUM_LAYOUTS
from ilrl_course.envs.dungeon.observation import OBS_DIM, PROGRESS, TIME_LEFT
from ilrl_course.envs.dungeon.rendering import draw
from ilrl_course.envs.dungeon.rules import (
    CELLS,
    LAVA,
    MAX_STEPS,
    NUM_ACTIONS,
    PASSAGE,
    PUSHES,
    RIGHT,
    TREASURE,
    split_state,
)
from ilrl_course.envs.options import require_between, require_flag, require_selection


class DungeonVectorEnv(BatchedWorld):
    """N dungeons of 7 x 11 cells: a hall, a vault with the treasure, and two ways from one into the other.

    **Game.** The long way: take the key, walk into the locked door with it, reach the treasure. The short
    way: a cracked piece of the wall between hall and vault, which looks like wall, gives way at the third
    push in a row and falls shut behind the hero. Lava ends the game. Layouts are made from numbers 0 to 999;
    each can be solved both ways, and its short way spares at least 30 % of the cautious demonstrator's steps.

    **Observation** (63,) float32, all in [-1, 1]; right and down are positive:

    ====== ============================================================================================
    0-7    wall in the eight cells around the hero, clockwise from the upper left: 0 or 1
    8-15   lava in these cells: 0 or 1
    16-19  cells up to the next wall upward, to the right, downward, to the left; / 11
    20-23  the same up to the next wall or lava; / 11
    24-25  the hero's column and row, from -1 to 1
    26-45  five numbers each for key, door, treasure, passage: is it there (0 or 1); distance to the right
           / 10, downward / 6; sign of these two. All 0 for a key that is taken and where there is no passage
    46     holds the key: 0 or 1
    47-60  the floor plan, complete: for each of 7 rows its walls, then for each row its lava, as binary
           numbers (leftmost cell lowest) / 2047 * 0.1
    61     pushes against the passage in a row just now; / 3
    62     time left, from 1 to 0
    ====== ============================================================================================

    The passage shows as wall in 0-7, 16-23 and 47-60, the door as neither wall nor lava. The observation
    determines the state, the time left included: the reward depends on it, and without it this were no MDP.

    **Action** Discrete(4): up, right, down, left. Walking into a wall, or without the key into the door,
    costs the step.

    **Reward** at the treasure, in step t = 1, 2, ...: 1 - 0.9 * t / 100, as in MiniGrid; else 0.

    **End** terminated at the treasure (`success`) and in lava (`crashed`); truncated after 100 steps.

    **Options** `layout`: always this one; `num_layouts`, `first_layout`: one of
    `first_layout` ... `first_layout + num_layouts - 1` each episode, so that training and test layouts can
    be kept apart; `random_start`: anywhere on the floor that the layout's start is joined to
    (never in the vault);
    `slippery`: the chance that a move goes to its left or right side instead; `secret_passage`: False walls
    it up. ValueError for options that contradict each other or name layouts that do not exist.

    **Info** besides `crashed` and `success`, each (N,): `has_key`, `used_passage` (in this episode; bool) and
    `layout` (its number).
    """

    max_steps = MAX_STEPS

    def __init__(
        self,
        num_envs: int = 1,
        *,
        layout: int | None = None,
        num_layouts: int = NUM_LAYOUTS,
        first_layout: int = 0,
        random_start: bool = False,
        slippery: float = 0.0,
        secret_passage: bool = True,
        **interface,
    ):
        check_options(layout, num_layouts, first_layout, random_start, slippery, secret_passage)
        self.first_layout, self.num_layouts = (first_layout, num_layouts) if layout is None else (layout, 1)
        self.random_start, self.slippery = random_start, slippery
        self.single_observation_space = gym.spaces.Box(-1, 1, (OBS_DIM,), np.float32)
        self.single_action_space = gym.spaces.Discrete(NUM_ACTIONS)
        super().__init__(num_envs, **interface)
        self.bank = shared_bank(secret_passage)
        self.layout = np.zeros(num_envs, dtype=np.int64)  # (N,) the number of each copy's layout
        self.state = np.zeros(num_envs, dtype=np.int64)  # (N,) see rules.py
        self.facing = np.full(num_envs, RIGHT)  # (N,) the last action, for the picture only
        self.used_passage = np.zeros(num_envs, dtype=bool)  # (N,) in this episode

    def _start(self, rows: np.ndarray) -> None:
        if self.num_layouts > 1:
            draws = [self.generators[row].integers(self.num_layouts) for row in rows]
            self.layout[rows] = self.first_layout + np.array(draws, dtype=np.int64)
        else:
            self.layout[rows] = self.first_layout
        self.bank.load(self.layout[rows])
        self.state[rows] = self.bank.starts[self.layout[rows]]
        if self.random_start:
            for row in rows:
                cells = self.bank.start_cells[self.layout[row]]
                self.state[row] = cells[self.generators[row].integers(len(cells))]
        self.facing[rows] = RIGHT
        self.used_passage[rows] = False

    def _advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.facing[:] = actions
        if self.slippery:
            going = np.flatnonzero(~self.over)  # a single world draws nothing after the end
            draws = np.ones(self.num_envs)
            draws[going] = [self.generators[row].random() for row in going]
            sideways = np.where(draws < self.slippery / 2, 1, -1) * (draws < self.slippery)
            actions = (actions + sideways) % NUM_ACTIONS
        self.state = self.bank.transitions[self.layout, self.state, actions].astype(np.int64)
        code = self.bank.grids[self.layout, self.state % CELLS]
        self.used_passage = self.used_passage | (code == PASSAGE)
        success = code == TREASURE
        reward = success * (1 - 0.9 * (self.steps + 1) / MAX_STEPS)
        return reward.astype(np.float32), success | (code == LAVA)

    def _observe(self) -> np.ndarray:
        obs = np.empty((self.num_envs, OBS_DIM), dtype=np.float32)
        obs[:, :PROGRESS] = self.bank.observations[self.layout, self.state % (2 * CELLS)]
        obs[:, PROGRESS] = self.state // (2 * CELLS) / PUSHES
        obs[:, TIME_LEFT] = 1 - self.steps / MAX_STEPS
        return obs

    def _info(self, terminated: np.ndarray, truncated: np.ndarray) -> dict[str, np.ndarray]:
        code = self.bank.grids[self.layout, self.state % CELLS]
        return {
            "crashed": terminated & (code == LAVA),
            "success": terminated & (code == TREASURE),
            "has_key": split_state(self.state)[1] == 1,
            "used_passage": self.used_passage.copy(),
            "layout": self.layout.copy(),
        }

    def _draw(self, row: int) -> np.ndarray:
        return draw(
            self.bank.grids[self.layout[row]],
            int(self.state[row]),
            int(self.facing[row]),
            int(self.steps[row]),
        )


def check_options(
    layout: int | None = None,
    num_layouts: int = NUM_LAYOUTS,
    first_layout: int = 0,
    random_start: bool = False,
    slippery: float = 0.0,
    secret_passage: bool = True,
) -> None:
    """Raise ValueError for options that no dungeon can have."""
    require_selection("layout", layout, first_layout, num_layouts, NUM_LAYOUTS)
    require_flag("random_start", random_start)
    require_flag("secret_passage", secret_passage)
    require_between("slippery", slippery, 0, 1, "the chance that a move goes sideways")


class DungeonEnv(SingleWorld):
    """One Dungeon as a plain Gymnasium environment; see `DungeonVectorEnv` for the world and its options."""

    batched_class = DungeonVectorEnv
