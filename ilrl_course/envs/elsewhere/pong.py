"""Pong: the game of 1977 in an Atari emulator (`ale-py`), seen through a few cells of its memory."""

from collections.abc import Callable
from typing import ClassVar

import gymnasium as gym
import numpy as np

from ilrl_course.envs.elsewhere.adapter import borrow
from ilrl_course.envs.elsewhere.pong_console import console
from ilrl_course.envs.options import require_between, require_known

OPTIONS = ("points", "sticky")
NOTHING, UP, DOWN = range(3)
FRAMES = 4  # of the game in a step; it runs at 60 a second

# Cells of the memory, as others have found them (Anand et al. 2019, AtariARI).
THEIR_POINTS, MY_POINTS, BALL_X, BALL_Y, THEIR_Y, MY_Y = 13, 14, 49, 54, 50, 51

# Of the court, in the units of these cells; y grows downward. Found by watching.
MIDDLE_X, MIDDLE_Y, HALF_LENGTH, HALF_HEIGHT = 130, 126, 60, 80
TOP, BOTTOM = 46, 206  # where the ball bounces
MY_LINE = 190  # where my paddle meets it
FASTEST = 8.0  # the ball's usual largest step
PADDLE_STEP = 24.0  # the paddle's largest step

# Of the expert. A press of one step takes the paddle 22 units in the end, so it cannot stand much nearer.
AIM = -2.0  # how far below the ball's place the paddle stands: the ball leaves from near its upper edge
CLOSE = 9.0  # nearer than that it does not move
COAST_OF_BUTTON, COAST_OF_STEP = 11.0, 0.25  # how far the paddle goes on, for the button and for its step
WEAK_RANDOM = 0.4  # share of the weak player's actions that are random

IN_PLAY, X, Y, MINE, THEIRS, DX, DY, MY_STEP, THEIR_STEP, BUTTON, OBS_DIM = range(11)


class PongGame(gym.Env):
    """A game of Pong, as the right-hand player, against the one that is built in.

    Observation (10,) float32; positions are 0 in the middle of the court and about 1 at its ends, y downward:

    | # | meaning                                                                   | scaled by |
    |---|---------------------------------------------------------------------------|-----------|
    | 0 | is the ball in play? Before a serve it is not, and all that it has is 0   |           |
    | 1 | ball: x, from the opponent's line at -1 to mine at 1                      | 60        |
    | 2 | ball: y                                                                   | 80        |
    | 3 | my paddle                                                                 | 80        |
    | 4 | the opponent's paddle                                                     | 80        |
    | 5 | ball: step in x since the last observation                                | 8         |
    | 6 | ball: step in y                                                           | 8         |
    | 7 | my paddle's step                                                          | 24        |
    | 8 | the opponent's step                                                       | 24        |
    | 9 | the button that is down, and may stick: -1 up, 1 down, 0 none             |           |

    Actions: nothing, up, down. A step is four frames of the game, of which there are 60 a second; in each
    frame the button of the frame before sticks with the probability `sticky`, as in `ALE/Pong-v5` (Machado
    et al. 2018). Reward: 1 for a point won, -1 for one lost. It ends when one of the two has `points` (3; the
    original goes on to 21, which takes thousands of steps).
    """

    metadata: ClassVar = {"render_modes": ["rgb_array"], "render_fps": 15}

    def __init__(self, render_mode: str | None = None, points: int = 3, sticky: float = 0.25):
        require_between("points", points, 1, 21, "who has so many has won", whole=True)
        require_between("sticky", sticky, 0.0, 0.9, "a probability")
        from ale_py import Action

        self.buttons = Action.NOOP, Action.RIGHT, Action.LEFT  # right is up, and left is down
        self.render_mode, self.points, self.sticky = render_mode, points, sticky
        self.observation_space = gym.spaces.Box(-2.0, 2.0, (OBS_DIM,), np.float32)
        self.action_space = gym.spaces.Discrete(len(self.buttons))
        self.screen = console().begin(self)  # (210, 160, 3)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        """Begin a game; returns obs (10,) and info."""
        super().reset(seed=seed)
        self.screen = console().begin(self)
        self.pressed = self.buttons[NOTHING]
        self.memory = self.before = console().hand_to(self).getRAM()  # (128,) uint8
        return self._observe(), {}

    def step(self, action: int):
        """Play four frames; returns obs (10,), reward, terminated, truncated, info."""
        emulator, reward = console().hand_to(self), 0
        for sticks in self.np_random.random(FRAMES) < self.sticky:
            self.pressed = self.pressed if sticks else self.buttons[action]
            reward += emulator.act(self.pressed)
        self.before, self.memory = self.memory, emulator.getRAM()
        if self.render_mode:
            self.screen = emulator.getScreenRGB()
        is_over = max(self.memory[THEIR_POINTS], self.memory[MY_POINTS]) >= self.points
        return self._observe(), float(reward), bool(is_over), False, {}

    def render(self) -> np.ndarray | None:
        """The screen of the game, (420, 640, 3) uint8; an Atari's pixels are about twice as wide as high."""
        return self.screen.repeat(2, axis=0).repeat(4, axis=1) if self.render_mode else None

    def _observe(self) -> np.ndarray:
        now, before = (memory.astype(np.float32) for memory in (self.memory, self.before))
        obs = np.zeros(OBS_DIM, dtype=np.float32)
        obs[BUTTON] = (0, -1, 1)[self.buttons.index(self.pressed)]
        obs[[MINE, THEIRS]] = (now[[MY_Y, THEIR_Y]] - MIDDLE_Y) / HALF_HEIGHT
        obs[[MY_STEP, THEIR_STEP]] = (now - before)[[MY_Y, THEIR_Y]] / PADDLE_STEP
        if is_in_play(now):
            obs[IN_PLAY] = 1
            obs[X] = (now[BALL_X] - MIDDLE_X) / HALF_LENGTH
            obs[Y] = (now[BALL_Y] - MIDDLE_Y) / HALF_HEIGHT
            if is_in_play(before):
                obs[[DX, DY]] = (now - before)[[BALL_X, BALL_Y]] / FASTEST
        return obs.clip(-2.0, 2.0)


def is_in_play(memory: np.ndarray) -> bool:
    """Is there a ball on the court? Before a serve its y is 0, at the start of a game its x is."""
    return bool(memory[BALL_X] and memory[BALL_Y])


def ending(reward: float, terminated: bool, info: dict) -> tuple[bool, bool]:
    """Nobody comes to harm; the game is won where the last point was mine."""
    return False, terminated and reward > 0


def make_demonstrator(kind: str, seed: int = 0, **options) -> Callable[[np.ndarray], np.ndarray]:
    """An actor, obs (B, 10) -> actions (B,): "expert", "weak" or "biased".

    The expert goes where the ball will arrive, off the walls as well, and meets it near the paddle's edge,
    which makes a fast return. Four in ten of the weak one's actions are random, drawn from `seed`. The biased
    one plays like the expert, but never leaves the lower half of the court. `options`, which are the
    world's, change nothing.
    """
    require_known("Pong", options, OPTIONS)
    if kind not in ("expert", "weak", "biased"):
        raise ValueError(f"no Pong player is called {kind!r}: choose 'expert', 'weak' or 'biased'")
    rng = np.random.default_rng(seed)

    def player(obs: np.ndarray) -> np.ndarray:
        goal = where_to_wait(obs)  # (B,)
        if kind == "biased":
            goal = np.maximum(goal, MIDDLE_Y)
        actions = toward(goal, obs)
        if kind == "weak":
            is_random = rng.random(len(obs)) < WEAK_RANDOM
            actions = np.where(is_random, rng.integers(len((NOTHING, UP, DOWN)), size=len(obs)), actions)
        return actions

    return player


def where_to_wait(obs: np.ndarray) -> np.ndarray:
    """Where my paddle should be, (B,) in the units of its cell: where the ball comes, else in the middle."""
    x, y = MIDDLE_X + HALF_LENGTH * obs[:, X], MIDDLE_Y + HALF_HEIGHT * obs[:, Y]
    dx, dy = FASTEST * obs[:, DX], FASTEST * obs[:, DY]
    steps = (MY_LINE - x).clip(0) / np.maximum(dx, 1)
    height = BOTTOM - TOP
    bounced = (y + dy * steps - TOP) % (2 * height)  # as if the walls were mirrors
    arrives = TOP + np.minimum(bounced, 2 * height - bounced)
    return np.where(dx > 0, arrives + AIM, MIDDLE_Y)


def toward(goal: np.ndarray, obs: np.ndarray) -> np.ndarray:
    """The actions (B,) that bring my paddle to the goal (B,): it coasts on for a while, as a step shows."""
    mine = MIDDLE_Y + HALF_HEIGHT * obs[:, MINE]
    coasting = COAST_OF_BUTTON * obs[:, BUTTON] + COAST_OF_STEP * PADDLE_STEP * obs[:, MY_STEP]
    far = goal - mine - coasting
    return np.select([far < -CLOSE, far > CLOSE], [UP, DOWN], NOTHING)


PONG = borrow(
    "Pong",
    PongGame,
    ending,
    make_demonstrator,
    max_steps=3000,
    keys={"ArrowUp": UP, "ArrowDown": DOWN},
    idle=NOTHING,
    pace=15.0,
    play_options={"points": 5},  # a person wants more than half a minute
    score_name="1 per point, -1 per point lost",
    package="ale-py",
    imported_as="ale_py",
)
