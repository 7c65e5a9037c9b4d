"""Lesson 03: equally many demonstrations from few places and from many, tested in new places."""

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.clones import clone_of, demonstrate
from ilrl_course.data import stack_steps
from ilrl_course.envs import DRIVING, DUNGEON
from ilrl_course.measures.evaluation import evaluate, reference_scores
from ilrl_course.measures.seeds import by_name
from ilrl_course.notebook.claims import plan
from ilrl_course.rollout import collect_trajectories, make_batch

NUM_UPDATES = 1000
NUM_CARS, NUM_STEPS = 15, 200
NUM_GAMES = 100
NUM_LAYOUTS = 5  # few


def few_and_many(seed: int) -> dict[str, float]:
    """Crash rates of clones of drives, and normalized scores of clones of games, from few and many places.

    Few layouts are shown a second time with games from random starts, which are no copies of each other; for
    each kind of games also the number of different situations.
    """
    found = {}
    roads = {"one road": {"track": seed % 800}, "many roads": DRIVING.training_options}
    for name, options in roads.items():
        envs = make_batch(DRIVING.env_id, NUM_CARS, **options)
        demos = demonstrate(DRIVING.make_demonstrator("expert"), envs, NUM_STEPS, seed)
        pupil = clone_of(DRIVING, [demos], seed, NUM_UPDATES)
        found[name] = evaluate(pupil.act, DRIVING.env_id, 100, seed, **DRIVING.test_options).crash_rate
    few = {"first_layout": NUM_LAYOUTS * (seed % 160), "num_layouts": NUM_LAYOUTS}
    low, high = (reference_scores("Dungeon")[name] for name in ("random", "expert"))
    places = {"few layouts": few, "many layouts": DUNGEON.training_options}
    places["few layouts, random starts"] = few | {"random_start": True}  # few places, yet no copies
    for name, options in places.items():
        expert = DUNGEON.make_demonstrator("expert")
        demos = stack_steps(collect_trajectories(expert, DUNGEON.env_id, NUM_GAMES, seed, **options))
        pupil = clone_of(DUNGEON, [demos], seed, NUM_UPDATES)
        score = evaluate(pupil.act, DUNGEON.env_id, 200, seed, **DUNGEON.test_options).mean_return
        found[name] = 100 * (score - low) / (high - low)
        found[f"different steps, {name}"] = len(np.unique(demos.obs.numpy(), axis=0))
    return found


def run() -> dict:
    """All values of each seed, and the arms of the planned comparisons."""
    seeds = list(plan("roads").seeds)
    found = by_name(run_seeds(few_and_many, seeds))
    return {
        "seeds": seeds,
        "found": {name: values.tolist() for name, values in found.items()},
        "arms": {
            "roads": plan("roads").recorded(found["one road"], found["many roads"]),
            "layouts": plan("layouts").recorded(found["many layouts"], found["few layouts"]),
        },
    }
