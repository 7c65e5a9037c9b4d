"""A training with DAgger under observation: all that it calls is exchanged for something that takes notes."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import islice

import numpy as np
import torch

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.dagger import DAggerConfig
from ilrl_course.checks.exercise import WrongResult, kind
from ilrl_course.checks.watched.counting_batch import NUM_ACTIONS, CountingBatch, CountingExpert
from ilrl_course.data import Batch, Rollout
from ilrl_course.networks import CategoricalPolicy, Policy

NUM_ENVS, NUM_UPDATES, NUM_STEPS = 2, 2, 5
MAX_ROUNDS, MAX_STEPS = 8, 50  # that are watched
STARTED_ANEW = 40  # the step that a copy would be at if nobody had reset it
SITUATIONS = np.stack(np.meshgrid(range(3), range(3), range(4)), axis=-1).reshape(-1, 3).astype(np.float32)


class WatchedTraining:
    """Row (t, n) of the block of round i holds the observation [n, i, t]; notes stand in order of time."""

    def __init__(self, answer: Callable, seed: int = 0, **settings):
        self.envs, self.expert = CountingBatch(NUM_ENVS, [99]), CountingExpert()
        self.policy = CategoricalPolicy(3, NUM_ACTIONS, hidden_sizes=())
        self.config = DAggerConfig(0.05, NUM_UPDATES, minibatch_size=64, num_steps=NUM_STEPS, **settings)
        self._untrained = deepcopy(self.policy.state_dict())
        self.rollouts: list[Rollout] = []
        self.arguments: list[dict] = []  # of each rollout_fn
        self.labelings: list[tuple[str, int]] = []  # who was asked about which rollout
        self.minibatches: list[list[Batch]] = [[]]  # of each round
        self.starts: list[bool] = []  # does a round's learning begin with the untrained policy?
        self.metrics: list = []
        self.num_rollouts: list[int] = []  # until each yield
        steps = answer(
            self.policy, self.expert, self.envs, self.config, seed,
            self._act(), self._label(), self._loss(),
        )  # fmt: skip
        if not isinstance(steps, Iterator):
            raise WrongResult(f"it should be a generator, which yields, but it returns {kind(steps)}.")
        for metrics in islice(steps, MAX_ROUNDS):
            self.metrics.append(metrics)
            self.num_rollouts.append(len(self.rollouts))
            self.minibatches.append([])
        self.minibatches.pop()

    def _act(self) -> Callable:
        def rollout_fn(expert, learner, envs, obs, num_steps, beta, rng):
            self.arguments.append(
                {
                    "expert": self._role(expert),
                    "learner": self._role(learner),
                    "same worlds": envs is self.envs,
                    "obs": deepcopy(obs),
                    "num_steps": num_steps,
                    "beta": beta,
                    "draw": rng.random() if isinstance(rng, np.random.Generator) else kind(rng),
                    "untrained": self._is_untrained(),
                }
            )
            self.rollouts.append(_block(len(self.rollouts), min(max(int(num_steps), 1), MAX_STEPS)))
            return self.rollouts[-1], goes_on_from(len(self.rollouts))

        return _named(rollout_fn)

    def _label(self) -> Callable:
        def label_fn(expert, rollout):
            obs = rollout.obs.flatten(0, 1)
            which = [i for i, known in enumerate(self.rollouts) if known is rollout]
            self.labelings.append((self._role(expert), which[0] if which else -1))
            return Batch(obs, torch.from_numpy(CountingExpert()(obs.numpy())))

        return _named(label_fn)

    def _loss(self) -> Callable:
        def loss_fn(policy, obs, actions):
            if not self.minibatches[-1]:
                self.starts.append(self._is_untrained())
            self.minibatches[-1].append(Batch(obs, actions))
            return bc_loss(policy, obs, actions)

        return loss_fn

    def _is_untrained(self) -> bool:
        state = self.policy.state_dict()
        return all(torch.equal(state[name], value) for name, value in self._untrained.items())

    def _role(self, actor) -> str:
        """Who an actor is, to judge by what it does: expert, learner, sampling (the learner) or other."""
        if isinstance(actor, Policy):
            return "policy"
        try:
            first, second = np.asarray(actor(SITUATIONS)), np.asarray(actor(SITUATIONS))
        except Exception:  # whatever it is, it is no actor
            return "other"
        if np.array_equal(first, CountingExpert()(SITUATIONS)):
            return "expert"
        if np.array_equal(first, self.policy.act(SITUATIONS)):
            return "learner"
        return "other" if np.array_equal(first, second) else "sampling"


def _named(function: Callable) -> Callable:
    """The function, called in error messages what the student calls it."""
    function.__qualname__ = function.__name__
    return function


def _block(i: int, num_steps: int) -> Rollout:
    """The block of round i; some of its episodes end well, some in a crash, some of them twice in a copy.

    Every third block is nothing but crashes.
    """
    steps, copies = np.indices((num_steps, NUM_ENVS))
    obs = np.stack([copies, np.full_like(copies, i), steps], axis=2).astype(np.float32)  # (T, N, 3)
    actions = 9 - CountingExpert()(obs.reshape(-1, 3)).reshape(num_steps, NUM_ENVS)
    even, first = (copies == 0) & (steps % 2 == 0), (copies == 1) & (steps == 0)
    crashed = (even, first, copies >= 0)[i % 3]
    columns = (
        obs, actions, np.ones((num_steps, NUM_ENVS), dtype=np.float32), obs + np.float32([0, 0, 1]),
        crashed | ((copies == 1) & (steps == 1)), (copies == 1) & (steps == 2) & ~crashed, crashed,
    )  # fmt: skip
    return Rollout(*map(torch.from_numpy, columns))


def goes_on_from(i: int) -> np.ndarray:
    """The observations (N, 3) that round i begins with."""
    return np.array([[n, i, STARTED_ANEW if i else 0] for n in range(NUM_ENVS)], dtype=np.float32)
