"""Lesson 03, "What matters about demonstrations": clones of equally many steps of different kinds."""

from collections.abc import Callable

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.clones import clone_of, demonstrate
from ilrl_course.data import Actor, Batch
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import confidence_interval
from ilrl_course.rollout import make_batch

SEEDS = list(range(1000, 1024))
NUM_STEPS = 3000  # in every set of demonstrations but the smallest
NUM_UPDATES = 1000
TRACKS = DRIVING.training_options


def record(driver: Actor, seed: int, num_drives: int = 15, num_steps: int = NUM_STEPS, **options) -> Batch:
    """What a driver did in `num_drives` drives of equal length, with `num_steps` steps in all."""
    envs = make_batch(DRIVING.env_id, num_drives, **(options or TRACKS))
    return demonstrate(driver, envs, num_steps // num_drives, seed)


def shaky(driver: Actor, noise_std: float, seed: int) -> Actor:
    """A driver whose hand trembles; what the hand does is also what is recorded."""
    rng = np.random.default_rng(seed)

    def act(obs: np.ndarray) -> np.ndarray:
        actions = driver(obs)
        return np.clip(actions + rng.normal(0, noise_std, actions.shape), -1, 1).astype(np.float32)

    return act


def demonstrations(kind: str, seed: int) -> Batch:
    """The steps to learn from."""
    make = DRIVING.make_demonstrator
    expert = make("expert")
    kinds: dict[str, Callable[[], Batch]] = {
        "15 drives of the expert": lambda: record(expert, seed),
        "30 drives of 10 s": lambda: record(expert, seed, num_drives=30),
        "100 drives of 3 s": lambda: record(expert, seed, num_drives=100),
        "15 drives on one road": lambda: record(expert, seed, track=seed % 800),
        "15 drives on one road, scattered starts": lambda: record(
            expert, seed, track=seed % 800, start_offset=2.0, start_heading=0.4
        ),
        "scattered starts": lambda: record(expert, seed, start_offset=2.0, start_heading=0.4, **TRACKS),
        "scattered starts, 60 drives": lambda: record(
            expert, seed, 60, start_offset=2.0, start_heading=0.4, **TRACKS
        ),
        "an expert with a trembling hand": lambda: record(shaky(expert, 0.3, seed), seed),
        "a weak driver": lambda: record(make("weak", seed=seed), seed),
        "a biased driver": lambda: record(make("biased"), seed),
        "3 drives of the expert": lambda: record(expert, seed, 3, NUM_STEPS // 5),
    }
    return kinds[kind]()


KINDS = (
    "15 drives of the expert", "30 drives of 10 s", "100 drives of 3 s", "15 drives on one road",
    "scattered starts", "scattered starts, 60 drives", "an expert with a trembling hand", "a weak driver",
    "a biased driver", "3 drives of the expert", "15 drives on one road, scattered starts",
)  # fmt: skip


def clones(seed: int) -> dict[str, tuple[float, float]]:
    """Mean return and crash rate in 100 test drives, for a clone of each kind of demonstrations."""
    found = {}
    for kind in KINDS:
        policy = clone_of(DRIVING, [demonstrations(kind, seed)], seed, NUM_UPDATES)
        result = evaluate(policy.act, DRIVING.env_id, 100, seed, **DRIVING.test_options)
        found[kind] = (result.mean_return, result.crash_rate)
    return found


def run() -> dict:
    """For each kind: mean return and crash rate, and the return against that of the usual drives."""
    found = run_seeds(clones, SEEDS)
    values = {kind: np.array([seed[kind] for seed in found]) for kind in KINDS}  # (seeds, 2) each
    usual = values["15 drives of the expert"]
    rows = []
    for kind in KINDS:
        returns, crash_rates = values[kind].T
        rows.append(
            {
                "kind": kind,
                "mean_return": float(returns.mean()),
                "return_interval": confidence_interval(returns),
                "crash_rate": float(crash_rates.mean()),
                "crash_interval": confidence_interval(crash_rates),
                "differences": (returns - usual[:, 0]).tolist(),
            }
        )
    return {"seeds": SEEDS, "num_steps": NUM_STEPS, "rows": rows}
