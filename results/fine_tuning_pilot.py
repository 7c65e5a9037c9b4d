"""Lesson 08, on three pilot seeds: twelve settings, the same for every arm, and the one that learns best.

The criterion, fixed beforehand, is the mean return over the whole training: the area under its curve. All
arms have as many steps; where a critic is warmed up, those of the warm-up are among them.
"""

from dataclasses import asdict, dataclass
from itertools import product

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.envs import DRIVING
from ilrl_course.measures.driving_safety import SafetyLog
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.notebook.progress import trace
from ilrl_course.rollout import derive_seed, make_batch

SEEDS = [0, 1, 2]
NUM_CARS = 64
WARM_UP, TRAINING = 20_480, 409_600  # env steps; the second number includes the first
EVERY = 16_384  # env steps between examinations


@dataclass(frozen=True)
class Arm:
    """Where a driver begins: as a clone of drives of this demonstrator, or from nothing."""

    kind: str | None = None
    num_drives: int = 0


@dataclass(frozen=True)
class Setting:
    """What is tuned, in all arms alike."""

    learning_rate: float
    exploration_std: float
    num_steps: int  # of a block: 32 of them with 5 epochs and lambda .98, 64 with 8 and .95

    def config(self, num_steps: int = TRAINING, warm_up: int = 0, **changes) -> FinetuneConfig:
        """The settings of a training of so many env steps, of which the critic is warmed up in the first."""
        num_epochs, gae_lambda = {32: (5, 0.98), 64: (8, 0.95)}[self.num_steps]
        block = NUM_CARS * self.num_steps
        tuned = {"num_epochs": num_epochs, "gae_lambda": gae_lambda, "gamma": 0.995} | asdict(self)
        lengths = {
            "num_warmup_iterations": warm_up // block, "num_iterations": (num_steps - warm_up) // block
        }  # fmt: skip
        return FinetuneConfig(**tuned | lengths | changes)


ARMS = {
    "from nothing": Arm(),
    "1 drive": Arm("expert", 1),
    "5 drives": Arm("expert", 5),
    "20 drives": Arm("expert", 20),
    "20 weak drives": Arm("weak", 20),
}
SETTINGS = [Setting(*values) for values in product((3e-3, 1e-3, 3e-4), (0.15, 0.6), (32, 64))]


def make_cars(options: dict) -> SafetyLog:
    """The cars that learn; the log counts what they cost."""
    return SafetyLog(make_batch(DRIVING.env_id, NUM_CARS, **DRIVING.training_options, **options))


def beginning(arm: Arm, seed: int, options: dict) -> Policy:
    """The policy that the training begins with."""
    if arm.kind is None:
        return fresh_policy(DRIVING, seed)
    places = DRIVING.training_options | options
    return clone_demonstrator(DRIVING, arm.kind, arm.num_drives, seed, options=places)[0]


def examiner(policy: Policy, log: SafetyLog, seed: int, options: dict):
    """How the policy does in 100 fresh drives, and what its training has cost until now."""

    def examine(iteration: int) -> dict[str, float]:
        fresh_seed = derive_seed(seed, f"after {iteration} iterations")
        result = evaluate(policy.act, DRIVING.env_id, 100, fresh_seed, **DRIVING.test_options, **options)
        costs = {"off_road": log.off_road, "collisions": log.collisions, "kilometers": log.meters / 1000}
        return {"return": result.mean_return, "crash_rate": result.crash_rate} | costs

    return examine


def learn(seed: int, arm: Arm, setting: Setting, options: dict) -> list[dict[str, float]]:
    """One training, from a clone or from nothing, in cars with these options; its examinations."""
    log, policy = make_cars(options), beginning(arm, seed, options)
    value_net = make_value_net(log.single_observation_space, seed)
    config = setting.config(warm_up=WARM_UP if arm.kind else 0)
    training = finetune(policy, value_net, None, log, config, seed)
    every = EVERY // (NUM_CARS * setting.num_steps)
    return trace(training, examiner(policy, log, seed, options), every)


def tried(number: int, arm: Arm) -> float:
    """The mean return over the training, with a setting and a seed by their number."""
    setting, seed = divmod(number, len(SEEDS))
    return float(np.mean([row["return"] for row in learn(SEEDS[seed], arm, SETTINGS[setting], {})]))


def run() -> dict:
    """Mean returns over the training (seeds,) by arm and setting, and the best setting of each arm."""
    rows, chosen = [], {}
    for name, arm in ARMS.items():
        found = np.reshape(run_seeds(tried, range(len(SETTINGS) * len(SEEDS)), arm=arm), (-1, len(SEEDS)))
        rows += [
            {"arm": name} | asdict(setting) | {"mean return": returns.round(2).tolist()}
            for setting, returns in zip(SETTINGS, found, strict=True)
        ]
        chosen[name] = asdict(SETTINGS[found.mean(axis=1).argmax()])
    return {"seeds": SEEDS, "rows": rows, "chosen": chosen}
