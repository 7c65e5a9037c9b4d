"""Who shows the arm how to grasp, in four phases: above the block, down, close the fingers, carry.

The expert infers the phase from what it sees, so it can label any state. `RememberingDemonstrator` does the
same in each phase, but remembers which one it is in, as most scripts for robots do.
"""

from collections.abc import Callable

import numpy as np

from ilrl_course.envs.arm.row import BETWEEN, BLOCK, FINGERS, GOAL, RESTING
from ilrl_course.envs.options import require_known

ABOVE, DOWN, CLOSE, CARRY = range(4)
ALIGNED = 0.015  # m: so near, horizontally, the hand is above the block; vertically, too, around it
HELD = 0.03  # m: so near, and with ...
CLOSED = 0.028  # m: ... fingers no wider open, it has the block, which is 5 cm wide
HOVER = 0.06  # m above the block's middle
BRAKING = 0.1  # m: of each way, the last part is done slowly
CLOSING_STEPS = 10  # 0.4 s, of the demonstrator that remembers
WEAK_RANDOM = 0.3  # share of the weak one's actions that are random
LOW = RESTING + 0.08  # m: the biased one never carries the block higher
OPEN_WIDE, SQUEEZE = 1.0, -1.0


def make_demonstrator(kind: str, seed: int = 0, **options) -> Callable[[np.ndarray], np.ndarray]:
    """An actor, obs (B, 28) -> actions (B, 4) float32: "expert", "weak" or "biased".

    Three in ten of the weak one's actions are random, drawn from `seed`. The biased one grasps as the expert
    does, but never lifts the block by more than 8 cm, and so misses goals that are high above the table.
    """
    require_known("RobotArm", options, ())
    if kind not in ("expert", "weak", "biased"):
        raise ValueError(f"no demonstrator is called {kind!r}: choose 'expert', 'weak' or 'biased'")
    rng = np.random.default_rng(seed)

    def demonstrator(obs: np.ndarray) -> np.ndarray:
        if kind == "biased":
            obs = obs.copy()
            obs[:, GOAL.stop - 1] = np.minimum(obs[:, GOAL.stop - 1], LOW)
        actions = movement(obs, phase_of(obs))
        if kind == "weak":
            is_random = rng.random(len(obs)) < WEAK_RANDOM  # (B,)
            drawn = rng.uniform(-1, 1, actions.shape).astype(np.float32)
            actions = np.where(is_random[:, None], drawn, actions)
        return actions

    return demonstrator


def phase_of(obs: np.ndarray) -> np.ndarray:
    """In which phase somebody is who sees obs (B, 28): ABOVE, DOWN, CLOSE or CARRY, (B,)."""
    has_closed = obs[:, FINGERS].mean(1) < CLOSED
    is_held = has_closed & (np.linalg.norm(obs[:, BETWEEN], axis=1) < HELD)
    return np.select([is_held, is_around(obs), is_above(obs)], [CARRY, CLOSE, DOWN], ABOVE)


def is_above(obs: np.ndarray) -> np.ndarray:
    """Is the hand above the block, at whatever height? (B,) bool."""
    return np.linalg.norm(obs[:, BETWEEN][:, :2], axis=1) < ALIGNED


def is_around(obs: np.ndarray) -> np.ndarray:
    """Is the block between the fingers? (B,) bool."""
    return is_above(obs) & (np.abs(obs[:, BETWEEN][:, 2]) < ALIGNED)


def movement(obs: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """What is done in each phase (B,): actions (B, 4) float32."""
    to_block, to_goal = obs[:, BETWEEN], obs[:, GOAL] - obs[:, BLOCK]  # (B, 3), in m
    hover = to_block + np.array([0.0, 0.0, HOVER])
    way = np.select([phase[:, None] == ABOVE, phase[:, None] == CARRY], [hover, to_goal], to_block)
    fingers = np.where(phase >= CLOSE, SQUEEZE, OPEN_WIDE)
    return np.column_stack([(way / BRAKING).clip(-1, 1), fingers]).astype(np.float32)


class RememberingDemonstrator:
    """An actor, obs (B, 28) -> actions (B, 4), for B episodes that begin together; row i is always episode i.

    It goes from phase to phase, never back: down once it is above the block, close once it is around it,
    carry after ten steps, as scripts do whose fingers feel nothing, whether it has the block or not. Made
    anew for each block of episodes; `restart` tells where later ones begin.
    """

    def __init__(self):
        self.phase = self.closing = None  # (B,) each; `closing` counts the steps of CLOSE
        self.begins: bool | np.ndarray = True  # in all rows, or (B,)

    def restart(self, rows: np.ndarray) -> None:
        """In these rows, (B,) bool, the next call is the first one of an episode."""
        self.begins = self.begins | rows

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """As an actor."""
        if self.phase is None:
            self.phase = self.closing = np.zeros(len(obs), dtype=np.int64)
        phase, closing = (np.where(self.begins, 0, column) for column in (self.phase, self.closing))
        self.begins = False
        closing = closing + (phase == CLOSE)
        passed = np.select(
            [phase == ABOVE, phase == DOWN, phase == CLOSE],
            [is_above(obs), is_around(obs), closing >= CLOSING_STEPS],
            False,
        )
        self.phase, self.closing = phase + passed, closing
        return movement(obs, self.phase)
