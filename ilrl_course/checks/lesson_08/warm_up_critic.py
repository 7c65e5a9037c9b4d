"""The check of lesson 08 on the warm-up of the critic."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.algorithms.finetune import warm_up_critic
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, number
from ilrl_course.checks.watched.critic_warm_up import (
    BLOCK,
    COLD,
    LENGTHS,
    NUM_STEPS,
    TERMINATES,
    WatchedWarmUp,
    adam,
    age_of_targets,
    block,
    how_often,
    rows_of,
    targets_by_row,
)

NUM_ITERATIONS, NUM_EPOCHS, RATE = 2, 2, 0.1
STANDSTILL = 1e-9  # a learning rate with which the critic's answers stay as they were
TOLERANCE = 1e-3  # of targets and weights

GIVEN = """
optimizer = torch.optim.Adam(value_net.parameters(), lr=config.warmup_learning_rate, fused=True)
generator = torch.Generator().manual_seed(derive_seed(seed, "warm-up minibatches"))
obs, _ = envs.reset(seed=derive_seed(seed, "warm-up"))
env_steps = crashes = 0
for _ in range(config.num_warmup_iterations):
    rollout, obs = collect_rollout(actor, envs, obs, config.num_steps)
    all_obs, ends = rollout.obs.flatten(0, 1), (rollout.terminated, rollout.truncated)
    for _ in range(config.num_epochs):
        pass
    env_steps += len(all_obs)
    crashes += int(rollout.crashed.sum())
    yield {"value_loss": loss.item(), "env_steps": env_steps, "crashes": crashes}
"""

PULLED = (
    "the targets carry a gradient: they would be moved toward the forecasts. Compute them within "
    "torch.no_grad()."
)
REORDERED = (
    "targets and observations stand in different orders. Flatten both in the same way, and take the same "
    "rows of both."
)
EVERY_MINIBATCH = (
    "the targets are computed anew for each minibatch, which is slow. Compute them once in an epoch, before "
    "the minibatches."
)
COLD_CRITIC = (
    "the targets are those of the untrained critic, again and again. Ask the critic as it is by now for the "
    "next values."
)
IN_ORDER = (
    "a minibatch holds neighboring steps, which look alike. Shuffle the rows of the block in each epoch."
)
SAME_ORDER = (
    "every epoch goes through the rows in the same order. Draw a new one in each epoch, with the given "
    "generator."
)
NOT_REPEATABLE = (
    "the minibatches cannot be repeated. Shuffle with the given generator: it is made from the seed."
)
SAME_FOR_ALL_SEEDS = (
    "the seed has no effect on the minibatches. Shuffle with the given generator: it is made from the seed."
)
OWN_EPOCHS = (
    "the block is gone through too often. The loop over the epochs is given already: write one epoch."
)
NO_BACKWARD = "nothing is learned: no gradient of the loss is ever computed. Call loss.backward()."
NO_STEP = (
    "the gradients are computed but never used: the critic stays as it was. Call optimizer.step() after "
    "loss.backward()."
)
PILED_UP = "the gradients of earlier minibatches pile up. Set them to zero before each backward()."
ERASED = (
    "the gradients are erased before they are used. Set them to zero before backward(), not between it and "
    "step()."
)
OTHER_STEPS = (
    "the critic does not end where the given optimizer takes it. For each minibatch call zero_grad(), "
    "backward() and step(), once each."
)
ACTED_AGAIN = (
    "there is more acting than in the given line. Learn from the block that is there: each step in the world "
    "has its price."
)
ASKED_AGAIN = (
    "the actor is asked again, apart from acting. Only the critic learns here: leave the actor alone."
)
ELSEWHERE = (
    "the worlds are reset, or a block begins where they are not. After the first reset they should simply go "
    "on."
)


def _probe_targets(answer: Callable) -> Iterator[Fact]:
    """One epoch in which the critic does not move, so that nothing depends on the order of the rows."""
    run = WatchedWarmUp(
        answer, num_warmup_iterations=1, num_epochs=1, minibatch_size=8, warmup_learning_rate=STANDSTILL
    )
    hint = f"with num_warmup_iterations = 1 it should yield once, not {len(run.metrics)} times."
    yield Fact("yields", len(run.metrics), 1, hint)
    if not run.metrics:
        return
    yield Fact("steps acted", len(run.envs.visited), NUM_STEPS, ACTED_AGAIN)
    yield Fact("actor asked", len(run.actor.asked), NUM_STEPS, ASKED_AGAIN)
    calls = run.learning(0)
    yield Fact("learned", bool(calls), True, NO_BACKWARD)
    yield Fact("targets with a gradient", run.pulls_targets(0), False, PULLED)
    if not calls:
        return
    rows = rows_of(calls, 0)
    hint = "it learns about situations that are not in the block. Take the rows from all_obs."
    yield Fact("other situations", int((rows < 0).sum()), 0, hint)
    yield from _facts_about_minibatches(run, 8, [8, 8, 8])
    in_order = any((np.diff(rows_of([call], 0)) == 1).all() for call in calls)
    yield Fact("in order", in_order, False, IN_ORDER)
    found, right = targets_by_row(calls, 0), block(0).targets(COLD)
    among_right = np.isclose(found[..., None], right.flatten(), 0, TOLERANCE).any(axis=-1)  # (T, N)
    reordered = bool(among_right.all()) and not np.allclose(found, right, 0, TOLERANCE)
    yield Fact("reordered", reordered, False, REORDERED)
    yield Fact("targets", found, right, _words_about_targets(found, right), TOLERANCE)


def _words_about_targets(found: np.ndarray, right: np.ndarray) -> str:
    """Words about the wrong target nearest to the end, since those before it are built on it; or ''."""
    wrong = np.argwhere(~np.isclose(found, right, 0, TOLERANCE))
    if not len(wrong):
        return ""
    t, n = wrong[-1]
    end = "is terminated" if TERMINATES[n] else "is cut off by the clock" if LENGTHS[n] < 9 else "goes on"
    return (
        f"the loss pulls the critic to other values than the targets. In a world whose episode {end}, "
        f"row {t} has the target {right[t, n]:.4g}, but its gradient points to {found[t, n]:.4g}."
    )


def _facts_about_minibatches(run: WatchedWarmUp, size: int, right: list[int]) -> Iterator[Fact]:
    """Their sizes in each iteration, `right` where all is well, and how often each row comes."""
    iterations = range(len(run.calls))
    found = [[len(call.pulled) for call in run.learning(i)] for i in iterations]
    hint = (
        f"with minibatch_size = {size} and a block of {BLOCK} steps, the gradient steps of an iteration "
        f"should see {right} of them, not {(found or [[]])[0]}."
    )
    if found and len(found[0]) > len(right) and found[0][: len(right)] == right:
        hint = OWN_EPOCHS
    yield Fact(f"minibatches of {size}", str(found), str([right] * len(found)), hint)
    found = [how_often(rows_of(run.learning(i), i)) for i in iterations]
    hint = "in an epoch every row of the block should come once. Shuffle all rows, and split them."
    right = [["each once"] * (sum(right) // BLOCK)] * len(found)
    yield Fact(f"how often each row comes in minibatches of {size}", str(found), str(right), hint)


def _probe_learning(answer: Callable) -> Iterator[Fact]:
    """Several iterations and epochs, with minibatches that do not divide the block."""
    run = WatchedWarmUp(
        answer,
        num_warmup_iterations=NUM_ITERATIONS,
        num_epochs=NUM_EPOCHS,
        minibatch_size=13,
        warmup_learning_rate=RATE,
    )
    hint = (
        f"with num_warmup_iterations = {NUM_ITERATIONS} it should yield that often, not {len(run.metrics)}."
    )
    yield Fact("yields", len(run.metrics), NUM_ITERATIONS, hint)
    seen = np.concatenate([block(i).obs for i in range(NUM_ITERATIONS)])
    yield Fact("where the worlds are", np.array(run.envs.visited), seen, ELSEWHERE)
    asked = np.concatenate([*run.actor.asked, np.zeros((0, 3))])
    yield Fact("what the actor sees", asked, seen.reshape(-1, 3), ELSEWHERE)
    calls = [run.learning(i) for i in range(len(run.calls))]
    if not all(calls):
        return
    yield from _facts_about_minibatches(run, 13, [13, 11] * NUM_EPOCHS)
    epochs = [rows_of(each, i)[:BLOCK].tolist() for i, each in enumerate(calls)]
    epochs += [rows_of(each, i)[BLOCK:].tolist() for i, each in enumerate(calls)]
    yield Fact("new orders", len({tuple(rows) for rows in epochs}) == len(epochs), True, SAME_ORDER)
    yield from _facts_about_steps(run, calls[0] + calls[1])
    age = age_of_targets(calls)
    hints = {"every minibatch": EVERY_MINIBATCH, "cold": COLD_CRITIC}
    hint = "the targets of a later epoch are wrong. Build them of the critic as it is by then."
    yield Fact("age of the targets", age, "right", hints.get(age, hint))
    yield from _facts_about_metrics(run)


def _facts_about_steps(run: WatchedWarmUp, calls: list) -> Iterator[Fact]:
    """Does the given optimizer take a step with each gradient?"""
    yield Fact("gradients erased", run.erased, False, ERASED)
    moved = not np.array_equal(run.weights, COLD.astype(np.float32))
    yield Fact("critic moved", moved, True, NO_STEP)
    yield Fact("gradients piled up", run.piled_up, False, PILED_UP)
    astray = run.weights - adam(calls, RATE)
    yield Fact("how far the critic is from where Adam takes it", astray, np.zeros(4), OTHER_STEPS, TOLERANCE)


def _facts_about_metrics(run: WatchedWarmUp) -> Iterator[Fact]:
    """The numbers that are yielded; raises WrongResult."""
    names = "value_loss", "env_steps", "crashes"
    for metrics in run.metrics:
        if not isinstance(metrics, dict) or not set(names) <= set(metrics):
            raise WrongResult(f"it should yield a dict with the keys {', '.join(map(repr, names))}.")
    loss, env_steps, crashes = (
        [number(metrics[name], f"{name!r} in the metrics") for metrics in run.metrics] for name in names
    )
    last = [run.learning(i)[-1] for i in range(len(run.metrics))]
    right = [np.square(call.errors).mean() for call in last]
    hint = "'value_loss' in the metrics should be the loss of the last minibatch, from before its step."
    yield Fact("value_loss less the last loss", np.subtract(loss, right), np.zeros(len(loss)), hint, 1e-2)
    yield Fact("'env_steps' in the metrics", env_steps, [BLOCK, 2 * BLOCK])
    yield Fact("'crashes' in the metrics", crashes, [2, 4])


def _probe_seed(answer: Callable) -> Iterator[Fact]:
    runs = (
        WatchedWarmUp(answer, seed, num_warmup_iterations=1, num_epochs=1, minibatch_size=12)
        for seed in (0, 0, 1)
    )
    first, again, other = (rows_of(run.learning(0), 0).tolist() for run in runs)
    yield Fact("repeatable", first == again, True, NOT_REPEATABLE)
    yield Fact("seed used", first == other, False, SAME_FOR_ALL_SEEDS)


# parts of the solution, for the edits below
NEXT_VALUES = "value_net(rollout.next_obs.flatten(0, 1)).reshape(rollout.rewards.shape)"
VALUES = "value_net(all_obs).reshape(rollout.rewards.shape)"
TARGETS = "value_targets(rollout.rewards, next_values, *ends, config.gamma)"
ROWS = "torch.randperm(len(targets), generator=generator).split(config.minibatch_size)"
LOSS = "(value_net(all_obs[rows]) - targets[rows]).square().mean()"
AIM = f"next_values = {NEXT_VALUES}\ntargets = {TARGETS}.flatten()"
NO_GRAD = "with torch.no_grad():"  # the first line of an epoch

MISTAKES = {
    # the targets
    PULLED: [
        "torch.no_grad() => torch.enable_grad()",
        f"loss = ( => {AIM}\nloss = (",
        ("torch.no_grad() => torch.enable_grad()", "backward() => backward(retain_graph=True)"),
    ],
    "the rewards themselves are the targets. A value counts all that is to come: build the targets with "
    "value_targets.": [f"{TARGETS} => rollout.rewards"],
    "the critic's own values are the targets, so there is nothing to learn. Build the targets with "
    "value_targets, from the rewards too.": [f"{TARGETS} => {VALUES}"],
    "the next values are the targets. Hand them over to value_targets, with the rewards and the ends.": [
        f"{TARGETS} => next_values"
    ],
    "the critic's forecast is subtracted from the targets, as in an advantage. Aim at the whole target.": [
        f"{TARGETS} => ({TARGETS} - {VALUES})"
    ],
    "only one reward is counted before the next value. Call value_targets, which goes on to the end of the "
    "episode.": [
        f"{TARGETS} => (rollout.rewards + config.gamma * next_values * ~ends[0])",
        f"{TARGETS} => (rollout.rewards + config.gamma * next_values)",
        f"{TARGETS} => (rollout.rewards + config.gamma * next_values * ~(ends[0] | ends[1]))",
    ],
    "these are the returns of GAE, which trust an untrained critic at every step. Call value_targets "
    "instead.": [
        (
            f"{TARGETS} => (values + compute_gae(rollout.rewards, values, next_values, *ends, config.gamma, "
            "config.gae_lambda))",
            f"targets = ( => values = {VALUES}\ntargets = (",
        )
    ],
    "the rows count through all B = T * N steps, but what they pick from has two axes (T, N). Use all_obs, "
    "and flatten the targets.": [
        "all_obs[rows] => rollout.obs[rows]",
        f"{TARGETS}.flatten() => {TARGETS}",
        (f"{TARGETS}.flatten() => {TARGETS}", "len(targets) => targets.numel()"),
    ],
    REORDERED: [
        f"{TARGETS}.flatten() => {TARGETS}.T.flatten()",
        "rollout.obs.flatten(0, 1) => rollout.obs.transpose(0, 1).flatten(0, 1)",
        "targets[rows] => targets[rows[torch.randperm(len(rows))]]",
    ],
    "the targets are normalized. Then they no longer say what a situation is worth: leave them as they "
    "are.": [
        f"for rows in => targets = (targets - targets.mean()) / (targets.std(correction={i}) + 1e-08)\n"
        "for rows in"
        for i in (0, 1)
    ],
    "the critic learns what rollout.next_obs is worth, one step too late. The targets belong to "
    "rollout.obs.": ["rollout.obs.flatten => rollout.next_obs.flatten"],
    EVERY_MINIBATCH: ["loss = ( => with torch.no_grad():\n    " + AIM.replace("\n", "\n    ") + "\nloss = ("],
    COLD_CRITIC: [("cold = deepcopy(value_net)", "next_values = value_net => next_values = cold")],
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
    "gamma is fixed. Take the one of the config: config.gamma.": [
        f"config.gamma => {fixed}" for fixed in (1.0, 0.99, 0.995, 0.9, 0.95)
    ],
    "gae_lambda is taken for gamma. Hand over config.gamma.": ["config.gamma => config.gae_lambda"],
    "the next values are those of rollout.obs, one step too early. Ask the critic about rollout.next_obs.": [
        "rollout.next_obs => rollout.obs"
    ],
    "the next values are taken from the row below, which is wrong where an episode ended. Ask the critic "
    "about rollout.next_obs.": [
        f"{NEXT_VALUES} => torch.cat([{VALUES}[1:], {NEXT_VALUES}[-1:]])",
        f"{NEXT_VALUES} => torch.cat([{VALUES}[1:], {VALUES}[-1:]])",
    ],
    "the critic is not asked what comes after the record. Let its values of rollout.next_obs stand in for "
    "the rest.": [f"{NEXT_VALUES} => torch.zeros_like(rollout.rewards)"],
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
        ".square() => .abs()",
        f"{LOSS} => F.smooth_l1_loss(value_net(all_obs[rows]), targets[rows])",
    ],
    "this is the error without its square, which is small where the forecast is much too low. Take the "
    "squares.": [
        ".square() =>",
        f"{LOSS} => (targets[rows] - value_net(all_obs[rows])).mean()",
    ],
    "the mean is taken before the square, so errors up and down cancel. Square each error first.": [
        ".square().mean() => .mean().square()"
    ],
    "a factor stands before the loss. There is no other loss here that it could be weighed against: leave "
    "it out.": [f"loss = ( => loss = {factor} * (" for factor in ("0.5", "config.vf_coef")],
    "a root is taken of the loss. It should become small, as it is.": [".mean() => .mean().sqrt()"],
    "each step of the minibatch still has a loss of its own. Reduce them to one number: the mean.": [
        ".mean() =>"
    ],
    "the forecast is cut off from the critic, so nothing can be learned. Compute the loss without detach() "
    "and outside of no_grad().": ["all_obs[rows]) => all_obs[rows]).detach()"],
    "the loss is made a plain number too early. Call backward() on the tensor; the given line below takes "
    "its item().": [".mean() => .mean().item()"],
    "forecasts (b, 1) meet targets (b,), and every situation is compared with every target. Call value_net "
    "itself.": ["all_obs[rows]) => all_obs[rows])[:, None]"],
    "the minibatch meets the whole block. Take the same rows of the observations and of the targets.": [
        "targets[rows] => targets",
        "all_obs[rows] => all_obs",
    ],
    # the minibatches
    "each gradient step sees the whole block. Split its rows into minibatches of config.minibatch_size.": [
        ("targets[rows] => targets", "all_obs[rows] => all_obs"),
        f"{ROWS} => [torch.arange(len(targets))]",
        ".split(config.minibatch_size) => .split(len(targets))",
    ],
    "the pieces have the wrong size. split(n) makes pieces of n rows, and chunk(n) makes n pieces: use "
    "split(config.minibatch_size).": [
        ".split( => .chunk(",
        ".split( => .split(len(targets) // ",
    ],
    "only one minibatch is used in each epoch. Go through all of them.": [
        f"{ROWS} => {ROWS}[:1]",
        f"{ROWS} => [torch.randint(len(targets), (config.minibatch_size,), generator=generator)]",
    ],
    "rows are drawn anew for each minibatch, so some come twice and others never. Shuffle once in an epoch, "
    "and split.": [
        f"{ROWS} => [{draw} for _ in torch.arange(len(targets)).split(config.minibatch_size)]"
        for draw in (
            "torch.randint(len(targets), (config.minibatch_size,), generator=generator)",
            "torch.randperm(len(targets), generator=generator)[:config.minibatch_size]",
        )
    ],
    "the first rows come in every minibatch, and the others never. Take the rows of the minibatch: "
    "all_obs[rows], targets[rows].": [
        "loss = ( => rows = torch.arange(len(rows))\nloss = (",
        "randperm(len(targets) => randperm(config.minibatch_size",
    ],
    "only the first T rows are gone through. The block has B = T * N of them: len(all_obs).": [
        "randperm(len(targets) => randperm(config.num_steps"
    ],
    "the last, smaller minibatch is left out. Use it, too.": [
        f"{ROWS} => {ROWS}[:len(targets) // config.minibatch_size]"
    ],
    IN_ORDER: ["torch.randperm(len(targets), generator=generator) => torch.arange(len(targets))"],
    SAME_ORDER: [
        "=generator => =torch.Generator().manual_seed(0)",
        "=generator => =generator.manual_seed(generator.initial_seed())",
    ],
    NOT_REPEATABLE: [", generator=generator =>"],
    SAME_FOR_ALL_SEEDS: ["manual_seed(derive_seed(seed, 'warm-up minibatches')) => manual_seed(0)"],
    OWN_EPOCHS: [f"{ROWS} => [rows for _ in range(config.num_epochs) for rows in {ROWS}]"],
    # the steps
    NO_BACKWARD: [
        "loss.backward() =>",
        ("loss.backward() =>", "optimizer.zero_grad() =>", "optimizer.step() =>"),
    ],
    NO_STEP: [
        "optimizer.step() =>",
        ("optimizer.step() =>", "loss.backward() => optimizer.step()\nloss.backward()"),
        ("optimizer.step() =>", "optimizer.zero_grad() =>"),
    ],
    PILED_UP: [
        "optimizer.zero_grad() =>",
        ("optimizer.zero_grad() =>", f"{NO_GRAD} => optimizer.zero_grad()\n{NO_GRAD}"),
    ],
    ERASED: ["loss.backward() => loss.backward()\noptimizer.zero_grad()"],
    "one step is taken in an epoch, for all its minibatches together. Zero the gradients and step for each "
    "of them.": [
        (
            f"for rows in {ROWS} => for i, rows in enumerate({ROWS})",
            "optimizer.zero_grad() => if i == 0:\n    optimizer.zero_grad()",
            "optimizer.step() => if (i + 1) * config.minibatch_size >= len(targets):\n    optimizer.step()",
        )
    ],
    "the optimizer steps before the gradients are there, with those of the minibatch before. Call backward() "
    "first.": [("optimizer.step() =>", "optimizer.zero_grad() => optimizer.step()\noptimizer.zero_grad()")],
    "two steps are taken for each minibatch. One is enough.": [
        "optimizer.step() => optimizer.step()\noptimizer.step()"
    ],
    "the gradients are cut. The warm-up does without, as a plain regression.": [
        "optimizer.step() => nn.utils.clip_grad_norm_(value_net.parameters(), 0.5)\noptimizer.step()"
    ],
    OTHER_STEPS: [
        ("Adam( => SGD(", "lr=config.warmup_learning_rate => lr=0.01"),
        "lr=config.warmup_learning_rate => lr=0.01",
    ],
    # what else is done
    ACTED_AGAIN: [
        f"{NO_GRAD} => _, obs = collect_rollout(actor, envs, obs, len(rollout.rewards))\n{NO_GRAD}"
    ],
    ASKED_AGAIN: [f"{NO_GRAD} => actor(all_obs.numpy())\n{NO_GRAD}"],
    ELSEWHERE: [
        "collect_rollout(actor, envs, obs => collect_rollout(actor, envs, envs.reset()[0]",
        f"{NO_GRAD} => obs, _ = envs.reset()\n{NO_GRAD}",
        f"{NO_GRAD} => obs = rollout.next_obs[-1].numpy()\n{NO_GRAD}",
        f"{NO_GRAD} => obs = rollout.obs[-1].numpy()\n{NO_GRAD}",
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
    probes=(_probe_targets, _probe_learning, _probe_seed),
    mistakes=MISTAKES,
    given=GIVEN,
    leftovers=LEFTOVERS,
)
