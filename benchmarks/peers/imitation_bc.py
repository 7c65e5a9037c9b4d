"""Run by benchmarks/bc.py in a Python that has `imitation` 1.0.1: its BC on our demonstrations."""

import json
import sys
import time

import gymnasium as gym
import numpy as np
import torch
from imitation.algorithms import bc
from imitation.data.types import Transitions
from imitation.util import logger
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.vec_env import DummyVecEnv

torch.set_num_threads(1)
settings = json.loads(sys.argv[2])
torch.manual_seed(settings["seed"])
demos = np.load(sys.argv[1])
env = gym.make("CartPole-v1")
policy = ActorCriticPolicy(
    env.observation_space, env.action_space, lambda _: settings["learning_rate"], net_arch=[64, 64]
)
trainer = bc.BC(
    observation_space=env.observation_space,
    action_space=env.action_space,
    rng=np.random.default_rng(settings["seed"]),
    policy=policy,
    demonstrations=Transitions(
        obs=demos["obs"],
        acts=demos["actions"],
        infos=np.array([{}] * len(demos["obs"])),
        next_obs=demos["obs"],  # asked for by the container; BC does not look at them
        dones=np.zeros(len(demos["obs"]), dtype=bool),
    ),
    batch_size=settings["minibatch_size"],
    optimizer_kwargs={"lr": settings["learning_rate"]},
    custom_logger=logger.configure(format_strs=[]),
)
start = time.perf_counter()
trainer.train(n_epochs=settings["num_epochs"], progress_bar=False)
seconds = time.perf_counter() - start
batch = DummyVecEnv([lambda: gym.make("CartPole-v1")] * 20)
batch.seed(settings["seed"])
mean_return, _ = evaluate_policy(policy, batch, n_eval_episodes=100, deterministic=True, warn=False)
print(json.dumps({"seconds": seconds, "mean_return": float(mean_return)}))
