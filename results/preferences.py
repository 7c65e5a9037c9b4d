"""Lesson 05: the weights of a soft demonstrator, from its games, and from comparing pairs of them."""

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.maxent_irl import (
    MaxEntConfig,
    fit_preferences,
    sample_paths,
    soft_value_iteration,
    train_maxent_irl,
)
from ilrl_course.envs.dungeon.rules import MAX_STEPS
from ilrl_course.envs.dungeon.tabular import FEATURE_NAMES, tabular_dungeon

SEEDS = list(range(1000, 1024))
TRUE = {"step": -2.0, "near_lava": -3.0, "lava": -25.0, "passage": -6.0, "treasure": 15.0}
GAMES = (5, 20, 100, 500)
COMPARISONS = (5, 20, 100, 500, 2000)


def infer(seed: int) -> dict[str, list[list[float]]]:
    """The weights (F,) from ever more games, and from ever more comparisons of games with the same start."""
    table, true = (
        tabular_dungeon(seed % 800, random_start=True),
        np.array([TRUE.get(name, 0.0) for name in FEATURE_NAMES]),
    )
    policy, _ = soft_value_iteration(table.transitions, table.terminal, table.features @ true, MAX_STEPS)
    paths = sample_paths(table, policy, 3 * max(COMPARISONS), seed)
    gathered = np.array([table.features[path[1:]].sum(axis=0) for path in paths])  # (paths, F)
    from_games = []
    for number in GAMES:
        weights = np.zeros(len(FEATURE_NAMES))
        for _ in train_maxent_irl(weights, table, paths[:number], MaxEntConfig()):
            pass
        from_games.append(weights.tolist())
    differences = compared(paths, gathered, true, seed)
    from_pairs = [fit_preferences(differences[:number]).tolist() for number in COMPARISONS]
    return {"games": from_games, "comparisons": from_pairs}


def compared(paths: list[np.ndarray], gathered: np.ndarray, weights: np.ndarray, seed: int) -> np.ndarray:
    """The features of the preferred path less those of the other (pairs, F), for pairs with the same start.

    Which one is preferred is drawn by the model of Bradley and Terry.
    """
    rng = np.random.default_rng(seed)
    starts, pairs = np.array([path[0] for path in paths]), []
    for start in np.unique(starts):
        rows = np.flatnonzero(starts == start)
        pairs += list(rows[: len(rows) // 2 * 2].reshape(-1, 2))
    first, second = gathered[rng.permutation(pairs)].swapaxes(0, 1)  # (pairs, F) each
    difference = first - second
    agrees = rng.random(len(pairs)) < 1 / (1 + np.exp(-(difference @ weights)))  # (pairs,)
    return np.where(agrees[:, None], difference, -difference)[: max(COMPARISONS)]


def run() -> dict:
    """The inferred weights (seeds, F), by source and number."""
    runs = run_seeds(infer, SEEDS)
    numbers = {"games": GAMES, "comparisons": COMPARISONS}
    return {"seeds": SEEDS, "true": TRUE} | {
        source: {
            str(n): np.round([run[source][k] for run in runs], 4).tolist() for k, n in enumerate(several)
        }
        for source, several in numbers.items()
    }
