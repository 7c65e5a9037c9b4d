"""The check of lesson 02 on the training loop of behavioral cloning."""

from collections.abc import Callable, Iterator
from itertools import islice, pairwise

import torch

from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind
from ilrl_course.checks.lesson_02_train_mutants import FIXED_RATE, MUTANTS, OTHER_DATA, OTHER_SEED
from ilrl_course.data import Batch
from ilrl_course.networks import CategoricalPolicy

NUM_DEMOS, MINIBATCH_SIZE, LEARNING_RATE = 40, 8, 0.1
NUM_UPDATES = 40  # enough that random minibatches meet nearly all the demonstrated steps
MAX_UPDATES = 60  # that are watched
SLOPES = (1.0, 3.0, -4.0, 2.0, -1.0, 3.0)  # of the loss, one update after the other


class _Training:
    """A training under observation: row i of the demonstrations holds i, both as observation and action."""

    def __init__(self, answer: Callable, num_updates: int, seed: int, learning_rate: float = LEARNING_RATE):
        self.calls: list[tuple[list[int], list[int]]] = []
        self.same_policy = True
        self._policy = CategoricalPolicy(1, NUM_DEMOS, hidden_sizes=())
        self._start = self._policy.logits[0].weight[0, 0].item()
        self._demos = Batch(torch.arange(NUM_DEMOS).float()[:, None], torch.arange(NUM_DEMOS))
        config = BCConfig(learning_rate, num_updates, MINIBATCH_SIZE)
        steps = answer(self._policy, self._demos, config, seed, self._loss_fn)
        if not isinstance(steps, Iterator):
            raise WrongResult(f"it should be a generator, which yields, but it returns {kind(steps)}.")
        self.metrics = list(islice(steps, 1))
        self.calls_at_first_yield = len(self.calls)
        self.metrics += islice(steps, MAX_UPDATES)

    def _loss_fn(self, policy, obs, actions):
        self.same_policy &= policy is self._policy
        slope = SLOPES[len(self.calls) % len(SLOPES)]
        self.calls.append((obs.flatten().int().tolist(), actions.flatten().int().tolist()))
        return slope * policy.logits[0].weight.sum()

    @property
    def moved(self) -> float:
        """How far the weights of the policy went."""
        return self._policy.logits[0].weight[0, 0].item() - self._start

    @property
    def demos_unchanged(self) -> bool:
        """Are the demonstrations what they were?"""
        rows = torch.arange(NUM_DEMOS)
        return torch.equal(self._demos.obs[:, 0], rows.float()) and torch.equal(self._demos.actions, rows)


def _adam(slopes, learning_rate: float) -> float:
    """How far Adam goes (Kingma and Ba 2015, algorithm 1)."""
    position = mean = square = 0.0
    for t, slope in enumerate(slopes, start=1):
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        position -= learning_rate * mean / (1 - 0.9**t) / ((square / (1 - 0.999**t)) ** 0.5 + 1e-8)
    return position


def _probe_minibatches(answer: Callable) -> Iterator[Fact]:
    training = _Training(answer, NUM_UPDATES, 0)
    calls, batches = training.calls, [obs for obs, _ in training.calls]
    yield Fact("loss_fn", bool(calls), True, "loss_fn is not used. Pass it on to each update.")
    hint = f"it should yield after each update, but {training.calls_at_first_yield} come before the first."
    yield Fact("first yield", training.calls_at_first_yield, 1, hint)
    found = len(calls) if len(calls) <= MAX_UPDATES else f"more than {MAX_UPDATES}"
    hint = f"with num_updates = {NUM_UPDATES} it should make that many updates, not {found}."
    yield Fact("updates", len(calls), NUM_UPDATES, hint)
    hint = f"with num_updates = {NUM_UPDATES} it should yield that many times, not {len(training.metrics)}."
    yield Fact("yields", len(training.metrics), NUM_UPDATES, hint)
    are_metrics = all(isinstance(m, dict) and isinstance(m.get("loss"), float) for m in training.metrics)
    yield Fact("metrics", are_metrics, True, "it should yield a dict with the loss as a float under 'loss'.")
    sizes = sorted({len(rows) for rows in batches})
    hint = f"with minibatch_size = {MINIBATCH_SIZE} each update should see that many steps, not {sizes}."
    yield Fact("sizes", str(sizes), str([MINIBATCH_SIZE]), hint)
    hint = "observations and actions no longer belong together. Take the same rows of both."
    yield Fact("pairs", all(obs == actions for obs, actions in calls), True, hint)
    hint = "each update sees the same minibatch. Draw new rows for each update."
    yield Fact("different", len({tuple(rows) for rows in batches}) > 1, True, hint)
    hint = "some of the demonstrated steps are never used. Draw the rows from all of them."
    yield Fact("coverage", len({row for rows in batches for row in rows}) > 0.9 * NUM_DEMOS, True, hint)
    in_order = all(b - a == 1 for rows in batches for a, b in pairwise(rows))
    yield Fact("in order", in_order, False, "a minibatch holds neighboring steps, which look alike. Shuffle.")
    yield Fact("demos", training.demos_unchanged, True, "it changes the demonstrations in place.")
    num_calls = len(_Training(answer, 1, 0).calls)
    hint = f"with num_updates = 1 it should make a single update, not {num_calls}."
    yield Fact("a single update", num_calls, 1, hint)


def _probe_optimizer(answer: Callable) -> Iterator[Fact]:
    training = _Training(answer, len(SLOPES), 0)
    hint = "loss_fn should get the policy itself. Fit it in place: the caller goes on with it."
    yield Fact("policy", training.same_policy, True, hint)
    faster = _Training(answer, len(SLOPES), 0, 2 * LEARNING_RATE)
    has_effect = training.moved == 0 or abs(faster.moved - training.moved) > 1e-4
    yield Fact("the learning rate has an effect", has_effect, True, FIXED_RATE)
    name = f"how far Adam moves a weight with the gradients {list(SLOPES)} and learning rate {LEARNING_RATE}"
    yield Fact(name, training.moved, _adam(SLOPES, LEARNING_RATE))


def _probe_seed(answer: Callable) -> Iterator[Fact]:
    first, again, other = (_Training(answer, 3, seed).calls for seed in (0, 0, 1))
    yield Fact("repeatable", first == again, True, "the same seed draws other minibatches the second time.")
    yield Fact(
        "seed used", first == other, False, "the seed has no effect: two seeds draw the same minibatches."
    )


TRAIN = Exercise(
    solution=train_bc,
    tested="new random minibatches from all of the data, one Adam throughout, one yield for each update.",
    probes=(_probe_minibatches, _probe_optimizer, _probe_seed),
    mutants=MUTANTS,
    leftovers={
        "SEED": OTHER_SEED,
        **dict.fromkeys(("cartpole_demos", "driving_demos", "minibatch", "losses"), OTHER_DATA),
    },
)
