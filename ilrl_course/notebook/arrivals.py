"""How many training runs arrive at a score, and after how many steps."""

from collections.abc import Mapping

import numpy as np


def print_arrivals(
    scores: Mapping[str, np.ndarray], env_steps: np.ndarray, thresholds: Mapping[str, float], title: str = ""
) -> None:
    """Print a row for each arm and a column for each threshold: the median steps, and how many runs arrive.

    `scores` are (S, E) by arm, `env_steps` (E,) those of the examinations. A run arrives when an examination
    first shows the threshold. Where half of an arm's runs never do there is no median, and none is printed.
    """
    width = max(len(name) for name in [title, *scores]) + 2
    print(f"{title:{width}}" + "".join(f"{label:>28}" for label in thresholds))
    for name, values in scores.items():
        cells = [arrivals(values >= threshold, env_steps) for threshold in thresholds.values()]
        print(f"{name:{width}}" + "".join(f"{cell:>28}" for cell in cells))


def arrivals(reached: np.ndarray, env_steps: np.ndarray) -> str:
    """Of runs that have reached something or not (S, E): their median steps, and how many there are."""
    arrived = reached.any(axis=1)  # (S,)
    median = np.median(np.where(arrived, env_steps[reached.argmax(axis=1)], np.inf))
    steps = f"{median:,.0f} steps, " if np.isfinite(median) else ""
    return f"{steps}{arrived.sum()} of {len(arrived)}"
