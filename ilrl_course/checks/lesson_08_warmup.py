"""The check of lesson 08 on the warm-up of the critic."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.algorithms.finetune import warm_up_critic
from ilrl_course.checks.exercise import Exercise, Fact
from ilrl_course.checks.lesson_08_warmup_facts import (
    facts_about_metrics,
    facts_about_minibatches,
    facts_about_steps,
    words_about_targets,
)
from ilrl_course.checks.lesson_08_warmup_minibatches import (
    IN_ORDER,
    NOT_REPEATABLE,
    SAME_FOR_ALL_SEEDS,
    SAME_ORDER,
)
from ilrl_course.checks.lesson_08_warmup_mutants import LEFTOVERS, MUTANTS
from ilrl_course.checks.lesson_08_warmup_reading import age_of_targets, rows_of, targets_by_row
from ilrl_course.checks.lesson_08_warmup_steps import ACTED_AGAIN, ASKED_AGAIN, ELSEWHERE, NO_BACKWARD
from ilrl_course.checks.lesson_08_warmup_targets import COLD_CRITIC, EVERY_MINIBATCH, PULLED, REORDERED
from ilrl_course.checks.lesson_08_warmup_watched import (
    BLOCK,
    COLD,
    NUM_STEPS,
    TOLERANCE,
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
    yield from facts_about_minibatches(run, 8, [8, 8, 8])
    in_order = any((np.diff(rows_of([call], 0)) == 1).all() for call in calls)
    yield Fact("in order", in_order, False, IN_ORDER)
    found, right = targets_by_row(calls, 0), block(0).targets(COLD)
    among_right = np.isclose(found[..., None], right.flatten(), 0, TOLERANCE).any(axis=-1)  # (T, N)
    reordered = bool(among_right.all()) and not np.allclose(found, right, 0, TOLERANCE)
    yield Fact("reordered", reordered, False, REORDERED)
    yield Fact("targets", found, right, words_about_targets(found, right), TOLERANCE)


def _probe_learning(answer: Callable) -> Iterator[Fact]:
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
    yield from facts_about_minibatches(run, 13, [13, 11] * NUM_EPOCHS)
    epochs = [rows_of(each, i)[:BLOCK].tolist() for i, each in enumerate(calls)]
    epochs += [rows_of(each, i)[BLOCK:].tolist() for i, each in enumerate(calls)]
    yield Fact("new orders", len({tuple(rows) for rows in epochs}) == len(epochs), True, SAME_ORDER)
    yield from facts_about_steps(run, RATE)
    age = age_of_targets(calls)
    hints = {"every minibatch": EVERY_MINIBATCH, "cold": COLD_CRITIC}
    hint = "the targets of a later epoch are wrong. Build them of the critic as it is by then."
    yield Fact("age of the targets", age, "right", hints.get(age, hint))
    yield from facts_about_metrics(run)


def _probe_seed(answer: Callable) -> Iterator[Fact]:
    runs = (
        WatchedWarmUp(answer, seed, num_warmup_iterations=1, num_epochs=1, minibatch_size=12)
        for seed in (0, 0, 1)
    )
    first, again, other = (rows_of(run.learning(0), 0).tolist() for run in runs)
    yield Fact("repeatable", first == again, True, NOT_REPEATABLE)
    yield Fact("seed used", first == other, False, SAME_FOR_ALL_SEEDS)


WARM_UP = Exercise(
    solution=warm_up_critic,
    tested="the right targets, without a gradient, and shuffled minibatches that pull the critic to them.",
    probes=(_probe_targets, _probe_learning, _probe_seed),
    given=GIVEN,
    leftovers=LEFTOVERS,
    mutants=MUTANTS,
)
