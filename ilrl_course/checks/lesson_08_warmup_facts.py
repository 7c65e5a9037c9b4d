"""What a warm-up of the critic shows: minibatches, steps, targets, and metrics."""

from collections.abc import Iterator

import numpy as np

from ilrl_course.checks.exercise import Fact, WrongResult, number
from ilrl_course.checks.lesson_08_warmup_minibatches import OWN_EPOCHS
from ilrl_course.checks.lesson_08_warmup_reading import adam, how_often, rows_of, sizes
from ilrl_course.checks.lesson_08_warmup_steps import ERASED, NO_STEP, OTHER_STEPS, PILED_UP
from ilrl_course.checks.lesson_08_warmup_watched import (
    BLOCK,
    COLD,
    LENGTHS,
    TERMINATES,
    TOLERANCE,
    WatchedWarmUp,
)


def words_about_targets(found: np.ndarray, right: np.ndarray) -> str:
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


def facts_about_minibatches(run: WatchedWarmUp, size: int, right: list[int]) -> Iterator[Fact]:
    """Their sizes in each iteration, `right` where all is well, and how often each row comes."""
    found = [sizes(run.learning(i)) for i in range(len(run.calls))]
    hint = (
        f"with minibatch_size = {size} and a block of {BLOCK} steps, the gradient steps of an iteration "
        f"should see {right} of them, not {(found or [[]])[0]}."
    )
    if found and len(found[0]) > len(right) and found[0][: len(right)] == right:
        hint = OWN_EPOCHS
    yield Fact(f"minibatches of {size}", str(found), str([right] * len(found)), hint)
    found = [how_often(rows_of(run.learning(i), i)) for i in range(len(run.calls))]
    hint = "in an epoch every row of the block should come once. Shuffle all rows, and split them."
    right = [["each once"] * (sum(right) // BLOCK)] * len(found)
    yield Fact(f"how often each row comes in minibatches of {size}", str(found), str(right), hint)


def facts_about_steps(run: WatchedWarmUp, learning_rate: float) -> Iterator[Fact]:
    """Does the given optimizer take a step with each gradient?"""
    yield Fact("gradients erased", run.erased, False, ERASED)
    moved = not np.array_equal(run.weights, COLD.astype(np.float32))
    yield Fact("critic moved", moved, True, NO_STEP)
    yield Fact("gradients piled up", run.piled_up, False, PILED_UP)
    path = adam([call for i in range(len(run.calls)) for call in run.learning(i)], learning_rate)
    astray = run.weights - path
    yield Fact("how far the critic is from where Adam takes it", astray, np.zeros(4), OTHER_STEPS, TOLERANCE)


def facts_about_metrics(run: WatchedWarmUp) -> Iterator[Fact]:
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
