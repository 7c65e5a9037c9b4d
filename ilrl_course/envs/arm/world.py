"""A robot arm that grasps: Gymnasium-Robotics' `FetchPickAndPlace-v4` (Plappert et al. 2018) on MuJoCo."""

import gymnasium as gym
import numpy as np

from ilrl_course.envs.arm.demonstrators import make_demonstrator
from ilrl_course.envs.arm.row import BETWEEN, BLOCK, OBS_DIM, RESTING
from ilrl_course.envs.elsewhere.adapter import borrow

LIFTED = 0.02  # m: so far above that, and ...
IN_HAND, LOST = 0.03, 0.05  # m: ... so near to the hand's middle, the block is held; and lost when so far
OFF_TABLE = -0.05  # m: below this, from where it rested, it has left the table


class ArmRow(gym.Wrapper):
    """The makers' observation and their goal as a row (28,) float32; and it is seen when the block falls.

    | columns | meaning                                                                    | unit         |
    |---------|----------------------------------------------------------------------------|--------------|
    | 0 - 2   | the hand: forward, to the robot's left, up                                 | m            |
    | 3 - 5   | the block, likewise                                                        | m            |
    | 6 - 8   | from the hand to the block                                                 | m            |
    | 9 - 10  | how far each finger is open, .05 at most; .025 where it touches the block  | m            |
    | 11 - 13 | the block's rotation about the three axes                                  | rad          |
    | 14 - 16 | its velocity, relative to the hand's                                       | m per step   |
    | 17 - 19 | its angular velocity                                                       | rad per step |
    | 20 - 22 | the hand's velocity                                                        | m per step   |
    | 23 - 24 | the fingers' velocities                                                    | m per step   |
    | 25 - 27 | where the block shall be                                                   | m            |

    The makers' `achieved_goal` is the block's place once more. Each info holds `fell`: has the block fallen
    in this episode, out of the hand or off the table?
    """

    def __init__(self, env: gym.Env):
        super().__init__(env)
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (OBS_DIM,), np.float32)
        self.is_held = self.fell = False

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        """Begin an episode; returns obs (28,) and info."""
        observation, info = self.env.reset(seed=seed, options=options)
        self.is_held = self.fell = False
        return as_row(observation), info | {"fell": False}

    def step(self, action: np.ndarray):
        """Step once; returns obs (28,), reward, terminated, truncated, info."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        obs = as_row(observation)
        self._look_at_block(obs)
        return obs, float(reward), terminated, truncated, info | {"fell": self.fell}

    def _look_at_block(self, obs: np.ndarray) -> None:
        height, distance = obs[BLOCK][2] - RESTING, np.linalg.norm(obs[BETWEEN])
        is_lost = self.is_held and distance > LOST
        self.fell = bool(self.fell or is_lost or height < OFF_TABLE)
        self.is_held = bool(height > LIFTED and distance < (LOST if self.is_held else IN_HAND))


def as_row(observation: dict[str, np.ndarray]) -> np.ndarray:
    """The row (28,) for the makers' observation."""
    return np.concatenate([observation["observation"], observation["desired_goal"]]).astype(np.float32)


def make(render_mode: str | None = None) -> gym.Env:
    """One arm, without options.

    Actions (4,) from -1 to 1: move the hand forward, to its left, up (about 3 cm in a step), and open the
    fingers. They close as long as they are told to, and hold no block without. A step takes .04 s. Reward:
    -1, or 0 where the block is within 5 cm of the goal. Nothing ends an episode but the clock, after 50
    steps. The goal lies on the table or, in half of the episodes, above it, by up to 45 cm.
    """
    from ilrl_course.envs.arm.simulation import make_copy

    return ArmRow(make_copy(render_mode))


def ending(reward: float, terminated: bool, info: dict) -> tuple[bool, bool]:
    """A crash: the block has fallen, whatever followed. Success: it is at the goal now."""
    return info["fell"], bool(info["is_success"])


def _push(forward: float = 0.0, left: float = 0.0, up: float = 0.0, fingers: float = 0.0) -> np.ndarray:
    return np.array([forward, left, up, fingers], dtype=np.float32)


ROBOT_ARM = borrow(
    "RobotArm",
    make,
    ending,
    make_demonstrator,
    max_steps=50,
    keys={
        "ArrowRight": _push(forward=1),
        "ArrowLeft": _push(forward=-1),
        "ArrowUp": _push(left=1),
        "ArrowDown": _push(left=-1),
        "w": _push(up=1),
        "s": _push(up=-1),
        "d": _push(fingers=-2),  # against the idle hand, which opens
    },
    idle=_push(fingers=1),
    pace=8.0,  # a third of its true pace, at which an episode takes 2 s
    score_name="-1 per step away from the goal",
    package="gymnasium-robotics",
    imported_as="ilrl_course.envs.arm.simulation",
)
