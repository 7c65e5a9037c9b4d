"""Lesson 01, bootstrap interval: right answers and mistakes, written independently of the bank."""

import random

import numpy as np
import scipy.stats
import torch

from ilrl_course.measures.seeds import confidence_interval
from tests.checks.answers import promises_of


def right(values, num_resamples=2000, confidence=0.95, seed=0):
    generator = random.Random(seed)
    resamples = [generator.choices(list(values), k=len(values)) for _ in range(num_resamples)]
    means = sorted(sum(resample) / len(values) for resample in resamples)
    margin = 50 * (1 - confidence)
    return np.percentile(means, margin), np.percentile(means, 100 - margin)


def by_a_loop(values, num_resamples=2000, confidence=0.95, seed=0):
    rng = np.random.default_rng(seed)
    means = [np.mean(rng.choice(values, len(values))) for _ in range(num_resamples)]
    return [np.quantile(means, 0.5 - confidence / 2), np.quantile(means, 0.5 + confidence / 2)]


def by_sorting(values, num_resamples=2000, confidence=0.95, seed=0):
    generator = random.Random(seed)
    means = sorted(sum(generator.choices(values, k=len(values))) / len(values) for _ in range(num_resamples))
    skip = int(num_resamples * (1 - confidence) / 2)
    return means[skip], means[-1 - skip]


def by_indices(values, num_resamples=2000, confidence=0.95, seed=0):
    rows = np.random.RandomState(seed).randint(0, values.size, (values.size, num_resamples))
    return np.quantile(values[rows].mean(0), [0.5 - confidence / 2, 0.5 + confidence / 2])


def by_scipy(values, num_resamples=2000, confidence=0.95, seed=0):
    result = scipy.stats.bootstrap(
        (values,), np.mean, n_resamples=num_resamples, confidence_level=confidence, method="percentile",
        rng=np.random.default_rng(seed),
    )  # fmt: skip
    return tuple(result.confidence_interval)


def by_counts(values, num_resamples=2000, confidence=0.95, seed=0):
    n = len(values)
    counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=num_resamples)
    return tuple(np.quantile(counts @ values / n, [(1 - confidence) / 2, (1 + confidence) / 2]))


def by_torch(values, num_resamples=2000, confidence=0.95, seed=0):
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randint(len(values), (num_resamples, len(values)), generator=generator)
    tails = torch.tensor([0.5 - confidence / 2, 0.5 + confidence / 2], dtype=torch.float64)
    return torch.tensor(values)[rows].mean(1).quantile(tails)


RIGHT = [right, by_a_loop, by_sorting, by_indices, by_scipy, by_counts, by_torch]
DRAW = "generator.choices(list(values), k=len(values))"
MEAN = "sum(resample) / len(values) for resample in resamples"
WRONG = {
    "all the draws together": [f"{MEAN} => [np.mean(resamples)]"],
    "these are the smallest and the largest": ["return (means[0], means[-1])"],
    "this is the mean and a width": ["return (np.mean(values), result[1] - result[0])"],
    "a single resample counts": [f"{DRAW} => random.Random(seed).choices(list(values), k=len(values))"],
    "each resample has the wrong size": [
        (f"{DRAW} => generator.choices(list(values), k=len(values) - 1)", "/ len(values) => / len(resample)")
    ],
    "the last value is never": [f"{DRAW} => [values[generator.randrange(len(values) - 1)] for _ in values]"],
    "the first value is never": [f"{DRAW} => [values[generator.randrange(1, len(values))] for _ in values]"],
    "this is another kind of interval (BCa)": [lambda v, n, c, s: confidence_interval(v)],
    "the interval is mirrored": ["return 2 * np.mean(values) - result[1], 2 * np.mean(values) - result[0]"],
    "this is the interval of a bell curve": [
        lambda v, n, c, s: scipy.stats.t.interval(c, len(v) - 1, v.mean(), scipy.stats.sem(v))
    ],
    "the tails are not": ["margin = 50 * (1 - confidence) => margin = 50 * confidence"],
    "the ends are rounded": ["return np.round(result, 2)", "return int(result[0]), int(result[1])"],
    "one resample has one mean": ["num_resamples = 1000"],
    "the seed has no effect": ["seed = 0"],
    "the same seed gives two": ["generator = random.Random(seed) => generator = random.Random()"],
    "it uses a global random generator": [
        "generator = random.Random(seed) => random.seed(seed)\ngenerator = random"
    ],
    "this is the interval of the sum": [f"{MEAN} => sum(resample) for resample in resamples"],
    "this is the interval of the standard": [f"{MEAN} => np.std(resample) for resample in resamples"],
    "every resample has": [f"{DRAW} => generator.sample(list(values), len(values))"],
    "this is as wide as": ["resamples = => resamples = [[len(values) * v] for v in values]\nunused ="],
    "each resample holds a single": [f"{DRAW} => len(values) * generator.choices(list(values))"],
    "the quantiles are taken over": [f"{MEAN} => value for resample in resamples for value in resample"],
    "these are standard deviations": [
        "error = 2 * values.std() / values.size ** 0.5\nreturn values.mean() - error, values.mean() + error"
    ],
    "what is outside": ["margin = 50 => margin = 100"],
    "everything is cut off on one": ["return (means[0], np.quantile(means, confidence))"],
    "percent and fractions": [
        ("50 * (1 - confidence) => (1 - confidence) / 2", "100 - margin => 1 - margin")
    ],
    "this is the interval of the median": [f"{MEAN} => np.median(resample) for resample in resamples"],
}


TestAnswers = promises_of("bootstrap_interval", right, RIGHT, WRONG)
