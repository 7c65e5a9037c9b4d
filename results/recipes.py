"""Lesson 10, "A recipe under a budget": what the course's own recipes reach in the tasks of sixteen seeds.

Each seed draws a road and a budget, and every recipe gets the same task. Their settings are those of earlier
lessons: nothing was tuned for these roads.
"""

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.recipes import RECIPES, clone_one_drive
from ilrl_course.measures.trial import draw_task, reference_returns, score_of, try_recipe

SEEDS = list(range(4000, 4016))
ALL = {**RECIPES, "BC on one drive": clone_one_drive}


def tried(seed: int) -> dict:
    """The task of a seed, and for each recipe its score, its crash rate, and what it spent."""
    task = draw_task(seed)
    references = reference_returns(task)
    found = {"road": task.road, "budget": vars(task.budget), "chance": references[0], "expert": references[1]}
    found["recipes"] = {}
    for name, recipe in ALL.items():
        trial = try_recipe(recipe, task)
        found["recipes"][name] = {
            "return": round(trial.mean_return, 4),
            "score": round(score_of(trial, references), 2),
            "crash_rate": trial.crash_rate,
            "spent": vars(trial.spent),
            "refusal": trial.refusal,
        }
    return found


def run() -> dict:
    """One entry a seed."""
    return {"seeds": SEEDS, "tasks": run_seeds(tried, SEEDS)}
