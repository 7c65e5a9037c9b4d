"""Several methods, trained on several seeds; and what a table tells about their runs."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import TypeVar

from tqdm import tqdm

Outcome = TypeVar("Outcome")


def race(
    title: str, contestants: dict[str, Callable[[int], Outcome]], seeds: Sequence[int]
) -> dict[str, list[Outcome]]:
    """Train all on one seed, then all on the next, so that a busy minute of the machine hits nobody alone."""
    outcomes = {method: [] for method in contestants}
    with tqdm(total=len(seeds) * len(contestants)) as progress:
        for seed in seeds:
            for method, train in contestants.items():
                progress.set_description(f"{title}, seed {seed}, {method}")
                outcomes[method].append(train(seed))
                progress.update()
    return outcomes


def median_and_range(column: str, values: Sequence[float]) -> dict:
    """Two columns: the median, as a number, and the lowest and highest, as text."""
    low, high = (
        f"{value:,}" if isinstance(value, int) else f"{value:.3g}" for value in (min(values), max(values))
    )
    return {column: median(values), f"{column}, range": f"{low}..{high}"}
