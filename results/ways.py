"""Lesson 12: road works, which can be passed on either side; all planned comparisons.

Clones of drivers who agree, who differ, who differ and choose their side long before the works, and who are
late. Every kind of clone has the setting that `ways_pilot` found best for it in that place; plans of four and
of sixteen actions have that of eight. The record holds

- "clones": place -> answer -> actions in a plan -> how it acts -> quantity -> (seeds,). It acts on so many
  actions of each plan, by their number, or "averaged" over all plans that say something about the present
  step. The quantities are of 100 drives: how many "crashes", the mean "return", works passed on their "left"
  and "right"; and of all works that were met, the share "crash_rate" at which cars crashed, and
  "both_sides", 1 where half are passed on each side. In the place "they agree, slippery" the clones of
  drivers who agree drive on the road whose grip the pilot chose;
- "drivers": the same quantities of the demonstrations, by place;
- "arms": both arms of each planned comparison. There, plans are executed whole.

What would explain the effects away, and what is recorded against it. Answers that are better at anything:
the same clones where drivers agree, and a Gaussian beside the squared error. Plans that are better at
anything: the same, where drivers agree. A dial that was set by hand: all lengths of plans, and all numbers of
executed actions among them.
"""

from functools import partial
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.notebook.claims import plan
from ilrl_course.storage.files import load_results

PILOT = load_script(Path(__file__).parent, "ways_pilot")
CLONING, ROAD = PILOT.CLONING, PILOT.ROAD
Method, Setting = PILOT.Method, PILOT.Setting
SQUARED, MIXTURE, FLOW = CLONING.SQUARED, CLONING.MIXTURE, CLONING.FLOW

SEEDS = list(plan("mixture, step by step").seeds)
LENGTHS = (1, 4, 8, 16)  # of plans, where drivers differ; elsewhere the first and the third
DIFFER, EARLY, AGREE, LATE = "they differ", "they differ early", "they agree", "they are late"
SLIPPERY = "they agree, slippery"
STEPS, PLANS = "1", str(PILOT.PLANNED)  # as the record names them


def ways_to_act(horizon: int) -> dict[str, int | None]:
    """By name: how many actions of each plan are executed, or None to average over plans."""
    executed = {str(number): number for number in LENGTHS if number <= horizon}
    return executed | ({"averaged": None} if horizon > 1 else {})


def learn(seed: int, place: str, method, setting, roads: dict[str, dict]) -> dict[str, dict]:
    """A clone, and how it does on these roads: road -> way to act -> quantity."""
    clone = CLONING.clone(ROAD.demonstrations(place, seed), method, setting, PILOT.NUM_UPDATES, seed)
    return {
        name: {
            way: ROAD.measured(ROAD.fresh_drives(clone.actor(seed, number), seed, **options))
            for way, number in ways_to_act(method.horizon).items()
        }
        for name, options in roads.items()
    }


def shown(seed: int, place: str) -> dict[str, float]:
    """How the demonstrations went."""
    return ROAD.measured(ROAD.demonstrations(place, seed))


def columns(runs: list[dict]) -> dict:
    """From one tree for each seed to one tree of lists (seeds,)."""
    if not isinstance(runs[0], dict):
        return np.round(runs, 4).tolist()
    return {name: columns([run[name] for run in runs]) for name in runs[0]}


def all_clones(tuned: dict, grip: float) -> dict:
    """What "clones" holds, see above."""
    found = {place: {} for place in (*ROAD.PLACES, SLIPPERY)}
    for place in ROAD.PLACES:
        roads = {place: {}} | ({SLIPPERY: {"grip": grip}} if place == AGREE else {})
        for answer in CLONING.ANSWERS:
            for length in LENGTHS if place == DIFFER else (1, PILOT.PLANNED):
                setting = Setting(**tuned[place][answer][STEPS if length == 1 else PLANS]["chosen"])
                given = {"place": place, "method": Method(answer, length), "setting": setting}
                runs = columns(run_seeds(learn, SEEDS, roads=roads, **given))
                for name, ways in runs.items():
                    found[name].setdefault(answer, {})[str(length)] = ways
    return found


def compared(clones: dict) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """More and less (seeds,) of every planned comparison."""

    def values(quantity: str, place: str, answer: str, length: str) -> np.ndarray:
        return np.array(clones[place][answer][length][length][quantity])

    crashes, sides = partial(values, "crash_rate"), partial(values, "both_sides", DIFFER)
    found = {}
    for answer in (MIXTURE, FLOW):
        for pace, length in {"step by step": STEPS, "in plans": PLANS}.items():
            both = (crashes(DIFFER, kind, length) for kind in (SQUARED, answer))
            found[f"{answer}, {pace}"] = tuple(both)
            found[f"both sides by a {answer}, {pace}"] = sides(answer, length), sides(SQUARED, length)
        found[f"{answer}, sides chosen early"] = tuple(
            crashes(EARLY, kind, STEPS) for kind in (SQUARED, answer)
        )
        found[f"plans of a {answer}"] = tuple(crashes(DIFFER, answer, length) for length in (STEPS, PLANS))
    for name, place in {"late": LATE, "agreeing": AGREE}.items():
        found[f"plans after {name} drivers"] = tuple(crashes(place, SQUARED, n) for n in (STEPS, PLANS))
    slippery = (crashes(SLIPPERY, SQUARED, length) for length in (PLANS, STEPS))
    return found | {"plans on a slippery road": tuple(slippery)}


def run() -> dict:
    """See above."""
    pilot = load_results("ways_pilot")
    grip = pilot["slippery"]["chosen"]
    clones = all_clones(pilot["tuned"], grip)
    drivers = {place: columns(run_seeds(shown, SEEDS, place=place)) for place in ROAD.PLACES}
    return {
        "seeds": SEEDS,
        "grip": grip,
        "settings": {
            place: {answer: {n: one["chosen"] for n, one in both.items()} for answer, both in kinds.items()}
            for place, kinds in pilot["tuned"].items()
        },
        "clones": clones,
        "drivers": drivers,
        "arms": {name: plan(name).recorded(*both) for name, both in compared(clones).items()},
    }
