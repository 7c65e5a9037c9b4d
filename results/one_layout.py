"""Lesson 09: one dungeon for each seed, one recorded game, and how much PPO listens to its player.

The settings are those that `dungeon_pilot` found best; the sweep over all weights, an exploration, has those
of PPO without a teacher.
"""

from dataclasses import replace
from pathlib import Path

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.notebook.claims import plan

FULL = load_script(Path(__file__).parent, "dungeon")
PILOT = FULL.PILOT

SEEDS = list(plan("invention on one layout").seeds)
PLACE = "one layout"
WEIGHTS = (0.01, 0.03, 0.1, 0.3, 1.0)


def sweep() -> dict:
    """Each teacher, heard with each weight, all the time or at first; arms and settings by name."""
    alone = FULL.arms_of(PLACE)["no games"][1]
    fades = {"": None, ", fading": PILOT.PLACES[PLACE].num_iterations // 3}
    return {
        f"{teacher}, weight {weight}{name}": (
            PILOT.taught(PLACE, teacher),
            replace(alone, imitation_coef=weight, num_fade=num_fade),
        )
        for teacher in PILOT.TEACHERS
        for name, num_fade in fades.items()
        for weight in WEIGHTS
    }


def run() -> dict:
    """Every examination of every run, (seeds, examinations), by arm; the planned comparisons."""
    trained = {
        name: FULL.columns(run_seeds(FULL.learn, SEEDS, arm=arm, setting=setting, place=PLACE))
        for name, (arm, setting) in (FULL.arms_of(PLACE) | sweep()).items()
    }
    reference = FULL.table(run_seeds(FULL.reference, SEEDS, place=PLACE))
    found = FULL.compared_by_ear(trained, reference, PLACE, PLACE)
    arms = {name: plan(name).recorded(*both) for name, both in found.items()}
    return {"seeds": SEEDS, "reference": reference, "trained": trained, "arms": arms}
