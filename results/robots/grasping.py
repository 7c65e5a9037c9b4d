"""The robot arm of lesson 12: who shows it how to grasp, which clones are compared, and how they do."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from ilrl_course.data import Actor, Trajectory
from ilrl_course.envs.arm import ROBOT_ARM, RememberingDemonstrator
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.rollout import collect_trajectories

CLONING = load_script(Path(__file__).parents[1] / "ways", "cloning")
Method = CLONING.Method

EXPERT, REMEMBERING = "expert", "remembering"
NUM_UPDATES = 3000
NUM_TESTS = 50
NOISE = (
    0.3  # standard deviation of what shakes the hand, of its full speed; the fingers are left alone. It is
)
# fixed, where Laskey et al. (2017) fit it to the clone's errors
LENGTH, LONG = 4, 16  # of a plan, and the first of a history, too; a step takes 0.04 s


@dataclass(frozen=True)
class Arm:
    """A kind of clone: how it learns, from whom, and whether their hand was shaken meanwhile."""

    method: Method
    teacher: str = EXPERT
    noise: float = 0.0


PLAIN, LONG_CHUNKS = Method(CLONING.SQUARED), Method(CLONING.SQUARED, horizon=LONG)
CHUNKS, HISTORY = Method(CLONING.SQUARED, horizon=LENGTH), Method(CLONING.SQUARED, history=LENGTH)
ARMS = {
    "plain": Arm(PLAIN),
    "Gaussian": Arm(Method(CLONING.GAUSSIAN)),
    "chunks": Arm(CHUNKS),
    "chunks of 16": Arm(LONG_CHUNKS),
    "history": Arm(HISTORY),
    "mixture": Arm(Method(CLONING.MIXTURE)),
    "flow": Arm(Method(CLONING.FLOW)),
    "noise": Arm(PLAIN, noise=NOISE),
    "remembering": Arm(PLAIN, REMEMBERING),
    "remembering, chunks": Arm(CHUNKS, REMEMBERING),
    "remembering, chunks of 16": Arm(LONG_CHUNKS, REMEMBERING),
    "remembering, history": Arm(HISTORY, REMEMBERING),
}


class Shaken:
    """An actor whose hand is shaken; `intended` holds what it meant to do, (N, 4) a step."""

    def __init__(self, actor: Actor, noise: float, seed: int):
        self.actor, self.noise, self.rng = actor, noise, np.random.default_rng(seed)
        self.intended: list[np.ndarray] = []

    def __call__(self, obs: np.ndarray) -> np.ndarray:
        """What it does, (N, 4)."""
        meant = self.actor(obs)
        self.intended.append(meant)
        shaking = self.rng.normal(0.0, self.noise, meant.shape)
        shaking[:, 3] = 0.0
        return (meant + shaking).astype(np.float32)


def grasps(arm: Arm, number: int, seed: int) -> list[Trajectory]:
    """So many demonstrations; where the hand was shaken, their actions are those that were meant."""
    actor = RememberingDemonstrator() if arm.teacher == REMEMBERING else ROBOT_ARM.make_demonstrator(EXPERT)
    if not arm.noise:
        return collect_trajectories(actor, ROBOT_ARM.env_id, number, seed)
    shaken = Shaken(actor, arm.noise, seed)
    found = collect_trajectories(shaken, ROBOT_ARM.env_id, number, seed)
    meant = np.stack(shaken.intended, axis=1)  # (N, T, 4)
    return [replace(one, actions=meant[i, : len(one)]) for i, one in enumerate(found)]


def outcomes(episodes: list[Trajectory]) -> dict[str, float]:
    """The shares that succeed and that drop the block, and the mean return."""
    return {
        "success": float(np.mean([one.success for one in episodes])),
        "drops": float(np.mean([one.crashed for one in episodes])),
        "return": float(np.mean([one.total_reward for one in episodes])),
    }


def measured(actor: Actor, seed: int) -> dict[str, float]:
    """In fresh episodes: the shares that succeed and that drop the block, and the mean return."""
    result = evaluate(actor, ROBOT_ARM.env_id, NUM_TESTS, seed)
    return {
        "success": result.success_rate,
        "drops": result.crash_rate,
        "return": result.mean_return,
    }
