"""Run by benchmarks/bc.py in a Python that has `imitation` 1.0.1: its BC on our demonstrations."""

import json
import sys
import time

import numpy as np
import torch
from imitation.algorithms import bc
from imitation.data.types import Transitions
from imitation.util import logger
from sb3_cartpole import make_policy, mean_return

torch.set_num_threads(1)
settings = json.loads(sys.argv[2])
torch.manual_seed(settings["seed"])
demos = np.load(sys.argv[1])
policy = make_policy()
trainer = bc.BC(
    observation_space=policy.observation_space,
    action_space=policy.action_space,
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
print(json.dumps({"seconds": seconds, "mean_return": mean_return(policy, settings["seed"])}))
