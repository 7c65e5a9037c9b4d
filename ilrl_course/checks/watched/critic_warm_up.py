"""A warm-up of the critic under observation: which situations pulled it, and where to."""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice

import numpy as np
import torch
from gymnasium.spaces import Box

from ilrl_course.algorithms.advantages import value_targets
from ilrl_course.algorithms.finetune import FinetuneConfig
from ilrl_course.checks.exercise import WrongResult, kind
from ilrl_course.data import Rollout
from ilrl_course.networks import ValueNet, make_value_net
from ilrl_course.rollout import collect_rollout

NUM_STEPS, NUM_ENVS = 6, 4
BLOCK = NUM_STEPS * NUM_ENVS
LENGTHS = np.array([3, 2, 4, 99])  # (N,) of the episodes in each copy of the world
GAMMA, GAE_LAMBDA, VF_COEF = 0.8, 0.6, 0.7  # values that nobody types by habit
COLD = np.array([4.7, -3.4, -2.9, 6.5])  # the critic's weights for copy, episode and step, and its bias
MAX_ITERATIONS = 6  # that are watched


class UnevenWorlds:
    """N copies that only count: they show [copy, episode, step], and list in `seen` where they were stepped.

    Rewards go up and down. How an episode ends, and whether the end is a crash, are two questions. `seeds`
    holds what each reset got.
    """

    def __init__(self, num_envs: int = NUM_ENVS):
        self.num_envs, self.seen, self.seeds = num_envs, [], []
        self._state = np.array([[copy, -1, 0] for copy in range(num_envs)], dtype=np.float32)  # (N, 3)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        """Start new episodes in all copies, or in those of `options["reset_mask"]`."""
        rows = options["reset_mask"] if options else slice(None)
        self._state[rows] = self._state[rows] * [1, 1, 0] + [0, 1, 0]
        self.seeds.append(seed)
        return self._state.copy(), {}

    def step(self, actions: np.ndarray):
        """Count one step; raises RuntimeError before a reset, ValueError for other than an action a copy."""
        if not self.seeds:
            raise RuntimeError("step was called before reset")
        if np.shape(actions) != (self.num_envs,):
            raise ValueError(
                f"actions have the shape {np.shape(actions)}, but ({self.num_envs},) is expected"
            )
        self.seen.append(self._state.copy())
        copy, episode, step = self.seen[-1].T
        self._state[:, 2] += 1
        rewards = 3 * np.cos(2 * copy + 5 * episode + 3 * step) + 0.3 * step - copy
        over, dies = step + 1 >= LENGTHS[: self.num_envs], (copy + episode) % 2 == 0
        return self._state.copy(), rewards, over & dies, over & ~dies, {"crashed": (copy + episode) % 3 == 0}


@cache
def block(iteration: int) -> Rollout:
    """What happens in an iteration, when the worlds are reset once, before all of them."""
    worlds = UnevenWorlds()
    obs, _ = worlds.reset()
    for _ in range(iteration + 1):
        rollout, obs = collect_rollout(lambda obs: np.zeros(len(obs)), worlds, obs, NUM_STEPS)
    return rollout


def targets(iteration: int, weights: np.ndarray) -> np.ndarray:
    """The value targets (T, N) of an iteration when the critic has these weights (4,)."""
    now = block(iteration)
    next_values = now.next_obs @ torch.from_numpy(weights[:3]).float() + weights[3]  # (T, N)
    return value_targets(now.rewards, next_values, now.terminated, now.truncated, GAMMA).numpy()


def fresh_critic(hidden_sizes: tuple[int, ...]) -> ValueNet:
    """A critic of [copy, episode, step], always the same."""
    return deepcopy(_untrained_critic(hidden_sizes))


_untrained_critic = cache(partial(make_value_net, Box(-1, 1, (3,)), 0))


@dataclass
class Pull:
    """A gradient of the loss by the critic's forecasts of R situations."""

    obs: np.ndarray  # (R, 3)
    values: np.ndarray  # (R,) what the critic had answered
    weights: np.ndarray  # (4,) its own, at that time
    gradient: np.ndarray  # (R,)

    @property
    def errors(self) -> np.ndarray:
        """What the forecasts miss, if the loss is the mean of the squared errors."""
        return self.gradient * len(self.gradient) / 2

    @property
    def targets(self) -> np.ndarray:
        """Where the forecasts are pulled to."""
        return self.values - self.errors


class WatchedWarmUp:
    """The critic is linear, so its gradients tell what its targets were; notes stand in order of time.

    `error` is what the answer raised, so that what it did before is seen as well.
    """

    def __init__(self, answer: Callable, seed: int = 0, **settings):
        self.envs = UnevenWorlds()
        self.num_asked, self.asked = 0, np.zeros((0, 3))  # how often the actor was asked, about what
        self.metrics: list = []
        self.pulls: list[list[Pull]] = [[]]  # of each iteration
        self.asked_to_learn = self.targets_pulled = self.piled_up = self.erased = self.stale = False
        self.error: Exception | None = None
        config = FinetuneConfig(
            num_steps=NUM_STEPS, gamma=GAMMA, gae_lambda=GAE_LAMBDA, vf_coef=VF_COEF, **settings
        )
        critic = fresh_critic(())
        (layer,) = critic.value
        self._watch(layer)
        steps = answer(critic, self._act, self.envs, config, seed)
        if not isinstance(steps, Iterator):
            raise WrongResult(f"it should be a generator, which yields, but it returns {kind(steps)}.")
        try:
            for metrics in islice(steps, MAX_ITERATIONS):
                self.metrics.append(metrics)
                self.pulls.append([])
        except Exception as error:
            self.error = error
        self.pulls = self.pulls[: len(self.metrics)]
        self.weights = _weights(layer)  # (4,) in the end

    def _act(self, obs: np.ndarray) -> np.ndarray:
        self.num_asked, self.asked = self.num_asked + 1, np.concatenate([self.asked, obs])
        return np.zeros(len(obs), dtype=np.int64)

    def _watch(self, layer: torch.nn.Linear) -> None:
        layer.weight.data = torch.from_numpy(COLD[None, :3]).float()
        layer.bias.data = torch.from_numpy(COLD[3:]).float()
        layer.register_forward_hook(self._note)
        added = []
        layer.weight.register_hook(lambda gradient: added.append(gradient.clone()))
        layer.weight.register_post_accumulate_grad_hook(lambda weight: self._compare(weight.grad, added[-1]))

    def _note(self, layer, inputs, output):
        weights, before = _weights(layer), self.pulls[-1][-1:]
        if before and np.array_equal(before[0].weights, weights):
            self.erased |= layer.weight.grad is None or not layer.weight.grad.any()
        if output.requires_grad:
            self.asked_to_learn = True
            obs, values = inputs[0].detach().reshape(-1, 3).numpy(), output.detach().flatten().numpy()
            output.register_hook(partial(self._note_pull, layer, obs, values, weights))

    def _note_pull(self, layer, obs, values, weights, gradient):
        gradient = gradient.flatten().double().numpy()
        self.stale |= not np.array_equal(weights, _weights(layer))
        if np.array_equal(obs, block(len(self.pulls) - 1).next_obs.flatten(0, 1)):
            self.targets_pulled = True
            return
        used = gradient != 0 if gradient.any() else slice(None)  # the rows that the loss depends on
        self.pulls[-1].append(Pull(obs[used], values[used], weights, gradient[used]))

    def _compare(self, accumulated: torch.Tensor, added: torch.Tensor) -> None:
        self.piled_up |= not torch.allclose(accumulated, added)


def _weights(layer: torch.nn.Linear) -> np.ndarray:
    return np.array(layer.weight[0].tolist() + layer.bias.tolist())


def rows_of(pulls: Sequence[Pull], iteration: int) -> np.ndarray:
    """The rows of the flattened block, in the order in which they were learned from; -1 for any other."""
    situations = block(iteration).obs.flatten(0, 1).numpy()
    obs = np.concatenate([*(pull.obs for pull in pulls), np.zeros((0, 3))])
    same = (obs[:, None] == situations).all(axis=2)  # (R, B)
    return np.where(same.any(axis=1), same.argmax(axis=1), -1)


def how_often(pulls: Sequence[Pull], iteration: int) -> list[str]:
    """For each B rows in turn, in words: how often does each of the block's rows come?"""
    rows = rows_of(pulls, iteration)
    counts = [np.bincount(rows[i : i + BLOCK] + 1, minlength=BLOCK + 1) for i in range(0, len(rows), BLOCK)]
    minibatches = {frozenset(rows_of([pull], iteration)) for pull in pulls}
    otherwise = "always the same" if len(minibatches) < len(pulls) else "not each once"
    return ["each once" if (count[1:] == 1).all() else otherwise for count in counts]


def targets_by_row(pulls: Sequence[Pull], right: np.ndarray) -> np.ndarray:
    """What the rows of the first block are pulled to, (T, N); the right targets for those that never came."""
    found = np.append(right, 0.0)
    found[rows_of(pulls, 0)] = np.concatenate([pull.targets for pull in pulls])
    return found[:-1].reshape(right.shape)


def age_of_targets(pulls: Sequence[Sequence[Pull]], per_epoch: int) -> str:
    """Which critic forecast what comes after the record, by the pulls of each iteration, `per_epoch` each.

    right: the one at the beginning of the epoch, or of the iteration; every minibatch: the one just then;
    cold: the untrained one; or other.
    """
    fitting = {"epoch", "iteration", "every minibatch", "cold"}
    for iteration, of_iteration in enumerate(pulls):
        for i, pull in enumerate(of_iteration):
            epoch, rows = of_iteration[i - i % per_epoch], rows_of([pull], iteration)
            critics = {"epoch": epoch, "iteration": of_iteration[0], "every minibatch": pull}
            weights = {name: critics[name].weights for name in critics} | {"cold": COLD}
            right = {name: targets(iteration, weights[name]).flatten()[rows] for name in fitting}
            fitting = {name for name in fitting if np.allclose(pull.targets, right[name], 1e-3, 1e-3)}
    return "right" if fitting & {"epoch", "iteration"} else next(iter(fitting), "other")


def adam(pulls: Sequence[Pull], learning_rate: float) -> np.ndarray:
    """Where one step for each pull takes the critic's weights (4,)."""
    weights = torch.tensor(COLD, requires_grad=True)
    optimizer = torch.optim.Adam([weights], lr=learning_rate)
    for pull in pulls:
        weights.grad = torch.from_numpy(np.append(pull.gradient @ pull.obs, pull.gradient.sum()))
        optimizer.step()
    return weights.detach().numpy()
