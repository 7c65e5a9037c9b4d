"""What random actions and the three demonstrators score in the worlds that others made, on test episodes."""

import numpy as np
from tqdm import tqdm

from ilrl_course.envs import DEMONSTRATORS
from ilrl_course.envs.elsewhere import DOOR_KEY, ELSEWHERE, LUNAR_LANDER, PONG
from ilrl_course.envs.elsewhere.scores import RECORD  # noqa: F401 (where the record belongs)
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import confidence_interval

SEEDS = list(range(8))
NUM_EPISODES = {LUNAR_LANDER.name: 50, DOOR_KEY.name: 50, PONG.name: 10}  # for each seed


def run() -> dict:
    """Mean return with its interval over seeds, crash and success rate, mean length, of each actor."""
    scores = {world.name: {} for world in ELSEWHERE.values()}
    for world in tqdm(ELSEWHERE.values(), desc="worlds"):
        for kind in ("random", *DEMONSTRATORS):
            scores[world.name][kind] = _score(world, kind)
    return {"seeds": SEEDS, "episodes_per_seed": NUM_EPISODES, "scores": scores}


def _score(world, kind: str) -> dict:
    results = [
        evaluate(
            _actor(world, kind, seed), world.env_id, NUM_EPISODES[world.name], seed, **world.test_options
        )
        for seed in SEEDS
    ]
    returns = np.array([result.mean_return for result in results])  # (seeds,)
    low, high = confidence_interval(returns)
    return {
        "mean_return": float(returns.mean()),
        "interval": [low, high],
        "crash_rate": float(np.mean([result.crash_rate for result in results])),
        "success_rate": float(np.mean([result.success_rate for result in results])),
        "mean_length": float(np.mean([result.lengths.mean() for result in results])),
    }


def _actor(world, kind: str, seed: int):
    return world.make_random_actor(seed) if kind == "random" else world.make_demonstrator(kind, seed=seed)
