"""Lesson 06, trap 3: where ends stop and every step pays, what does a judge do that sees the clock?"""

from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.measures.seeds import by_name

TRAPS = load_script(Path(__file__).parent, "adversarial_traps")

SEEDS = TRAPS.SEEDS


def play(seed: int, clock: bool) -> dict[str, float]:
    """How games of the dungeon end after GAIL with the survival reward, from 20 games."""
    return TRAPS.play_dungeon(seed, "GAIL", "survival", absorbing=False, clock=clock)


def run() -> dict:
    """Outcomes (seeds,) by what the judge sees."""
    runs = {
        sight: by_name(run_seeds(play, SEEDS, clock=clock))
        for sight, clock in (("hidden", False), ("seen", True))
    }
    rounded = {
        sight: {name: np.round(values, 4).tolist() for name, values in found.items()}
        for sight, found in runs.items()
    }
    return {"seeds": SEEDS, "clock": rounded}
