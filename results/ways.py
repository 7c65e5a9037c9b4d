"""Lesson 12: road works, which can be passed on either side; all planned comparisons.

Clones of drivers who agree, who differ, who differ and choose their side long before the works, and who are
late. Every kind of clone has the setting that `ways_pilot` found best for it. The record holds

- "clones": place -> answer -> actions in a plan -> how it acts -> quantity -> (seeds,). It acts on so many
  actions of each plan, by their number, or "averaged" over all plans that say something about the present
  step. The quantities are of 100 drives: how many "crashes", the mean "return", works passed on their "left"
  and "right"; and of all works that were met, the share "crash_rate" at which cars crashed, and
  "both_sides", 1 where half are passed on each side. Three quantities describe and decide nothing: the
  "evenness" of the sides among the works that were passed, crashes "beside" works, and drives that end
  "waiting" before them. In the place "they agree, slippery" the clones of drivers who agree drive on the road
  whose grip the pilot chose;
- "controls": control -> pace -> quantity -> (seeds,), with the same settings otherwise. Where drivers differ:
  a mixture that draws its answers, as a flow does; and flows that learn five times as long, that have twice
  as many units in each hidden layer, and that draw their noise once for each drive. Where drivers are late:
  squared error that sees the last three observations, so that nothing is hidden from it;
- "drivers": the same quantities of the demonstrations, by place;
- "settings": place -> answer -> actions in a plan -> setting. Shorter plans have that of sixteen actions;
- "executed": place -> answer -> how many actions of sixteen are executed, as the pilot chose;
- "arms": both arms of each planned comparison. There, plans are of sixteen, of which so many are executed.

What would explain the effects away, and what is recorded against it. Answers that are better at anything:
the same clones where drivers agree, and a Gaussian beside the squared error. Plans that are better at
anything: the same, where drivers agree. A dial that was set by hand: all lengths of plans, and all numbers of
executed actions among them; where one of sixteen is executed, a clone learns plans and keeps to none. A flow
that only suffers from drawing, from drawing anew in each step, from too short a training, or from too small a
network; and what late drivers hide: the controls.

Estimated for one busy core (CPU time): 49 trainings a seed with their drives, 12 minutes; 190 minutes in all.
"""

from functools import partial
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.measures.road_works import measure_passing
from ilrl_course.notebook.claims import plan
from ilrl_course.storage.files import load_results

PILOT = load_script(Path(__file__).parent, "ways_pilot")
CLONING, ROAD = PILOT.CLONING, PILOT.ROAD
Method, Setting = PILOT.Method, PILOT.Setting
SQUARED, MIXTURE, FLOW = CLONING.SQUARED, CLONING.MIXTURE, CLONING.FLOW
STEPS, PLANS = PILOT.STEPS, PILOT.PLANS

SEEDS = list(plan("mixture, step by step").seeds)
DIFFER, EARLY, AGREE, LATE = ROAD.PLACES
SLIPPERY = "they agree, slippery"
DIAL = (1, 4, 8, 16)  # actions in a plan, and of these executed
LONGER = 5
CONTROLS = {  # name: place, answer, history, what else is set, updates
    "mixture that draws": (DIFFER, MIXTURE, 1, {"draws": True}, PILOT.NUM_UPDATES),
    "flow, five times as long": (DIFFER, FLOW, 1, {}, LONGER * PILOT.NUM_UPDATES),
    "flow, twice as wide": (DIFFER, FLOW, 1, {"is_wide": True}, PILOT.NUM_UPDATES),
    "flow that keeps its noise": (DIFFER, FLOW, 1, {"keeps_noise": True}, PILOT.NUM_UPDATES),
    "squared error, late, with a history": (LATE, SQUARED, ROAD.DELAY + 1, {}, PILOT.NUM_UPDATES),
}


def ways_to_act(horizon: int) -> dict[str, int | None]:
    """By name: how many actions of each plan are executed, or None to average over plans."""
    executed = {str(number): number for number in DIAL if number <= horizon}
    return executed | ({"averaged": None} if horizon > 1 else {})


def learn(
    seed: int, place: str, method, setting, num_updates: int, roads: dict[str, dict]
) -> dict[str, dict]:
    """A clone, and how it does on these roads: road -> way to act -> quantity."""
    clone = CLONING.clone(ROAD.demonstrations(place, seed), method, setting, num_updates, seed)
    return {
        name: {
            way: measure_passing(ROAD.fresh_drives(clone.actor(seed, number), seed, **options))
            for way, number in ways_to_act(method.horizon).items()
        }
        for name, options in roads.items()
    }


def shown(seed: int, place: str) -> dict[str, float]:
    """How the demonstrations went."""
    return measure_passing(ROAD.demonstrations(place, seed))


def columns(runs: list[dict]) -> dict:
    """From one tree for each seed to one tree of lists (seeds,)."""
    if not isinstance(runs[0], dict):
        return np.round(runs, 4).tolist()
    return {name: columns([run[name] for run in runs]) for name in runs[0]}


def settings_of(tuned: dict) -> tuple[dict, dict]:
    """What "settings" and "executed" hold, see above, from what the pilot tuned."""
    settings: dict = {place: {} for place in ROAD.PLACES}
    executed: dict = {place: {} for place in ROAD.PLACES}
    for place in ROAD.PLACES:
        for answer in CLONING.ANSWERS:
            kinds = tuned[DIFFER][answer] | tuned[place].get(answer, {})
            executed[place][answer] = kinds[PLANS]["executed"]
            lengths = DIAL if place == DIFFER else (1, PILOT.LENGTH)
            settings[place][answer] = {
                str(length): kinds[STEPS if length == 1 else PLANS]["chosen"] for length in lengths
            }
    return settings, executed


def all_clones(settings: dict, grip: float) -> dict:
    """What "clones" holds, see above."""
    found: dict = {place: {} for place in (*ROAD.PLACES, SLIPPERY)}
    for place, kinds in settings.items():
        roads = {place: {}} | ({SLIPPERY: {"grip": grip}} if place == AGREE else {})
        for answer, own in kinds.items():
            for number, setting in own.items():
                given = {"method": Method(answer, int(number)), "setting": Setting(**setting)}
                given |= {"num_updates": PILOT.NUM_UPDATES, "roads": roads}
                runs = columns(run_seeds(learn, SEEDS, place=place, **given))
                for name, ways in runs.items():
                    found[name].setdefault(answer, {})[number] = ways
    return found


def controls(settings: dict, executed: dict) -> dict:
    """What "controls" holds, see above."""
    found: dict = {}
    for name, (place, answer, history, other, num_updates) in CONTROLS.items():
        for pace, length in ((STEPS, 1), (PLANS, PILOT.LENGTH)):
            runs = run_seeds(
                learn,
                SEEDS,
                place=place,
                roads={place: {}},
                method=Method(answer, length, history),
                setting=Setting(**settings[place][answer][str(length)] | other),
                num_updates=num_updates,
            )
            way = 1 if pace == STEPS else executed[place][answer]
            found.setdefault(name, {})[pace] = columns(runs)[place][str(way)]
    return found


def compared(clones: dict, executed: dict) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """More and less (seeds,) of every planned comparison."""

    def values(quantity: str, place: str, answer: str, pace: str) -> np.ndarray:
        if pace == STEPS:
            return np.array(clones[place][answer]["1"]["1"][quantity])
        number = executed[AGREE if place == SLIPPERY else place][answer]
        return np.array(clones[place][answer][str(PILOT.LENGTH)][str(number)][quantity])

    crashes, sides = partial(values, "crash_rate"), partial(values, "both_sides", DIFFER)
    found = {}
    for answer in (MIXTURE, FLOW):
        for pace in (STEPS, PLANS):
            found[f"{answer}, {pace}"] = tuple(crashes(DIFFER, kind, pace) for kind in (SQUARED, answer))
            found[f"both sides by a {answer}, {pace}"] = sides(answer, pace), sides(SQUARED, pace)
        found[f"{answer}, sides chosen early"] = tuple(
            crashes(EARLY, kind, STEPS) for kind in (SQUARED, answer)
        )
        found[f"plans of a {answer}"] = tuple(crashes(DIFFER, answer, pace) for pace in (STEPS, PLANS))
    for name, place in {"late": LATE, "agreeing": AGREE}.items():
        found[f"plans after {name} drivers"] = tuple(crashes(place, SQUARED, p) for p in (STEPS, PLANS))
    slippery = (crashes(SLIPPERY, SQUARED, pace) for pace in (PLANS, STEPS))
    return found | {"plans on a slippery road": tuple(slippery)}


def run() -> dict:
    """See above."""
    pilot = load_results("ways_pilot")
    grip = pilot["slippery"]["chosen"]
    settings, executed = settings_of(pilot["tuned"])
    clones = all_clones(settings, grip)
    return {
        "seeds": SEEDS,
        "grip": grip,
        "settings": settings,
        "executed": executed,
        "clones": clones,
        "controls": controls(settings, executed),
        "drivers": {place: columns(run_seeds(shown, SEEDS, place=place)) for place in ROAD.PLACES},
        "arms": {name: plan(name).recorded(*both) for name, both in compared(clones, executed).items()},
    }
