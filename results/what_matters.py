"""Lesson 03, "What matters about demonstrations": clones of equally many steps of different kinds."""

from collections.abc import Callable

import gymnasium as gym
import numpy as np

from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.data import Actor, Batch, concatenate
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import confidence_interval, run_seeds
from ilrl_course.networks import make_policy
from ilrl_course.rollout import collect_rollout, derive_seed, make_batch

SEEDS = list(range(24))
NUM_STEPS = 3000  # in every set of demonstrations
TRACKS = DRIVING.training_options
TWO_WORKS = {"road_works": 2, "road_width": 9.0}


def record(driver: Actor, seed: int, num_drives: int = 10, num_steps: int = NUM_STEPS, **options) -> Batch:
    """What a driver did in `num_drives` drives of equal length, with `num_steps` steps in all."""
    envs = make_batch(DRIVING.env_id, num_drives, **(options or TRACKS))
    obs, _ = envs.reset(seed=derive_seed(seed, "demonstrations"))
    rollout, _ = collect_rollout(driver, envs, obs, num_steps // num_drives)
    return Batch(rollout.obs.flatten(0, 1), rollout.actions.flatten(0, 1))


def shaky(driver: Actor, noise_std: float, seed: int) -> Actor:
    """A driver whose hand trembles; what the hand does is also what is recorded."""
    rng = np.random.default_rng(seed)

    def act(obs: np.ndarray) -> np.ndarray:
        actions = driver(obs)
        return np.clip(actions + rng.normal(0, noise_std, actions.shape), -1, 1).astype(np.float32)

    return act


def beside_road_works(sides: str, seed: int) -> Batch:
    """Drives on one road with road works, which are passed on the left, on the right, or on both sides."""
    drivers = [DRIVING.make_demonstrator("expert", side=side) for side in sides.split(" and ")]
    both = [record(driver, seed + 1000 * i, track=seed, **TWO_WORKS) for i, driver in enumerate(drivers)]
    return concatenate(batch[i :: len(both)] for i, batch in enumerate(both))  # NUM_STEPS in all


def demonstrations(kind: str, seed: int) -> tuple[Batch, dict]:
    """The steps to learn from, and the options of the world in which the clone is tested."""
    make = DRIVING.make_demonstrator
    expert = make("expert")
    kinds: dict[str, Callable[[], Batch]] = {
        "ten drives of the expert": lambda: record(expert, seed),
        "30 drives of 10 s": lambda: record(expert, seed, num_drives=30),
        "100 drives of 3 s": lambda: record(expert, seed, num_drives=100),
        "ten drives on one road": lambda: record(expert, seed, track=seed),
        "starts all over the road": lambda: record(
            expert, seed, start_offset=2.0, start_heading=0.4, **TRACKS
        ),
        "starts all over, 50 drives": lambda: record(
            expert, seed, 50, start_offset=2.0, start_heading=0.4, **TRACKS
        ),
        "an expert who trembles": lambda: record(shaky(expert, 0.3, seed), seed),
        "a weak driver": lambda: record(make("weak", seed=seed), seed),
        "a biased driver": lambda: record(make("biased"), seed),
        "two drives of the expert": lambda: record(expert, seed, 2, NUM_STEPS // 5),
    }
    if kind in kinds:
        return kinds[kind](), DRIVING.test_options
    return beside_road_works(kind.removeprefix("road works: "), seed), {"track": seed, **TWO_WORKS}


KINDS = (
    "ten drives of the expert", "30 drives of 10 s", "100 drives of 3 s", "ten drives on one road",
    "starts all over the road", "starts all over, 50 drives", "an expert who trembles", "a weak driver",
    "a biased driver", "two drives of the expert", "road works: left", "road works: right",
    "road works: left and right",
)  # fmt: skip


def clones(seed: int) -> dict[str, tuple[float, float]]:
    """Mean return and crash rate in 100 test drives, for a clone of each kind of demonstrations."""
    env = gym.make(DRIVING.env_id)
    found = {}
    for kind in KINDS:
        demos, options = demonstrations(kind, seed)
        policy = make_policy(env.observation_space, env.action_space, seed)
        for _ in train_bc(policy, demos, BCConfig(num_updates=1000), seed):
            pass
        result = evaluate(policy.act, DRIVING.env_id, 100, seed, **options)
        found[kind] = (result.mean_return, result.crash_rate)
    return found


def run() -> dict:
    """For each kind: mean return and crash rate, and the return against the kind that it differs from."""
    found = run_seeds(clones, SEEDS)
    values = {kind: np.array([seed[kind] for seed in found]) for kind in KINDS}  # (seeds, 2) each
    usual = values["ten drives of the expert"]
    one_side = (values["road works: left"] + values["road works: right"]) / 2
    rows = []
    for kind in KINDS:
        returns, crash_rates = values[kind].T
        other = one_side if kind.startswith("road works") else usual
        rows.append(
            {
                "kind": kind,
                "mean_return": float(returns.mean()),
                "return_interval": confidence_interval(returns),
                "crash_rate": float(crash_rates.mean()),
                "crash_interval": confidence_interval(crash_rates),
                "differences": (returns - other[:, 0]).tolist(),
            }
        )
    return {"seeds": SEEDS, "num_steps": NUM_STEPS, "rows": rows}
