"""Lesson 01, bootstrap interval: right answers and mistakes, written independently of the bank."""

import random

import numpy as np
import pytest
import scipy.stats

from tests.checks.answers import hint_for, wrong_answers


def right(values, num_resamples, confidence, seed):
    generator = random.Random(seed)
    resamples = [generator.choices(list(values), k=len(values)) for _ in range(num_resamples)]
    means = sorted(sum(resample) / len(values) for resample in resamples)
    margin = 50 * (1 - confidence)
    return np.percentile(means, margin), np.percentile(means, 100 - margin)


def by_a_loop(values, num_resamples, confidence, seed):
    rng = np.random.default_rng(seed)
    means = [np.mean(rng.choice(values, len(values))) for _ in range(num_resamples)]
    return [np.quantile(means, 0.5 - confidence / 2), np.quantile(means, 0.5 + confidence / 2)]


def by_sorting(values, num_resamples, confidence, seed):
    generator = random.Random(seed)
    means = sorted(sum(generator.choices(values, k=len(values))) / len(values) for _ in range(num_resamples))
    skip = int(num_resamples * (1 - confidence) / 2)
    return means[skip], means[-1 - skip]


def by_indices(values, num_resamples, confidence, seed):
    np.random.seed(seed)  # noqa: NPY002
    rows = np.random.randint(0, values.size, (values.size, num_resamples))  # noqa: NPY002
    return np.quantile(values[rows].mean(0), [0.5 - confidence / 2, 0.5 + confidence / 2])


def by_scipy(values, num_resamples, confidence, seed):
    result = scipy.stats.bootstrap(
        (values,), np.mean, n_resamples=num_resamples, confidence_level=confidence, method="percentile",
        rng=np.random.default_rng(seed),
    )  # fmt: skip
    return tuple(result.confidence_interval)


RIGHT = [right, by_a_loop, by_sorting, by_indices, by_scipy]
DRAW = "generator.choices(list(values), k=len(values))"
MEAN = "sum(resample) / len(values) for resample in resamples"
WRONG = {
    "all the draws together": [f"{MEAN} => [np.mean(resamples)]"],
    "these are the smallest and the largest": ["return (means[0], means[-1])"],
    "this is the mean and a width": ["return (np.mean(values), result[1] - result[0])"],
    "every resample has": [f"{DRAW} => generator.sample(list(values), len(values))"],
    "this is as wide as": ["resamples = => resamples = [[len(values) * v] for v in values]\nunused ="],
    "each resample holds a single": [f"{DRAW} => len(values) * generator.choices(list(values))"],
    "the quantiles are taken over": [f"{MEAN} => value for resample in resamples for value in resample"],
    "these are standard deviations": [
        "error = 2 * values.std() / values.size ** 0.5\nreturn values.mean() - error, values.mean() + error"
    ],
    "what is outside": ["margin = 50 => margin = 100"],
    "everything is cut off on one": ["return (means[0], np.quantile(means, confidence))"],
    "the confidence has no": ["confidence = 0.95"],
    "percent and fractions": [
        ("50 * (1 - confidence) => (1 - confidence) / 2", "100 - margin => 1 - margin")
    ],
    "the ends are the wrong": ["return result[::-1]"],
    "this is the interval of the": [f"{MEAN} => np.median(resample) for resample in resamples"],
}


@pytest.mark.parametrize("answer", RIGHT)
def test_unusual_right_answers_pass(answer):
    assert hint_for("bootstrap_interval", answer) == ""


@pytest.mark.parametrize(("hint", "answer"), wrong_answers(right, WRONG))
def test_a_mistake_is_named(hint, answer):
    assert hint_for("bootstrap_interval", answer).startswith(hint)
