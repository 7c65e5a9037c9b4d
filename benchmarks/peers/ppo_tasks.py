"""What all contestants of benchmarks/ppo.py share: the worlds, the goals, and who watches the clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from ilrl_course.data import Actor
from ilrl_course.envs import CARTPOLE, DRIVING, World
from ilrl_course.envs.driving.tracks import NUM_TRACKS, track_bank
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.rollout import VectorEnv, derive_seed, make_batch

NUM_EPISODES = 100  # fresh ones, in each evaluation


@dataclass(frozen=True)
class Task:
    """A world, and what counts as having learned it."""

    world: World
    num_envs: int  # copies to train in
    goal: float  # mean return of fresh test episodes
    evaluate_every: int  # env steps of training

    def make_worlds(self) -> VectorEnv:
        """The copies to train in."""
        return make_batch(self.world.env_id, self.num_envs, **self.world.training_options)

    def mean_return(self, actor: Actor, seed: int, purpose: str) -> float:
        """The mean return of test episodes, others for each seed and purpose, equal for all actors."""
        fresh_seed = derive_seed(seed, purpose)
        return evaluate(
            actor, self.world.env_id, NUM_EPISODES, fresh_seed, **self.world.test_options
        ).mean_return


TASKS = {
    "CartPole": Task(CARTPOLE, num_envs=8, goal=475.0, evaluate_every=512),
    "Driving": Task(DRIVING, num_envs=64, goal=30.0, evaluate_every=4096),
}


@dataclass(frozen=True)
class Outcome:
    """What one training run took until it reached the goal, or until its end."""

    env_steps: int
    seconds: float
    mean_return: float


class Referee:
    """Counts the seconds of learning from here on, and not those of looking how good it is by now."""

    def __init__(self, score_now: Callable[[int], float], goal: float, every: int):
        self.score_now, self.goal, self.every = score_now, goal, every
        self.count, self.seconds, self.score = 0, 0.0, float("-inf")
        self.started = time.perf_counter()

    def sees_the_goal(self, count: int) -> bool:
        """To be asked after each update, when `count` steps are done; looks after `every` so many."""
        self.seconds += time.perf_counter() - self.started
        self.count = count
        if count % self.every == 0:
            self.score = self.score_now(count)
        self.started = time.perf_counter()
        return self.score >= self.goal


def start_referee(task: Task, actor: Actor, seed: int) -> Referee:
    """The referee of a run of reinforcement learning; it shows every contestant the same episodes."""

    def score_now(env_steps: int) -> float:
        return task.mean_return(actor, seed, f"evaluation after {env_steps} steps")

    return Referee(score_now, task.goal, task.evaluate_every)


def prepare() -> None:
    """One thread; and what a process does once, for whomever comes first: computing the tracks."""
    torch.set_num_threads(1)
    for number in range(NUM_TRACKS):
        track_bank().ensure(number)
