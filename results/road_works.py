"""Lesson 03, "Contradictions": clones of drivers who pass road works on one side, or on both sides.

The setting (20 drives of 30 s per side on one road, scattered starts, 2000 gradient steps) was chosen so that
clones of drivers who agree pass the works; clones of both sides played no part in the choice.
"""

from course_tools.records.shards import run_seeds
from ilrl_course.clones import clone_of, demonstrate
from ilrl_course.data import concatenate
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import by_name
from ilrl_course.rollout import make_batch

SEEDS = list(range(1000, 1024))
WORKS = {"road_works": 2, "road_width": 9.0}
SCATTERED = {"start_offset": 1.5, "start_heading": 0.2}
NUM_DRIVES, NUM_STEPS, NUM_UPDATES = 20, 300, 2000


def clones(seed: int) -> dict[str, float]:
    """The crash rates of the clones in 100 drives on the road of their demonstrations, from usual starts."""
    road = {"track": seed % 800, **WORKS}
    half = NUM_DRIVES // 2
    shown = {
        (side, number): demonstrate(
            DRIVING.make_demonstrator("expert", side=side),
            make_batch(DRIVING.env_id, number, **road, **SCATTERED),
            NUM_STEPS,
            seed,
        )
        for side in ("left", "right")
        for number in (half, NUM_DRIVES)
    }
    kinds = {
        "all on the left": [shown["left", NUM_DRIVES]],
        "all on the right": [shown["right", NUM_DRIVES]],
        "half on each side": [shown["left", half], shown["right", half]],
        "as many on each side": [shown["left", NUM_DRIVES], shown["right", NUM_DRIVES]],
    }
    found = {}
    for name, batches in kinds.items():
        pupil = clone_of(DRIVING, [concatenate(batches)], seed, NUM_UPDATES)
        found[name] = evaluate(pupil.act, DRIVING.env_id, 100, seed, **road).crash_rate
    return found


def run() -> dict:
    """The crash rate of each kind of clone and seed."""
    found = by_name(run_seeds(clones, SEEDS))
    return {"seeds": SEEDS, "crash_rates": {name: values.tolist() for name, values in found.items()}}
