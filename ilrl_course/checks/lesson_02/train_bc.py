"""The check of lesson 02 on the training loop of behavioral cloning."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import islice, pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils import parameters_to_vector

from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.checks.exercise import Candidate, Exercise, Fact, WrongResult
from ilrl_course.data import Batch
from ilrl_course.networks import CategoricalPolicy, GaussianPolicy, Policy

NUM_DEMOS, MINIBATCH_SIZE, LEARNING_RATE = 24, 8, 0.1
NUM_UPDATES = 20  # enough that random minibatches meet nearly all the demonstrated steps
MAX_YIELDS = 50  # that are watched
SLOPES = (1.0, 3.0, -4.0, 2.0, -1.0, 3.0)  # of the loss, one update after the other
FEW, MANY = 5, 300  # demonstrations: fewer than a minibatch has rows, and more than the usual 256
MAX_LOOKS = 1000  # at the demonstrations, where some dozens are enough

NO_YIELD = (
    "it does not yield. Put `yield` in front of the metrics of each update: then the lesson can watch it "
    "learn."
)
CHANGED = (
    "loss_fn should get rows of demos as they are: the observations (B, obs_dim) first, then the actions."
)
OTHER_LOSS = "the metrics should hold the loss of the update's own minibatch, as it was before the step."
WITH_FEW = f"with {FEW} demonstrations and minibatch_size = {MINIBATCH_SIZE}"
REPLACE = "Draw the rows with replacement: one may come twice."
OTHER_DATA = (
    "it reads a variable from above in the lesson. Use only what is passed in: demos, config and seed."
)


class _Training:
    """A training under observation. An update is a loss that backward() was called on; others are prints."""

    def __init__(self, policy: Policy, demos: Batch, loss_fn: Callable):
        self.policy, self.demos, self._loss_fn = policy, demos, loss_fn
        self.was_evaluated, self.same_policy = False, True
        self.updates: list[tuple[Tensor, Tensor, float]] = []  # observations, actions, loss
        self.metrics: list = []
        self.updates_at_yield: list[int] = []

    def run(self, answer: Callable, config: BCConfig, seed: int = 0) -> "_Training":
        """Let the answer train, for MAX_YIELDS at most."""
        try:
            steps = answer(self.policy, self.demos, config, seed, self._watched_loss)
        except WrongResult as wrong:
            raise WrongResult(NO_YIELD if "returned nothing" in str(wrong) else str(wrong)) from wrong
        if not isinstance(steps, Iterator):
            raise WrongResult(NO_YIELD)
        for metrics in islice(steps, MAX_YIELDS):
            self.metrics.append(metrics)
            self.updates_at_yield.append(len(self.updates))
        return self

    def _watched_loss(self, policy, obs, actions):
        self.was_evaluated = True
        self.same_policy &= policy is self.policy
        loss = self._loss_fn(policy, obs, actions)
        update = obs, actions, loss.item()
        if loss.requires_grad:
            loss.register_hook(lambda _: self.updates.append(update))
        return loss

    @property
    def rows(self) -> list[list[int]]:
        """The observations of each update, where they are the numbers of their rows."""
        return [obs.flatten().int().tolist() for obs, *_ in self.updates]


class _Demos(Batch):
    """Demonstrations that stop an answer which goes through them on and on, and never comes to an update."""

    looks = 0

    def __len__(self) -> int:
        vars(self)["looks"] = self.looks + 1
        if self.looks > MAX_LOOKS:
            raise WrongResult(f"{WITH_FEW} it never comes to an update: no minibatch is full. {REPLACE}")
        return super().__len__()


def _numbered(
    answer: Callable, num_updates: int = NUM_UPDATES, seed: int = 0, num_demos: int = NUM_DEMOS
) -> _Training:
    """Row i of the demonstrations holds i, both as observation and action."""
    rows = torch.arange(num_demos)
    with torch.random.fork_rng(devices=[]):  # so that answers which draw from it can be told
        policy = CategoricalPolicy(1, num_demos, hidden_sizes=())

    def loss_fn(policy, obs, actions):
        return policy.logits[0].weight.sum() + obs.float().mean()

    training = _Training(policy, _Demos(rows.float()[:, None], rows.clone()), loss_fn)
    return training.run(answer, BCConfig(LEARNING_RATE, num_updates, MINIBATCH_SIZE), seed)


def _probe_loop(answer: Callable) -> Iterator[Fact]:
    training = _numbered(answer)
    num_updates, num_yields = len(training.updates), len(training.metrics)
    hint = "loss_fn is not used. Pass it on to each update, so that it can be exchanged."
    yield Fact("loss_fn", training.was_evaluated, True, hint)
    hint = "the loss is computed, but backward() is never called on it, so nothing is learned."
    yield Fact("backward", num_updates > 0, True, hint)
    first = (training.updates_at_yield or [num_updates])[0]
    hint = f"it should yield after each update, but {first} come before the first."
    if first == NUM_UPDATES:
        hint = "it yields only when all is over. Yield inside the loop, after each update."
    yield Fact("first yield", first, 1, hint)
    found = num_updates if num_yields < MAX_YIELDS else f"{num_updates} or more"
    hint = f"with num_updates = {NUM_UPDATES} it should make that many updates, not {found}."
    yield Fact("updates", num_updates, NUM_UPDATES, hint)
    hint = f"with num_updates = {NUM_UPDATES} it should yield that many times, not {num_yields}."
    yield Fact("yields", num_yields, NUM_UPDATES, hint)
    are_metrics = all(isinstance(m, dict) and isinstance(m.get("loss"), float) for m in training.metrics)
    yield Fact("metrics", are_metrics, True, "it should yield a dict with the loss as a float under 'loss'.")
    yield from _facts_about_minibatches(training)
    demos, rows = training.demos, list(range(NUM_DEMOS))
    unchanged = demos.obs.flatten().tolist() == demos.actions.tolist() == rows
    yield Fact("demos", unchanged, True, "it changes the demonstrations in place.")
    num_updates = len(_numbered(answer, 1).updates)
    hint = f"with num_updates = 1 it should make a single update, not {num_updates}."
    yield Fact("a single update", num_updates, 1, hint)


def _facts_about_minibatches(training: _Training) -> Iterator[Fact]:
    batches = training.rows
    sizes = sorted({len(rows) for rows in batches})
    hint = f"with minibatch_size = {MINIBATCH_SIZE} each update should see that many steps, not {sizes}."
    if sizes == [NUM_DEMOS]:
        hint = "each update sees all of the data, which makes it slow. Draw a minibatch."
    yield Fact("sizes", str(sizes), str([MINIBATCH_SIZE]), hint)
    as_they_are = all(
        obs.shape == (len(actions), 1) and obs.is_floating_point() and torch.equal(obs, obs.round().abs())
        for obs, actions, _ in training.updates
    )
    yield Fact("rows of demos", as_they_are, True, CHANGED)
    are_pairs = all(torch.equal(obs.flatten().long(), actions) for obs, actions, _ in training.updates)
    hint = (
        "observations and actions are drawn separately, so the pairs are broken. Use the same rows for both."
    )
    yield Fact("pairs", are_pairs, True, hint)
    hint = (
        "it learns from one minibatch only. Draw new rows within the loop, from a generator made before it."
    )
    if batches[:1] == [list(range(MINIBATCH_SIZE))]:
        hint = "it learns from the first rows only. Draw the rows at random."
    yield Fact("different", len(set(map(tuple, batches))) > 1, True, hint)
    hint = "each minibatch holds one row, repeated. Draw config.minibatch_size rows."
    yield Fact("several rows", any(len(set(rows)) > 1 for rows in batches), True, hint)
    hint = "the rows are drawn from the first few only. Draw them from all of the demonstrations."
    yield Fact("coverage", len({row for rows in batches for row in rows}) > 0.9 * NUM_DEMOS, True, hint)
    in_order = all(b - a == 1 for rows in batches for a, b in pairwise(rows))
    hint = "the data are used in their order. Neighboring steps look alike: draw the rows at random."
    yield Fact("in order", in_order, False, hint)


def _probe_optimizer(answer: Callable) -> Iterator[Fact]:
    """Every parameter of a Gaussian policy has the slopes SLOPES, one update after the other."""
    with torch.random.fork_rng(devices=[]):
        start = GaussianPolicy(1, 1, hidden_sizes=(2,))
    demos = Batch(torch.linspace(-1, 1, 12)[:, None], torch.linspace(2, 1, 12)[:, None])

    def trained(learning_rate: float) -> _Training:
        def loss_fn(policy, obs, actions):
            return (
                SLOPES[len(training.updates) % len(SLOPES)] * parameters_to_vector(policy.parameters()).sum()
            )

        training = _Training(deepcopy(start), demos, loss_fn)
        return training.run(answer, BCConfig(learning_rate, len(SLOPES), MINIBATCH_SIZE))

    training, faster = trained(LEARNING_RATE), trained(2 * LEARNING_RATE)
    hint = "a copy of the policy is trained, and the policy itself learns nothing. Fit it in place."
    yield Fact("policy", training.same_policy, True, hint)
    moved, moved_faster = (
        (parameters_to_vector(t.policy.parameters()) - parameters_to_vector(start.parameters())).detach()
        for t in (training, faster)
    )
    has_effect = not moved.any() or not torch.allclose(moved, moved_faster, 0, 1e-4)
    hint = "the learning rate of the config has no effect. Hand it to Adam."
    yield Fact("the learning rate has an effect", has_effect, True, hint)
    right = _adam(SLOPES, LEARNING_RATE)
    worst = moved[(moved - right).abs().argmax()]
    hint = (
        f"with gradients of {list(SLOPES)} and the learning rate {LEARNING_RATE}, Adam moves every parameter "
        f"by {right:.6f}, but one has moved by {worst:.6f}."
    )
    yield Fact("how far Adam moves", moved.numpy(), np.full(len(moved), right), hint, tolerance=1e-6)


def _adam(slopes, learning_rate: float) -> float:
    """How far Adam goes (Kingma and Ba 2015, algorithm 1)."""
    position = mean = square = 0.0
    for t, slope in enumerate(slopes, start=1):
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        position -= learning_rate * mean / (1 - 0.9**t) / ((square / (1 - 0.999**t)) ** 0.5 + 1e-8)
    return position


def _probe_seed(answer: Callable) -> Iterator[Fact]:
    first, again, other = (_numbered(answer, 3, seed).rows for seed in (0, 0, 1))
    hint = "the minibatches cannot be repeated. Draw them with a generator made from the seed."
    yield Fact("repeatable", first == again, True, hint)
    hint = (
        "the seed has no effect: the minibatches are always the same ones. Make the generator from the seed."
    )
    yield Fact("seed used", first == other, False, hint)


def _probe_each_update(answer: Callable) -> Iterator[Fact]:
    training = _numbered(answer)
    hint = "it should yield once after each update: not before it, and not for several at once."
    yield Fact("updates at each yield", training.updates_at_yield, list(range(1, NUM_UPDATES + 1)), hint)
    losses = [loss for *_, loss in training.updates]
    are_equal = np.allclose([metrics["loss"] for metrics in training.metrics], losses, 0, 1e-4)
    yield Fact("losses", are_equal, True, OTHER_LOSS)
    hint = "the same rows always come together: they are shuffled once. Draw each minibatch anew."
    num_different = len(set(map(frozenset, training.rows)))
    yield Fact("minibatches drawn anew", num_different > 0.8 * NUM_UPDATES, True, hint)


def _probe_sizes_of_the_data(answer: Candidate) -> Iterator[Fact]:
    """Few, as in the lesson, where five games of the dungeon are fewer steps than a minibatch has rows."""
    try:
        training = _numbered(answer, num_demos=FEW)
    except WrongResult:
        raise
    except Exception as error:
        raise WrongResult(f"{WITH_FEW} it raises {type(error).__name__}: {error}. {REPLACE}") from error
    sizes = sorted({len(rows) for rows in training.rows})
    hint = f"{WITH_FEW} an update should still see {MINIBATCH_SIZE} rows, not {sizes}. {REPLACE}"
    yield Fact("sizes with few demonstrations", str(sizes), str([MINIBATCH_SIZE]), hint)
    missing = sorted(set(range(FEW)) - {row for rows in training.rows for row in rows})
    hint = f"of the demonstrated steps 0 to {FEW - 1}, {missing} are never drawn. Draw from all of them."
    yield Fact("never drawn", str(missing), "[]", hint)
    highest = max((row for rows in _numbered(answer, num_demos=MANY).rows for row in rows), default=0)
    hint = f"of {MANY} demonstrated steps none after number {highest} is drawn. Draw from all of them."
    yield Fact("rows after the first 256", highest > 256, True, hint)


DRAWN = "torch.randint(len(demos), (config.minibatch_size,), generator=generator)"
ADAM = "torch.optim.Adam(policy.parameters(), lr=config.learning_rate, fused=True)"
LOSS = "loss_fn(policy, demos.obs[rows], demos.actions[rows])"


def _by_hand(*lines: str) -> str:
    """The edit to an update that is written out."""
    update = "yield bc_update(policy, optimizer, demos[rows], loss_fn)"
    return "\n".join([f"{update} => loss = {LOSS}", *lines, "yield {'loss': loss.item()}"])


MISTAKES = {
    NO_YIELD: [lambda *inputs: next(train_bc(*inputs))],
    "Adam starts anew in each update and forgets what it has learned about the gradients. Make it once, "
    "before the loop.": [f"rows = => optimizer = {ADAM}\nrows ="],
    "one update is missing. How often does the loop run?": ["config.num_updates => config.num_updates - 1"],
    "only one update is made. Is there a `return` in the loop, or does the update stand after the loop?": [
        "demos[rows], loss_fn) => demos[rows], loss_fn)\nreturn"
    ],
    "there are more updates than config.num_updates. It counts gradient steps, not passes over the data.": [
        f"config.num_updates => config.num_updates {more}" for more in ("* 5", "* 40", "* len(demos)", "+ 1")
    ],
    "the number of updates in the config has no effect. Let the loop run as often as it says.": [
        "config.num_updates => 800"
    ],
    "the minibatch size of the config has no effect. Draw as many rows as it says.": [
        f"(config.minibatch_size,) => ({size},)" for size in (256, 64)
    ],
    "this is plain gradient descent. The config is made for Adam.": ["optim.Adam => optim.SGD"],
    "the gradients of earlier updates pile up. Set them to zero before each backward().": [
        _by_hand("loss.backward()", "optimizer.step()")
    ],
    "the gradients are computed, but the optimizer never takes a step.": [
        _by_hand("optimizer.zero_grad()", "loss.backward()")
    ],
    "the seed has no effect: the minibatches are always the same ones. Make the generator from the seed.": [
        "seed = 0"
    ],
    "the first or the last demonstrated step is never drawn. randint(n) draws from 0 to n - 1: take all.": [
        "randint(len(demos), => randint(len(demos) - 1,",
        "randint(len(demos), => randint(1, len(demos),",
    ],
}

EXERCISE = Exercise(
    solution=train_bc,
    tested="new random minibatches from all of the data, one Adam throughout, one yield for each update.",
    probes=(_probe_loop, _probe_optimizer, _probe_seed, _probe_each_update, _probe_sizes_of_the_data),
    mistakes=MISTAKES,
    leftovers={
        "SEED": "it draws with a seed of its own. Use the seed that is passed in.",
        **dict.fromkeys(("cartpole_demos", "driving_demos", "minibatch", "losses"), OTHER_DATA),
    },
)
