"""Watching a training run: a progress bar, and a stop button that loses nothing."""

from collections.abc import Iterator

from tqdm.auto import tqdm


def watch(training: Iterator[dict[str, float]], total: int) -> list[dict[str, float]]:
    """Run a training generator to its end and return all its metrics, one dict an iteration.

    The stop button (KeyboardInterrupt) ends it early: what the networks have learned stays learned, and the
    metrics so far are returned.
    """
    metrics = []
    try:
        for row in tqdm(training, total=total, leave=False):
            metrics.append(row)
    except KeyboardInterrupt:
        print(f"Stopped after {len(metrics)} of {total} iterations. What was learned until then is kept.")
    return metrics
