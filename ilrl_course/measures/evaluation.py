"""Honest evaluation: fresh episodes, each one counted, however it ended."""

import json
from dataclasses import dataclass
from pathlib import Path

import gymnasium as gym
import numpy as np

from ilrl_course.data import Actor
from ilrl_course.rollout import collect_trajectory, derive_seed, play

REFERENCE_SCORES = Path(__file__).with_name("reference_scores.json")  # by `course.py results`


@dataclass(frozen=True)
class Evaluation:
    """The outcomes of E episodes, none of which any training has seen."""

    returns: np.ndarray  # (E,) float64, undiscounted
    lengths: np.ndarray  # (E,) int64, in steps
    crashed: np.ndarray  # (E,) bool
    success: np.ndarray  # (E,) bool

    @property
    def mean_return(self) -> float:
        """The mean of the returns."""
        return float(self.returns.mean())

    @property
    def crash_rate(self) -> float:
        """The fraction of episodes that ended in a crash."""
        return float(self.crashed.mean())

    @property
    def success_rate(self) -> float:
        """The fraction of episodes that reached the world's goal."""
        return float(self.success.mean())


def evaluate(actor: Actor, env_id: str, num_episodes: int, seed: int, **options) -> Evaluation:
    """Play `num_episodes` fresh episodes side by side and report how each one ended."""
    returns = np.zeros(num_episodes)  # (E,)
    lengths = np.zeros(num_episodes, dtype=np.int64)  # (E,)
    crashed = np.zeros(num_episodes, dtype=bool)  # (E,)
    success = np.zeros(num_episodes, dtype=bool)  # (E,)
    for step in play(actor, env_id, num_episodes, derive_seed(seed, "evaluation"), options):
        returns += step.running * step.rewards
        lengths += step.running
        ending = step.running & (step.terminated | step.truncated)
        crashed |= ending & step.crashed
        success |= ending & step.success
    return Evaluation(returns, lengths, crashed, success)


def episode_returns(env: gym.Env, actor: Actor, num_episodes: int, seed: int) -> np.ndarray:
    """The returns (E,) of E episodes in a single world, one after the other, with seeds `seed + i`."""
    returns = []
    for episode in range(num_episodes):
        trajectory = collect_trajectory(env, actor, seed + episode)
        returns.append(trajectory.total_reward)
    return np.array(returns)


def normalized_score(score: float, random_score: float, expert_score: float) -> float:
    """The score on the scale of the course: 0 is what random actions get, 1 is what the expert gets."""
    return (score - random_score) / (expert_score - random_score)


def reference_scores(world_name: str) -> dict[str, float]:
    """Mean returns of `random`, `expert`, `weak` and `biased` on test episodes, as they were recorded."""
    recorded = json.loads(REFERENCE_SCORES.read_text(encoding="utf-8"))["scores"][world_name]
    return {actor: score["mean_return"] for actor, score in recorded.items()}
