"""Lesson 08: from demonstrations to PPO on Driving; what makes it work, how fast it is, and how safe."""

from copy import deepcopy
from dataclasses import replace

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.finetune import (
    FinetuneConfig,
    finetune,
    set_exploration,
    stay_near,
    warm_up_critic,
)
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.envs import DRIVING
from ilrl_course.measures.driving_safety import SafetyLog
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import make_value_net
from ilrl_course.notebook.progress import trace
from ilrl_course.rollout import derive_seed, make_batch

SEEDS = list(range(8))
NUM_CARS = 64
SCRATCH = PPOConfig(num_iterations=100, num_steps=64, num_epochs=8, learning_rate=2e-3)
CAREFUL = FinetuneConfig(
    num_iterations=100,
    num_steps=64,
    num_epochs=8,
    learning_rate=1e-3,
    gamma=0.995,
    exploration_std=0.15,
)
ARMS = {  # demonstrator, its drives, and where
    "from scratch": (None, 0, {}),
    "1 drive": ("expert", 1, {}),
    "5 drives": ("expert", 5, {}),
    "20 drives": ("expert", 20, {}),
    "20 weak drives": ("weak", 20, {}),
    "from scratch, traffic": (None, 0, {"traffic": 1}),
    "20 drives, traffic": ("expert", 20, {"traffic": 1}),
}
NAIVE = replace(SCRATCH, num_iterations=40)
NAIVE = FinetuneConfig(**vars(NAIVE), num_warmup_iterations=0)  # as if the clone were a beginner
WIDE, WARM, SMALL = {"exploration_std": 0.15}, {"num_warmup_iterations": 5}, {"learning_rate": 5e-4}
KL, DEMOS = (
    {"imitation_coef": 0.1, "imitation_decay": 0.95},
    {"imitation_coef": 0.02, "imitation_decay": 0.95},
)
ALL = WIDE | WARM | SMALL | DEMOS
ABLATION = {  # what differs from NAIVE, and whether the imitation term is the KL to the clone
    "naive": ({}, False),
    "naive + wider exploration": (WIDE, False),
    "naive + critic warm-up": (WARM, False),
    "naive + smaller steps": (SMALL, False),
    "naive + KL to the clone": (KL, True),
    "naive + demonstrations": (DEMOS, False),
    "all": (ALL, False),
    "all - wider exploration": (WARM | SMALL | DEMOS, False),
    "all - critic warm-up": (WIDE | SMALL | DEMOS, False),
    "all - smaller steps": (WIDE | WARM | DEMOS, False),
    "all - demonstrations": (WIDE | WARM | SMALL, False),
    "all, KL in place of demonstrations": (ALL | KL, True),
}


def examiner(policy, log: SafetyLog, seed: int, options: dict):
    """How the policy does in 100 fresh drives, and what its training has cost until now."""

    def examine(iteration: int) -> dict[str, float]:
        fresh_seed = derive_seed(seed, f"after {iteration} iterations")
        result = evaluate(policy.act, DRIVING.env_id, 100, fresh_seed, **DRIVING.test_options, **options)
        return {
            "return": result.mean_return,
            "crash_rate": result.crash_rate,
            "env_steps": log.env_steps,
            "off_road": log.off_road,
            "collisions": log.collisions,
            "kilometers": log.meters / 1000,
        }

    return examine


def arm(seed: int, kind: str | None, num_episodes: int, options: dict) -> list[dict[str, float]]:
    """One training run, from a clone or from nothing, examined every 4 iterations."""
    training_options = DRIVING.training_options | options
    log = SafetyLog(make_batch(DRIVING.env_id, NUM_CARS, **training_options))
    value_net = make_value_net(log.single_observation_space, seed)
    if kind is None:
        policy = fresh_policy(DRIVING, seed)
        training = train_ppo(policy, value_net, log, SCRATCH, seed)
    else:
        policy, demos = clone_demonstrator(DRIVING, kind, num_episodes, seed, options=training_options)
        training = finetune(policy, value_net, demos, log, CAREFUL, seed)
    return trace(training, examiner(policy, log, seed, options), every=4)


def variant(seed: int, changes: dict, is_kl: bool) -> list[dict[str, float]]:
    """Fine-tuning a clone of 20 drives in this way, examined every 2 iterations."""
    config = replace(NAIVE, **changes)
    log = SafetyLog(make_batch(DRIVING.env_id, NUM_CARS, **DRIVING.training_options))
    value_net = make_value_net(log.single_observation_space, seed)
    policy, demos = clone_demonstrator(DRIVING, "expert", 20, seed)
    training = finetune(policy, value_net, demos, log, config, seed)
    if is_kl:
        training = finetune_near_clone(policy, value_net, log, config, seed)
    return trace(training, examiner(policy, log, seed, {}), every=2)


def finetune_near_clone(policy, value_net, envs, config: FinetuneConfig, seed: int):
    """As `finetune`, but what holds the policy back is its distance to the clone."""
    clone = deepcopy(policy)
    if config.exploration_std is not None:
        set_exploration(policy, config.exploration_std)
        set_exploration(clone, config.exploration_std)
    actor = policy.sampler(derive_seed(seed, "warm-up actions"))
    yield from warm_up_critic(value_net, actor, envs, config, seed)
    yield from train_ppo(policy, value_net, envs, config, seed, extra_loss_fn=stay_near(clone, config))


def columns(runs: list[list[dict[str, float]]]) -> dict[str, list]:
    """From rows of each seed to one table (seeds, examinations) for each quantity."""
    return {name: np.round([[row[name] for row in run] for run in runs], 4).tolist() for name in runs[0][0]}


def run() -> dict:
    """All arms and all variants, for all seeds."""
    arms = {
        name: columns(run_seeds(arm, SEEDS, kind=kind, num_episodes=num_episodes, options=options))
        for name, (kind, num_episodes, options) in ARMS.items()
    }
    ablation = {
        name: columns(run_seeds(variant, SEEDS, changes=changes, is_kl=is_kl))
        for name, (changes, is_kl) in ABLATION.items()
    }
    return {"seeds": SEEDS, "arms": arms, "ablation": ablation}
