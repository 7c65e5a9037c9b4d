"""The check of lesson 08 on the warm-up of the critic."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.algorithms.finetune import warm_up_critic
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, number
from ilrl_course.checks.lesson_08_warmup_minibatches import (
    IN_ORDER,
    NOT_REPEATABLE,
    SAME_FOR_ALL_SEEDS,
    SAME_ORDER,
)
from ilrl_course.checks.lesson_08_warmup_mutants import LEFTOVERS, MUTANTS
from ilrl_course.checks.lesson_08_warmup_reading import (
    adam,
    age_of_targets,
    how_often,
    rows_of,
    sizes,
    targets_by_row,
)
from ilrl_course.checks.lesson_08_warmup_steps import (
    ACTED_AGAIN,
    ASKED_AGAIN,
    ELSEWHERE,
    ERASED,
    NO_BACKWARD,
    NO_STEP,
    OTHER_STEPS,
    PILED_UP,
)
from ilrl_course.checks.lesson_08_warmup_targets import COLD_CRITIC, EVERY_MINIBATCH, PULLED, REORDERED
from ilrl_course.checks.lesson_08_warmup_watched import (
    BLOCK,
    COLD,
    LENGTHS,
    NUM_STEPS,
    TERMINATES,
    WatchedWarmUp,
    block,
)

NUM_ITERATIONS, NUM_EPOCHS, RATE = 2, 2, 0.1
STANDSTILL = 1e-9  # a learning rate with which the critic's answers stay as they were

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


def _probe_targets(answer: Callable) -> Iterator[Fact]:
    """One epoch in which the critic does not move, so that nothing depends on the order of the rows."""
    run = WatchedWarmUp(
        answer, num_warmup_iterations=1, num_epochs=1, minibatch_size=8, warmup_learning_rate=STANDSTILL
    )
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
    reordered = not np.allclose(found, right, atol=1e-3) and np.allclose(
        np.sort(found, None), np.sort(right, None), atol=1e-3
    )
    yield Fact("reordered", reordered, False, REORDERED)
    yield Fact("targets", found, right, _worst(found, right), tolerance=1e-3)


def _worst(found: np.ndarray, right: np.ndarray) -> str:
    """Words about the wrong target nearest to the end, since those before it are built on it; or ''."""
    wrong = np.argwhere(~np.isclose(found, right, 0, 1e-3))
    if not len(wrong):
        return ""
    t, n = wrong[-1]
    end = "is terminated" if TERMINATES[n] else "is cut off by the clock" if LENGTHS[n] < 9 else "goes on"
    return (
        f"the loss pulls the critic to other values than the targets. In a world whose episode {end}, row {t} "
        f"has the target {right[t, n]:.4g}, but its gradient points to {found[t, n]:.4g}."
    )


def _facts_about_minibatches(run: WatchedWarmUp, size: int, right: list[int]) -> Iterator[Fact]:
    found = [sizes(run.learning(i)) for i in range(len(run.calls))]
    hint = (
        f"with minibatch_size = {size} and a block of {BLOCK} steps, the gradient steps of an iteration should "
        f"see {right} of them, not {(found or [[]])[0]}."
    )
    yield Fact(f"minibatches of {size}", str(found), str([right] * len(found)), hint)
    found = [how_often(rows_of(run.learning(i), i)) for i in range(len(run.calls))]
    hint = "in an epoch every row of the block should come once. Shuffle all rows, and split them."
    right = [["each once"] * (len(right) * size // BLOCK)] * len(found)
    yield Fact(f"how often each row comes in minibatches of {size}", str(found), str(right), hint)


def _probe_learning(answer: Callable) -> Iterator[Fact]:
    run = WatchedWarmUp(
        answer,
        num_warmup_iterations=NUM_ITERATIONS,
        num_epochs=NUM_EPOCHS,
        minibatch_size=7,
        warmup_learning_rate=RATE,
    )
    hint = f"with num_warmup_iterations = {NUM_ITERATIONS} it should yield that often, not {len(run.metrics)}."
    yield Fact("yields", len(run.metrics), NUM_ITERATIONS, hint)
    seen = np.concatenate([block(i).obs for i in range(NUM_ITERATIONS)])
    yield Fact("where the worlds are", np.array(run.envs.visited), seen, ELSEWHERE)
    yield Fact("what the actor sees", np.array(run.actor.asked), seen, ELSEWHERE)
    calls = [run.learning(i) for i in range(len(run.calls))]
    if not all(calls):
        return
    yield from _facts_about_minibatches(run, 7, [7, 7, 7, 3] * NUM_EPOCHS)
    epochs = [rows_of(each, i)[:BLOCK].tolist() for i, each in enumerate(calls)]
    epochs += [rows_of(each, i)[BLOCK:].tolist() for i, each in enumerate(calls)]
    yield Fact("new orders", len({tuple(rows) for rows in epochs}) == len(epochs), True, SAME_ORDER)
    yield from _facts_about_steps(run)
    age = age_of_targets(calls)
    hints = {"every minibatch": EVERY_MINIBATCH, "cold": COLD_CRITIC}
    hint = "the targets of a later epoch are wrong. Build them of the critic as it is by then."
    yield Fact("age of the targets", age, "right", hints.get(age, hint))
    yield from _facts_about_metrics(run)


def _facts_about_steps(run: WatchedWarmUp) -> Iterator[Fact]:
    yield Fact("gradients erased", run.erased, False, ERASED)
    moved = not np.array_equal(run.weights, COLD.astype(np.float32))
    yield Fact("critic moved", moved, True, NO_STEP)
    yield Fact("gradients piled up", run.piled_up, False, PILED_UP)
    path = adam([call for i in range(len(run.calls)) for call in run.learning(i)], RATE)
    yield Fact("the critic's weights in the end", run.weights, path, OTHER_STEPS, tolerance=1e-3)


def _facts_about_metrics(run: WatchedWarmUp) -> Iterator[Fact]:
    names = "value_loss", "env_steps", "crashes"
    for metrics in run.metrics:
        if not isinstance(metrics, dict) or not set(names) <= set(metrics):
            raise WrongResult(f"it should yield a dict with the keys {', '.join(map(repr, names))}.")
    loss, env_steps, crashes = (
        [number(metrics[name], f"{name!r} in the metrics") for metrics in run.metrics] for name in names
    )
    last = [run.learning(i)[-1] for i in range(len(run.metrics))]
    right = [np.square(call.values - call.targets_by_row).mean() for call in last]
    hint = "'value_loss' in the metrics should be the loss of the last minibatch, from before its step."
    yield Fact("value_loss less the last loss", np.subtract(loss, right), np.zeros(len(loss)), hint, 1e-2)
    yield Fact("'env_steps' in the metrics", env_steps, [BLOCK, 2 * BLOCK])
    yield Fact("'crashes' in the metrics", crashes, [2, 4])


def _probe_seed(answer: Callable) -> Iterator[Fact]:
    first, again, other = (
        rows_of(
            WatchedWarmUp(
                answer, seed, num_warmup_iterations=1, num_epochs=1, minibatch_size=8
            ).learning(0),
            0,
        ).tolist()
        for seed in (0, 0, 1)
    )
    yield Fact("repeatable", first == again, True, NOT_REPEATABLE)
    yield Fact("seed used", first == other, False, SAME_FOR_ALL_SEEDS)


WARM_UP = Exercise(
    solution=warm_up_critic,
    tested="targets from value_targets without a gradient, and shuffled minibatches that pull the critic to them.",
    probes=(_probe_targets, _probe_learning, _probe_seed),
    given=GIVEN,
    leftovers=LEFTOVERS,
    mutants=MUTANTS,
)
