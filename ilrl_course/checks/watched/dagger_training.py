"""A training with DAgger under observation: all that it calls is exchanged for something that takes notes."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import islice, pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.dagger import DAggerConfig
from ilrl_course.checks.exercise import WrongResult, kind
from ilrl_course.checks.watched.counting_batch import NUM_ACTIONS, CountingBatch, CountingExpert
from ilrl_course.data import Batch, Rollout
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy, Policy

NUM_ENVS, NUM_UPDATES = 3, 2
MAX_ROUNDS, MAX_STEPS = 8, 50  # that are watched
STARTED_ANEW = 40  # the step that a copy would be at if nobody had reset it
SITUATIONS = np.stack(np.meshgrid(range(3), range(3), range(4)), axis=-1).reshape(-1, 3).astype(np.float32)


class _Moment(NamedTuple):
    """The policy's weights when a loss is asked for, of what, and what it is; or at the end of a round."""

    weights: torch.Tensor
    batch: Batch | None = None
    loss: float = 0.0


class WatchedTraining:
    """Row (t, n) of the block of round i holds the observation [n, i, t]; notes stand in order of time."""

    def __init__(self, answer: Callable, seed: int = 0, action_dim: int = 0, num_steps: int = 5, **settings):
        self.envs, self.action_dim = CountingBatch(NUM_ENVS, [99], action_dim), action_dim
        discrete, continuous = (CategoricalPolicy, NUM_ACTIONS), (GaussianPolicy, action_dim)
        network, size = continuous if action_dim else discrete
        self.policy = network(3, size, hidden_sizes=())
        self.config = DAggerConfig(0.05, NUM_UPDATES, minibatch_size=64, num_steps=num_steps, **settings)
        self.rounds = range(self.config.num_rounds)
        self._untrained = self._weights()
        self.rollouts: list[Rollout] = []
        self.arguments: list[dict] = []  # of each rollout_fn
        self.labelings: list[tuple[str, int]] = []  # who was asked about which rollout
        self._moments: list[list[_Moment]] = [[]]  # of each round
        self.metrics: list = []
        self.num_rollouts: list[int] = []  # until each yield
        functions = self._act(), self._label(), self._loss()
        steps = answer(self.policy, CountingExpert(action_dim), self.envs, self.config, seed, *functions)
        if not isinstance(steps, Iterator):
            raise WrongResult(f"it should be a generator, which yields, but it returns {kind(steps)}.")
        for metrics in islice(steps, MAX_ROUNDS):
            self.metrics.append(metrics)
            self.num_rollouts.append(len(self.rollouts))
            self._moments[-1].append(_Moment(self._weights()))
            self._moments.append([])
        self._moments.pop()

    @property
    def updates(self) -> list[list[_Moment]]:
        """What each round learned from; a loss that is only looked at changes no weights."""
        return [
            [now for now, after in pairwise(moments) if self._was_fitted(now, after)]
            for moments in self._moments
        ]

    @property
    def asks_for_losses(self) -> bool:
        """Is loss_fn called in every round, by whoever it may be?"""
        return all(any(moment.batch for moment in moments) for moments in self._moments)

    @property
    def starts(self) -> list[bool]:
        """Does a round's learning begin with the untrained policy?"""
        return [torch.equal(updates[0].weights, self._untrained) for updates in self.updates if updates]

    def _was_fitted(self, now: _Moment, after: _Moment) -> bool:
        return not (torch.equal(now.weights, after.weights) or torch.equal(after.weights, self._untrained))

    def _weights(self) -> torch.Tensor:
        return parameters_to_vector(self.policy.parameters()).detach().clone()

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
                    "untrained": torch.equal(self._weights(), self._untrained),
                }
            )
            num_steps = min(max(int(num_steps), 1), MAX_STEPS)
            self.rollouts.append(_block(len(self.rollouts), num_steps, self.action_dim))
            return self.rollouts[-1], goes_on_from(len(self.rollouts))

        return _named(rollout_fn)

    def _label(self) -> Callable:
        def label_fn(expert, rollout):
            obs = rollout.obs.flatten(0, 1)
            which = [i for i, known in enumerate(self.rollouts) if known is rollout]
            self.labelings.append((self._role(expert), which[0] if which else -1))
            return Batch(obs, torch.from_numpy(CountingExpert(self.action_dim)(obs.numpy())))

        return _named(label_fn)

    def _loss(self) -> Callable:
        def loss_fn(policy, obs, actions):
            loss = bc_loss(policy, obs, actions)
            self._moments[-1].append(_Moment(self._weights(), Batch(obs, actions), loss.item()))
            return loss

        return loss_fn

    def _role(self, actor) -> str:
        """Who an actor is, to judge by what it does: expert, learner, sampling (the learner) or other."""
        if isinstance(actor, Policy):
            return "policy"
        try:
            first, second = np.asarray(actor(SITUATIONS)), np.asarray(actor(SITUATIONS))
        except Exception:  # whatever it is, it is no actor
            return "other"
        if np.array_equal(first, CountingExpert(self.action_dim)(SITUATIONS)):
            return "expert"
        if np.array_equal(first, self.policy.act(SITUATIONS)):
            return "learner"
        return "other" if np.array_equal(first, second) else "sampling"


def _named(function: Callable) -> Callable:
    """The function, called in error messages what the student calls it."""
    function.__qualname__ = function.__name__
    return function


def _block(i: int, num_steps: int, action_dim: int) -> Rollout:
    """The block of round i; some of its episodes end well, some in a crash, some of them twice in a copy.

    Every third block is nothing but crashes. One of them comes as the time is up: it terminates nothing. In
    one step the learner does what the expert would do.
    """
    steps, copies = np.indices((num_steps, NUM_ENVS))
    obs = np.stack([copies, np.full_like(copies, i), steps], axis=2).astype(np.float32)  # (T, N, 3)
    wanted = CountingExpert(action_dim)(obs.reshape(-1, 3))
    actions = wanted + np.float32(0.5) if action_dim else 9 - wanted
    actions[3 * NUM_ENVS : 4 * NUM_ENVS] = wanted[3 * NUM_ENVS : 4 * NUM_ENVS]
    actions = actions.reshape(*obs.shape[:2], *wanted.shape[1:])
    odd, first = (copies == 0) & (steps % 2 == 1), (copies == 1) & (steps == 0)
    crashed, late = (odd, first, copies >= 0)[i % 3], (copies == 0) & (steps == 4)
    columns = (
        obs, actions, np.ones((num_steps, NUM_ENVS), dtype=np.float32), obs + np.float32([0, 0, 1]),
        (crashed & ~late) | ((copies == 1) & (steps == 1)),
        (crashed & late) | ((copies == 1) & (steps == 2) & ~crashed), crashed,
    )  # fmt: skip
    return Rollout(*map(torch.from_numpy, columns))


def goes_on_from(i: int) -> np.ndarray:
    """The observations (N, 3) that round i begins with."""
    return np.array([[n, i, STARTED_ANEW if i else 0] for n in range(NUM_ENVS)], dtype=np.float32)
