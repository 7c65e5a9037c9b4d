"""Run by benchmarks/adversarial.py in a Python that has `imitation` 1.0.1: its GAIL or AIRL on CartPole."""

import json
import sys
import time

import numpy as np
import torch
from imitation.algorithms.adversarial.airl import AIRL
from imitation.algorithms.adversarial.common import AdversarialTrainer
from imitation.algorithms.adversarial.gail import GAIL
from imitation.data.types import Transitions
from imitation.rewards.reward_nets import BasicRewardNet, BasicShapedRewardNet
from imitation.util import logger
from imitation.util.networks import RunningNorm
from imitation.util.util import make_vec_env
from sb3_cartpole import mean_return
from stable_baselines3 import PPO

ALGORITHMS = {"GAIL": (GAIL, BasicRewardNet), "AIRL": (AIRL, BasicShapedRewardNet)}  # as in its tutorials
SHORT_ROUND = {"n_steps": 128}  # for what is not measured


def make_trainer(settings: dict, demos: Transitions) -> AdversarialTrainer:
    """Fresh worlds and networks; what `settings` does not mention is as `imitation` and SB3 have it."""
    rng = np.random.default_rng(settings["seed"])
    worlds = make_vec_env(settings["world"], rng=rng, n_envs=settings["num_envs"])
    # World i is seeded with this + i: with 0 to 4 themselves, the runs would share most of their starts.
    learner = PPO("MlpPolicy", worlds, seed=int(rng.integers(2**31)), device="cpu", **settings["ppo"])
    algorithm, reward_net = ALGORITHMS[settings["algorithm"]]
    return algorithm(
        demonstrations=demos,
        venv=worlds,
        gen_algo=learner,
        reward_net=reward_net(
            worlds.observation_space, worlds.action_space, normalize_input_layer=RunningNorm
        ),
        custom_logger=logger.configure(format_strs=[]),
        allow_variable_horizon=settings["episodes_end_early"],
        **settings["trainer"],
    )


def train_one_round(trainer: AdversarialTrainer) -> float:
    """Act and learn once, policy first and discriminator then; returns the seconds."""
    start = time.perf_counter()
    trainer.train(trainer.gen_train_timesteps)
    return time.perf_counter() - start


def train_until_good(settings: dict, demos: Transitions) -> dict[str, float]:
    """Rounds until one is followed by the goal's mean return; the one reported is of other episodes."""
    trainer = make_trainer(settings, demos)
    fresh_seeds = np.random.default_rng([settings["seed"], 1])

    def score_now() -> float:
        return mean_return(trainer.policy, int(fresh_seeds.integers(2**31)))

    env_steps, seconds, reached = 0, 0.0, False
    while not reached and env_steps + trainer.gen_train_timesteps <= settings["max_env_steps"]:
        seconds += train_one_round(trainer)
        env_steps += trainer.gen_train_timesteps
        reached = score_now() >= settings["goal"]
    return {"env_steps": env_steps, "seconds": seconds, "reached": reached, "mean_return": score_now()}


torch.set_num_threads(1)
handed_over = np.load(sys.argv[1])
demonstrations = Transitions(**handed_over, infos=np.array([{}] * len(handed_over["obs"])))
given = json.loads(sys.argv[2])
short = given | {"ppo": given["ppo"] | SHORT_ROUND}
train_one_round(make_trainer(short, demonstrations))  # what is slow the first time only is not measured
print(json.dumps(train_until_good(given, demonstrations)))
