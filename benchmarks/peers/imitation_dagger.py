"""Run by benchmarks/dagger.py in a Python that has `imitation` 1.0.1: its SimpleDAggerTrainer on CartPole."""

import json
import sys
import tempfile
import time

import numpy as np
import torch
from cartpole_expert import expert_actions
from imitation.algorithms import bc
from imitation.algorithms.dagger import SimpleDAggerTrainer
from imitation.util import logger
from sb3_cartpole import make_policy, make_worlds, mean_return
from stable_baselines3.common.policies import BasePolicy


class ScriptedExpert(BasePolicy):
    """The course's expert; it counts the observations that it is asked about."""

    num_labels = 0

    def _predict(self, observation: torch.Tensor, deterministic: bool = False) -> torch.Tensor:
        self.num_labels += len(observation)
        return torch.from_numpy(expert_actions(observation.numpy()))


def make_trainer(settings: dict, folder: str) -> SimpleDAggerTrainer:
    """Fresh worlds, network and expert; what `settings` does not mention is as `imitation` has it."""
    torch.manual_seed(settings["seed"])
    rng = np.random.default_rng(settings["seed"])
    # World i is seeded with this + i: with 0 to 4 themselves, the runs would share most of their starts.
    worlds_seed = int(rng.integers(2**31))
    worlds = make_worlds(settings["num_envs"], worlds_seed, **settings["world"])
    spaces = {"observation_space": worlds.observation_space, "action_space": worlds.action_space}
    quiet = {"custom_logger": logger.configure(format_strs=[])}
    return SimpleDAggerTrainer(
        venv=worlds,
        scratch_dir=folder,
        expert_policy=ScriptedExpert(**spaces),
        rng=rng,
        beta_schedule=(lambda _: 0.0) if settings["learner_acts_at_once"] else None,
        bc_trainer=bc.BC(rng=rng, policy=make_policy(), **spaces, **settings["bc"], **quiet),
        **quiet,
    )


def train_one_round(trainer: SimpleDAggerTrainer, settings: dict) -> float:
    """Act, label and learn once; returns the seconds. Its own progress bar and log rollouts are off."""
    start = time.perf_counter()
    trainer.train(  # one step is asked for, and whole rounds are done: so this is one round
        1,
        **settings["round"],
        bc_train_kwargs={"log_rollouts_venv": None, "progress_bar": False, **settings["bc_train"]},
    )
    return time.perf_counter() - start


def train_until_good(settings: dict, folder: str) -> dict[str, float]:
    """Rounds until one is followed by the target's mean return over 100 fresh episodes."""
    trainer = make_trainer(settings, folder)
    fresh_seeds = np.random.default_rng([settings["seed"], 1])
    seconds = 0.0
    for _ in range(settings["max_rounds"]):
        seconds += train_one_round(trainer, settings)
        score = mean_return(trainer.policy, int(fresh_seeds.integers(2**31)))
        if score >= settings["target_return"]:
            break
    return {"labels": trainer.expert_policy.num_labels, "seconds": seconds, "mean_return": score}


torch.set_num_threads(1)
handed_over = np.load(sys.argv[1])
if not np.array_equal(expert_actions(handed_over["obs"]), handed_over["expert_actions"]):
    raise SystemExit("the experts differ: bring peers/cartpole_expert.py up to ilrl_course/envs/cartpole.py")
given = json.loads(sys.argv[2])
with tempfile.TemporaryDirectory() as warm_up:  # what is slow the first time only is not measured
    train_one_round(make_trainer(given, warm_up), given)
with tempfile.TemporaryDirectory() as scratch:
    print(json.dumps(train_until_good(given, scratch)))
