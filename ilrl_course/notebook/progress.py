"""Watching a training run: a progress bar, a stop button that loses nothing, and looks at how it is going."""

import time
from collections.abc import Callable, Iterator

from tqdm.auto import tqdm

from ilrl_course.measures.rehearsal import shortened


def watch(training: Iterator[dict[str, float]], total: int) -> list[dict[str, float]]:
    """Run a training generator to its end and return all its metrics, one dict an iteration.

    The stop button (KeyboardInterrupt) ends it early: what the networks have learned stays learned, and the
    metrics so far are returned.
    """
    metrics = []
    try:
        for row in tqdm(shortened(training), total=total, leave=False):
            metrics.append(row)
    except KeyboardInterrupt:
        print(f"Stopped after {len(metrics)} of {total} iterations. What was learned until then is kept.")
    return metrics


def trace(
    training: Iterator[dict[str, float]], examine: Callable[[int], dict[str, float]], every: int
) -> list[dict[str, float]]:
    """Run a training generator; examine the learner before it, after each `every` iterations, and at the end.

    Returns a dict for each examination: the training's latest metrics (before it, no `env_steps` and
    `crashes`), what `examine(iteration)` returned, and the `seconds` so far, without those of examinations.
    """
    rows, seconds, iteration = [{"env_steps": 0, "crashes": 0} | examine(0) | {"seconds": 0.0}], 0.0, 0
    start = time.perf_counter()
    for iteration, metrics in enumerate(shortened(training, every), start=1):
        seconds += time.perf_counter() - start
        if iteration % every == 0:
            rows.append(metrics | examine(iteration) | {"seconds": seconds})
        start = time.perf_counter()
    if iteration % every:
        rows.append(metrics | examine(iteration) | {"seconds": seconds})
    return rows
