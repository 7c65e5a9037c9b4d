"""The check of lesson 01 on the bootstrap interval."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, Mutant, numbers
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


def _bootstrap(
    values, num_resamples, confidence, seed, *, replace=True, size=None, reduce=None, tails=None, ends=None
):
    """The bootstrap with one part exchanged."""
    rng = np.random.default_rng(seed)
    size = len(values) if size is None else size
    if replace:
        resamples = rng.choice(values, size=(num_resamples, size))
    else:
        resamples = np.array([rng.permutation(values)[:size] for _ in range(num_resamples)])  # (R, n)
    means = resamples.mean(axis=1) if reduce is None else reduce(resamples)
    tail = (1 - confidence) / 2
    tails = (tail, 1 - tail) if tails is None else tails(confidence)
    return tuple(np.quantile(means, tails)) if ends is None else ends(means, confidence)


def _with(**parts):
    return lambda values, num_resamples, confidence, seed: _bootstrap(
        values, num_resamples, confidence, seed, **parts
    )


def _normal(values, num_resamples, confidence, seed, z=1.96):
    error = z * np.std(values) / len(values) ** 0.5
    return np.mean(values) - error, np.mean(values) + error


def _mean_and_width(means, confidence, part):
    return means.mean(), part * np.subtract(*np.quantile(means, [(1 + confidence) / 2, (1 - confidence) / 2]))


INTERVAL = Exercise(
    solution=bootstrap_interval,
    tested="resampled with replacement, and the right share of the means lies inside.",
    probes=(_probe_interval, _probe_settings),
    mutants=(
        Mutant(
            "every resample has the same mean. Draw with replacement, so that values can come twice or not "
            "at all.",
            _with(replace=False),
        ),
        Mutant(
            "this is as wide as the values themselves. The question is how far their mean can be trusted: "
            "resample first, and take the quantiles of the means.",
            lambda v, n, c, s: np.quantile(v, [(1 - c) / 2, (1 + c) / 2]),
        ),
        Mutant(
            "each resample holds a single value. It should hold as many as the data.",
            _with(size=1),
        ),
        Mutant(
            "the quantiles are taken over all the drawn values. Take the mean of each resample first.",
            _with(reduce=np.ravel),
            lambda v, n, c, s: np.quantile(
                np.random.default_rng(s).choice(v, n * len(v)), [(1 - c) / 2, (1 + c) / 2]
            ),
        ),
        Mutant(
            "the mean goes over the wrong axis. There should be one mean for each resample.",
            _with(reduce=lambda resamples: resamples.mean(axis=0)),
        ),
        Mutant(
            "these are standard deviations around the mean. Take quantiles: they also show when one side is"
            " longer.",
            lambda v, n, c, s: (np.mean(v) - np.std(v), np.mean(v) + np.std(v)),
            lambda v, n, c, s: (np.mean(v) - np.std(v, ddof=1), np.mean(v) + np.std(v, ddof=1)),
            _with(ends=lambda means, c: (means.mean() - means.std(), means.mean() + means.std())),
            _with(
                ends=lambda means, c: (means.mean() - 1.96 * means.std(), means.mean() + 1.96 * means.std())
            ),
            _normal,
        ),
        Mutant(
            "what is outside the interval is cut off twice. Half of it belongs below, and half above.",
            _with(tails=lambda c: (1 - c, c)),
        ),
        Mutant(
            "everything is cut off on one side. Half of what is outside belongs below, and half above.",
            _with(tails=lambda c: (0, c)),
            _with(tails=lambda c: (1 - c, 1)),
        ),
        Mutant(
            "the confidence has no effect. Compute the two tails from it.",
            _with(tails=lambda c: (0.025, 0.975)),
            _with(tails=lambda c: (0.05, 0.95)),
        ),
        Mutant(
            "percent and fractions are mixed up: np.percentile counts to 100, np.quantile to 1.",
            _with(tails=lambda c: ((1 - c) / 200, (1 + c) / 200)),
        ),
        Mutant(
            "the ends are the wrong way round. The lower one comes first.",
            _with(tails=lambda c: ((1 + c) / 2, (1 - c) / 2)),
        ),
        Mutant(
            "all the draws together have a single mean. There should be one mean for each resample.",
            _with(reduce=lambda resamples: resamples.mean()),
        ),
        Mutant(
            "these are the smallest and the largest mean. Leave out as many as the confidence says.",
            _with(ends=lambda means, c: (means.min(), means.max())),
            _with(ends=lambda means, c: (0.0, 100.0 if means.max() > 10 else 5.0)),
            _with(ends=lambda means, c: (0.0, 100.0 if means.max() > 10 else 6.0)),
        ),
        Mutant(
            "this is the mean and a width. Return the two ends, the lower one first.",
            *(_with(ends=lambda means, c, part=part: _mean_and_width(means, c, part)) for part in (1.0, 0.5)),
            lambda v, n, c, s: (np.mean(v), np.std(v)),
            _with(ends=lambda means, c: (means.mean(), means.std())),
        ),
        Mutant(
            "this is the interval of the median. The course asks for the mean.",
            _with(reduce=lambda resamples: np.median(resamples, axis=1)),
        ),
    ),
)
