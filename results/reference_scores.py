"""What random actions and the three demonstrators score in each world, on test episodes."""

import numpy as np
from tqdm import tqdm

from ilrl_course.envs import DEMONSTRATORS, WORLDS
from ilrl_course.measures.evaluation import REFERENCE_SCORES, evaluate
from ilrl_course.measures.seeds import confidence_interval

RECORD = REFERENCE_SCORES
SEEDS = list(range(8))
NUM_EPISODES = 500  # for each seed


def run() -> dict:
    """Mean return with its interval over seeds, crash rate and success rate of each actor in each world."""
    scores = {world.name: {} for world in WORLDS.values()}
    for world in tqdm(WORLDS.values(), desc="worlds"):
        for kind in ("random", *DEMONSTRATORS):
            results = [
                evaluate(_actor(world, kind, seed), world.env_id, NUM_EPISODES, seed, **world.test_options)
                for seed in SEEDS
            ]
            returns = np.array([result.mean_return for result in results])  # (seeds,)
            low, high = confidence_interval(returns)
            scores[world.name][kind] = {
                "mean_return": float(returns.mean()),
                "interval": [low, high],
                "crash_rate": float(np.mean([result.crash_rate for result in results])),
                "success_rate": float(np.mean([result.success_rate for result in results])),
            }
    return {"seeds": SEEDS, "episodes_per_seed": NUM_EPISODES, "scores": scores}


def _actor(world, kind: str, seed: int):
    return world.make_random_actor(seed) if kind == "random" else world.make_demonstrator(kind, seed=seed)
