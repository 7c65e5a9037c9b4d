"""What the clones of lesson 12 share: what they answer, how they learn, what is tuned, and how they act.

All have the same hidden layers and the same number of gradient steps. They see and plan on the common scale
of their demonstrations, and their learning rate falls to 0: single tries showed that without either, clones
of drivers who agree do not pass road works reliably, whatever they answer. For each kind of answer, the same
four learning rates are tried.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import torch

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.bc import BCConfig, bc_loss
from ilrl_course.algorithms.chunks import ChunkedActor, EnsemblingActor, squared_error_loss, stack_chunks
from ilrl_course.algorithms.flow import FlowPolicy, make_flow, train_flow
from ilrl_course.algorithms.history import Remembering, stack_history
from ilrl_course.algorithms.mixture import make_mixture
from ilrl_course.algorithms.settling import train_settling
from ilrl_course.algorithms.standards import Standards
from ilrl_course.data import Actor, Batch, Trajectory, concatenate
from ilrl_course.networks import Policy

SQUARED, GAUSSIAN, MIXTURE, FLOW = "squared error", "Gaussian", "mixture", "flow"
ANSWERS = (SQUARED, GAUSSIAN, MIXTURE, FLOW)
HIDDEN_SIZES, WIDER = (128, 128), (256, 256)
NUM_EULER_STEPS = 10
NUM_COMPONENTS = 8
PILOT_SEEDS = [7100, 7101, 7102]
DECAY = 0.01  # of the weights, where plans are averaged; that of Zhao et al. (2023)


@dataclass(frozen=True)
class Method:
    """What a clone answers, for how many steps at once, and how many observations it sees."""

    answer: str  # one of ANSWERS
    horizon: int = 1
    history: int = 1


@dataclass(frozen=True)
class Setting:
    """What is tuned."""

    learning_rate: float
    minibatch_size: int = 256  # demonstrated steps in a gradient step
    draws: bool = False  # or else it takes the likeliest answer; a flow always draws
    keeps_noise: bool = False  # a flow that draws its noise once for each episode
    is_wide: bool = False  # twice as many units in each hidden layer


RATES = (1e-2, 3e-3, 1e-3, 3e-4)
SETTINGS = {answer: tuple(Setting(rate, draws=answer == FLOW) for rate in RATES) for answer in ANSWERS}


@dataclass(frozen=True)
class Clone:
    """What was learned: `plan(seed)` is an actor, obs (B, obs_dim) -> plans (B, horizon * A)."""

    plan: Callable[[int], Actor]
    horizon: int

    def actor(self, seed: int, num_executed: int | None = None) -> Actor:
        """For one block of episodes: executes so many actions of each plan; None averages over plans."""
        if num_executed is None:
            return EnsemblingActor(self.plan(seed), self.horizon, DECAY)
        return ChunkedActor(self.plan(seed), self.horizon, num_executed)


def clone(
    trajectories: list[Trajectory], method: Method, setting: Setting, num_updates: int, seed: int
) -> Clone:
    """A clone of these episodes."""
    standards = Standards.of(trajectories)
    demos = seen_with_history(map(standards.applied_to, trajectories), method)
    policy = fresh(method, setting, demos, seed)
    config = BCConfig(setting.learning_rate, num_updates, setting.minibatch_size)
    for _ in training(policy, method, demos, config, seed):
        pass

    def plan(seed: int) -> Actor:
        answers = policy.sampler(seed) if setting.draws else policy.act
        if setting.keeps_noise:
            answers = keeping_noise(policy, seed)
        return standards.undone_by(Remembering(answers, method.history))

    return Clone(plan, method.horizon)


def keeping_noise(policy: FlowPolicy, seed: int) -> Actor:
    """A flow whose plans come from the same noise in each step: one draw for each row, an episode."""

    def act(obs: np.ndarray) -> np.ndarray:
        return policy.sample(obs, torch.Generator().manual_seed(seed))

    return act


def seen_with_history(trajectories, method: Method) -> Batch:
    """What is learned from: the last observations beside each other, and the actions from there on."""
    chunks = []
    for one in trajectories:
        actions = stack_chunks([one], method.horizon).actions
        obs = stack_history(one.obs[:-1], method.history)
        chunks.append(Batch(actions.new_tensor(obs), actions))
    return concatenate(chunks)


def fresh(method: Method, setting: Setting, demos: Batch, seed: int) -> Policy:
    """An untrained policy for this kind of answer."""
    sizes = demos.obs.shape[1], demos.actions.shape[1]
    hidden_sizes = WIDER if setting.is_wide else HIDDEN_SIZES
    if method.answer == FLOW:
        return make_flow(*sizes, seed, hidden_sizes, NUM_EULER_STEPS)
    num_components = NUM_COMPONENTS if method.answer == MIXTURE else 1
    return make_mixture(*sizes, num_components, seed, hidden_sizes)


def training(policy: Policy, method: Method, demos: Batch, config: BCConfig, seed: int):
    """The training of a policy for this kind of answer, as a generator."""
    if method.answer == FLOW:
        return train_flow(policy, demos, config, seed, train_fn=train_settling)
    loss_fn = squared_error_loss if method.answer == SQUARED else bc_loss
    return train_settling(policy, demos, config, seed, loss_fn)


def scores(tried: Callable, settings: tuple[Setting, ...], **given) -> np.ndarray:
    """What `tried(number, settings=settings, **given)` returns, (settings, pilot seeds, ...).

    The number stands for a setting and a pilot seed, see `by_number`.
    """
    numbers = range(len(settings) * len(PILOT_SEEDS))
    found = np.array(run_seeds(tried, numbers, settings=settings, **given))
    return found.reshape(len(settings), len(PILOT_SEEDS), *found.shape[1:])


def best_of(settings: tuple[Setting, ...], found: np.ndarray) -> dict:
    """The setting with the highest mean score, and all scores (settings, seeds); of equals the first."""
    best = int(found.mean(axis=1).argmax())
    return {
        "settings": [asdict(setting) for setting in settings],
        "scores": found.round(3).tolist(),
        "chosen": asdict(settings[best]),
        "best": float(found.mean(axis=1)[best]),
    }


def tuned(tried: Callable, settings: tuple[Setting, ...], **given) -> dict:
    """The best of some settings on the pilot seeds, where a try has a single score."""
    return best_of(settings, scores(tried, settings, **given))


def by_number(number: int, settings: tuple[Setting, ...]) -> tuple[Setting, int]:
    """The setting and the pilot seed with this number."""
    setting, seed = divmod(number, len(PILOT_SEEDS))
    return settings[setting], PILOT_SEEDS[seed]
