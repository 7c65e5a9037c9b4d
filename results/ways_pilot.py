"""Lesson 12, road works, on three pilot seeds: eight tries for every kind of clone, and which one is best.

The criterion, fixed beforehand, is the mean return of 100 fresh drives, which are over where a car crashes.
It leaves room where nearly all crash. All clones have the same hidden layers and as many gradient steps. One
that decides step by step is tried with four learning rates and two sizes of minibatches; one that plans
sixteen actions with the same four rates, and it executes the first four of them, or all. Clones that play a
part in a planned comparison are tuned in their own place; the others have the setting of drivers who differ.

How slippery the road shall be on which no feedback within a plan may hurt is settled here, too: of six grips,
the one on which clones of drivers who agree, with squared error and step by step, crash nearest to three
times in ten, so that plans may do better or worse. Clones with plans play no part in that choice.

Estimated for one busy core (CPU time): a training takes 9 s step by step, 11 to 25 s with plans; 216 and 72
of them, 55 minutes in all.
"""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.measures.road_works import measure_passing

ROAD = load_script(Path(__file__).parent / "ways", "road")
CLONING = load_script(Path(__file__).parent / "ways", "cloning")
Method, Setting = CLONING.Method, CLONING.Setting
DIFFER, EARLY, AGREE, LATE = ROAD.PLACES

SEEDS = CLONING.PILOT_SEEDS
NUM_UPDATES = 8000
LENGTH, EXECUTED = 16, (4, 16)  # of plans, and how many of their actions are executed
SMALLER = 64  # steps in a minibatch
STEPS, PLANS = "step by step", "in plans"
OWN = [(AGREE, CLONING.SQUARED, pace) for pace in (STEPS, PLANS)]
OWN += [(LATE, CLONING.SQUARED, pace) for pace in (STEPS, PLANS)]
OWN += [(EARLY, answer, STEPS) for answer in (CLONING.SQUARED, CLONING.MIXTURE, CLONING.FLOW)]
GRIPS = (0.95, 0.9, 0.85, 0.8, 0.7, 0.6)
SHARE = 0.3  # of crashes, where a slippery road leaves room both ways


def tried(number: int, settings: tuple, place: str, method, executed: tuple[int, ...]) -> list[float]:
    """The mean returns in fresh drives, by the number of executed actions.

    With a setting and a pilot seed by their number.
    """
    setting, seed = CLONING.by_number(number, settings)
    clone = CLONING.clone(ROAD.demonstrations(place, seed), method, setting, NUM_UPDATES, seed)
    found = [ROAD.fresh_drives(clone.actor(seed, so_many), seed) for so_many in executed]
    return [measure_passing(drives)["return"] for drives in found]


def tuned(place: str, answer: str, pace: str) -> dict:
    """What was tried, by the number of executed actions, and which of them and which setting is best."""
    settings, method, executed = CLONING.SETTINGS[answer], Method(answer, LENGTH), EXECUTED
    if pace == STEPS:
        settings += tuple(replace(setting, minibatch_size=SMALLER) for setting in settings)
        method, executed = Method(answer), (1,)
    scores = CLONING.scores(tried, settings, place=place, method=method, executed=executed)
    found = {n: CLONING.best_of(settings, scores[..., i]) for i, n in enumerate(executed)}
    best = max(found, key=lambda number: found[number]["best"])
    return {
        "tried": {str(number): one for number, one in found.items()},
        "executed": best,
        "chosen": found[best]["chosen"],
    }


def on_grips(seed: int, setting) -> list[float]:
    """The crash rates (grips,) of a clone of drivers who agree, with squared error and step by step."""
    drives = ROAD.demonstrations(AGREE, seed)
    clone = CLONING.clone(drives, Method(CLONING.SQUARED), setting, NUM_UPDATES, seed)
    found = [ROAD.fresh_drives(clone.actor(seed, 1), seed, grip=grip) for grip in GRIPS]
    return [measure_passing(drives)["crash_rate"] for drives in found]


def slippery(setting) -> dict:
    """Crash rates (grips, seeds), and the grip that leaves room both ways."""
    rates = np.transpose(run_seeds(on_grips, SEEDS, setting=setting))
    nearest = int(np.abs(rates.mean(axis=1) - SHARE).argmin())
    return {"grips": GRIPS, "crash rates": rates.round(3).tolist(), "chosen": GRIPS[nearest]}


def run() -> dict:
    """What was tried and what is chosen, by place, answer and pace; and the slippery road."""
    cells = [(DIFFER, answer, pace) for answer in CLONING.ANSWERS for pace in (STEPS, PLANS)] + OWN
    found: dict = {}
    for place, answer, pace in cells:
        found.setdefault(place, {}).setdefault(answer, {})[pace] = tuned(place, answer, pace)
    plain = Setting(**found[AGREE][CLONING.SQUARED][STEPS]["chosen"])
    return {"seeds": SEEDS, "tuned": found, "slippery": slippery(plain) | {"setting": asdict(plain)}}
