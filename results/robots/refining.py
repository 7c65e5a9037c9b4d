"""PPO on the robot arm's sparse reward: from a clone of 25 grasps, and from nothing.

Both arms have as many steps, the same networks, blocks and examinations, and see the same scale, that of the
clone's demonstrations, clipped, since a hand that explores gets much further from the block than these show;
the warm-up of the clone's critic is among its steps. They differ in the weights that they begin with, and in
the setting that pilot runs found best for each, among as many for both.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import gymnasium as gym
import numpy as np
from torch import Tensor

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.bc import BCConfig, bc_loss
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.algorithms.settling import train_settling
from ilrl_course.algorithms.standards import Standards
from ilrl_course.data import stack_steps
from ilrl_course.envs.arm import ROBOT_ARM
from ilrl_course.envs.arm.row import GOAL, RESTING
from ilrl_course.networks import Policy, make_policy, make_value_net
from ilrl_course.notebook.progress import trace
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch

GRASPING = load_script(Path(__file__).parent, "grasping")
CLONING = GRASPING.CLONING

NOTHING, CLONED = "from nothing", "from a clone"
NUM_GRASPS = 25
NUM_COPIES, NUM_STEPS = 16, 128  # arms side by side, and steps of each in a block
WARM_UP = 10  # iterations in which only a clone's critic learns
LIFTED = 0.05  # m above a block that lies on the table, which would be near enough to any lower goal
SEEN = 5.0  # deviations of demonstrations: what lies further from their mean is seen there
REFINABLE = ("plain", "Gaussian", "noise")  # kinds of clones that act as PPO does, one step at a time


@dataclass(frozen=True)
class Setting:
    """What is tuned, for both arms alike."""

    learning_rate: float
    exploration_std: float  # of the actions at first


@dataclass(frozen=True)
class Start:
    """What a training begins with, and whose demonstrations say on which scale it sees."""

    kind: str  # of clone, a key of GRASPING.ARMS
    cloning: object  # the clone's CLONING.Setting
    is_cloned: bool = True  # or else only the scale is taken


@dataclass(frozen=True)
class Length:
    """How long a training is, and how often and how thoroughly it is examined."""

    num_iterations: int  # of 2,048 env steps; the warm-up included
    every: int  # iterations from one examination to the next
    num_tests: int  # episodes in an examination ...
    num_tests_at_ends: int  # ... but in the first and the last one


class Rescaled(gym.vector.VectorObservationWrapper):
    """Arms whose observations are on the scale of demonstrations."""

    def __init__(self, envs: gym.vector.VectorEnv, standards: Standards):
        super().__init__(envs)
        self.standards = standards

    def observations(self, observations: np.ndarray) -> np.ndarray:
        """Observations (N, 28) on that scale."""
        return seen(self.standards, observations)


def seen(standards: Standards, obs: np.ndarray) -> np.ndarray:
    """Observations (..., 28) on the scale of demonstrations, clipped."""
    return np.clip(standards.see(obs), -SEEN, SEEN)


def squared_error_in(standards: Standards) -> Callable:
    """A loss: the mean squared distance from what was done, in deviations of each part of an action.

    As other clones learn it, whose plans are on that scale; PPO's own actions are the world's.
    """

    def loss(policy: Policy, obs: Tensor, actions: Tensor) -> Tensor:
        errors = (policy(obs).mode - actions) / obs.new_tensor(standards.action_std)  # (B, 4)
        return errors.square().sum(1).mean()

    return loss


def beginning(start: Start, envs: gym.vector.VectorEnv, seed: int) -> tuple[Policy, Standards]:
    """The policy that PPO starts from, and the scale on which it sees."""
    arm = GRASPING.ARMS[start.kind]
    grasps = GRASPING.grasps(arm, NUM_GRASPS, seed)
    standards = Standards.of(grasps)
    spaces = envs.single_observation_space, envs.single_action_space
    policy = make_policy(*spaces, seed, CLONING.HIDDEN_SIZES)
    if start.is_cloned:
        steps = stack_steps(grasps)
        demos = type(steps)(steps.obs.new_tensor(seen(standards, steps.obs.numpy())), steps.actions)
        loss_fn = bc_loss if arm.method.answer == CLONING.GAUSSIAN else squared_error_in(standards)
        config = BCConfig(start.cloning.learning_rate, GRASPING.NUM_UPDATES)
        for _ in train_settling(policy, demos, config, seed, loss_fn):
            pass
    return policy, standards


def examined(policy: Policy, standards: Standards, num_tests: int, seed: int) -> dict[str, float]:
    """How the likeliest actions do in fresh episodes: mean return, and the shares that succeed and drop.

    Success also apart, for goals in the air and for goals on the table.
    """
    found = collect_trajectories(
        lambda obs: policy.act(seen(standards, obs)), ROBOT_ARM.env_id, num_tests, seed
    )
    success, drops = (np.array([getattr(one, name) for one in found]) for name in ("success", "crashed"))
    height = np.array([one.obs[0, GOAL][2] for one in found])  # m
    in_air = height > RESTING + LIFTED
    kinds = {"in the air": in_air, "on the table": ~in_air}
    return {
        "return": float(np.mean([one.total_reward for one in found])),
        "success": float(success.mean()),
        "drops": float(drops.mean()),
    } | {f"success, {name}": float(success[rows].sum() / max(rows.sum(), 1)) for name, rows in kinds.items()}


def learn(seed: int, start: Start, setting: Setting, length: Length) -> list[dict[str, float]]:
    """One training; its examinations."""
    envs = make_batch(ROBOT_ARM.env_id, NUM_COPIES)
    policy, standards = beginning(start, envs, seed)
    warm_up = WARM_UP if start.is_cloned else 0
    config = FinetuneConfig(
        num_warmup_iterations=warm_up,
        num_iterations=length.num_iterations - warm_up,
        num_steps=NUM_STEPS,
        num_epochs=10,
        minibatch_size=512,
        gamma=0.98,
        **asdict(setting),
    )

    def examine(iteration: int) -> dict[str, float]:
        is_end = iteration in (0, length.num_iterations)
        num_tests = length.num_tests_at_ends if is_end else length.num_tests
        return examined(policy, standards, num_tests, derive_seed(seed, f"test {iteration}"))

    value_net = make_value_net(envs.single_observation_space, seed, CLONING.HIDDEN_SIZES)
    training = finetune(policy, value_net, None, Rescaled(envs, standards), config, seed)
    return trace(training, examine, length.every)


def columns(runs: list[list[dict[str, float]]]) -> dict[str, list]:
    """From rows of each seed to one table (seeds, examinations) for each quantity."""
    return {name: np.round([[row[name] for row in run] for run in runs], 4).tolist() for name in runs[0][0]}


def trained(start: Start, setting: Setting, length: Length, seeds: list[int]) -> dict[str, list]:
    """Every examination of every run: quantity -> (seeds, examinations)."""
    return columns(run_seeds(learn, seeds, start=start, setting=setting, length=length))
