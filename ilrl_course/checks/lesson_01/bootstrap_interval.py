"""The check of lesson 01 on the bootstrap interval."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, numbers
from ilrl_course.checks.slips import instead_of
from ilrl_course.measures.seeds import bootstrap_interval

EVEN, RARE = [0.0, 0.0, 100.0, 100.0], [0.0] * 9 + [10.0]
MIXED = [n**0.5 for n in (10, 22, 1, 98, 28, 0.2, 61, 7, 42, 67, 17, 14)]  # whose means have endless digits
SKEWED = [0.13, 0.22, 0.31, 0.34, 0.47, 0.58, 0.61, 0.83, 1.17, 1.76, 4.29, 11.03]
SAME_VALUES = (
    "every resample has the same mean. Draw with replacement, so that values can come twice or not at all."
)
SINGLE_MEAN = "all the draws together have a single mean. There should be one mean for each resample."
SAME_DRAWS = (
    "a single resample counts, or all are the same. Make the generator once, before the loop, and keep the "
    "mean of each resample."
)
WIDE = "one resample has one mean, so its interval should have no width. Do you use num_resamples?"
NOT_REPEATED = (
    "the same seed gives two different intervals. Make a generator from the seed, and draw with it only."
)
SEED_UNUSED = "the seed has no effect. Make the generator from the seed that is passed in."
VALUES_AS_ENDS = "the ends are among the values themselves. Take the mean of each resample first."
ROUNDED = "the ends are rounded. Return all of their digits."


def _interval(answer: Callable, values: list[float], num_resamples: int, confidence: float, seed: int):
    return numbers(answer(np.array(values), num_resamples, confidence, seed), (2,), "the interval")


def _probe_interval(answer: Callable) -> Iterator[Fact]:
    """On values of only two kinds, the ends are quantiles of a binomial distribution, known without luck."""
    ends = np.array([_interval(answer, MIXED, 200, 0.9, seed) for seed in range(5)])  # (5, 2)
    off = np.abs(ends - np.mean(MIXED)).max()
    hint = SAME_DRAWS if off > 0.25 else SINGLE_MEAN if off > 1e-9 else SAME_VALUES  # if there is no width
    yield Fact("the means", "" if np.ptp(ends, axis=1).max() > 1e-9 else hint, "", hint)
    yield Fact("rounded", bool(np.allclose(ends, ends.round(3), 0, 1e-9)), False, ROUNDED)
    are_values = np.isclose(ends[:, :, None], MIXED).any(axis=2)  # (5, 2)
    yield Fact("values as ends", bool(are_values.mean() > 0.8), False, VALUES_AS_ENDS)
    for confidence in (0.5, 0.8):
        ends = _interval(answer, EVEN, 2000, confidence, 0)
        yield Fact(f"{confidence:.0%} interval of {EVEN}", ends, (25, 75), tolerance=4)
    yield from _facts_about_skewed_values(answer, RARE, 0.9, (0.0, 3.0), (0.4, 0.9))
    # the ends of 400,000 resamples, and at least four standard errors
    yield from _facts_about_skewed_values(answer, SKEWED, 0.85, (0.69, 3.17), (0.07, 0.3))


def _facts_about_skewed_values(answer, values, confidence, expected, tolerances) -> Iterator[Fact]:
    """In words, since the numbers of a wrong answer vary more with the draws than those of a right one."""
    ends = _interval(answer, values, 2000, confidence, 0)
    for name, end, right, tolerance in zip(("lower", "upper"), ends, expected, tolerances, strict=True):
        off = "" if abs(end - right) < tolerance else "too high" if end > right else "too low"
        hint = f"the {name} end for {values} at {confidence:.0%} is {off}: expected {right}, got {end:.3g}."
        yield Fact(f"the {name} end for {len(values)} values", off, "", hint)


def _probe_settings(answer: Callable) -> Iterator[Fact]:
    low, high = _interval(answer, MIXED, 1, 0.9, 0)
    yield Fact("one resample", bool(abs(high - low) < 1e-9), True, WIDE)
    first, again, other = np.array([_interval(answer, MIXED, 20, 0.9, seed) for seed in (0, 0, 1)])
    yield Fact("repeatable", bool(np.allclose(first, again)), True, NOT_REPEATED)
    yield Fact("seed used", bool(np.allclose(first, other)), False, SEED_UNUSED)


def _resamples(formula: str) -> str:
    return f"rng.choice(values, size=(num_resamples, len(values)), replace=True) => {formula}"


def _means(formula: str) -> str:
    return f"resamples.mean(axis=1) => {formula}"


def _around(center: str, *spreads: str) -> list[str]:
    return [f"return ({center} - {spread}, {center} + {spread})" for spread in spreads]


T, Z = "scipy.special.stdtrit(len(values) - 1, 1 - tail)", "scipy.special.ndtri(1 - tail)"
ERROR, ERROR_1 = "values.std() / len(values) ** 0.5", "values.std(ddof=1) / len(values) ** 0.5"
BCA = """low, high = np.quantile(means, [tail, 1 - tail]) => off = values - values.mean()
skew = (off ** 3).sum() / (6 * (off ** 2).sum() ** 1.5)
bias = scipy.special.ndtri(((means < values.mean()).mean() + (means <= values.mean()).mean()) / 2)
ends = bias + scipy.special.ndtri([tail, 1 - tail])
low, high = np.quantile(means, scipy.special.ndtr(bias + ends / (1 - skew * ends)))"""
MISTAKES = {
    SAME_VALUES: [_resamples("np.tile(values, (num_resamples, 1))"), "replace=True => replace=False"],
    "this is as wide as the values themselves. The question is how far their mean can be trusted: resample "
    "first, and take the quantiles of the means.": [_means("values")],
    "each resample holds a single value. It should hold as many as the data.": ["len(values) => 1"],
    "each resample has the wrong size. It should hold as many values as the data.": [
        *(f"len(values) => len(values) {change}" for change in ("- 1", "+ 1", "// 2", "* 2")),
        *(f"len(values) => {size}" for size in (10, 20, 30, 100)),
        # so spread the means of num_resamples values, which would take long
        _means("values.mean() + (resamples.mean(1) - values.mean()) * (len(values) / num_resamples) ** 0.5"),
    ],
    "the last value is never drawn: the upper bound of rng.integers() is not among its numbers.": [
        "(values, size => (values[:-1], size"
    ],
    "the first value is never drawn. Indices begin at 0.": ["(values, size => (values[1:], size"],
    "this is the interval of a bell curve, the same on both sides. Take quantiles of the means of values "
    "drawn with replacement: they also show when one side is longer.": [
        *_around(
            "means.mean()", *(f"{z} * {error}" for z in (Z, T) for error in (ERROR, ERROR_1, "means.std()"))
        ),
        *_around("values.mean()", "(high - low) / 2"),
    ],
    "the quantiles are taken over all the drawn values. Take the mean of each resample first.": [
        "size=(num_resamples, len(values)) => size=(num_resamples * len(values), 1)"
    ],
    "the mean goes over the wrong axis. There should be one mean for each resample.": ["axis=1 => axis=0"],
    "these are standard deviations around the mean. Take quantiles: they also show when one side is "
    "longer.": [
        *_around("values.mean()", "values.std()", "values.std(ddof=1)", f"1.96 * {ERROR}"),
        *_around("means.mean()", "means.std()", "1.96 * means.std()"),
    ],
    "this is another kind of interval (BCa). Take plain quantiles of the means of your own resamples.": [
        BCA,
        ("confidence = 0.95", BCA),
    ],
    "the interval is mirrored at the mean (the basic bootstrap). Return the quantiles of the means as they "
    "are.": ["return (2 * values.mean() - high, 2 * values.mean() - low)"],
    "what is outside the interval is cut off twice. Half of it belongs below, and half above.": [
        "(1 - confidence) / 2 => 1 - confidence"
    ],
    "the tails are not (1 - confidence) / 2. So much is left out on each side; mind the parentheses.": [
        *instead_of("(1 - confidence) / 2")("1 - confidence / 2", "confidence / 2", "(1 - confidence) / 4"),
        *instead_of("[tail, 1 - tail]")("[confidence, 1 - confidence]", "[tail, confidence]"),
    ],
    "everything is cut off on one side. Half of what is outside belongs below, and half above.": [
        *instead_of("[tail, 1 - tail]")("[0, confidence]", "[1 - confidence, 1]")
    ],
    "the confidence has no effect. Compute the two tails from it.": [
        f"confidence = {fixed}" for fixed in (0.9, 0.95)
    ],
    "percent and fractions are mixed up: np.percentile counts to 100, np.quantile to 1.": [
        "np.quantile => np.percentile"
    ],
    "the ends are the wrong way round. The lower one comes first.": ["return result[::-1]"],
    "these are the smallest and the largest mean. Leave out as many as the confidence says.": [
        "confidence = 1",
    ],
    "this is the mean and a width. Return the two ends, the lower one first.": [
        *(f"return (means.mean(), {width})" for width in ("high - low", "(high - low) / 2", "means.std()")),
        "return (values.mean(), values.std())",
    ],
    **{
        f"this is the interval of the {name}. The course asks for the mean.": [
            _means(f"np.{of}(resamples, axis=1)")
        ]
        for name, of in {"median": "median", "sum": "sum", "standard deviation": "std"}.items()
    },
}
EXERCISE = Exercise(
    solution=bootstrap_interval,
    tested="resampled with replacement, and the right share of the means lies inside.",
    probes=(_probe_interval, _probe_settings),
    mistakes=MISTAKES,
)
