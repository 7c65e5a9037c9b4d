"""Lesson 08, "Edge cases": roads that no demonstration showed, before and after fine-tuning there.

Beginners and clones have the settings that `fine_tuning_pilot` found for them on the usual road.
"""

from copy import deepcopy
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.dagger import DAggerConfig, train_dagger
from ilrl_course.algorithms.finetune import finetune
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.data import Actor
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import by_name
from ilrl_course.networks import make_value_net
from ilrl_course.notebook.claims import plan
from ilrl_course.rollout import make_batch
from ilrl_course.storage.files import load_results

PILOT = load_script(Path(__file__).parent, "fine_tuning_pilot")

SEEDS = list(plan("wet road").seeds)
EDGES = {
    "wet road": {"grip": 0.8},
    "narrow road": {"road_width": 5.5},
    "off-center starts": {"start_offset": 2.0, "start_heading": 0.5},
    "traffic": {"traffic": 1},
    "road works": {"road_works": 1},
}
NUM_STEPS = 262_144  # env steps of practice, the warm-up's included
REMEMBERING = 0.05  # weight of the demonstrations, which never fades
DAGGER = DAggerConfig(num_rounds=20, num_steps=10, num_updates=75)  # with 15 cars: 3000 labels
COLUMNS = ["return there", "crash rate there", "return at home", "crash rate at home", "accidents"]


def scores(actor: Actor, seed: int, edge: dict, accidents: int = 0) -> list[float]:
    """Return and crash rate there, and on the usual road; accidents in training."""
    found = []
    for options in (edge, {}):
        result = evaluate(actor, DRIVING.env_id, 100, seed, **DRIVING.test_options, **options)
        found += [result.mean_return, result.crash_rate]
    return [*found, accidents]


def before(seed: int) -> dict[str, list[list[float]]]:
    """The scores (edges, 5) of drivers that have not practiced there."""
    expert = DRIVING.make_demonstrator("expert")
    clone, _ = clone_demonstrator(DRIVING, "expert", 20, seed)
    dagger = fresh_policy(DRIVING, seed)
    cars = make_batch(DRIVING.env_id, 15, **DRIVING.training_options)
    for _ in train_dagger(dagger, expert, cars, DAGGER, seed):
        pass
    actors = {"demonstrator": expert, "clone": clone.act, "DAgger": dagger.act}
    return {name: [scores(actor, seed, edge) for edge in EDGES.values()] for name, actor in actors.items()}


def practice(seed: int, place: str, settings: dict) -> dict[str, list[float]]:
    """The scores (5,) of drivers that have practiced there."""
    edge, found = EDGES[place], {}
    clone, demos = clone_demonstrator(DRIVING, "expert", 20, seed)
    beginner, fine = (PILOT.Setting(**settings[arm]) for arm in ("from nothing", "20 drives"))
    ways = {
        "PPO alone": (fresh_policy(DRIVING, seed), beginner.config(NUM_STEPS)),
        "clone, then PPO": (deepcopy(clone), fine.config(NUM_STEPS, PILOT.WARM_UP)),
        "clone, then PPO, remembering": (
            deepcopy(clone), fine.config(NUM_STEPS, PILOT.WARM_UP, imitation_coef=REMEMBERING)
        ),
    }  # fmt: skip
    for name, (policy, config) in ways.items():
        log = PILOT.make_cars(edge)
        value_net = make_value_net(log.single_observation_space, seed)
        for _ in finetune(policy, value_net, demos, log, config, seed):
            pass
        found[name] = scores(policy.act, seed, edge, log.off_road + log.collisions)
    return found


def run() -> dict:
    """Scores (seeds, edges, 5) of every driver, and the planned comparisons."""
    settings = load_results("fine_tuning_pilot")["chosen"]
    drivers = by_name(run_seeds(before, SEEDS))
    practiced = [by_name(run_seeds(practice, SEEDS, place=place, settings=settings)) for place in EDGES]
    drivers |= {name: np.stack([found[name] for found in practiced], axis=1) for name in practiced[0]}
    crashes = {name: values[:, :, COLUMNS.index("crash rate there")] for name, values in drivers.items()}
    arms = {
        place: plan(place).recorded(crashes["clone"][:, i], crashes["clone, then PPO"][:, i])
        for i, place in enumerate(EDGES)
    }
    return {
        "seeds": SEEDS,
        "edges": list(EDGES),
        "columns": COLUMNS,
        "drivers": {name: np.round(values, 4).tolist() for name, values in drivers.items()},
        "arms": arms,
    }
