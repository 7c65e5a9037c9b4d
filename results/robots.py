"""Lesson 12, the robot arm: what chunks, a history, other answers and noise bring, on eight seeds.

It is an exploration, for which the rule of verdicts has no words. Every kind of clone has the setting that
`robots_pilot` found best for it from 25 demonstrations. The record holds

- "numbers": of demonstrations;
- "clones": kind -> quantity -> (seeds, numbers): the shares of 50 fresh episodes that end with the block at
  its goal ("success") and in which it falls ("drops"), and the mean "return". Demonstrations of the same
  seed are the same for all kinds with the same teacher and the same noise, and few of them are the first of
  many;
- "teachers": kind -> quantity -> (seeds,): the same of a hundred demonstrations;
- "dials": kind -> way to execute its plans -> quantity -> (seeds, numbers);
- "against plain": kind -> at each number of demonstrations, the mean difference in success to a clone of the
  same teacher that has none of it, its interval, and how many seeds have its sign.

A chunk of one action, a history of one observation, and a mixture of one component are the plain clone and
the Gaussian: each kind differs from one of them in one thing.

Estimated for one busy core (CPU time): 100 grasps take 5 s, a clone 5 s, its episodes 2 s; 96 sets of grasps
and 384 clones, 60 minutes in all.
"""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.measures.seeds import confidence_interval
from ilrl_course.storage.files import load_results

PILOT = load_script(Path(__file__).parent, "robots_pilot")
GRASPING, CLONING = PILOT.GRASPING, PILOT.CLONING

SEEDS = list(range(7000, 7008))
NUMBERS = (10, 25, 50, 100)
DIALS = {  # how plans are executed otherwise
    "chunks": {"1": 1, "2": 2, "averaged": None},
    "chunks of 16": {"1": 1, "4": 4, "averaged": None},
}
AGAINST = dict.fromkeys(("Gaussian", "chunks", "chunks of 16", "history", "noise", "remembering"), "plain")
AGAINST |= dict.fromkeys(("mixture", "flow"), "Gaussian")
AGAINST |= {f"remembering, {name}": "remembering" for name in ("chunks", "chunks of 16", "history")}


def learn(seed: int, arm, setting, dial: dict[str, int | None]) -> dict[str, dict[str, list]]:
    """Clones of more and more grasps: way to act -> quantity -> (numbers,); and their "teacher"."""
    grasps, found = GRASPING.grasps(arm, max(NUMBERS), seed), []
    for number in NUMBERS:
        clone = CLONING.clone(grasps[:number], arm.method, setting, GRASPING.NUM_UPDATES, seed)
        found.append(
            {
                way: GRASPING.measured(clone.actor(seed, executed), seed)
                for way, executed in ({"whole": arm.method.horizon} | dial).items()
            }
        )
    return {
        way: {quantity: [row[way][quantity] for row in found] for quantity in quantities}
        for way, quantities in found[0].items()
    } | {"teacher": GRASPING.outcomes(grasps)}


def tables(runs: list[dict]) -> dict[str, dict[str, list]]:
    """Way to act -> quantity -> (seeds, numbers)."""
    return {
        way: {quantity: np.round([run[way][quantity] for run in runs], 4).tolist() for quantity in quantities}
        for way, quantities in runs[0].items()
    }


def difference(more: list, less: list) -> list[dict]:
    """At each number of demonstrations: the mean difference of (seeds, numbers), and how sure it is."""
    found = []
    for column in np.subtract(more, less).T:  # (seeds,)
        same = np.sign(column) == np.sign(column.mean())
        found.append(
            {
                "difference": float(column.mean()),
                "interval": confidence_interval(column),
                "seeds with its sign": int(same.sum()),
            }
        )
    return found


def run() -> dict:
    """See above."""
    tuned = load_results("robots_pilot")["arms tuned"]
    settings = {name: CLONING.Setting(**tuned[name]["chosen"]) for name in GRASPING.ARMS}
    runs = {
        name: tables(run_seeds(learn, SEEDS, arm=arm, setting=settings[name], dial=DIALS.get(name, {})))
        for name, arm in GRASPING.ARMS.items()
    }
    clones = {name: ways["whole"] for name, ways in runs.items()}
    return {
        "seeds": SEEDS,
        "numbers": NUMBERS,
        "settings": {name: asdict(setting) for name, setting in settings.items()},
        "clones": clones,
        "teachers": {name: ways["teacher"] for name, ways in runs.items()},
        "dials": {name: {way: runs[name][way] for way in dial} for name, dial in DIALS.items()},
        "against plain": {
            name: difference(clones[name]["success"], clones[other]["success"])
            for name, other in AGAINST.items()
        },
    }
