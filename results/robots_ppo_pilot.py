"""Lesson 12, PPO on the robot arm, on three pilot seeds: six settings for both arms, and which one is best.

The criterion, fixed beforehand, is the mean return over the training, which is a tenth as long as those of
`robots_ppo`. If from nothing none of them learns anything in so few steps, the first of equals is taken.

The clone is of that kind which `robots_pilot` found best from 25 demonstrations, among those that act as PPO
does, one step at a time.

Estimated for one busy core (CPU time): 36 trainings of 102,400 steps, 80 s each, 48 minutes in all.
"""

from dataclasses import asdict
from itertools import product
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from ilrl_course.storage.files import load_results

REFINING = load_script(Path(__file__).parent / "robots", "refining")
CLONING, Setting, Start = REFINING.CLONING, REFINING.Setting, REFINING.Start

SEEDS = CLONING.PILOT_SEEDS
LENGTH = REFINING.Length(num_iterations=50, every=10, num_tests=25, num_tests_at_ends=50)
SETTINGS = tuple(Setting(*values) for values in product((1e-3, 3e-4), (1.0, 0.6, 0.2)))


def starts(tuned: dict) -> dict[str, Start]:
    """What both arms begin with, from what `robots_pilot` tuned."""
    kind = max(REFINING.REFINABLE, key=lambda name: tuned[name]["best"])
    cloning = CLONING.Setting(**tuned[kind]["chosen"])
    return {
        REFINING.NOTHING: Start(kind, cloning, is_cloned=False),
        REFINING.CLONED: Start(kind, cloning),
    }


def tried(number: int, settings: tuple, start: Start) -> float:
    """The mean return over a training, with a setting and a pilot seed by their number."""
    setting, seed = CLONING.by_number(number, settings)
    return float(np.mean([row["return"] for row in REFINING.learn(seed, start, setting, LENGTH)]))


def run() -> dict:
    """What was tried with each arm, what is chosen, and the kind of clone."""
    begun = starts(load_results("robots_pilot")["arms tuned"])
    found = {name: CLONING.tuned(tried, SETTINGS, start=start) for name, start in begun.items()}
    return {"seeds": SEEDS, "clone": asdict(begun[REFINING.CLONED]), "arms tuned": found}
