"""Lesson 12, road works, on three pilot seeds: four settings for every kind of clone, and which one is best.

The criterion, fixed beforehand, is the mean return of 100 fresh drives, which are over where a car crashes.
It leaves room where nearly all crash. Each kind of answer is tuned in each place, for single actions and for
plans of eight that are executed whole, with as many tries, the same network and as many gradient steps.

How slippery the road shall be on which no feedback within a plan may hurt is settled here, too: of six grips,
the one on which clones of drivers who agree, with squared error and one action at a time, crash nearest to
three times in ten, so that plans may do better or worse. Clones with plans play no part in that choice.

Measured on one core (CPU time): see the report of the first run; a training takes about 8 s.
"""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds

ROAD = load_script(Path(__file__).parent / "ways", "road")
CLONING = load_script(Path(__file__).parent / "ways", "cloning")
Method, Setting = CLONING.Method, CLONING.Setting

SEEDS = CLONING.PILOT_SEEDS
NUM_UPDATES = 8000
PLANNED = 8  # actions
GRIPS = (0.95, 0.9, 0.85, 0.8, 0.7, 0.6)
SHARE = 0.3  # of crashes, where a slippery road leaves room both ways


def tried(number: int, settings: tuple, place: str, method) -> float:
    """The mean return in fresh drives, with a setting and a pilot seed by their number."""
    setting, seed = CLONING.by_number(number, settings)
    clone = CLONING.clone(ROAD.demonstrations(place, seed), method, setting, NUM_UPDATES, seed)
    drives = ROAD.fresh_drives(clone.actor(seed, method.horizon), seed)
    return ROAD.measured(drives)["return"]


def on_grips(seed: int, setting) -> list[float]:
    """The crash rates (grips,) of a clone of drivers who agree, with squared error and single actions."""
    drives = ROAD.demonstrations("they agree", seed)
    clone = CLONING.clone(drives, Method(CLONING.SQUARED), setting, NUM_UPDATES, seed)
    found = [ROAD.fresh_drives(clone.actor(seed, 1), seed, grip=grip) for grip in GRIPS]
    return [ROAD.measured(drives)["crash_rate"] for drives in found]


def slippery(setting) -> dict:
    """Crash rates (grips, seeds), and the grip that leaves room both ways."""
    rates = np.transpose(run_seeds(on_grips, SEEDS, setting=setting))
    nearest = int(np.abs(rates.mean(axis=1) - SHARE).argmin())
    return {"grips": GRIPS, "crash rates": rates.round(3).tolist(), "chosen": GRIPS[nearest]}


def run() -> dict:
    """What was tried, by place, answer and number of actions, and what is chosen; and the slippery road."""
    found = {
        place: {
            answer: {
                str(horizon): CLONING.tuned(
                    tried, CLONING.SETTINGS[answer], place=place, method=Method(answer, horizon)
                )
                for horizon in (1, PLANNED)
            }
            for answer in CLONING.ANSWERS
        }
        for place in ROAD.PLACES
    }
    plain = Setting(**found["they agree"][CLONING.SQUARED]["1"]["chosen"])
    return {
        "seeds": SEEDS,
        "tuned": found,
        "slippery": slippery(plain) | {"setting": asdict(plain)},
    }
