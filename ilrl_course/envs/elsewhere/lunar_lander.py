"""Lunar Lander: Gymnasium's `LunarLander-v3` (Box2D), with the pilot that Gymnasium ships beside it."""

from collections.abc import Callable
from types import SimpleNamespace

import gymnasium as gym
import numpy as np

from ilrl_course.envs.elsewhere.adapter import borrow
from ilrl_course.envs.options import require_between, require_known

OPTIONS = ("gravity", "wind")
LEFT_ENGINE, MAIN_ENGINE, RIGHT_ENGINE = 1, 2, 3
NUM_ACTIONS = 4
X = 0  # the column of the observation that tells how far to the right of the pad's middle it is
WEAK_RANDOM = 0.2  # share of the weak pilot's actions that are random
BESIDE = 0.3  # where the biased pilot wants to land; the pad's flags stand at -0.2 and 0.2


def make(render_mode: str | None = None, gravity: float = 10.0, wind: float = 0.0) -> gym.Env:
    """One lander. Observation (8,), actions, reward and time limit are Gymnasium's.

    | # | meaning                               | unit                          |
    |---|---------------------------------------|-------------------------------|
    | 0 | position, right of the pad's middle   | half the width of the picture |
    | 1 | height above the pad                  | half of its height            |
    | 2 | velocity to the right                 | the makers' own               |
    | 3 | velocity upward                       | the makers' own               |
    | 4 | angle, left positive                  | rad                           |
    | 5 | angular velocity                      | 0.4 rad/s                     |
    | 6 | does the left leg touch the ground?   |                               |
    | 7 | does the right leg touch it?          |                               |

    Actions: nothing, the left engine (turns it to the left), the main engine, the right engine. Options:
    `gravity` (10, as on the makers' moon), `wind` (0; its largest force, with the makers' turbulence).
    """
    require_between("gravity", gravity, 0.1, 11.9, "downward; the world was made for 10")
    require_between("wind", wind, 0.0, 20.0, "0 is none, 15 is strong")
    return gym.make(
        "LunarLander-v3",
        render_mode=render_mode,
        gravity=-gravity,
        enable_wind=wind > 0,
        wind_power=wind,
        max_episode_steps=-1,  # the adapter has the clock
        disable_env_checker=True,
    )


def ending(reward: float, terminated: bool, info: dict) -> tuple[bool, bool]:
    """The world pays -100 for touching the ground with the hull or flying away, 100 for coming to rest."""
    return terminated and reward <= -100, terminated and reward >= 100


def make_demonstrator(kind: str, seed: int = 0, **options) -> Callable[[np.ndarray], np.ndarray]:
    """A pilot, obs (B, 8) -> actions (B,): "expert", "weak" or "biased".

    The expert is Gymnasium's own `heuristic`, which the course did not write. One in five of the weak one's
    actions are random, drawn from `seed`. The biased one flies as well as the expert, but always wants to
    land to the right of the pad, beyond the flag. `options`, which are the world's, change nothing.
    """
    from gymnasium.envs.box2d.lunar_lander import heuristic

    require_known("LunarLander", options, OPTIONS)
    if kind not in ("expert", "weak", "biased"):
        raise ValueError(f"no pilot is called {kind!r}: choose 'expert', 'weak' or 'biased'")
    lander = SimpleNamespace(unwrapped=SimpleNamespace(continuous=False))  # all that it asks of the world
    goal = np.eye(1, 8, X)[0] * (BESIDE if kind == "biased" else 0.0)  # (8,)
    rng = np.random.default_rng(seed)

    def pilot(obs: np.ndarray) -> np.ndarray:
        actions = np.array([heuristic(lander, row) for row in (obs - goal).tolist()], dtype=np.int64)
        if kind == "weak":
            is_random = rng.random(len(obs)) < WEAK_RANDOM
            actions = np.where(is_random, rng.integers(NUM_ACTIONS, size=len(obs)), actions)
        return actions

    return pilot


LUNAR_LANDER = borrow(
    "LunarLander",
    make,
    ending,
    make_demonstrator,
    max_steps=1000,
    keys={"ArrowLeft": LEFT_ENGINE, "ArrowUp": MAIN_ENGINE, "ArrowRight": RIGHT_ENGINE},
    idle=0,
    pace=50.0,
    score_name="about 250 for a landing",
    package="box2d",
    imported_as="Box2D",
)
