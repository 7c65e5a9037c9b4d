"""The check of lesson 02 on the training loop of behavioral cloning."""

from collections.abc import Callable, Iterator
from itertools import islice, pairwise

import torch

from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind
from ilrl_course.data import Batch
from ilrl_course.networks import CategoricalPolicy

NUM_DEMOS, MINIBATCH_SIZE, LEARNING_RATE = 40, 8, 0.1
NUM_UPDATES = 40  # enough that random minibatches meet nearly all the demonstrated steps
MAX_UPDATES = 60  # that are watched
SLOPES = (1.0, 3.0, -4.0, 2.0, -1.0, 3.0)  # of the loss, one update after the other

FIXED_RATE = "the learning rate of the config has no effect. Hand it to Adam."
OTHER_DATA = (
    "it reads a variable from above in the lesson. Use only what is passed in: demos, config and seed."
)
OTHER_SEED = "it draws with a seed of its own. Use the seed that is passed in."


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


DRAWN = "torch.randint(len(demos), (config.minibatch_size,), generator=generator)"
ADAM = "torch.optim.Adam(policy.parameters(), lr=config.learning_rate, fused=True)"
LOOP = "for _ in range(config.num_updates):"


def _with_all(use: Callable[[list], object]) -> Callable:
    """The solution, but what it yields is used up within the call."""
    return lambda *inputs: use(list(train_bc(*inputs)))


MISTAKES = {
    "it does not yield. Put `yield` in front of the metrics of each update: then the lesson can watch it "
    "learn.": [_with_all(list), _with_all(list.clear), lambda *inputs: next(train_bc(*inputs))],
    "it yields only when all is over. Yield inside the loop, after each update.": [
        _with_all(iter),
        _with_all(lambda metrics: iter(metrics[-1:])),
    ],
    "it learns from one minibatch only. Draw new rows within the loop, from a generator made before it.": [
        f"rows = {DRAWN} => generator = torch.Generator().manual_seed(seed)\nrows = {DRAWN}"
    ],
    "it learns from the first rows only. Draw the rows at random.": [
        f"{DRAWN} => torch.arange(config.minibatch_size)"
    ],
    "the rows are drawn from the first few only. Draw them from all of the demonstrations.": [
        "randint(len(demos), => randint(config.minibatch_size,"
    ],
    "each update sees all of the data, which makes it slow. Draw a minibatch.": [
        f"{DRAWN} => torch.arange(len(demos))",
        f"{DRAWN} => torch.randperm(len(demos), generator=generator)",
    ],
    "Adam starts anew in each update and forgets what it has learned about the gradients. Make it once, "
    "before the loop.": [f"rows = => optimizer = {ADAM}\nrows ="],
    "one update is missing. How often does the loop run?": ["config.num_updates => config.num_updates - 1"],
    "there are more updates than config.num_updates. It counts gradient steps, not passes over the data.": [
        f"config.num_updates => config.num_updates {more}" for more in ("* 5", "* len(demos)", "+ 1")
    ],
    FIXED_RATE: ["lr=config.learning_rate, =>", "lr=config.learning_rate => lr=3e-3"],
    "the minibatch size of the config has no effect. Draw as many rows as it says.": [
        "(config.minibatch_size,) => (256,)",
        "(config.minibatch_size,) => (64,)",
    ],
    "the number of updates in the config has no effect. Let the loop run as often as it says.": [
        "config.num_updates => 800"
    ],
    "this is plain gradient descent. The config is made for Adam.": ["optim.Adam => optim.SGD"],
    "a copy of the policy is trained, and the policy itself learns nothing. Fit it in place.": [
        "import copy\npolicy = copy.deepcopy(policy)"
    ],
    "observations and actions are drawn separately, so the pairs are broken. Use the same rows for both.": [
        f"demos[rows] => Batch(demos.obs[rows], demos.actions[{DRAWN}])"
    ],
    "the seed has no effect: the minibatches are always the same ones. Make the generator from the seed.": [
        "seed = 0"
    ],
    "the minibatches cannot be repeated. Draw them with a generator made from the seed.": [
        "generator=generator => generator=None"
    ],
    "the data are used in their order. Neighboring steps look alike: draw the rows at random.": [
        (
            f"{LOOP} => for i in range(config.num_updates):",
            f"{DRAWN} => (i * config.minibatch_size + torch.arange(config.minibatch_size)) % len(demos)",
        )
    ],
    "loss_fn is not used. Pass it on to each update, so that it can be exchanged.": ["loss_fn = bc_loss"],
}

EXERCISE = Exercise(
    solution=train_bc,
    tested="new random minibatches from all of the data, one Adam throughout, one yield for each update.",
    probes=(_probe_minibatches, _probe_optimizer, _probe_seed),
    mistakes=MISTAKES,
    leftovers={
        "SEED": OTHER_SEED,
        **dict.fromkeys(("cartpole_demos", "driving_demos", "minibatch", "losses"), OTHER_DATA),
    },
)
