"""What random actions, the three demonstrators and two others score with the robot arm, on fresh episodes."""

import numpy as np
from tqdm import tqdm

from ilrl_course.envs import DEMONSTRATORS
from ilrl_course.envs.arm import ROBOT_ARM, RememberingDemonstrator
from ilrl_course.envs.arm.scores import RECORD  # noqa: F401 (where the record belongs)
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import confidence_interval
from ilrl_course.play.late_hand import LateHand

SEEDS = list(range(8))
NUM_EPISODES = 25  # for each seed
ACTORS = {
    "random": ROBOT_ARM.make_random_actor,
    **{kind: lambda seed, kind=kind: ROBOT_ARM.make_demonstrator(kind, seed=seed) for kind in DEMONSTRATORS},
    "remembering": lambda seed: RememberingDemonstrator(),
    "late": LateHand,
}


def run() -> dict:
    """Mean return with its interval over seeds, success rate and rate of drops, of each actor."""
    scores = {name: _score(make_actor) for name, make_actor in tqdm(ACTORS.items(), desc="actors")}
    return {"seeds": SEEDS, "episodes_per_seed": NUM_EPISODES, "scores": scores}


def _score(make_actor) -> dict:
    results = [evaluate(make_actor(seed), ROBOT_ARM.env_id, NUM_EPISODES, seed) for seed in SEEDS]
    returns = np.array([result.mean_return for result in results])  # (seeds,)
    low, high = confidence_interval(returns)
    return {
        "mean_return": float(returns.mean()),
        "interval": [low, high],
        "crash_rate": float(np.mean([result.crash_rate for result in results])),
        "success_rate": float(np.mean([result.success_rate for result in results])),
    }
