"""Lesson 03, growth exponent: right answers and mistakes, written independently of the bank."""

import math
import statistics

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
import torch

from tests.checks.answers import hint_for, written


def exponent_by_least_squares(horizons, costs):
    columns = np.stack([np.log2(horizons), np.ones(len(horizons))], axis=1)
    return np.linalg.lstsq(columns, np.log2(costs))[0][0]


def exponent_in_plain_python(horizons, costs):
    x, y = [math.log(horizon) for horizon in horizons], [math.log(cost) for cost in costs]
    return statistics.linear_regression(x, y).slope


def exponent_by_covariance(horizons, costs):
    x, y = np.log10(horizons), np.log10(costs)
    return np.cov(x, y)[0, 1] / np.var(x, ddof=1)


def exponent_by_torch(horizons, costs):
    x, y = torch.tensor(horizons).double().log(), torch.from_numpy(costs).log()
    return (x - x.mean()) @ (y - y.mean()) / ((x - x.mean()) ** 2).sum()


def exponent_by_polynomial(horizons, costs):
    return np.polynomial.Polynomial.fit(np.log(horizons), np.log(costs), 1).convert().coef[1]


RIGHT = [
    exponent_by_least_squares,
    exponent_in_plain_python,
    exponent_by_covariance,
    exponent_by_torch,
    exponent_by_polynomial,
    lambda h, c: scipy.stats.linregress(np.log(h), np.log(c)).slope,
    lambda h, c: np.polynomial.polynomial.polyfit(np.log(h), np.log(c), 1)[1],
    lambda h, c: float(np.polyfit(np.log10(h), np.log10(c), 1)[0]),
    lambda h, c: scipy.optimize.curve_fit(lambda x, k, b: k * x + b, np.log(h), np.log(c))[0][0],
]


def slope(x, y):
    return scipy.stats.linregress(x, y).slope


def exponent_by_ratio(horizons, costs):
    return math.log(costs[-1] / costs[0]) / math.log(horizons[-1] / horizons[0])


def exponent_on_plain_axes(horizons, costs):
    def errors(parameters):
        return np.exp(parameters[0]) * np.array(horizons) ** parameters[1] - costs

    return scipy.optimize.least_squares(errors, (-5.0, 1.5), x_scale=(1, 0.1)).x[1]


def through_the_origin(horizons, costs):
    return np.linalg.lstsq(np.log(horizons)[:, None], np.log(costs))[0][0]


WRONG = [
    ("this is the intercept", lambda h, c: scipy.stats.linregress(np.log(h), np.log(c)).intercept),
    ("this is the intercept", lambda h, c: np.polynomial.polynomial.polyfit(np.log(h), np.log(c), 1)[0]),
    ("this is a line through the plain numbers", slope),
    ("only the costs are logarithms", lambda h, c: slope(h, np.log(c))),
    ("only the horizons are logarithms", lambda h, c: slope(np.log(h), c)),
    ("the axes are swapped", lambda h, c: slope(np.log(c), np.log(h))),
    ("the two logarithms have different bases", lambda h, c: slope(np.log10(h), np.log(c))),
    ("the slope is taken between two points", exponent_by_ratio),
    (
        "the slope is taken between two points",
        lambda h, c: (np.log10(c[-1]) - np.log10(c[-2])) / (np.log10(h[-1]) - np.log10(h[-2])),
    ),
    (
        "this is a mean of the slopes",
        lambda h, c: statistics.mean(np.log(c[1:] / c[:-1]) / np.log(np.divide(h[1:], h[:-1]))),
    ),
    (
        "this fits a curve",
        lambda h, c: np.polynomial.Polynomial.fit(np.log(h), np.log(c), 2).convert().coef[2],
    ),
    ("the line is forced through the origin", through_the_origin),
    ("the fit is made on the plain axes", exponent_on_plain_axes),
    ("this is the correlation", lambda h, c: scipy.stats.pearsonr(np.log(h), np.log(c)).statistic),
    ("the slope is not to be turned back", lambda h, c: math.e ** slope(np.log(h), np.log(c))),
    ("something is added", lambda h, c: slope(np.log(np.array(h) + 1), np.log(c + 1))),
    ("this is the growth of the cost per step", lambda h, c: slope(np.log(h), np.log(c / h))),
    ("the exponent is rounded", lambda h, c: np.round(slope(np.log(h), np.log(c)))),
    ("the fit returns slope and intercept", lambda h, c: scipy.stats.linregress(np.log(h), np.log(c))[:2]),
    (
        "Polynomial.fit() stretches",
        lambda h, c: np.polynomial.Polynomial.fit(np.log(h), np.log(c), 1).coef[1],
    ),
    ("it returned nothing", lambda h, c: None),
    ("it raised TypeError", lambda h, c: math.log(h)),
    ("the exponent is NaN", lambda h, c: math.nan),
    ("it changes its inputs in place", lambda h, c: np.log(c, out=c).sum()),
    ("the exponent of the costs 0.02 * T**1.5 for T in [10, 20, 50, 100, 300]: expected", lambda h, c: 7),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("growth_exponent", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("growth_exponent", function).startswith(hint)


@pytest.mark.parametrize(
    ("name", "hint"), [("HORIZONS", "it reads the hor"), ("costs", "it reads the costs")]
)
def test_a_name_of_the_lesson_in_the_place_of_an_input_is_noticed(name, hint):
    function = written("growth_exponent", f"return np.log({name}).mean()")
    assert hint_for("growth_exponent", function).startswith(hint)
