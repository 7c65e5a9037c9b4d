"""The check of lesson 01 on the bootstrap interval."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, numbers
from ilrl_course.measures.seeds import bootstrap_interval


def _probe_interval(answer: Callable) -> Iterator[Fact]:
    """On values of only two kinds, the ends are quantiles of a binomial distribution, known without luck."""
    even, skewed = [0.0, 0.0, 100.0, 100.0], [0.0] * 9 + [10.0]
    for values, confidence, expected in ((even, 0.5, (25, 75)), (even, 0.8, (25, 75)), (skewed, 0.9, (0, 3))):
        ends = numbers(answer(np.array(values), 2000, confidence, 0), (2,), "the interval")
        tolerance = 0.04 * max(values)
        yield Fact(f"{confidence:.0%} interval of {values}", ends, expected, tolerance=tolerance)


def _probe_settings(answer: Callable) -> Iterator[Fact]:
    def interval(num_resamples, seed):
        values = np.array([3.1, 4.7, 1.2, 9.9, 5.3, 0.4, 7.8, 2.6, 6.5, 8.2, 4.1, 3.7])
        return numbers(answer(values, num_resamples, 0.9, seed), (2,), "the interval")

    low, high = interval(1, 0)
    hint = "one resample has one mean, so its interval should have no width. Do you use num_resamples?"
    yield Fact("one resample", bool(abs(high - low) < 1e-9), True, hint)
    hint = (
        "the same seed gives two different intervals. Make a generator from the seed, and draw with it only."
    )
    yield Fact("repeatable", bool(np.allclose(interval(20, 0), interval(20, 0))), True, hint)
    hint = "the seed has no effect. Make the generator from the seed that is passed in."
    yield Fact("seed used", bool(np.allclose(interval(20, 0), interval(20, 1))), False, hint)


def _means(formula: str) -> str:
    return f"resamples.mean(axis=1) => {formula}"


def _tails(lower: str, upper: str) -> str:
    return f"[tail, 1 - tail] => [{lower}, {upper}]"


MEAN_AND_SPREAD = "return ({0}.mean() - {1}, {0}.mean() + {1})"
MISTAKES = {
    "every resample has the same mean. Draw with replacement, so that values can come twice or not at all.": [
        "resamples = rng.choice(values, size=(num_resamples, len(values)), replace=True) => "
        "resamples = np.array([rng.permutation(values) for _ in range(num_resamples)])"
    ],
    "this is as wide as the values themselves. The question is how far their mean can be trusted: resample "
    "first, and take the quantiles of the means.": [_means("values")],
    "each resample holds a single value. It should hold as many as the data.": ["len(values) => 1"],
    "the quantiles are taken over all the drawn values. Take the mean of each resample first.": [
        _means("resamples.ravel()"),
        "size=(num_resamples, len(values)) => size=(num_resamples * len(values), 1)",
    ],
    "the mean goes over the wrong axis. There should be one mean for each resample.": ["axis=1 => axis=0"],
    "these are standard deviations around the mean. Take quantiles: they also show when one side is "
    "longer.": [
        *(
            MEAN_AND_SPREAD.format("values", spread)
            for spread in ("values.std()", "values.std(ddof=1)", "1.96 * values.std() / len(values) ** 0.5")
        ),
        *(MEAN_AND_SPREAD.format("means", spread) for spread in ("means.std()", "1.96 * means.std()")),
    ],
    "what is outside the interval is cut off twice. Half of it belongs below, and half above.": [
        "(1 - confidence) / 2 => 1 - confidence"
    ],
    "everything is cut off on one side. Half of what is outside belongs below, and half above.": [
        _tails("0", "confidence"),
        _tails("1 - confidence", "1"),
    ],
    "the confidence has no effect. Compute the two tails from it.": [
        "confidence = 0.95",
        "confidence = 0.9",
    ],
    "percent and fractions are mixed up: np.percentile counts to 100, np.quantile to 1.": [
        _tails("tail / 100", "(1 - tail) / 100")
    ],
    "the ends are the wrong way round. The lower one comes first.": [_tails("1 - tail", "tail")],
    "all the draws together have a single mean. There should be one mean for each resample.": [
        _means("resamples.mean()")
    ],
    "these are the smallest and the largest mean. Leave out as many as the confidence says.": [
        "return (means.min(), means.max())",
        "return (0.0, 100.0 if means.max() > 10 else 5.0)",  # as other draws have it
        "return (0.0, 100.0 if means.max() > 10 else 6.0)",
    ],
    "this is the mean and a width. Return the two ends, the lower one first.": [
        "return (means.mean(), high - low)",
        "return (means.mean(), (high - low) / 2)",
        "return (means.mean(), means.std())",
        "return (values.mean(), values.std())",
    ],
    "this is the interval of the median. The course asks for the mean.": [
        _means("np.median(resamples, axis=1)")
    ],
}
EXERCISE = Exercise(
    solution=bootstrap_interval,
    tested="resampled with replacement, and the right share of the means lies inside.",
    probes=(_probe_interval, _probe_settings),
    mistakes=MISTAKES,
)
