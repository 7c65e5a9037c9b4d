"""Lesson 02, "What exactly is cloned?": habits, faults and slips of a teacher, found again in its clone."""

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.clones import clone_of, demonstrate
from ilrl_course.data import Actor, stack_steps
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON, World
from ilrl_course.measures.dungeon_endings import examine_games
from ilrl_course.measures.evaluation import evaluate, reference_scores
from ilrl_course.measures.seeds import by_name
from ilrl_course.networks import Policy
from ilrl_course.notebook.claims import plan
from ilrl_course.rollout import collect_trajectories, make_batch

NUM_UPDATES = 1000
CUTS = {CARTPOLE: (10, 500), DRIVING: (30, 300), DUNGEON: (40, 60)}  # worlds at once, steps of each
SLIPS = {CARTPOLE: 0.4, DRIVING: 0.15, DUNGEON: 0.4}  # the teacher then keeps about two thirds of its score
DEVIATIONS = {
    "position on the track": (CARTPOLE, lambda actor, seed: seen(CARTPOLE, actor, seed)[:, 0].mean()),  # m
    "side of the road": (DRIVING, lambda actor, seed: 4 * seen(DRIVING, actor, seed)[:, 0].mean()),  # m
    "slowness": (DRIVING, lambda actor, seed: -20 * seen(DRIVING, actor, seed)[:, 2].mean()),  # m/s
    "blindness to the passage": (DUNGEON, lambda actor, seed: share_without_passage(actor, seed)),
}


def seen(world: World, actor: Actor, seed: int) -> np.ndarray:
    """The observations (B, obs_dim) of 20 test episodes."""
    episodes = collect_trajectories(actor, world.env_id, 20, seed, **world.test_options)
    return stack_steps(episodes).obs.numpy()


def share_without_passage(actor: Actor, seed: int) -> float:
    """Of 200 new games those that reach the treasure by another way, among those that reach it."""
    games = examine_games(actor, seed, 200)
    return 1 - games["passage"] / max(games["success"], 0.005)


def slipping(world: World, seed: int) -> Actor:
    """The world's expert, with a share of its actions replaced by random ones."""
    expert, by_chance = world.make_demonstrator("expert"), world.make_random_actor(seed)
    rng = np.random.default_rng(seed)

    def act(obs: np.ndarray) -> np.ndarray:
        slips = rng.random(len(obs)) < SLIPS[world]  # (B,)
        actions = expert(obs).copy()
        if slips.any():
            actions[slips] = by_chance(obs[slips])
        return actions

    return act


def clone(world: World, teacher: Actor, seed: int, factor: int = 1) -> Policy:
    """A clone of the world's cut of steps, or of `factor` times as many in as many more worlds."""
    num_envs, num_steps = CUTS[world]
    envs = make_batch(world.env_id, factor * num_envs, **world.training_options)
    return clone_of(world, [demonstrate(teacher, envs, num_steps, seed)], seed, NUM_UPDATES)


def deviations(seed: int) -> dict[str, list[float]]:
    """Each deviation, of the expert, of the biased demonstrator, and of a clone of each."""
    found = {}
    for name, (world, of) in DEVIATIONS.items():
        teachers = [world.make_demonstrator(kind, seed=seed) for kind in ("expert", "biased")]
        clones = [clone(world, teacher, seed).act for teacher in teachers]
        found[name] = [float(of(actor, seed)) for actor in (*teachers, *clones)]
    return found


def slips(seed: int) -> dict[str, list[float]]:
    """Normalized scores, from 0 to 100: the slipping expert, its clone, and what may explain the clone's.

    That is: the clone drawing its actions, a clone of as many steps of an expert that does not slip, and a
    clone of five times as many steps of the slipping one.
    """
    found = {}
    for world in SLIPS:
        pupil = clone(world, slipping(world, seed), seed)
        of_the_expert = clone(world, world.make_demonstrator("expert"), seed)
        of_more = clone(world, slipping(world, seed), seed, factor=5)
        actors = (
            slipping(world, seed + 1_000_000),
            pupil.act,
            pupil.sampler(seed),
            of_the_expert.act,
            of_more.act,
        )
        low, high = (reference_scores(world.name)[name] for name in ("random", "expert"))
        returns = [evaluate(a, world.env_id, 100, seed, **world.test_options).mean_return for a in actors]
        found[world.name] = [100 * (mean - low) / (high - low) for mean in returns]
    return found


def run() -> dict:
    """All values, (seeds, actors), and the arms of the planned comparisons."""
    seeds = list(plan("slowness").seeds)
    copied = by_name(run_seeds(deviations, seeds))  # each (seeds, 4)
    slipped = by_name(run_seeds(slips, seeds))  # each (seeds, 5)
    arms = {}
    for name, values in copied.items():
        expert, teacher, _, pupil = values.T
        share = (pupil - expert) / (teacher - expert)
        arms[name] = plan(name).recorded(share, np.zeros(len(seeds)))
    for name, values in slipped.items():
        full_name = f"slips in {'the ' * (name == 'Dungeon')}{name}"
        arms[full_name] = plan(full_name).recorded(values[:, 1], values[:, 0])
    return {
        "seeds": seeds,
        "deviations": {name: np.round(values, 4).tolist() for name, values in copied.items()},
        "slips": {name: np.round(values, 2).tolist() for name, values in slipped.items()},
        "arms": arms,
    }
