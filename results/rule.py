"""The rule of verdicts put to the test: simulated courses, with no effect and with the planned effects.

Simulated runs have the spreads that the recorded ones have. The family's places that are still free are
filled with comparisons without effect.
"""

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.measures.evidence import FAILS, FAMILY_SIZES, HOLDS, Planned, decide, measure
from ilrl_course.notebook.claims import PLANS
from ilrl_course.notebook.verdicts import has_run, recorded_arms

SEEDS = list(range(100))
COURSES_PER_SEED = {"no effect": 10, "planned effects": 4}
FREE_PLACE = dict.fromkeys(("half", "condition", "quantity", "more", "less", "record"), "")
FREE_PLACE |= {"claim": "C1", "lesson": "10", "unit": "points", "planned_effect": 20.0, "num_seeds": 24}
FREE_SPREAD = 15.0  # points: standard deviation of the difference in a comparison still to come


def plans() -> list[Planned]:
    """The family, with its free places filled."""
    home = [planned for planned in PLANS if planned.family == "home" and has_run(planned)]
    free = [Planned(f"free {i}", **FREE_PLACE) for i in range(FAMILY_SIZES["home"] - len(home))]
    return [*home, *free]


def simulated(planned: Planned, has_effect: bool, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Both arms (n,) of one comparison, with the planned effect or none."""
    if not planned.record:
        return rng.normal(0, FREE_SPREAD, planned.num_seeds), np.zeros(planned.num_seeds)
    more, less = recorded_arms(planned)
    rows = rng.integers(len(more), size=planned.num_seeds)
    if planned.unit != "crashes":
        residuals = (more - less - (more - less).mean())[rows] * rng.choice([-1, 1], planned.num_seeds)
        return residuals + has_effect * planned.planned_effect, np.zeros(planned.num_seeds)
    if has_effect:
        factor = (1 - planned.planned_effect) * more.mean() / max(less.mean(), 1e-3)
        others = rng.integers(len(less), size=planned.num_seeds)
        largest = 1.0 if more.max() <= 1 else np.inf  # of a rate, or of a count
        return more[rows], np.minimum(factor * less[others], largest)
    swapped = rng.random(planned.num_seeds) < 0.5
    return np.where(swapped, less[rows], more[rows]), np.where(swapped, more[rows], less[rows])


def courses(seed: int, family: list[Planned]) -> dict[str, list[list[str]]]:
    """The outcomes of all comparisons of a family in some simulated courses, (courses, comparisons)."""
    rng = np.random.default_rng(seed)
    found = {name: [] for name in COURSES_PER_SEED}
    for name, outcomes in found.items():
        for _ in range(COURSES_PER_SEED[name]):
            arms = {p.name: simulated(p, name == "planned effects", rng) for p in family}
            judged = decide(family, {p.name: measure(p, *arms[p.name]) for p in family})
            outcomes.append([judged[p.name].outcome for p in family])
    return found


def run() -> dict:
    """How often a course without effects contains a false "holds", and how often planned ones are found."""
    found = run_seeds(courses, SEEDS, family=plans())  # runs of other plans are not read again
    names = [planned.name for planned in plans() if planned.record]
    nothing, planned = (
        np.concatenate([np.array(seed[name]) for seed in found]) for name in ("no effect", "planned effects")
    )  # (courses, comparisons)
    rows = [
        {
            "name": name,
            "found": float((planned[:, i] == HOLDS).mean()),
            "denied though there": float((planned[:, i] == FAILS).mean()),
            "denied where absent": float((nothing[:, i] == FAILS).mean()),
        }
        for i, name in enumerate(names)
    ]
    return {
        "seeds": SEEDS,
        "courses": len(nothing),
        "family": FAMILY_SIZES["home"],
        "courses with a false holds": float((nothing == HOLDS).any(axis=1).mean()),
        "comparisons": rows,
    }
