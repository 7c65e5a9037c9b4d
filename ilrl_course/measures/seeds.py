"""Many seeds side by side, and what they say: intervals by bootstrap, comparisons by permutation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
import scipy  # its submodule `stats` is loaded at the first use: the workers of `run_seeds` do without
import torch
from tqdm.auto import tqdm

from ilrl_course.measures.rehearsal import NUM_SEEDS, is_rehearsal


def run_seeds(function: Callable[..., Any], seeds: Iterable[int], **settings) -> list[Any]:
    """Call `function(seed, **settings)` for every seed, over all cores; the results in the seeds' order.

    The function may be defined in a notebook. Inside `joblib.parallel_config(backend="dask")` the same call
    runs on a Dask cluster. An interrupt stops the workers, and the next call starts new ones. In a rehearsal
    two seeds are trained here, and stand for all.
    """
    seeds = list(seeds)
    if is_rehearsal():
        few = [function(seed, **settings) for seed in seeds[:NUM_SEEDS]]
        return [few[i % len(few)] for i in range(len(seeds))]
    tasks = (joblib.delayed(_run_on_one_thread)(function, seed, settings) for seed in seeds)
    results = joblib.Parallel(n_jobs=-1, return_as="generator")(tasks)
    name = getattr(function, "__name__", "seeds")
    return list(tqdm(results, total=len(seeds), desc=name, unit="seed", leave=False))


def _run_on_one_thread(function: Callable[..., Any], seed: int, settings: dict[str, Any]) -> Any:
    torch.set_num_threads(1)  # seeds run side by side: more threads would only get in each other's way
    return function(seed, **settings)


def by_name(runs: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """From one dict a seed, as `run_seeds` returns them, to one array (seeds, ...) a name."""
    return {name: np.array([run[name] for run in runs]) for name in runs[0]}


def bootstrap_interval(
    values: np.ndarray, num_resamples: int = 2000, confidence: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean of values (n,) (Efron and Tibshirani 1993, ch. 13)."""
    rng = np.random.default_rng(seed)
    resamples = rng.choice(values, size=(num_resamples, len(values)), replace=True)  # (R, n)
    means = resamples.mean(axis=1)  # (R,)
    tail = (1 - confidence) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def confidence_interval(values: np.ndarray, confidence: float = 0.95) -> tuple[float, float]:
    """Bootstrap interval of the mean of values (n,), bias-corrected and accelerated (Efron 1987).

    Better for skewed values than the percentiles of `bootstrap_interval`. Equal values give an interval of
    width zero.
    """
    values = _finite(values)
    if np.allclose(values, values[0], rtol=1e-12, atol=0):
        return float(values[0]), float(values[0])
    result = scipy.stats.bootstrap(
        (values,), np.mean, confidence_level=confidence, method="BCa", rng=np.random.default_rng(0)
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


@dataclass(frozen=True)
class Comparison:
    """The mean of paired differences `first - second`, with its interval and its p-value."""

    difference: float
    low: float
    high: float
    p_value: float

    def __str__(self) -> str:
        return f"{self.difference:+.3g} [{self.low:+.3g}, {self.high:+.3g}], p = {self.p_value:.2g}"


def compare_paired(first: np.ndarray, second: np.ndarray) -> Comparison:
    """Compare two methods on the same seeds, (n,) each: a permutation test of the paired differences."""
    if len(first) != len(second):
        raise ValueError(f"{len(first)} against {len(second)} runs: pairs need the same seeds on both sides")
    differences = _finite(first) - _finite(second)  # (n,)
    low, high = confidence_interval(differences)
    test = scipy.stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", rng=np.random.default_rng(0)
    )
    return Comparison(float(differences.mean()), low, high, float(test.pvalue))


def _finite(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise ValueError(f"at least two finite numbers in one row are needed, got {values}")
    return values
