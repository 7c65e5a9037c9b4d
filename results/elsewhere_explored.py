"""Lesson 11, explored after its verdicts were known: what a reader would object to them.

Nothing here was planned, so nothing here decides. On the seeds of the planned runs, 16 of each:

- "slips in DoorKey": mean returns of the weak planner, of its clone, and of that clone drawing its actions.
  The plan had left this out, because slips cost that planner two points only;
- "starts of flights": mean returns, steps shown and crash rates of clones of the autopilot's flights: five
  flights from five starts, and twenty from one. Are places missing in the single start, or steps?
- "human-like clones": mean returns of clones of twenty human-like flights, taking their likeliest actions and
  drawing them, as PPO does: how much of what PPO gains in return is won by drawing less at random?
- "in strong wind": the mean return of the autopilot and of random actions there.

Estimated on one core (CPU time): 30 s a seed; 8 minutes.
"""

from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.clones import clone_of
from ilrl_course.data import stack_steps
from ilrl_course.envs.elsewhere import DOOR_KEY, LUNAR_LANDER
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import by_name
from ilrl_course.rollout import collect_trajectories

LANDER = load_script(Path(__file__).parent, "elsewhere_lander")
DOOR = load_script(Path(__file__).parent, "elsewhere_door")
IMITATION, TRAINING = LANDER.IMITATION, LANDER.TRAINING

SEEDS, NUM_TESTS = LANDER.SEEDS, LANDER.NUM_TESTS
FEW = 5  # flights, each from a start of its own


def slips(seed: int) -> dict[str, float]:
    """The weak planner of DoorKey and its clone."""
    return IMITATION.averaged(DOOR_KEY, DOOR.NUM_GAMES, NUM_TESTS, seed)


def starts(seed: int) -> dict[str, float]:
    """Clones of a few starts and of one, with more steps."""
    expert = LUNAR_LANDER.make_demonstrator("expert")
    one_start = IMITATION.SingleStart(seed)
    kinds = {
        "five starts": collect_trajectories(expert, LUNAR_LANDER.env_id, FEW, seed),
        "one start": IMITATION.games_in(one_start, expert, range(LANDER.NUM_FLIGHTS)),
    }
    found = {}
    for name, flights in kinds.items():
        demos = stack_steps(flights)
        pupil = clone_of(LUNAR_LANDER, [demos], seed, TRAINING.NUM_UPDATES[LUNAR_LANDER.name])
        result = evaluate(pupil.act, LUNAR_LANDER.env_id, NUM_TESTS, seed)
        found[f"return, {name}"], found[f"crash rate, {name}"] = result.mean_return, result.crash_rate
        found[f"steps, {name}"] = len(demos)
    return found


def human_like(seed: int) -> dict[str, float]:
    """A clone of human-like flights, as PPO begins from it."""
    player = TRAINING.player("human-like", LUNAR_LANDER.name, seed, {})
    pupil = IMITATION.clone(LUNAR_LANDER, player, LANDER.NUM_FLIGHTS, seed)
    actors = {"likeliest": pupil.act, "drawing": pupil.sampler(seed)}
    return {
        name: evaluate(actor, LUNAR_LANDER.env_id, NUM_TESTS, seed).mean_return
        for name, actor in actors.items()
    }


def in_wind(seed: int) -> dict[str, float]:
    """The autopilot and random actions in strong wind."""
    actors = {
        "expert": LUNAR_LANDER.make_demonstrator("expert", seed=seed),
        "chance": LUNAR_LANDER.make_random_actor(seed),
    }
    return {
        name: evaluate(actor, LUNAR_LANDER.env_id, NUM_TESTS, seed, **LANDER.WIND).mean_return
        for name, actor in actors.items()
    }


def run() -> dict:
    """See above; (seeds,) each."""
    parts = {
        "slips in DoorKey": slips,
        "starts of flights": starts,
        "human-like clones": human_like,
        "in strong wind": in_wind,
    }
    found = {name: by_name(run_seeds(part, SEEDS)) for name, part in parts.items()}
    return {"seeds": SEEDS} | {
        name: {quantity: np.round(values, 4).tolist() for quantity, values in columns.items()}
        for name, columns in found.items()
    }
