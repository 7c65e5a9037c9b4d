"""Lesson 11, LunarLander on three pilot seeds: eight settings, the same for every arm, and which one is best.

The criterion, fixed beforehand, is the mean return over the whole training: the area under its curve.
"""

from itertools import product
from pathlib import Path

from course_tools.records.scripts import load_script

TRAINING = load_script(Path(__file__).parent / "elsewhere", "training")
Arm, Setting = TRAINING.Arm, TRAINING.Setting

WORLD = TRAINING.LUNAR_LANDER.name
LENGTH = TRAINING.Length(num_iterations=150, every=10, num_games=20, num_games_at_ends=100)  # 307,200 steps
ARMS = {
    "from nothing": Arm(),
    "5 flights": Arm("expert", 5),
    "20 flights": Arm("expert", 20),
    "20 human-like flights": Arm("human-like", 20),
}
SETTINGS = [Setting(*values) for values in product((1e-3, 3e-4), (0.99, 0.999), (0.01, 0.0))]


def run() -> dict:
    """What was tried with each arm, and what is chosen."""
    found = {name: TRAINING.tuned(WORLD, arm, SETTINGS, LENGTH) for name, arm in ARMS.items()}
    return {"seeds": TRAINING.PILOT_SEEDS, "arms tuned": found}
