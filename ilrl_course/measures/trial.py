"""A recipe on trial: a road and a budget, drawn by a seed, and what the recipe makes of them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import Evaluation, evaluate, normalized_score
from ilrl_course.measures.purse import Budget, Purse
from ilrl_course.measures.uncounted import nothing_uncounted
from ilrl_course.networks import Policy
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch

ROADS = {  # none of the lessons has shown them
    "a wet, narrow road": {"grip": 0.7, "road_width": 6.0},
    "a wet road with traffic": {"grip": 0.7, "traffic": 2},
    "a slippery road, entered askew": {"grip": 0.6, "start_offset": 1.0, "start_heading": 0.4},
}
NUM_DRIVES = 200  # of an examination
Recipe = Callable[[Purse, int], Policy]


@dataclass(frozen=True)
class Task:
    """A road, and what may be spent on learning to drive there."""

    seed: int
    road: str
    budget: Budget

    def __str__(self) -> str:
        return f"{self.road}; {self.budget}"

    @property
    def options(self) -> dict:
        """Those of the world."""
        return ROADS[self.road]


@dataclass(frozen=True)
class Trial:
    """What became of a recipe: an examination of 200 fresh drives, and what was spent before."""

    mean_return: float
    crash_rate: float  # of the examination
    spent: Budget
    seconds: float  # until the recipe returned
    refusal: str = ""  # the purse's last one


def draw_task(seed: int) -> Task:
    """The task that belongs to a seed."""
    rng = np.random.default_rng(derive_seed(seed, "a recipe under a budget"))
    road = list(ROADS)[rng.integers(len(ROADS))]
    budget = Budget(
        demonstrations=int(rng.integers(3, 11)),
        labels=100 * int(rng.integers(10, 31)),
        steps=4096 * int(rng.integers(8, 25)),
        crashes=10 * int(rng.integers(25, 51)),
    )
    return Task(seed, road, budget)


def open_purse(task: Task) -> Purse:
    """The purse of a task, with everything still in it; its worlds are those of training."""
    options = DRIVING.training_options | task.options
    expert = DRIVING.make_demonstrator("expert", seed=task.seed, **options)
    number = task.budget.demonstrations
    recorded = collect_trajectories(expert, DRIVING.env_id, number, task.seed, **options)
    return Purse(task.budget, recorded, expert, partial(make_batch, DRIVING.env_id, **options))


def try_recipe(recipe: Recipe, task: Task) -> Trial:
    """Let a recipe spend a fresh purse, then examine the policy on roads that no training has seen.

    Raises what the recipe raises, and TypeError for anything but a policy.
    """
    purse, start = open_purse(task), time.perf_counter()
    with nothing_uncounted(), _on_one_thread():
        policy = recipe(purse, task.seed)
    seconds = time.perf_counter() - start
    if not isinstance(policy, Policy):
        raise TypeError(f"a recipe returns the policy that it trained, not a {type(policy).__name__}")
    outcome = examine(policy.act, task)
    refusal = str(purse.refusals[-1]) if purse.refusals else ""
    return Trial(outcome.mean_return, outcome.crash_rate, purse.spent, seconds, refusal)


@contextmanager
def _on_one_thread() -> Iterator[None]:
    """As in recorded runs: with more threads sums may be rounded in another way."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def examine(actor: Callable, task: Task) -> Evaluation:
    """Fresh drives on the task's road, the same for everybody."""
    options = DRIVING.test_options | task.options
    return evaluate(actor, DRIVING.env_id, NUM_DRIVES, derive_seed(task.seed, "examination"), **options)


def reference_returns(task: Task) -> tuple[float, float]:
    """The mean returns of chance and of the expert on the task's road."""
    chance = DRIVING.make_random_actor(task.seed)
    expert = DRIVING.make_demonstrator("expert", seed=task.seed, **task.options)
    return examine(chance, task).mean_return, examine(expert, task).mean_return


def score_of(trial: Trial, references: tuple[float, float]) -> float:
    """Its return as a score: 0 is chance, 100 is the expert on the same road."""
    return 100 * normalized_score(trial.mean_return, *references)
