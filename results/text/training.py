"""The trainings of lesson 13: PPO with a tie in the reward and DPO, examined on the way.

All trainings by PPO have 81,920 env steps in 64 copies of the world, 4 epochs and no discount.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass
from math import exp
from pathlib import Path

import numpy as np
import torch

from course_tools.records.scripts import load_script
from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.dpo import DPOConfig, train_dpo
from ilrl_course.algorithms.episodes import kl_of, pad_episodes
from ilrl_course.algorithms.kl_reward import kl_reward
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.algorithms.preferences import Pairs
from ilrl_course.clones import fresh_policy
from ilrl_course.data import Rollout, stack_steps
from ilrl_course.envs.text import TEXT
from ilrl_course.envs.text.alphabet import MAX_LENGTH, as_demonstration, lines_of
from ilrl_course.envs.text.corpus import held_out_lines
from ilrl_course.envs.text.tastes import Taste, melodious
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.notebook.progress import trace
from ilrl_course.rollout import make_batch

BEGINNINGS = load_script(Path(__file__).parent, "beginnings")

NUM_COPIES = 64
ENV_STEPS, EVERY = 81_920, 8192  # of a training by PPO, and between examinations
NUM_LOOKS = ENV_STEPS // EVERY  # examinations of each training, the one before it not counted
NUM_LINES, NUM_LINES_AT_ENDS = 500, 1000  # that an examination looks at
BEST_OF_CORPUS = 4.0  # points of the reader; no line of the corpus has more
STUTTER = re.compile(r"(.{1,3})\1\1")  # up to three characters, three times in a row


@dataclass(frozen=True)
class Tied:
    """A training by PPO."""

    beta: float  # weight of the tie to the imitator
    learning_rate: float
    num_steps: int  # of each copy in a block: the more, the fewer iterations
    starts: str = "imitator"  # or "nothing"


@dataclass(frozen=True)
class Direct:
    """A training by DPO."""

    beta: float
    learning_rate: float
    num_updates: int


class TiedReward:
    """`kl_reward`, which also counts the lines that were finished."""

    def __init__(self, policy: Policy, reference: Policy, beta: float):
        self.policy, self.reference, self.beta, self.num_lines = policy, reference, beta, 0

    def __call__(self, rollout: Rollout) -> torch.Tensor:
        """The rewards of a block (T, N)."""
        self.num_lines += int((rollout.terminated | rollout.truncated).sum())
        return kl_reward(rollout, self.policy, self.reference, self.beta)


class Examiner:
    """Looks at what policies write, beside what the imitator writes; `pay` is what they learn from."""

    def __init__(self, imitator: Policy, pay: Taste, seed: int):
        self.imitator, self.pay, self.seed = imitator, pay, seed
        written = BEGINNINGS.written_by(imitator, NUM_LINES_AT_ENDS, seed, "compared lines")
        self.episodes, self.taste = pad_episodes(written, MAX_LENGTH), melodious(lines_of(written))
        self.unseen = stack_steps(map(as_demonstration, held_out_lines()))

    @torch.no_grad()
    def __call__(self, policy: Policy, look: int) -> dict[str, float]:
        """The examination of this number; the last one and that of number 0 are more thorough."""
        num_lines = NUM_LINES_AT_ENDS if look in (0, NUM_LOOKS) else NUM_LINES
        written = BEGINNINGS.written_by(policy, num_lines, self.seed, f"test {look}")
        lines = lines_of(written)
        taste = melodious(lines)  # (lines,)
        lead = (taste - self.taste[:num_lines]) / BEGINNINGS.TEMPERATURE
        return {
            "taste": float(taste.mean()),
            "reward": float(self.pay(lines).mean()),
            "win_rate": float((1 / (1 + np.exp(-lead))).mean()),
            "novel": float((taste > BEST_OF_CORPUS).mean()),
            "kl": float(kl_of(policy, self.imitator, pad_episodes(written, MAX_LENGTH)).mean()),
            "forward_kl": float(kl_of(self.imitator, policy, self.episodes).mean()),
            "perplexity": exp(bc_loss(policy, self.unseen.obs, self.unseen.actions).item()),
            "repeated": repeated(lines[:NUM_LINES]),
            "degenerate": float(np.mean([is_degenerate(line) for line in lines])),
            "length": float(np.mean([len(line) for line in lines])),
        }


def repeated(lines: list[str]) -> float:
    """The share of lines that stand among them already; the more lines, the more of them."""
    return 1 - len(set(lines)) / len(lines)


def is_degenerate(line: str) -> bool:
    """Is the line empty, too long to have an end, or a stutter?"""
    return not line or len(line) == MAX_LENGTH or bool(STUTTER.search(line))


def tied(imitator: Policy, pay: Taste, setting: Tied, seed: int, examine: Callable) -> list[dict]:
    """One training by PPO, paid for its lines; its examinations."""
    policy = deepcopy(imitator) if setting.starts == "imitator" else fresh_policy(TEXT, seed)
    envs = make_batch(TEXT.env_id, NUM_COPIES, taste=pay)
    block = NUM_COPIES * setting.num_steps
    config = PPOConfig(
        num_iterations=ENV_STEPS // block,
        num_steps=setting.num_steps,
        num_epochs=4,
        minibatch_size=512,
        learning_rate=setting.learning_rate,
        gamma=1.0,
    )
    reward_fn = TiedReward(policy, imitator, setting.beta)
    value_net = make_value_net(envs.single_observation_space, seed)
    training = train_ppo(policy, value_net, envs, config, seed, reward_fn=reward_fn)
    every = EVERY // block
    return trace(
        training,
        lambda iteration: examine(policy, iteration // every) | {"lines": reward_fn.num_lines},
        every,
    )


def direct(imitator: Policy, pairs: Pairs, setting: Direct, seed: int, examine: Callable) -> list[dict]:
    """One training by DPO; its examinations, as many as of PPO. No lines are written for it."""
    policy, every = deepcopy(imitator), setting.num_updates // NUM_LOOKS
    training = train_dpo(policy, pairs, DPOConfig(**asdict(setting)), seed)
    return trace(training, lambda update: examine(policy, update // every) | {"lines": 0}, every)


def learn(seed: int, judge, settings: tuple[Tied | Direct, ...]) -> list[list[dict]]:
    """Trainings that begin with the same imitator, choices and pay: the examinations of each."""
    imitator = BEGINNINGS.imitate(seed)
    pairs = BEGINNINGS.choices_for(judge, imitator, seed) if judge.num_choices else None
    pay = BEGINNINGS.pay_of(judge, pairs, imitator, seed)
    examine = Examiner(imitator, pay, seed)
    found = []
    for setting in settings:
        train, source = (direct, pairs) if isinstance(setting, Direct) else (tied, pay)
        found.append(train(imitator, source, setting, seed, examine))
    return found


QUANTITIES = ("taste", "reward", "win_rate", "novel", "kl", "forward_kl", "perplexity")
QUANTITIES += ("repeated", "degenerate", "length", "lines", "seconds")


def columns(runs: list[list[dict]]) -> dict[str, list]:
    """From rows of each seed to one table (seeds, examinations) for each quantity."""
    return {name: np.round([[row[name] for row in run] for run in runs], 3).tolist() for name in QUANTITIES}
