"""Run by benchmarks/ppo.py in a Python that has Stable-Baselines3: its PPO until the goal of a task."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))  # where the course's package is

from ppo_tasks import TASKS, Outcome, Referee, prepare, start_referee
from sb3_worlds import CourseWorlds
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback

from ilrl_course.rollout import derive_seed


class StopAtTheGoal(BaseCallback):
    """Asks the referee after each update; training ends with the first step after a yes."""

    def __init__(self, referee: Referee):
        super().__init__()
        self.referee = referee
        self.reached = False

    def _on_rollout_start(self) -> None:
        if self.num_timesteps:  # before the first update there is nothing to see
            self.reached = self.referee.sees_the_goal(self.num_timesteps)

    def _on_step(self) -> bool:
        return not self.reached

    def _on_training_end(self) -> None:
        if not self.reached:
            self.referee.sees_the_goal(self.num_timesteps)


def make_model(settings: dict, seed: int) -> PPO:
    """Fresh worlds and networks; what `settings` does not mention is as SB3 has it."""
    worlds = CourseWorlds(TASKS[settings["task"]].make_worlds())
    falling = {name: lambda left, start=start: left * start for name, start in settings["falling"].items()}
    model = PPO("MlpPolicy", worlds, seed=seed, device="cpu", **settings["constant"], **falling)
    worlds.seed(derive_seed(seed, "training"))  # the model has seeded them with its own; these are as ours
    return model


def train(settings: dict, seed: int, max_env_steps: int) -> Outcome:
    """Until the goal is reached, or so many steps; without log output, which would only cost time."""
    model = make_model(settings, seed)
    task = TASKS[settings["task"]]
    referee = start_referee(task, lambda obs: model.predict(obs, deterministic=True)[0], seed)
    model.learn(max_env_steps, callback=StopAtTheGoal(referee), log_interval=None)
    return Outcome(referee.count, referee.seconds, referee.score)


given = json.loads(sys.argv[2])
prepare()
train(given, given["warm_up_seed"], TASKS[given["task"]].evaluate_every)  # what is slow the first time only
print(json.dumps(asdict(train(given, given["seed"], given["max_env_steps"]))))
