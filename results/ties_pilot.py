"""Lesson 08, on three pilot seeds: how much the ties of the ablation should weigh, three weights for each.

Everything else is as for a beginner. The criterion, fixed beforehand, is the mean return over the training.
"""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.finetune import finetune, set_exploration, stay_near
from ilrl_course.clones import clone_demonstrator
from ilrl_course.envs import DRIVING
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.notebook.progress import trace
from ilrl_course.storage.files import load_results

PILOT = load_script(Path(__file__).parent, "fine_tuning_pilot")

SEEDS = PILOT.SEEDS
NUM_STEPS = 163_840  # env steps of a training, the warm-up's included
TIES = {"demonstrations": None, "KL(clone || policy)": False, "KL(policy || clone)": True}  # is it reversed?
WEIGHTS = (0.02, 0.1, 0.5)
DECAY = 0.95  # of the weight, in each 4,096 env steps


def beginners_setting():
    """What suits PPO from nothing best."""
    return PILOT.Setting(**load_results("fine_tuning_pilot")["chosen"]["from nothing"])


def learn(
    seed: int, tie: str | None, changes: dict, warm_up: int = 0, leash: float | None = None
) -> list[dict[str, float]]:
    """Fine-tuning a clone of twenty drives with a beginner's settings, changed in this way; examinations.

    Without other changes the actions vary as the clone's do. A tie is to the clone with the exploration that
    the policy begins with.
    """
    setting = beginners_setting()
    decay = DECAY ** (setting.num_steps / 64)
    as_the_clone = {"exploration_std": None, "imitation_decay": decay}
    config = setting.config(NUM_STEPS, warm_up, **as_the_clone | changes)
    log = PILOT.make_cars({})
    value_net = make_value_net(log.single_observation_space, seed)
    policy, demos = clone_demonstrator(DRIVING, "expert", 20, seed)
    if config.exploration_std is not None:
        set_exploration(policy, config.exploration_std)
    reverse = TIES.get(tie)
    near = None if reverse is None else stay_near(policy, config, reverse)
    training = finetune(policy, value_net, demos, log, config, seed, extra_loss_fn=near)
    if leash:
        training = leashed(training, policy, demos.obs, leash)
    return trace(training, PILOT.examiner(policy, log, seed, {}), every=2 * 64 // setting.num_steps)


def leashed(training: Iterator, policy: Policy, obs: Tensor, limit: float) -> Iterator:
    """A training in which no iteration moves the policy farther than `limit` nats, at obs (B, obs_dim).

    A move that is longer is halved until it is short enough; its direction stays.
    """
    before = deepcopy(policy)
    for metrics in training:
        with torch.no_grad():
            while policy(obs).kl_from(before(obs)).mean() > limit:
                for weights, old in zip(policy.parameters(), before.parameters(), strict=True):
                    weights.copy_((weights + old) / 2)
        before.load_state_dict(policy.state_dict())
        yield metrics


def tried(number: int, tie: str) -> float:
    """The mean return over the training, with a weight and a seed by their number."""
    weight, seed = divmod(number, len(SEEDS))
    rows = learn(SEEDS[seed], tie, {"imitation_coef": WEIGHTS[weight]})
    return float(np.mean([row["return"] for row in rows]))


def run() -> dict:
    """Mean returns over the training, (weights, seeds), by tie, and the best weight of each."""
    found = {
        tie: np.reshape(
            run_seeds(tried, range(len(WEIGHTS) * len(SEEDS)), tie=tie), (len(WEIGHTS), len(SEEDS))
        )
        for tie in TIES
    }
    return {
        "seeds": SEEDS,
        "weights": WEIGHTS,
        "mean return": {tie: returns.round(2).tolist() for tie, returns in found.items()},
        "chosen": {tie: WEIGHTS[returns.mean(axis=1).argmax()] for tie, returns in found.items()},
    }
