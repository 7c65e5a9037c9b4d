"""Lesson 08 once more, with another PPO: do the answers to C4 and C5 hang on ours?

The planned comparisons of these claims, on eight of their seeds, with the PPO of Stable-Baselines3, which
`requirements-dev.txt` installs. Clones, worlds, settings, numbers of steps and examinations are the same by
construction: `finetune` alone is exchanged. A replication, so there is no verdict.

Stable-Baselines3 differs in this: its critic begins with weights of its own; the gradients of actor and
critic are cut together; the learning rate falls one iteration sooner, so that it is 0 in the last one. The
critic is warmed up by the same PPO, with a frozen actor.
"""

from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch
from torch import nn

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from course_tools.workplace import CourseError
from ilrl_course.algorithms.finetune import FinetuneConfig, set_exploration
from ilrl_course.measures.evidence import avoided
from ilrl_course.measures.seeds import confidence_interval
from ilrl_course.networks import Policy
from ilrl_course.notebook.claims import plan
from ilrl_course.rollout import VectorEnv, derive_seed
from ilrl_course.storage.files import load_results

ROAD = load_script(Path(__file__).parent, "fine_tuning")
PEER = load_script(Path(__file__).parents[1] / "benchmarks" / "peers", "sb3_python")

REPLICATED = (
    "whole training on the road",
    "improvement on five drives",
    "improvement on twenty drives",
    "departures, five drives",
    "departures, twenty drives",
)
SEEDS = list(plan(REPLICATED[0]).seeds)[:8]
DRIVERS = ("from nothing", "5 drives", "20 drives")
LIBRARY = f"Stable-Baselines3 {metadata.version('stable-baselines3')}"


class CrashLog(gym.vector.VectorWrapper):
    """Worlds that count `env_steps` and `crashes`, from the first step on.

    What ends by itself in the last step that the clock allows is terminated, and not truncated as well: else
    Stable-Baselines3 would take it for an end by the clock alone.
    """

    def __init__(self, envs: VectorEnv):
        super().__init__(envs)
        self.env_steps = self.crashes = 0

    def step(self, actions):
        """As the wrapped worlds do."""
        obs, rewards, terminated, truncated, info = super().step(actions)
        self.env_steps += len(rewards)
        self.crashes += int((info["crashed"] & (terminated | truncated)).sum())
        return obs, rewards, terminated, truncated & ~terminated, info

    @property
    def counted(self) -> dict[str, int]:
        """So far."""
        return {"env_steps": self.env_steps, "crashes": self.crashes}


def actor_of(policy: nn.Module) -> list[nn.Parameter]:
    """The parameters that decide on actions, of the course's policy or Stable-Baselines3's, in one order."""
    if isinstance(policy, Policy):
        return list(policy.parameters())
    spread = [policy.log_std] if hasattr(policy, "log_std") else []
    return [*spread, *policy.mlp_extractor.policy_net.parameters(), *policy.action_net.parameters()]


@torch.no_grad()
def copy_actor(source: nn.Module, target: nn.Module) -> None:
    """Let the target act, in place, as the source does."""
    for new, old in zip(actor_of(source), actor_of(target), strict=True):
        if new.shape != old.shape:
            raise ValueError(f"networks of different sizes: {tuple(new.shape)} and {tuple(old.shape)}")
        old.copy_(new)


def make_learner(
    envs: VectorEnv, config: FinetuneConfig, seed: int, learning_rate: float | Callable, **changes
):
    """Stable-Baselines3's PPO with the settings of ours, but for `changes`; its worlds have the same seed."""
    from stable_baselines3 import PPO  # only those who train need it
    from stable_baselines3.common.logger import Logger

    peer = load_script(Path(__file__).parents[1] / "benchmarks" / "peers", "sb3_worlds")
    constant = PEER.as_settings(config, envs.num_envs)["constant"] | changes
    learner = PPO("MlpPolicy", peer.CourseWorlds(envs), learning_rate, seed=seed, device="cpu", **constant)
    learner.set_logger(Logger(folder=None, output_formats=[]))  # its own would make a folder in each block
    return learner


def learn_in_blocks(learner, num_iterations: int) -> Iterator[int]:
    """Act and learn; yields after each iteration, and goes on as if there had been no break."""
    for iteration in range(num_iterations):
        learner.learn(learner.n_steps * learner.n_envs, reset_num_timesteps=not iteration, log_interval=None)
        yield iteration


def finetune(
    policy: Policy, value_net, demos, envs: VectorEnv, config: FinetuneConfig, seed: int, **functions
) -> Iterator[dict[str, float]]:
    """Takes the place of the course's: improve the policy, in place; yields what was counted each iteration.

    The value net stays as it is: the critic is Stable-Baselines3's. Nor is there an imitation term: raises
    ValueError where it has a weight.
    """
    if config.imitation_coef or config.target_kl or not config.normalize_advantages:
        raise ValueError(f"{config}: here PPO hears no teacher, has no target_kl, and normalizes advantages")
    if config.exploration_std is not None:
        set_exploration(policy, config.exploration_std)
    log = CrashLog(envs)
    warm_up = {"learning_rate": config.warmup_learning_rate, "gae_lambda": 1.0}  # to the end of the episode
    beginner = make_learner(log, config, derive_seed(seed, "warm-up"), **warm_up)
    copy_actor(policy, beginner.policy)
    for parameter in actor_of(beginner.policy):
        parameter.requires_grad_(False)
    for _ in learn_in_blocks(beginner, config.num_warmup_iterations):
        yield log.counted
    before, total = log.env_steps, config.num_iterations * config.num_steps * envs.num_envs

    def falling(left_of_the_block: float) -> float:
        return config.learning_rate * (1 - (log.env_steps - before) / total)

    learner = make_learner(log, config, derive_seed(seed, "training"), falling)
    learner.policy.load_state_dict(beginner.policy.state_dict())
    for _ in learn_in_blocks(learner, config.num_iterations):
        copy_actor(learner.policy, policy)
        yield log.counted


ROAD.PILOT.finetune = finetune  # in this script's own copy of the other script


def drive(seed: int, arm: str, setting: dict, library: str) -> list[dict[str, float]]:
    """One training on the road; its examinations. Runs of another library's version lie elsewhere."""
    return ROAD.learn(seed, arm, {}, setting)


def recorded(name: str) -> np.ndarray:
    """The differences (seeds,) that our PPO made; raises CourseError where today's plan has no record."""
    planned = plan(name)
    arms = load_results(planned.record).get("arms", {}).get(name, {})
    if arms.get("plan") != planned.fingerprint:
        raise CourseError(
            f"results/{planned.record}.json holds no runs of today's plan of {name}: first run "
            f"`python3 course.py results {planned.record}`, and commit what it writes"
        )
    return np.subtract(arms["more"], arms["less"])


def compared(trained: dict[str, dict]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """More and less (seeds,) of each replicated comparison, computed as for our PPO.

    An arm that was not trained here is stood in for by one that was: no replicated comparison looks at it.
    """
    found = ROAD.compared(dict.fromkeys(ROAD.ARMS, trained["from nothing"]) | trained)
    return {name: found[name] for name in REPLICATED}


def beside_ours(name: str, more: np.ndarray, less: np.ndarray, ours: np.ndarray) -> dict:
    """Both arms (seeds,), their mean difference, and whether it points where ours (n,) does."""
    differences = np.subtract(more, less)
    effect = {"difference": float(differences.mean()), "interval": confidence_interval(differences)}
    if plan(name).unit == "crashes":
        effect["avoided"] = float(avoided(np.asarray(more), np.asarray(less)))
    same = np.sign(differences) == np.sign(ours.mean())
    effect |= {"difference of our PPO": float(ours.mean()), "seeds with its sign": int(same.sum())}
    return {"more": np.asarray(more).tolist(), "less": np.asarray(less).tolist()} | effect


def run() -> dict:
    """Every examination of every run, (seeds, examinations), by arm; comparisons beside ours."""
    ours = {name: recorded(name) for name in REPLICATED}  # what is missing is missed before hours of work
    chosen = load_results("fine_tuning_pilot")["chosen"]
    settings = {arm: chosen[arm] for arm in DRIVERS}
    trained = {
        arm: ROAD.columns(run_seeds(drive, SEEDS, arm=arm, setting=setting, library=LIBRARY))
        for arm, setting in settings.items()
    }
    found = {name: beside_ours(name, *both, ours[name]) for name, both in compared(trained).items()}
    return {"seeds": SEEDS, "library": LIBRARY, "settings": settings, "trained": trained, "compared": found}
