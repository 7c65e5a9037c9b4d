"""Lesson 03, growth exponent: right answers and mistakes, written independently of the bank."""

import math
import statistics

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
import torch

from tests.checks.answers import hint_for, written, wrong_answers


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
    lambda horizons, costs: float(np.polyfit(np.log10(horizons), np.log10(costs), 1)[0]),
]


def on_plain_axes(horizons, costs):
    def errors(parameters):
        return np.exp(parameters[0]) * np.array(horizons) ** parameters[1] - costs

    return scipy.optimize.least_squares(errors, (-5.0, 1.5), x_scale=(1, 0.1)).x[1]


def parabola(h, c):
    return np.polynomial.Polynomial.fit(np.log(h), np.log(c), 2).convert().coef[2]


def of(x, y):
    return f"np.log(horizons), np.log(costs) => {x}, {y}"


WRONG = {
    "this is the intercept": [
        ".slope => .intercept",
        lambda h, c: np.polynomial.polynomial.polyfit(np.log(h), np.log(c), 1)[0],
    ],
    "this is a line through the plain numbers": [of("horizons", "costs")],
    "only the costs are logarithms": [of("horizons", "np.log(costs)")],
    "only the horizons are logarithms": [of("np.log(horizons)", "costs")],
    "the axes are swapped": [of("np.log(costs)", "np.log(horizons)")],
    "the two logarithms have different bases": [of("np.log10(horizons)", "np.log(costs)")],
    "the slope is taken between two points": [
        lambda h, c: math.log(c[-1] / c[0]) / math.log(h[-1] / h[0]),
        lambda h, c: (np.log10(c[-1]) - np.log10(c[-2])) / (np.log10(h[-1]) - np.log10(h[-2])),
    ],
    "this is a mean of the slopes": [
        lambda h, c: statistics.mean(np.log(c[1:] / c[:-1]) / np.log(np.divide(h[1:], h[:-1])))
    ],
    "this fits a curve": [parabola],
    "the line is forced through the origin": [
        lambda h, c: np.linalg.lstsq(np.log(h)[:, None], np.log(c))[0][0]
    ],
    "the fit is made on the plain axes": [on_plain_axes],
    "this is the correlation": [lambda h, c: scipy.stats.pearsonr(np.log(h), np.log(c)).statistic],
    "the slope is not to be turned back": ["return math.e ** result"],
    "something is added": [of("np.log(np.array(horizons) + 1)", "np.log(costs + 1)")],
    "this is the growth of the cost per step": [of("np.log(horizons)", "np.log(costs / horizons)")],
    "the exponent is rounded": ["return np.round(result)"],
    "the fit returns slope and intercept": [".slope => [:2]"],
    "Polynomial.fit() stretches": [
        lambda h, c: np.polynomial.Polynomial.fit(np.log(h), np.log(c), 1).coef[1]
    ],
    "it returned nothing": ["return None"],
    "it raised TypeError": ["return math.log(horizons)"],
    "the exponent is NaN": ["return math.nan"],
    "it changes its inputs in place": [lambda h, c: np.log(c, out=c).sum()],
    "the exponent of the costs 0.02 * T**1.5 for T in [10, 20, 50, 100, 300]: expected": ["return 7"],
}


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("growth_exponent", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(by_scipy, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("growth_exponent", function).startswith(hint)


@pytest.mark.parametrize(
    ("name", "hint"), [("HORIZONS", "it reads the hor"), ("costs", "it reads the costs")]
)
def test_a_name_of_the_lesson_in_the_place_of_an_input_is_noticed(name, hint):
    function = written("growth_exponent", f"return np.log({name}).mean()")
    assert hint_for("growth_exponent", function).startswith(hint)
