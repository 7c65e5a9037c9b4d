"""Lesson 10: the methods in Pong."""

from pathlib import Path

from course_tools.records.scripts import load_script

METHODS = load_script(Path(__file__).parent / "shared", "methods_elsewhere")
LESSON = load_script(Path(__file__).parent, "elsewhere_pong")

SEEDS = METHODS.SEEDS[:8]
ARENA = METHODS.Arena(
    METHODS.TRAINING.PONG,
    numbers={"BC": (5, 20), "PPO": (0,), "BC, then PPO": (20,)},
    num_iterations=80,
    ppo_every=LESSON.LENGTH.every,
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
