"""One scoreboard for all methods: how good a learner was in each examination, and what it had cost by then.

A ledger accompanies one training. Its books are the columns of the scoreboard, and all of them begin at 0.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import gymnasium as gym
import numpy as np

from ilrl_course.data import Actor, Trajectory
from ilrl_course.envs import World
from ilrl_course.measures.evaluation import evaluate, normalized_score, reference_scores
from ilrl_course.rollout import VectorEnv, collect_trajectories, derive_seed

METHODS = ("BC", "BC with noise", "DAgger", "MaxEnt IRL", "GAIL", "AIRL", "PPO", "BC, then PPO")
COSTS = ("labels", "steps", "crashes", "seconds")
COLUMNS = {"score": 2, "labels": 0, "steps": 0, "crashes": 0, "seconds": 3}  # and the decimals that are kept
NUM_EPISODES = 100  # of an examination
Learner = TypeVar("Learner")


class Ledger:
    """What a training has cost since the ledger was opened.

    `labels`: states that the expert labeled after its demonstrations. `steps`: of the worlds that are
    `counted`. `crashes`: there, and the demonstrator's own in games that are `recorded`. `seconds`: computing
    time of this thread; examinations and whatever the demonstrator computes are not the learner's, and free.
    """

    def __init__(self):
        self.labels = self.steps = self.crashes = 0
        self._opened, self._free = time.thread_time(), 0.0  # s

    def costs(self) -> dict[str, float]:
        """All that it has cost so far."""
        seconds = time.thread_time() - self._opened - self._free
        return dict(zip(COSTS, (self.labels, self.steps, self.crashes, seconds), strict=True))

    @contextmanager
    def free_of_charge(self) -> Iterator[None]:
        """Seconds in here do not count."""
        since = time.thread_time()
        yield
        self._free += time.thread_time() - since

    def counted(self, envs: VectorEnv) -> gym.vector.VectorEnv:
        """The same worlds; their steps and crashes are added up here."""
        return CountedWorlds(envs, self)

    def recorded(self, demonstrator: Actor, world: World, number: int, seed: int) -> list[Trajectory]:
        """So many games of a demonstrator, played in the world's training places."""
        with self.free_of_charge():
            games = collect_trajectories(demonstrator, world.env_id, number, seed, **world.training_options)
        self.crashes += sum(game.crashed for game in games)
        return games

    def advisor(self, expert: Actor) -> Actor:
        """The same expert, whose thinking takes none of the learner's time."""

        def ask(obs: np.ndarray) -> np.ndarray:
            with self.free_of_charge():
                return expert(obs)

        return ask


class CountedWorlds(gym.vector.VectorWrapper):
    """Worlds that enter each step of each copy, and each episode that ends in a crash, in a ledger."""

    def __init__(self, envs: VectorEnv, ledger: Ledger):
        super().__init__(envs)
        self.ledger = ledger

    def step(self, actions):
        """As the wrapped worlds do."""
        obs, rewards, terminated, truncated, info = super().step(actions)
        self.ledger.steps += len(rewards)
        self.ledger.crashes += int((info["crashed"] & (terminated | truncated)).sum())
        return obs, rewards, terminated, truncated, info


def points(world_name: str, mean_return: float) -> float:
    """The score of the board: 0 is the recorded score of random actions, 100 that of the expert."""
    reference = reference_scores(world_name)
    return 100 * normalized_score(mean_return, reference["random"], reference["expert"])


def examine(actor: Actor, world: World, seed: int, number: int) -> float:
    """The points of an actor in fresh episodes of the test places, other ones in each examination."""
    fresh_seed = derive_seed(seed, f"examination {number}")
    result = evaluate(actor, world.env_id, NUM_EPISODES, fresh_seed, **world.test_options)
    return points(world.name, result.mean_return)


def examined(
    training: Iterator[Learner], ledger: Ledger, examine_fn: Callable[[Learner, int], float]
) -> tuple[list[dict[str, float]], Learner]:
    """Run a training that yields its learner whenever an examination is due; rows, and the learner at last.

    A row holds the columns of the board: `examine_fn(learner, number)`, and the costs until then.
    """
    rows = []
    for learner in training:
        costs = ledger.costs()
        with ledger.free_of_charge():
            rows.append({"score": examine_fn(learner, len(rows))} | costs)
    return rows, learner


def entry(method: str, demos: int, runs: Sequence[Sequence[dict[str, float]]]) -> dict:
    """An entry of the board from the rows of each seed: a table (seeds, examinations) for each column.

    Raises ValueError for an unknown method, for seeds with different numbers of examinations, and where a
    cost falls.
    """
    if method not in METHODS:
        raise ValueError(f"there is no method {method!r}: choose from {', '.join(METHODS)}")
    lengths = sorted({len(rows) for rows in runs})
    if len(lengths) != 1 or not lengths[0]:
        raise ValueError(f"{method}: seeds have {lengths} examinations, but all need the same number")
    tables = {
        name: np.array([[row[name] for row in rows] for rows in runs], dtype=float)  # (S, E)
        for name in COLUMNS
    }
    for name in COSTS:
        if (np.diff(tables[name], axis=1, prepend=0) < 0).any():
            raise ValueError(f"{method}: {name} fall, but they count from the beginning: give sums so far")
    return {"method": method, "demos": demos} | {
        name: _rounded(table, COLUMNS[name]) for name, table in tables.items()
    }


def _rounded(table: np.ndarray, decimals: int) -> list[list[float]]:
    return (table.round(decimals) if decimals else table.round().astype(int)).tolist()


def middle_run(tables: dict) -> int:
    """The number of the run whose final score is the median of all; with an even number, the lower one."""
    finals = np.array(tables["score"])[:, -1]  # (S,)
    return int(np.argsort(finals, kind="stable")[(len(finals) - 1) // 2])
