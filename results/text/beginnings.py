"""What the runs of lesson 13 begin with: an imitator, what the scripted reader chose, and who pays.

Who pays is a judge that learned from choices or, as a control, the reader itself. What is paid has mean 0 and
standard deviation 1 on the imitator's lines, so that a weight of the tie means the same for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.algorithms.episodes import pad_episodes
from ilrl_course.algorithms.preferences import Pairs, PreferenceConfig, standardized_return, train_reward
from ilrl_course.clones import fresh_policy
from ilrl_course.data import Trajectory, stack_steps
from ilrl_course.envs.text import TEXT
from ilrl_course.envs.text.alphabet import MAX_LENGTH, NUM_CHARACTERS, as_demonstration, decode, lines_of
from ilrl_course.envs.text.corpus import held_out_lines, training_lines
from ilrl_course.envs.text.reader import ScriptedReader
from ilrl_course.envs.text.tastes import Taste, melodious
from ilrl_course.networks import Policy, ValueNet, make_value_net
from ilrl_course.play.choices import Choice, choose_by_script, pairs_of
from ilrl_course.play.learned_taste import learned_taste
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch
from ilrl_course.storage.files import load_results

TEMPERATURE = 0.5  # of the scripted reader
NUM_CLONED = 1500  # gradient steps of the imitator
NUM_KNOWN = 1000  # of the imitator's lines, on which what is paid is standardized
NUM_ASKED = 10_000  # pairs that the reader is asked about; judges and DPO learn from the first of them
NUM_BY_CHANCE = 10_000  # lines of random characters, which say where a score of 0 is


@dataclass(frozen=True)
class Learning:
    """How a judge learns from choices."""

    learning_rate: float
    num_updates: int  # gradient steps


@dataclass(frozen=True)
class Judge:
    """Who pays: a reward that learned from so many choices or, where there are none, the reader itself."""

    num_choices: int | None = None
    learning: Learning | None = None
    is_shuffled: bool = False  # a control: the answers are dealt out anew, and say nothing about the pairs
    is_mute: bool = False  # a control: every line is worth nothing


def tuned_judges() -> dict[int, Judge]:
    """Judges by the number of their choices, each with the setting that `text_judges` found best."""
    tuned = load_results("text_judges")["judges tuned"]
    return {int(number): Judge(int(number), Learning(**one["chosen"])) for number, one in tuned.items()}


def imitate(seed: int) -> Policy:
    """A language model that imitates the corpus."""
    policy = fresh_policy(TEXT, seed)
    demos = stack_steps(map(as_demonstration, training_lines()))
    for _ in train_bc(policy, demos, BCConfig(num_updates=NUM_CLONED), seed):
        pass
    return policy


def written_by(policy: Policy, num_lines: int, seed: int, purpose: str) -> list[Trajectory]:
    """Lines that a policy writes, as episodes."""
    fresh_seed = derive_seed(seed, purpose)
    return collect_trajectories(policy.sampler(fresh_seed), TEXT.env_id, num_lines, fresh_seed)


def ask(imitator: Policy, num_pairs: int, seed: int, purpose: str) -> list[Choice]:
    """What the scripted reader says about pairs of the imitator's lines."""
    lines = lines_of(written_by(imitator, 2 * num_pairs, seed, f"lines, {purpose}"))
    reader = ScriptedReader("melodious", TEMPERATURE, derive_seed(seed, f"reader, {purpose}"))
    return choose_by_script(reader, lines[:num_pairs], lines[num_pairs:])


def choices_for(judge: Judge, imitator: Policy, seed: int) -> Pairs:
    """The choices that a judge learns from: of more choices, the first ones are the same."""
    pairs = pairs_of(ask(imitator, NUM_ASKED, seed, "choices")[: judge.num_choices])
    return shuffled(pairs, seed) if judge.is_shuffled else pairs


def shuffled(pairs: Pairs, seed: int) -> Pairs:
    """The same pairs and the same answers, but each answer belongs to any pair."""
    generator = torch.Generator().manual_seed(derive_seed(seed, "shuffled answers"))
    return replace(pairs, prefers_first=pairs.prefers_first[torch.randperm(len(pairs), generator=generator)])


def learn_reward(pairs: Pairs, learning: Learning, seed: int) -> ValueNet:
    """A reward that explains these choices."""
    net = make_value_net(make_batch(TEXT.env_id, 1).single_observation_space, seed)
    config = PreferenceConfig(learning.learning_rate, learning.num_updates)
    for _ in train_reward(net, pairs, config, seed):
        pass
    return net


def pay_of(judge: Judge, pairs: Pairs | None, imitator: Policy, seed: int) -> Taste:
    """What the judge pays for lines; a judge that learns, learns from these choices."""
    if judge.is_mute:
        return lambda lines: np.zeros(len(lines))
    known = known_lines(imitator, seed)
    if judge.num_choices is None:
        return standardized(lines_of(known))
    net = learn_reward(pairs, judge.learning, seed)
    return learned_taste(standardized_return(net, pad_episodes(known, MAX_LENGTH)))


def known_lines(imitator: Policy, seed: int) -> list[Trajectory]:
    """The imitator's lines on which what is paid is standardized."""
    return written_by(imitator, NUM_KNOWN, seed, "known lines")


def standardized(known: Sequence[str]) -> Taste:
    """The reader's taste less its mean on these lines, in their standard deviations."""
    points = melodious(known)
    mean, std = points.mean(), points.std()
    return lambda lines: (melodious(lines) - mean) / std


def anchors() -> dict[str, float]:
    """The reader's taste of random characters, worth 0 points, and of the corpus, worth 100."""
    characters = np.random.default_rng(0).integers(NUM_CHARACTERS, size=(NUM_BY_CHANCE, MAX_LENGTH))
    by_chance = melodious([decode(row) for row in characters])
    corpus = melodious(training_lines() + held_out_lines())
    return {"chance": float(by_chance.mean()), "corpus": float(corpus.mean())}


def points(taste: np.ndarray) -> np.ndarray:
    """Tastes of any shape as the normalized score: random characters get 0, the corpus 100."""
    low, high = anchors().values()
    return 100 * (np.asarray(taste) - low) / (high - low)
