"""Lesson 01, bootstrap interval: right answers and mistakes, written independently of the bank."""

import random

import numpy as np
import pytest
import scipy.stats

from tests.checks.answers import hint_for


def interval_by_a_loop(values, num_resamples, confidence, seed):
    rng = np.random.default_rng(seed)
    means = [np.mean(rng.choice(values, len(values))) for _ in range(num_resamples)]
    margin = 50 * (1 - confidence)
    return [np.percentile(means, margin), np.percentile(means, 100 - margin)]


def interval_without_numpy(values, num_resamples, confidence, seed):
    generator = random.Random(seed)
    means = sorted(sum(generator.choices(values, k=len(values))) / len(values) for _ in range(num_resamples))
    skip = int(num_resamples * (1 - confidence) / 2)
    return means[skip], means[-1 - skip]


def interval_by_indices(values, num_resamples, confidence, seed):
    np.random.seed(seed)  # noqa: NPY002
    rows = np.random.randint(0, values.size, (values.size, num_resamples))  # noqa: NPY002
    return np.quantile(values[rows].mean(0), [0.5 - confidence / 2, 0.5 + confidence / 2])


def interval_by_scipy(values, num_resamples, confidence, seed):
    result = scipy.stats.bootstrap(
        (values,), np.mean, n_resamples=num_resamples, confidence_level=confidence, method="percentile",
        rng=np.random.default_rng(seed),
    )  # fmt: skip
    return tuple(result.confidence_interval)


RIGHT = [
    interval_by_a_loop,
    interval_without_numpy,
    interval_by_indices,
    interval_by_scipy,
]


def interval_from(means_of, confidence_used=None, percent=100.0):
    """A loop over resamples in plain Python, with `means_of(generator, values)` for each."""

    def interval(values, num_resamples, confidence, seed):
        generator = random.Random(seed)
        means = [means_of(generator, list(values)) for _ in range(num_resamples)]
        margin = (1 - (confidence_used or confidence)) / 2
        return np.percentile(means, percent * margin), np.percentile(means, percent * (1 - margin))

    return interval


def mean(values):
    return sum(values) / len(values)


def sorted_means(values, num_resamples, seed):
    rng = np.random.default_rng(seed)
    return np.sort([rng.choice(values, size=len(values)).mean() for _ in range(num_resamples)])


def of_one_mean(values, num_resamples, confidence, seed):
    draws = np.random.RandomState(seed).choice(values, (num_resamples, len(values)))
    return np.percentile(draws.mean(), [50 - 50 * confidence, 50 + 50 * confidence])


def mean_and_width(values, num_resamples, confidence, seed):
    low, high = interval_by_a_loop(values, num_resamples, confidence, seed)
    return np.mean(values), high - low


WRONG = [
    ("all the draws together", of_one_mean),
    (
        "these are the smallest and the largest",
        lambda v, n, c, s: (sorted_means(v, n, s)[0], sorted_means(v, n, s)[-1]),
    ),
    ("this is the mean and a width", mean_and_width),
    ("every resample has", interval_from(lambda g, v: mean(g.sample(v, len(v))))),
    (
        "this is as wide as",
        lambda v, n, c, s: (np.percentile(v, 50 - 50 * c), np.percentile(v, 50 + 50 * c)),
    ),
    ("each resample holds a single", interval_from(lambda g, v: g.choice(v))),
    (
        "the quantiles are taken over",
        interval_from(lambda g, v: g.choices(v, k=len(v))),
    ),
    (
        "these are standard deviations",
        lambda v, n, c, s: (
            v.mean() - 1.96 * v.std() / np.sqrt(v.size),
            v.mean() + 1.96 * v.std() / np.sqrt(v.size),
        ),
    ),
    (
        "what is outside",
        lambda v, n, c, s: (
            sorted_means(v, n, s)[int((1 - c) * n)],
            sorted_means(v, n, s)[max(int(c * n) - 1, 0)],
        ),
    ),
    (
        "everything is cut off on one",
        lambda v, n, c, s: (sorted_means(v, n, s)[0], np.quantile(sorted_means(v, n, s), c)),
    ),
    (
        "the confidence has no",
        interval_from(lambda g, v: mean(g.choices(v, k=len(v))), 0.95),
    ),
    (
        "percent and fractions",
        interval_from(lambda g, v: mean(g.choices(v, k=len(v))), percent=1.0),
    ),
    ("the ends are the wrong", lambda v, n, c, s: interval_by_a_loop(v, n, c, s)[::-1]),
    (
        "this is the interval of the",
        interval_from(lambda g, v: np.median(g.choices(v, k=len(v)))),
    ),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("bootstrap_interval", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("bootstrap_interval", function).startswith(hint)
