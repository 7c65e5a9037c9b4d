"""Lesson 11, DoorKey on three pilot seeds: eight settings, the same for every arm, and which one is best.

The criterion, fixed beforehand, is the mean return over the whole training: the area under its curve. Where
a teacher's five games are heard during PPO, a mixture is tuned as often as each of its two ends: no teacher,
and one that is followed all the time. Which end is the better one is settled here, too: that one the mixture
has to beat.
"""

from itertools import product
from pathlib import Path

from course_tools.records.scripts import load_script

TRAINING = load_script(Path(__file__).parent / "elsewhere", "training")
Arm, Setting = TRAINING.Arm, TRAINING.Setting

WORLD = TRAINING.DOOR_KEY.name
LENGTH = TRAINING.Length(num_iterations=50, every=5, num_games=50, num_games_at_ends=100)  # 102,400 steps
NOTHING, TAUGHT, FOLLOWED = Arm(), Arm("expert", 5, "hear"), 1.0
CLONES = {"20 games": Arm("expert", 20), "20 human-like games": Arm("human-like", 20)}
BONUSES = (0.03, 0.01)  # for entropy


def grid(imitation_coef: float = 0.0) -> list:
    """Eight settings."""
    return [Setting(*values, imitation_coef) for values in product((3e-3, 1e-3), (0.99, 0.95), BONUSES)]


def mixtures(alone: dict) -> list:
    """Eight ways to hear a teacher, with the rate and the discount that suit one who has none."""
    ways = product(BONUSES, (0.1, 0.3), (1.0, 0.9))
    return [Setting(alone["learning_rate"], alone["gamma"], *way) for way in ways]


def run() -> dict:
    """What was tried with each arm, and what is chosen."""
    arms = {"from nothing": NOTHING} | CLONES
    found = {name: TRAINING.tuned(WORLD, arm, grid(), LENGTH) for name, arm in arms.items()}
    alone = found["from nothing"]
    found["followed"] = TRAINING.tuned(WORLD, TAUGHT, grid(FOLLOWED), LENGTH)
    found["mixed"] = TRAINING.tuned(WORLD, TAUGHT, mixtures(alone["chosen"]), LENGTH)
    to_beat = "followed" if found["followed"]["best"] > alone["best"] else "from nothing"
    return {"seeds": TRAINING.PILOT_SEEDS, "arms tuned": found, "to beat": to_beat}
