"""Lesson 10: the methods in Pong, which others made, by demonstrations and by steps of training; eight seeds.

Settings: those of `elsewhere_pong`, which were tuned for no arm.

Not computed, to stay within its time: two thirds of lesson 11's steps, so that PPO ends after 131,072;
DAgger, for which lesson 11 has no setting here; GAIL, for which nobody has one, and whose steps would cost
as much as PPO's; clones of 1 and of 100 games. A shaken hand is not asked for: the world's buttons stick by
chance anyway. One seed takes about 140 s of one core, all of them 19 minutes.
"""

from pathlib import Path

from course_tools.records.scripts import load_script

METHODS = load_script(Path(__file__).parent / "shared", "methods_elsewhere")
LESSON = load_script(Path(__file__).parent, "elsewhere_pong")

SEEDS = METHODS.SEEDS[:8]
ARENA = METHODS.Arena(
    METHODS.TRAINING.PONG,
    numbers={"BC": (5, 20), "PPO": (0,), "BC, then PPO": (20,)},
    num_iterations=64,
    ppo_every=16,
    num_episodes=20,
    max_film=400,
)


def learn(seed: int, method: str, number: int, setting: METHODS.Setting | None) -> dict:
    """One training; its rows on the board and its film."""
    return METHODS.learn(ARENA, method, number, seed, setting)


def run() -> dict:
    """All entries of the board."""
    settings = dict.fromkeys((0, 20), METHODS.Setting(**vars(LESSON.SETTING)))
    return METHODS.board(ARENA, SEEDS, settings, learn)
