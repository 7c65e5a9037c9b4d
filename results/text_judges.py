"""Lesson 13 on three pilot seeds: how fast and how long judges learn, for each number of choices.

Twelve settings, as many as PPO and DPO have in `text_pilot`. The criterion, fixed beforehand, is one that
anybody has in practice: how often a judge foresees choices that were set aside, 1,000 of them, between lines
of the same imitator.

Estimated on one core (CPU time): 4 ms a gradient step, 8,400 steps for each number and seed; 10 minutes.
"""

from dataclasses import asdict
from itertools import product
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.preferences import agreement_with
from ilrl_course.play.choices import pairs_of

BEGINNINGS = load_script(Path(__file__).parent / "text", "beginnings")
Judge, Learning = BEGINNINGS.Judge, BEGINNINGS.Learning

SEEDS = [6100, 6101, 6102]
NUMBERS = (30, 100, 300, 1000, 3000, 10_000)  # of choices
SETTINGS = tuple(Learning(*way) for way in product((1e-2, 3e-3, 1e-3, 3e-4), (100, 400, 1600)))
NUM_SET_ASIDE = 1000


def agreed(seed: int, number: int) -> list[float]:
    """The share of the choices set aside that a judge foresees, by setting."""
    imitator = BEGINNINGS.imitate(seed)
    pairs = BEGINNINGS.choices_for(Judge(number), imitator, seed)
    set_aside = pairs_of(BEGINNINGS.ask(imitator, NUM_SET_ASIDE, seed, "choices set aside"))
    judges = (BEGINNINGS.learn_reward(pairs, setting, seed) for setting in SETTINGS)
    return [agreement_with(judge, set_aside) for judge in judges]


def tuned(number: int) -> dict:
    """Shares (settings, seeds), and the best setting by the mean over the seeds; of equals the first."""
    found = np.transpose(run_seeds(agreed, SEEDS, number=number))
    best = int(found.mean(axis=1).argmax())
    return {
        "settings": [asdict(setting) for setting in SETTINGS],
        "agreement": found.round(4).tolist(),
        "chosen": asdict(SETTINGS[best]),
    }


def run() -> dict:
    """What was tried and what is chosen, by the number of choices."""
    return {"seeds": SEEDS, "judges tuned": {str(number): tuned(number) for number in NUMBERS}}
