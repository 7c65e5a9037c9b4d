"""The check of lesson 08 on the warm-up of the critic."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain, islice, pairwise

import numpy as np
import torch

from ilrl_course.algorithms.finetune import FinetuneConfig, warm_up_critic
from ilrl_course.checks.edits import text_of
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, number
from ilrl_course.checks.watched import critic_warm_up as watched
from ilrl_course.checks.watched.critic_warm_up import BLOCK, COLD, NUM_ENVS, NUM_STEPS, WatchedWarmUp, block
from ilrl_course.rollout import derive_seed

NUM_ITERATIONS, NUM_EPOCHS, RATE = 4, 2, 0.1
STANDSTILL = 1e-9  # a learning rate with which the critic's answers stay as they were
TOLERANCE = 1e-3  # of targets and weights

HINTS = {  # of facts that tell the mistake by themselves
    "targets with a gradient": "the targets carry a gradient: they would be moved toward the forecasts. "
    "Compute them within torch.no_grad().",
    "acted": "there is more acting than in the given line. Learn from the block that is there: each step in "
    "the world has its price.",
    "not acted": "there is less acting than in the given line. Each iteration begins with collect_rollout.",
    "actor asked": "the actor is asked again, apart from acting. Only the critic learns here: leave the "
    "actor alone.",
    "learned": "nothing is learned: no gradient of the loss is ever computed. Call loss.backward().",
    "another learns": "value_net itself is not asked for forecasts to learn from. Is it a copy that learns?",
    "other situations": "it learns about situations that are not in the block. Take the rows from all_obs.",
    "in order": "a minibatch holds neighboring steps, which look alike. Shuffle the rows of the block in "
    "each epoch.",
    "reordered": "targets and observations stand in different orders. Flatten both in the same way, and take "
    "the same rows of both.",
    "own epochs": "the block is gone through too often. The loop over the epochs is given already: write one "
    "epoch.",
    "each once": "in an epoch every row of the block should come once. Shuffle all rows, and split them.",
    "elsewhere": "the worlds are reset, or a block begins where they are not. After the first reset they "
    "should simply go on.",
    "orders": "every epoch goes through the rows in the same order. Draw a new one in each epoch, with the "
    "given generator.",
    "gradients erased": "the gradients are erased before they are used. Set them to zero before backward(), "
    "not between it and step().",
    "critic moved": "the gradients are computed but never used: the critic stays as it was. Call "
    "optimizer.step() after loss.backward().",
    "a step for each": "one step is taken in an epoch, for all its minibatches together. Zero the gradients "
    "and step for each of them.",
    "stale forecasts": "the forecasts are made before the critic changes, and used afterwards. Ask value_net "
    "anew for each minibatch.",
    "gradients piled up": "the gradients of earlier minibatches pile up. Set them to zero before each "
    "backward().",
    "every minibatch": "the targets are computed anew for each minibatch, which is slow. Compute them once "
    "in an epoch, before the minibatches.",
    "cold": "the targets are those of the untrained critic, again and again. Ask the critic as it is by now "
    "for the next values.",
    "other": "in later epochs or iterations the loss pulls the critic elsewhere. The targets are built of "
    "the critic as it is by then, and the loss is a plain mean each time.",
    "value_loss": "'value_loss' in the metrics should be the loss of the last minibatch, from before its "
    "step.",
    "env_steps": "'env_steps' in the metrics should count the steps of all the worlds so far: add "
    "len(all_obs).",
    "crashes": "'crashes' in the metrics should count rollout.crashed so far: not every end is a crash.",
    "repeatable": "the minibatches cannot be repeated. Shuffle with the given generator: it is made from the "
    "seed.",
    "seed used": "the seed has no effect on the minibatches. Shuffle with the given generator: it is made "
    "from the seed.",
    "steps": "the critic does not end where the given optimizer takes it. For each minibatch call "
    "zero_grad(), backward() and step(), once each.",
    "hidden": "a critic with a hidden layer ends elsewhere than it should. Do all its weights learn? The "
    "given optimizer has them: value_net.parameters().",
    "single": "with a single world or a single step in a block the critic ends elsewhere. Does a squeeze() "
    "take one axis too many? Leave it out.",
    "none": "with num_warmup_iterations = 0 the critic should stay as it is.",
    "seed of the worlds": "the worlds do not start from the seed. Leave the first reset as it was given.",
}


def _fact(name: str, got, expected, hint: str = "", tolerance: float = TOLERANCE) -> Fact:
    return Fact(name, got, expected, HINTS.get(hint or name, hint), tolerance)


def _watch(
    answer: Callable, seed: int = 0, iterations: int = 1, epochs: int = 1, **settings
) -> WatchedWarmUp:
    """A run that went to its end; raises what the answer raised."""
    run = WatchedWarmUp(answer, seed, num_warmup_iterations=iterations, num_epochs=epochs, **settings)
    if run.error and not run.targets_pulled:
        raise run.error
    return run


def _probe_targets(answer: Callable) -> Iterator[Fact]:
    """One epoch in which the critic does not move, so that nothing depends on the order of the rows."""
    run = _watch(answer, minibatch_size=8, warmup_learning_rate=STANDSTILL)
    yield _fact("targets with a gradient", run.targets_pulled, False)
    yield _yields(run, 1)
    if not run.metrics:
        return
    acted = len(run.envs.seen)
    yield _fact("steps acted", acted, NUM_STEPS, "acted" if acted > NUM_STEPS else "not acted")
    yield _fact("actor asked", run.num_asked, NUM_STEPS)
    yield _fact("what the actor sees", run.asked, block(0).obs.flatten(0, 1).numpy(), "elsewhere")
    yield _fact("learned", bool(run.pulls[0]), True, "learned" if run.asked_to_learn else "another learns")
    if run.pulls[0]:
        yield from _facts_about_targets(run)


def _yields(run: WatchedWarmUp, right: int) -> Fact:
    found = len(run.metrics)
    times = f"once, not {found} times" if right == 1 else f"that often, not {found}"
    early = " Does a `return` end it too early?" if found < right else ""
    return _fact(
        "yields", found, right, f"with num_warmup_iterations = {right} it should yield {times}.{early}"
    )


def _facts_about_targets(run: WatchedWarmUp) -> Iterator[Fact]:
    """Which rows are learned from, and what they are pulled to."""
    pulls, right = run.pulls[0], watched.targets(0, COLD)
    yield _fact("other situations", int((watched.rows_of(pulls, 0) < 0).sum()), 0)
    yield from _facts_about_minibatches(run, 8, [8, 8, 8])
    in_order = any((np.diff(np.sort(watched.rows_of([pull], 0))) == 1).all() for pull in pulls)
    yield _fact("in order", in_order, False)
    found = watched.targets_by_row(pulls, right)
    among_right = np.isclose(found[..., None], right.flatten(), 0, TOLERANCE).any(axis=-1)  # (T, N)
    astray = not np.allclose(found, right, 0, TOLERANCE)
    yield _fact("reordered", bool(among_right.all()) and astray, False)
    yield _fact("targets", found, right, _words_about_targets(found, right) if astray else "")


def _words_about_targets(found: np.ndarray, right: np.ndarray) -> str:
    """About a factor of the loss, or else about the last wrong target: those before it are built on it."""
    values = block(0).obs.numpy() @ COLD[:3] + COLD[3]  # (T, N)
    factors = (found - values) / (right - values)
    if np.ptp(factors) < TOLERANCE < abs(factors.mean() - 1):
        return (
            f"the gradient of the loss is {factors.mean():.3g} times that of the mean squared error. Take "
            "the mean over the minibatch, without a factor."
        )
    t, n = np.argwhere(~np.isclose(found, right, 0, TOLERANCE))[-1]
    ends = zip(block(0).terminated[t:, n], block(0).truncated[t:, n], strict=True)
    ends = ["is terminated" if died else "is cut off by the clock" for died, cut in ends if died or cut]
    return (
        "the loss pulls the critic to other values than the targets. In a world whose episode "
        f"{[*ends, 'goes on'][0]}, row {t} has the target {right[t, n]:.4g}, but its gradient points to "
        f"{found[t, n]:.4g}."
    )


def _facts_about_minibatches(run: WatchedWarmUp, size: int, right: list[int]) -> Iterator[Fact]:
    """Their sizes in each iteration, `right` where all is well, and how often each row comes."""
    found = [[len(pull.obs) for pull in pulls] for pulls in run.pulls]
    hint = (
        f"with minibatch_size = {size} and a block of {BLOCK} steps, the gradient steps of an iteration "
        f"should see {right} of them, not {found[0]}."
    )
    if len(found[0]) > len(right) and found[0][: len(right)] == right:
        hint = "own epochs"
    yield _fact(f"minibatches of {size}", str(found), str([right] * len(found)), hint)
    found = [watched.how_often(pulls, i) for i, pulls in enumerate(run.pulls)]
    right = [["each once"] * (sum(right) // BLOCK)] * len(found)
    yield _fact(f"how often each row comes in minibatches of {size}", str(found), str(right), "each once")


def _probe_learning(answer: Callable) -> Iterator[Fact]:
    """Several iterations and epochs, with minibatches that do not divide the block."""
    run = _watch(answer, 0, NUM_ITERATIONS, NUM_EPOCHS, minibatch_size=13, warmup_learning_rate=RATE)
    yield _yields(run, NUM_ITERATIONS)
    seen = np.concatenate([block(i).obs.flatten(0, 1) for i in range(NUM_ITERATIONS)])
    yield _fact("what the actor sees", run.asked, seen, "elsewhere")
    if not (run.pulls and all(run.pulls)):
        return
    pulls = [*chain(*run.pulls)]
    yield _fact("gradients erased", run.erased, False)
    yield _fact("critic moved", not np.array_equal(run.weights, COLD.astype(np.float32)), True)
    moves = [(a.weights != b.weights).any() for a, b in pairwise(pulls)]
    yield _fact("a step for each", all(moves), True)
    yield from _facts_about_minibatches(run, 13, [13, 11] * NUM_EPOCHS)
    rows = [watched.rows_of(pulls, i).tolist() for i, pulls in enumerate(run.pulls)]
    orders = {tuple(order) for each in rows for order in (each[:BLOCK], each[BLOCK:])}
    yield _fact("orders", len(orders), NUM_EPOCHS * len(rows))
    yield _fact("stale forecasts", run.stale, False)
    yield _fact("gradients piled up", run.piled_up, False)
    yield _fact("steps", run.weights - watched.adam(pulls, RATE), np.zeros(4))
    age = watched.age_of_targets(run.pulls, per_epoch=2)
    yield _fact("age of the targets", age, "right", age)
    yield from _facts_about_metrics(run)


def _facts_about_metrics(run: WatchedWarmUp) -> Iterator[Fact]:
    """The numbers that are yielded; raises WrongResult."""
    names = "value_loss", "env_steps", "crashes"
    for metrics in run.metrics:
        if not isinstance(metrics, dict) or not set(names) <= set(metrics):
            raise WrongResult(f"it should yield a dict with the keys {', '.join(map(repr, names))}.")
    found = {n: [number(metrics[n], f"{n!r} in the metrics") for metrics in run.metrics] for n in names}
    lost = np.subtract(found["value_loss"], [np.square(pulls[-1].errors).mean() for pulls in run.pulls])
    yield _fact("value_loss", lost, np.zeros(len(lost)), tolerance=1e-2)
    yield _fact("env_steps", found["env_steps"], BLOCK * np.arange(1, 1 + len(lost)))
    yield _fact("crashes", found["crashes"], np.cumsum([block(i).crashed.sum() for i in range(len(lost))]))


def _probe_seed(answer: Callable) -> Iterator[Fact]:
    seeds = 0, 0, 1
    runs = [_watch(answer, seed, minibatch_size=12) for seed in seeds]
    first, again, other = (watched.rows_of([*chain(*run.pulls)], 0).tolist() for run in runs)
    yield _fact("repeatable", first == again, True)
    yield _fact("seed used", first == other, False)
    right = [[derive_seed(seed, "warm-up")] for seed in seeds]
    yield _fact("seed of the worlds", str([run.envs.seeds[:1] for run in runs]), str(right))


def _probe_sizes(answer: Callable) -> Iterator[Fact]:
    """Minibatches that leave one row over, and that are larger than the block."""
    for size, right in ((BLOCK - 1, [BLOCK - 1, 1]), (100, [BLOCK])):
        run = _watch(answer, minibatch_size=size)
        yield _yields(run, 1)
        if run.pulls:
            yield from _facts_about_minibatches(run, size, right)


def _probe_whole(answer: Callable) -> Iterator[Fact]:
    """A critic with a hidden layer, in blocks of several shapes; and no warm-up at all."""
    cases = {(4, NUM_STEPS, NUM_ENVS): "hidden", (2, 1, NUM_ENVS): "single", (2, NUM_STEPS, 1): "single"}
    for inputs, hint in (cases | {(0, NUM_STEPS, NUM_ENVS): "none"}).items():
        yield _fact(f"weights {inputs}", _weights_after(answer, *inputs), _right_weights(*inputs), hint)


def _weights_after(answer: Callable, num_iterations: int, num_steps: int, num_envs: int) -> np.ndarray:
    """Those of a critic with a hidden layer; each minibatch is the whole block."""
    config = FinetuneConfig(
        num_warmup_iterations=num_iterations, num_steps=num_steps, num_epochs=1, warmup_learning_rate=0.02
    )
    critic, worlds = watched.fresh_critic((4,)), watched.UnevenWorlds(num_envs)
    steps = answer(critic, lambda obs: np.zeros(len(obs), dtype=np.int64), worlds, config, 0)
    _ = [*islice(steps, watched.MAX_ITERATIONS)]
    can_learn = [weights.detach().flatten() for weights in critic.parameters() if weights.requires_grad]
    return torch.cat([torch.zeros(0), *can_learn]).numpy()


@cache
def _right_weights(*inputs: int) -> np.ndarray:
    return _weights_after(warm_up_critic, *inputs)


def _stub() -> str:
    """The course's own function without the pass over the block."""
    (function,) = ast.parse(text_of(warm_up_critic)).body
    function.body[-1].body[2].body = [ast.Pass()]
    return ast.unparse(ast.Module(function.body, []))


# parts of the solution, for the edits below
NEXT = "value_net(rollout.next_obs.flatten(0, 1)).reshape(rollout.rewards.shape)"
NOW = "value_net(all_obs).reshape(rollout.rewards.shape)"
TARGETS = "value_targets(rollout.rewards, next_values, *ends, config.gamma)"
IMPORTED = "from ilrl_course.algorithms.advantages import compute_gae"  # as a student's notebook has it
GAE = f"compute_gae(rollout.rewards, {NOW}, next_values, *ends, config.gamma, config.gae_lambda)"
ORDER = "torch.randperm(len(targets), generator=generator)"
ROWS = f"{ORDER}.split(config.minibatch_size)"
DRAWN = "torch.randint(len(targets), (config.minibatch_size,), generator=generator)"
LOSS = "(value_net(all_obs[rows]) - targets[rows]).square().mean()"
ADAM = "torch.optim.Adam(value_net.parameters(), lr=config.warmup_learning_rate)"
EPOCH = "with torch.no_grad():"  # its first line
STALE = "for rows in => values = value_net(all_obs)\nfor rows in"

MISTAKES = {
    # the targets
    "the rewards themselves are the targets. A value counts all that is to come: build the targets with "
    "value_targets.": [f"{TARGETS} => rollout.rewards"],
    "the critic's own values are the targets, so there is nothing to learn. Build the targets with "
    "value_targets, from the rewards too.": [f"{TARGETS} => {NOW}"],
    "the next values are the targets. Hand them over to value_targets, with the rewards and the ends.": [
        f"{TARGETS} => next_values"
    ],
    "the critic's forecast is subtracted from the targets, as in an advantage. Aim at the whole target.": [
        f"{TARGETS} => ({TARGETS} - {NOW})",
        (IMPORTED, f"{TARGETS} => {GAE}"),
    ],
    "only one reward is counted before the next value. Call value_targets, which goes on to the end of the "
    "episode.": [
        f"{TARGETS} => (rollout.rewards + config.gamma * next_values{ended})"
        for ended in ("", " * ~ends[0]", " * ~(ends[0] | ends[1])")
    ],
    "these are the returns of GAE, which trust an untrained critic at every step. Call value_targets "
    "instead.": [(IMPORTED, f"{TARGETS} => ({NOW} + {GAE})")],
    "the rows count through all B = T * N steps, but what they pick from has two axes (T, N). Use all_obs, "
    "and flatten the targets.": [
        f"{TARGETS}.flatten() => {TARGETS}",
        (f"{TARGETS}.flatten() => {TARGETS}", "len(targets) => targets.numel()"),
    ],
    "every situation is pulled to one and the same target. Take those of the minibatch: targets[rows].": [
        "targets[rows] => targets[0]",
        "targets[rows] => targets[-1]",
        "targets[rows] => targets.mean()",
    ],
    "the targets are normalized. Then they no longer say what a situation is worth: leave them as they "
    "are.": [
        f"for rows in => targets = (targets - targets.mean()) / (targets.std(correction={i}) + 1e-08)\n"
        "for rows in"
        for i in (0, 1)
    ],
    "the critic learns what rollout.next_obs is worth, one step too late. The targets belong to "
    "rollout.obs.": ["rollout.obs.flatten => rollout.next_obs.flatten"],
    # what value_targets gets
    "truncation is treated as death. The clock only stopped the record there: hand over both ends as they "
    "are.": ["*ends => ends[0] | ends[1], ends[1]"],
    "terminated and truncated are swapped. value_targets takes terminated first.": ["*ends => *ends[::-1]"],
    "death is treated as a time limit: after a termination nothing comes. Hand over both ends as they are.": [
        "*ends => torch.zeros_like(ends[0]), ends[0] | ends[1]"
    ],
    "an end of episodes is left out, so rewards of the next episode are counted in. Hand over terminated "
    "and truncated.": [
        "*ends => torch.zeros_like(ends[0]), torch.zeros_like(ends[1])",
        "*ends => ends[0], torch.zeros_like(ends[1])",
        "*ends => torch.zeros_like(ends[0]), ends[1]",
    ],
    "a crash is taken for a termination. They differ: hand over rollout.terminated and rollout.truncated.": [
        "*ends => rollout.crashed, ends[1]",
        "*ends => rollout.crashed, (ends[0] | ends[1]) & ~rollout.crashed",
    ],
    "an end is turned around by ~. value_targets takes terminated and truncated as they are.": [
        f"*ends => {ends}" for ends in ("~ends[0], ends[1]", "ends[0], ~ends[1]", "~ends[0], ~ends[1]")
    ],
    "gamma is fixed. Take the one of the config: config.gamma.": [
        f"config.gamma => {fixed}" for fixed in (1.0, 0.99, 0.995, 0.9, 0.95)
    ],
    "gae_lambda is taken for gamma. Hand over config.gamma.": ["config.gamma => config.gae_lambda"],
    "the next values are those of rollout.obs, one step too early. Ask the critic about rollout.next_obs.": [
        "rollout.next_obs => rollout.obs"
    ],
    "the next values are taken from the row below, which is wrong where an episode ended. Ask the critic "
    "about rollout.next_obs.": [
        f"{NEXT} => torch.cat([{NOW}[1:], {NEXT}[-1:]])",
        f"{NEXT} => torch.cat([{NOW}[1:], {NOW}[-1:]])",
    ],
    "gamma counts twice: value_targets discounts by itself. Hand over the next values as they are.": [
        f"{NEXT} => config.gamma * {NEXT}"
    ],
    "the critic is not asked what comes after the record. Let its values of rollout.next_obs stand in for "
    "the rest.": [f"{NEXT} => torch.zeros_like(rollout.rewards)"],
    "the next values are a row of B numbers, but value_targets takes (T, N). Reshape them like "
    "rollout.rewards.": [".reshape(rollout.rewards.shape) =>"],
    "the next values are folded in the wrong order: time is the first axis. Reshape them like "
    "rollout.rewards, (T, N).": [
        f".reshape(rollout.rewards.shape) => .reshape(rollout.rewards{how}"
        for how in (".T.shape)", ".T.shape).T", ".shape).T")
    ],
    "all is flattened before value_targets, so it walks from world to world. Flatten its result instead: "
    "time is the first axis.": [
        f"{TARGETS} => value_targets(*(x.flatten() for x in (rollout.rewards, next_values, *ends)), "
        "config.gamma)"
    ],
    "rewards and next values are swapped. value_targets takes the rewards first.": [
        "rollout.rewards, next_values => next_values, rollout.rewards"
    ],
    "value_targets gets too few inputs. It takes five: rewards, next values, *ends (with a star, which "
    "makes two of it), and config.gamma.": [
        f"*ends, config.gamma => {few}" for few in ("*ends", "ends", "ends, gamma=config.gamma")
    ],
    # the loss
    "this is the sum over the minibatch. Take the mean, so that its size does not change the step.": [
        ".mean() => .sum()"
    ],
    "the sign is wrong: the critic is pushed away from its targets. It should become small, as it is.": [
        "loss = ( => loss = -("
    ],
    "these are absolute errors, which aim at the median. A value is a mean: take the squares.": [
        f"{LOSS} => F.smooth_l1_loss(value_net(all_obs[rows]), targets[rows])"
    ],
    "this is the error without its square, which is small where the forecast is much too low. Take the "
    "squares.": [".square() =>", f"{LOSS} => (targets[rows] - value_net(all_obs[rows])).mean()"],
    "the mean is taken before the square, so errors up and down cancel. Square each error first.": [
        ".square().mean() => .mean().square()"
    ],
    "a factor stands before the loss. There is no other loss here that it could be weighed against: leave "
    "it out.": [f"loss = ( => loss = {factor} * (" for factor in ("0.5", "config.vf_coef")],
    "a root is taken of the loss. It should become small, as it is.": [
        ".mean() => .mean().sqrt()",
        f"{LOSS} => torch.linalg.norm(value_net(all_obs[rows]) - targets[rows])",
    ],
    "each step of the minibatch still has a loss of its own. Reduce them to one number: the mean.": [
        ".mean() =>"
    ],
    "the forecast is cut off from the critic, so nothing can be learned. Compute the loss without detach() "
    "and outside of no_grad().": ["all_obs[rows]) => all_obs[rows]).detach()"],
    "the loss is made a plain number too early. Call backward() on the tensor; the given line below takes "
    "its item().": [".mean() => .mean().item()"],
    "forecasts (b, 1) meet targets (b,), or the reverse, so every situation is compared with every target. "
    "Leave value_net(...) and targets[rows] as they are, without an added "
    "axis.": ["all_obs[rows]) => all_obs[rows])[:, None]"],
    "the minibatch meets the whole block. Take the same rows of the observations and of the targets.": [
        "targets[rows] => targets",
        "all_obs[rows] => all_obs",
    ],
    HINTS["stale forecasts"]: [
        (STALE, "value_net(all_obs[rows]) => values[rows]"),
        (STALE, "value_net(all_obs[rows]) => values[rows]", "backward() => backward(retain_graph=True)"),
    ],
    "only one situation of each minibatch counts. Take the mean of all the squares.": [
        ".mean() => .median()"
    ],
    "the target is added to the forecast. Take the difference of the two.": ["]) - targets => ]) + targets"],
    # the minibatches
    "each gradient step sees the whole block. Split its rows into minibatches of config.minibatch_size.": [
        ("targets[rows] => targets", "all_obs[rows] => all_obs"),
        ".split(config.minibatch_size) => .split(len(targets))",
    ],
    "the pieces have the wrong size. split(n) makes pieces of n rows, and chunk(n) makes n pieces: use "
    "split(config.minibatch_size).": [".split( => .chunk(", ".split( => .split(len(targets) // "],
    "only one minibatch is used in each epoch. Go through all of them.": [f"{ROWS} => [{DRAWN}]"],
    "rows are drawn anew for each minibatch, so some come twice and others never. Shuffle once in an epoch, "
    "and split.": [f"loss = ( => rows = {DRAWN}[:len(rows)]\nloss = ("],
    "the first rows come in every minibatch, and the others never. Take the rows of the minibatch: "
    "all_obs[rows], targets[rows].": [
        "loss = ( => rows = torch.arange(len(rows))\nloss = (",
        "randperm(len(targets) => randperm(config.minibatch_size",
    ],
    "only the first T rows are gone through. The block has B = T * N of them: len(all_obs).": [
        "randperm(len(targets) => randperm(config.num_steps"
    ],
    "one row of the block is left out. It has B = T * N of them, from 0 to B - 1: shuffle len(targets).": [
        "randperm(len(targets) => randperm(len(targets) - 1"
    ],
    "the last, smaller minibatch is left out. Use it, too.": [
        f"{ROWS} => {ROWS}[:len(targets) // config.minibatch_size]"
    ],
    # the steps
    "the optimizer steps before the gradients are there, with those of the minibatch before. Call backward() "
    "first.": [("optimizer.step() =>", "optimizer.zero_grad() => optimizer.step()\noptimizer.zero_grad()")],
    "backward() is called twice for each minibatch, so its gradient counts double. Once is enough.": [
        "loss.backward() => loss.backward(retain_graph=True)\nloss.backward()"
    ],
    "two steps are taken for each minibatch. One is enough.": [
        "optimizer.step() => optimizer.step()\noptimizer.step()"
    ],
    "the gradients are cut. The warm-up does without, as a plain regression.": [
        "optimizer.step() => nn.utils.clip_grad_norm_(value_net.parameters(), 0.5)\noptimizer.step()"
    ],
    "the optimizer is made anew, and forgets its averages. Take the given one, made once at the beginning.": [
        f"{EPOCH} => optimizer = {ADAM}\n{EPOCH}",
        f"loss = ( => optimizer = {ADAM}\nloss = (",
        f"all_obs, => optimizer = {ADAM}\nall_obs,",
    ],
    "the learning rate is that of PPO. The warm-up has its own: config.warmup_learning_rate.": [
        "config.warmup_learning_rate => config.learning_rate"
    ],
}

NO_VALUE = "`{}` gets no value in this function. Give it one within the loops, before it is used."
LEFTOVERS = {
    **{name: NO_VALUE.format(name) for name in ("loss", "targets", "next_values", "rows")},
    **dict.fromkeys(
        ("BEGINNER", "CAREFUL", "CONFIG"),
        "it reads the settings of the lesson. Use the config that is passed in.",
    ),
    **dict.fromkeys(
        ("policy", "clones", "naive"),
        "it reads a variable of the lesson. Only the critic learns here, from the block that is there.",
    ),
    "SEED": "it reads the seed of the lesson. Use the generator, which is made from the right one.",
}

EXERCISE = Exercise(
    solution=warm_up_critic,
    tested="the right targets, without a gradient, and shuffled minibatches that pull the critic to them.",
    probes=(_probe_targets, _probe_learning, _probe_seed, _probe_sizes, _probe_whole),
    mistakes=MISTAKES,
    given=_stub(),
    leftovers=LEFTOVERS,
)
