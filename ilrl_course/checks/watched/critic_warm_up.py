"""A warm-up of the critic under observation: what the critic was asked, and which way it was pulled."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
import torch

from ilrl_course.algorithms.finetune import FinetuneConfig
from ilrl_course.checks.exercise import WrongResult, kind
from ilrl_course.checks.watched.counting_batch import CountingBatch, CountingExpert
from ilrl_course.networks import ValueNet

NUM_STEPS, NUM_ENVS = 6, 4
BLOCK = NUM_STEPS * NUM_ENVS
LENGTHS, TERMINATES = np.array([3, 2, 4, 99]), np.array([True, False, False, False])  # (N,)
GAMMA, GAE_LAMBDA, VF_COEF = 0.8, 0.6, 0.7  # values that nobody types by habit
COLD = np.array([0.7, -0.4, 0.9, 0.5])  # the critic's weights for copy, episode and step, and its bias
MAX_ITERATIONS = 6  # that are watched


@dataclass(frozen=True)
class Block:
    """What happens in an iteration, whatever is done: rows are steps, columns are copies of the world."""

    obs: np.ndarray  # (T, N, 3)
    next_obs: np.ndarray  # (T, N, 3)
    rewards_to_go: np.ndarray  # (T, N), discounted, to the end of the episode or of the block
    slopes: np.ndarray  # (T, N, 4): how much of the critic's weights a target holds

    def targets(self, weights: np.ndarray) -> np.ndarray:
        """The value targets (T, N) when the critic has these weights (4,)."""
        return self.rewards_to_go + self.slopes @ weights


@cache
def block(iteration: int) -> Block:
    """The block of an iteration, when the worlds are reset once, before all of them."""
    steps, copies = np.indices((NUM_STEPS, NUM_ENVS))
    episodes, steps = np.divmod(steps + iteration * NUM_STEPS, LENGTHS)  # (T, N)
    obs = np.stack([copies, episodes, steps], axis=2).astype(float)
    next_obs, rewards, over = obs + np.array([0, 0, 1]), steps + 1.0, steps + 1 == LENGTHS
    rewards_to_go, slopes = np.zeros((NUM_STEPS, NUM_ENVS)), np.zeros((NUM_STEPS, NUM_ENVS, 4))
    for t, n in np.ndindex(NUM_STEPS, NUM_ENVS):
        end = next((k for k in range(t, NUM_STEPS) if over[k, n]), NUM_STEPS - 1)
        rewards_to_go[t, n] = sum(GAMMA ** (k - t) * rewards[k, n] for k in range(t, end + 1))
        if not (over[end, n] and TERMINATES[n]):
            slopes[t, n] = GAMMA ** (end + 1 - t) * np.append(next_obs[end, n], 1.0)
    return Block(obs, next_obs, rewards_to_go, slopes)


@dataclass
class Call:
    """The critic was asked about R situations."""

    obs: np.ndarray  # (R, 3)
    values: np.ndarray  # (R,) what it answered
    weights: np.ndarray  # (4,) its own, at that time
    gradient: np.ndarray | None = None  # (R,) of the loss by the values, if one was computed

    @property
    def pulled(self) -> np.ndarray:
        """The rows that the loss depends on."""
        used = self.gradient != 0
        return np.flatnonzero(used) if used.any() else np.arange(len(used))

    @property
    def errors(self) -> np.ndarray:
        """What the forecasts of these rows miss, if the loss is the mean of the squared errors."""
        return self.gradient[self.pulled] * len(self.pulled) / 2

    @property
    def targets(self) -> np.ndarray:
        """Where these rows are pulled to."""
        return self.values[self.pulled] - self.errors

    def asks_about(self, situations: np.ndarray) -> bool:
        """Does it ask about exactly these situations, in this order?"""
        return np.array_equal(self.obs, situations.reshape(-1, 3))


class WatchedWarmUp:
    """The critic is linear, so its gradients tell what its targets were; notes stand in order of time."""

    def __init__(self, answer: Callable, seed: int = 0, **settings):
        self.envs, self.actor = CountingBatch(NUM_ENVS, LENGTHS, terminates=TERMINATES), CountingExpert()
        self.calls: list[list[Call]] = [[]]  # of each iteration
        self.metrics: list = []
        self.piled_up = self.erased = False
        config = FinetuneConfig(
            num_steps=NUM_STEPS, gamma=GAMMA, gae_lambda=GAE_LAMBDA, vf_coef=VF_COEF, **settings
        )
        self._critic = self._make_critic()
        steps = answer(self._critic, self.actor, self.envs, config, seed)
        if not isinstance(steps, Iterator):
            raise WrongResult(f"it should be a generator, which yields, but it returns {kind(steps)}.")
        for metrics in islice(steps, MAX_ITERATIONS):
            self.metrics.append(metrics)
            self.calls.append([])
        self.calls.pop()

    @property
    def weights(self) -> np.ndarray:
        """The critic's, (4,)."""
        return _weights(self._critic.value[0])

    def learning(self, iteration: int) -> list[Call]:
        """The calls of an iteration that something was learned from, in the order of time."""
        about = block(iteration).next_obs
        calls = self.calls[iteration] if iteration < len(self.calls) else []
        return [call for call in calls if call.gradient is not None and not call.asks_about(about)]

    def pulls_targets(self, iteration: int) -> bool:
        """Did a gradient flow through the values of what followed?"""
        about = block(iteration).next_obs
        return any(call.gradient is not None and call.asks_about(about) for call in self.calls[iteration])

    def _make_critic(self) -> ValueNet:
        critic = ValueNet(3, hidden_sizes=())
        (layer,) = critic.value
        layer.weight.data = torch.from_numpy(COLD[None, :3]).float()
        layer.bias.data = torch.from_numpy(COLD[3:]).float()
        layer.register_forward_hook(self._note)
        added = []
        layer.weight.register_hook(lambda gradient: added.append(gradient.clone()))
        layer.weight.register_post_accumulate_grad_hook(lambda weight: self._compare(weight.grad, added[-1]))
        return critic

    def _note(self, layer, inputs, output):
        last = self.calls[-1][-1] if self.calls[-1] else None
        if last is not None and last.gradient is not None:
            self.erased |= layer.weight.grad is None and np.array_equal(last.weights, _weights(layer))
        (obs,) = inputs
        obs, values = obs.detach().reshape(-1, 3).numpy(), output.detach().flatten().numpy()
        call = Call(obs.astype(float), values.astype(float), _weights(layer))
        self.calls[-1].append(call)
        if output.requires_grad:
            output.register_hook(
                lambda gradient: setattr(call, "gradient", gradient.flatten().double().numpy())
            )

    def _compare(self, accumulated: torch.Tensor, added: torch.Tensor) -> None:
        self.piled_up |= not torch.allclose(accumulated, added)


def _weights(layer: torch.nn.Linear) -> np.ndarray:
    return np.array(layer.weight[0].tolist() + layer.bias.tolist())


def rows_of(calls: Sequence[Call], iteration: int) -> np.ndarray:
    """The rows of the flattened block, in the order in which they were learned from; -1 for any other."""
    situations = block(iteration).obs.reshape(BLOCK, 3)
    used = [call.obs[call.pulled] for call in calls]
    same = (np.concatenate([*used, np.zeros((0, 3))])[:, None] == situations).all(axis=2)  # (R, B)
    return np.where(same.any(axis=1), same.argmax(axis=1), -1)


def how_often(rows: np.ndarray) -> list[str]:
    """For each B rows in turn, in words: how often does each of the block's rows come?"""
    words = {(1, 1): "each once", (0, 1): "some never"}
    counts = [
        np.bincount(rows[i : i + BLOCK] + 1, minlength=BLOCK + 1)[1:] for i in range(0, len(rows), BLOCK)
    ]
    return [words.get((count.min(), count.max()), "some twice") for count in counts]


def targets_by_row(calls: Sequence[Call], iteration: int) -> np.ndarray:
    """What the rows of the block are pulled to, (T, N); NaN for those that never came."""
    targets = np.full(BLOCK + 1, np.nan)
    targets[rows_of(calls, iteration)] = np.concatenate([call.targets for call in calls])
    return targets[:BLOCK].reshape(NUM_STEPS, NUM_ENVS)


def age_of_targets(calls: Sequence[Sequence[Call]]) -> str:
    """Which critic forecast what comes after the record, by the calls of each iteration.

    right: the one at the beginning of the epoch, or of the iteration; every minibatch: the one just then;
    cold: the untrained one; or other.
    """
    fitting = {"epoch", "iteration", "every minibatch", "cold"}
    for iteration, of_iteration in enumerate(calls):
        num_rows, critics = 0, {"iteration": of_iteration[0].weights, "cold": COLD}
        for call in of_iteration:
            if num_rows % BLOCK == 0:
                critics["epoch"] = call.weights
            critics["every minibatch"] = call.weights
            num_rows += len(call.pulled)
            rows = rows_of([call], iteration)
            for name in [*fitting]:
                right = block(iteration).targets(critics[name]).flatten()[rows]
                if not np.allclose(call.targets, right, rtol=1e-3, atol=1e-3):
                    fitting.remove(name)
    if fitting & {"epoch", "iteration"}:
        return "right"
    return next(iter(fitting), "other")


def adam(calls: Sequence[Call], learning_rate: float) -> np.ndarray:
    """Where one step for each call takes the critic's weights (4,) (Kingma and Ba 2015, algorithm 1)."""
    weights, mean, square = COLD.copy(), np.zeros(4), np.zeros(4)
    for t, call in enumerate(calls, start=1):
        slope = np.append(call.gradient @ call.obs, call.gradient.sum())
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights -= learning_rate * mean / (1 - 0.9**t) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
    return weights
