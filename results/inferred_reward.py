"""Lesson 05: planning with an inferred reward in dungeons that no game showed, beside its controls."""

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.algorithms.maxent_irl import MaxEntConfig, side_by_side, train_maxent_irl
from ilrl_course.clones import fresh_policy
from ilrl_course.data import Actor, Trajectory, stack_steps
from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.tabular import FEATURE_NAMES, tabular_dungeon
from ilrl_course.measures.dungeon_wishes import feature_planner, wishes_met
from ilrl_course.measures.seeds import by_name
from ilrl_course.notebook.claims import plan
from ilrl_course.rollout import collect_trajectories, derive_seed

PLANS = {1: plan("reward from one layout"), 5: plan("reward from five layouts")}
SEEDS = list(PLANS[5].seeds)
NUM_GAMES = 20  # in all, on one layout or on five
NUM_LAYOUTS = 800  # that games may be shown on
NEW_LAYOUTS = range(800, 850)
OWN_REWARD = np.array([-0.01 * (name == "step") + (name == "treasure") for name in FEATURE_NAMES])


def play(kind: str, layout: int, num_games: int, seed: int) -> list[Trajectory]:
    """Games of a demonstrator on one layout, each begun somewhere else."""
    demonstrator = DUNGEON.make_demonstrator(kind, seed=seed)
    options = {"layout": layout, "random_start": True}
    return collect_trajectories(demonstrator, DUNGEON.env_id, num_games, seed, **options)


def clone_of(games: list[Trajectory], seed: int) -> Actor:
    """A clone of the games."""
    policy = fresh_policy(DUNGEON, seed)
    for _ in train_bc(policy, stack_steps(games), BCConfig(num_updates=400), seed):
        pass
    return policy.act


def learn(seed: int, num_layouts: int) -> dict[str, dict[str, float] | list[float]]:
    """The inferred weights (F,), and how games go on new layouts with all ways to act."""
    rng = np.random.default_rng(derive_seed(seed, "layouts"))
    layouts = rng.choice(NUM_LAYOUTS, num_layouts, replace=False).tolist()
    tables = [tabular_dungeon(layout, random_start=True) for layout in layouts]
    games = [play("biased", layout, NUM_GAMES // num_layouts, seed) for layout in layouts]
    paths = [[table.path(game) for game in own] for table, own in zip(tables, games, strict=True)]
    weights = np.zeros(len(FEATURE_NAMES))
    for _ in train_maxent_irl(weights, *side_by_side(tables, paths), MaxEntConfig()):
        pass
    actors = {
        "demonstrator": DUNGEON.make_demonstrator("biased", seed=seed),
        "chance": DUNGEON.make_random_actor(seed),
        "clone": clone_of([game for own in games for game in own], seed),
        "inferred reward": feature_planner(weights, NEW_LAYOUTS),
        "world's own reward": feature_planner(OWN_REWARD, NEW_LAYOUTS),
    }
    new = {"first_layout": NEW_LAYOUTS[0], "num_layouts": len(NEW_LAYOUTS)}
    return {"weights": weights} | {name: wishes_met(actor, seed, **new) for name, actor in actors.items()}


def points(runs: list[dict], name: str) -> np.ndarray:
    """Games as wished, from 0 for chance to 100 for the demonstrator: (seeds,)."""
    share, chance, best = (
        np.array([run[who]["as_wished"] for run in runs]) for who in (name, "chance", "demonstrator")
    )
    return 100 * (share - chance) / (best - chance)


def run() -> dict:
    """Both arms of both plans; how games go (seeds,) for every way to act; the weights (seeds, F)."""
    arms, found = {}, {}
    for num_layouts, planned in PLANS.items():
        runs = run_seeds(learn, SEEDS, num_layouts=num_layouts)
        controls = np.maximum(points(runs, "clone"), points(runs, "world's own reward"))
        arms[planned.name] = planned.recorded(points(runs, "inferred reward"), controls)
        weights = [one.pop("weights").round(4).tolist() for one in runs]
        outcomes = {
            name: {what: np.array(v).tolist() for what, v in by_name([one[name] for one in runs]).items()}
            for name in runs[0]
        }
        found[str(num_layouts)] = {"weights": weights, "outcomes": outcomes}
    return {"seeds": SEEDS, "arms": arms, "found": found}
