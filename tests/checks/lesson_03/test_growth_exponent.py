"""Lesson 03, growth exponent: right answers and mistakes, written independently of the bank."""

import math
import statistics

import numpy as np
import scipy.optimize
import scipy.stats
import torch

from tests.checks.answers import promises_of


def by_scipy(horizons, costs):
    return scipy.stats.linregress(np.log(horizons), np.log(costs)).slope


def by_least_squares(horizons, costs):
    columns = np.stack([np.log2(horizons), np.ones(len(horizons))], axis=1)
    return np.linalg.lstsq(columns, np.log2(costs))[0][0]


def in_plain_python(horizons, costs):
    x, y = [math.log(horizon) for horizon in horizons], [math.log(cost) for cost in costs]
    return statistics.linear_regression(x, y).slope


def by_covariance(horizons, costs):
    x, y = np.log10(horizons), np.log10(costs)
    return np.cov(x, y)[0, 1] / np.var(x, ddof=1)


def by_torch(horizons, costs):
    x, y = torch.tensor(horizons).double().log(), torch.from_numpy(costs).log()
    return (x - x.mean()) @ (y - y.mean()) / ((x - x.mean()) ** 2).sum()


def by_polynomial(horizons, costs):
    return np.polynomial.Polynomial.fit(np.log(horizons), np.log(costs), 1).convert().coef[1]


def by_a_general_fit(horizons, costs):
    def line(x, slope, height):
        return slope * x + height

    return scipy.optimize.curve_fit(line, np.log(horizons), np.log(costs))[0][0]


RIGHT = [
    by_scipy,
    by_least_squares,
    in_plain_python,
    by_covariance,
    by_torch,
    by_polynomial,
    by_a_general_fit,
    lambda horizons, costs: np.polynomial.polynomial.polyfit(np.log(horizons), np.log(costs), 1)[1],
    lambda horizons, costs: np.polyfit(np.log(np.float32(horizons)), np.log(np.float32(costs)), 1)[0],
    lambda horizons, costs: np.polyfit(np.log10(np.divide(horizons, 10)), np.log10(costs / costs[0]), 1)[0],
]


def on_plain_axes(horizons, costs):
    def errors(parameters):
        return np.exp(parameters[0]) * np.array(horizons) ** parameters[1] - costs

    return scipy.optimize.least_squares(errors, (-5.0, 1.5), x_scale=(1, 0.1)).x[1]


def through_the_origin(x, y):
    return (x @ y) / (x @ x)


def parabola(h, c):
    return np.polynomial.Polynomial.fit(np.log(h), np.log(c), 2).convert().coef[2]


def of(x, y):
    return f"np.log(horizons), np.log(costs) => {x}, {y}"


WRONG = {
    "this is the intercept": [".slope => .intercept"],
    "this is a line through the plain numbers": [of("horizons", "costs")],
    "only the costs are logarithms": [of("horizons", "np.log(costs)")],
    "only the horizons are logarithms": [of("np.log(horizons)", "costs")],
    "the axes are swapped": [of("np.log(costs)", "np.log(horizons)")],
    "the two logarithms have different bases": [of("np.log10(horizons)", "np.log(costs)")],
    "the slope is taken between two points": [lambda h, c: math.log(c[-1] / c[0]) / math.log(h[-1] / h[0])],
    "this is a mean of the slopes": [
        lambda h, c: statistics.mean(np.log(c[1:] / c[:-1]) / np.log(np.divide(h[1:], h[:-1])))
    ],
    "this is a median of the slopes": [
        lambda h, c: statistics.median(np.diff(np.log(c)) / np.diff(np.log(h)))
    ],
    "a point is left out": [of("np.log(horizons[1:])", "np.log(costs[1:])")],
    "the points count differently": [lambda h, c: np.polyfit(np.log(h), np.log(c), 1, w=c)[0]],
    "the horizons that are passed in have no effect": ["horizons = range(1, len(costs) + 1)"],
    "horizons and costs no longer belong together": ["costs = sorted(costs)"],
    "this fits a curve": [parabola],
    "the line is forced through the origin": [
        lambda h, c: np.linalg.lstsq(np.log(h)[:, None], np.log(c))[0][0]
    ],
    "the line is forced through the first point": [
        lambda h, c: through_the_origin(np.log(np.divide(h, h[0])), np.log(c / c[0]))
    ],
    "the fit is made on the plain axes": [on_plain_axes],
    "this is the correlation": [lambda h, c: scipy.stats.pearsonr(np.log(h), np.log(c)).statistic],
    "the slope is not to be turned back": ["return math.e ** result"],
    "something is added": [of("np.log(np.array(horizons) + 1)", "np.log(costs + 1)")],
    "this is the growth of the cost per step": [of("np.log(horizons)", "np.log(costs / horizons)")],
    "the exponent is rounded": ["return np.round(result)", "return int(result)", "return round(result, 2)"],
    "the exponent is cut off": [
        *(
            f"return {cut}"
            for cut in ("abs(result)", "min(result, 2)", "max(result, 0)", "min(max(result, 1), 2)")
        )
    ],
    "np.cov divides by n - 1": [lambda h, c: np.cov(np.log(h), np.log(c))[0, 1] / np.log(h).var()],
    "the fit returns slope and intercept": [".slope => [:2]", ".slope =>"],
    "Polynomial.fit() stretches": [
        lambda h, c: np.polynomial.Polynomial.fit(np.log(h), np.log(c), 1).coef[1]
    ],
    "it returned nothing": ["return None"],
    "it raised TypeError": ["return math.log(horizons)"],
    "the exponent is NaN": ["return math.nan"],
    "it changes its inputs in place": [lambda h, c: np.log(c, out=c).sum(), "costs /= costs[0]"],
    "the exponent of the costs 0.02 * T**1.5 for T in [10, 20, 50, 100, 300]: expected": ["return 7"],
}

NONSENSE = {
    "return np.log(HORIZONS).mean()": "it reads the hor",
    "return np.log(costs).mean()": "it reads the costs",
}

TestAnswers = promises_of("growth_exponent", by_scipy, RIGHT, WRONG, NONSENSE)
