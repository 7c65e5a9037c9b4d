"""The check of lesson 03 on the exponent with which the cost grows."""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import curve_fit
from scipy.stats import linregress

from ilrl_course.checks.exercise import Exercise, Fact, number
from ilrl_course.measures.covariate_shift import growth_exponent

HORIZONS = [10, 20, 50, 100, 300]


def _probe_power_laws(answer: Callable) -> Iterator[Fact]:
    for factor, exponent in ((0.02, 1.5), (3.0, 2.0), (0.5, 1.0), (0.1, 0.4)):
        yield _of_a_power_law(answer, HORIZONS, factor, exponent)


def _probe_other_powers(answer: Callable) -> Iterator[Fact]:
    """Above 2, below 0, and with horizons in any order."""
    yield _of_a_power_law(answer, [300, 10, 100, 20], 0.02, 2.7)
    yield _of_a_power_law(answer, [40, 3], 5.0, -0.5)


def _of_a_power_law(answer: Callable, horizons: list[int], factor: float, exponent: float) -> Fact:
    costs = factor * np.array(horizons) ** exponent
    name = f"the exponent of the costs {factor} * T**{exponent} for T in {horizons}"
    return Fact(name, number(answer(list(horizons), costs), "the exponent"), exponent)


def _probe_fit(answer: Callable) -> Iterator[Fact]:
    for horizons, costs in ((HORIZONS, [0.5, 0.6, 3.0, 4.0, 45.0]), ([5, 10, 15, 20], [0.3, 1.0, 1.1, 2.6])):
        x, y = np.log(horizons), np.log(costs)  # (K,)
        slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
        name = f"the exponent that fits best to the costs {costs} at the horizons {horizons}"
        yield Fact(name, number(answer(list(horizons), np.array(costs)), "the exponent"), slope)


def _fit_on_plain_axes(horizons, costs):
    def power_law(horizons, factor, exponent):
        return factor * np.asarray(horizons, dtype=float) ** exponent

    return curve_fit(power_law, horizons, costs, p0=(0.001, 1.0))[0][1]


FIT = "np.polyfit(np.log(horizons), np.log(costs), deg=1)"


def _fit_to(*axes: str) -> list[str]:
    """Edits to a fit on other axes, x and y."""
    return [f"return np.polyfit({x_and_y}, 1)[0]" for x_and_y in axes]


def _of_logs(*formulas: str) -> list[tuple[str, str]]:
    """Edits that return a formula of the two logarithms, x and y."""
    return [("x, y = np.log(horizons), np.log(costs)", f"return {formula}") for formula in formulas]


MISTAKES = {
    "this is the intercept, the height of the line. The exponent is its slope.": [
        f"return {FIT}[1]",
        f"return np.exp({FIT}[1])",
        "return np.polyfit(np.log10(horizons), np.log10(costs), 1)[1]",
    ],
    "this is a line through the plain numbers. A power law is a straight line on logarithmic axes: take the "
    "logarithm of both.": _fit_to("horizons, costs"),
    "only the costs are logarithms. Take the logarithm of the horizons, too.": _fit_to(
        "horizons, np.log(costs)", "horizons, np.log10(costs)"
    ),
    "only the horizons are logarithms. Take the logarithm of the costs, too.": _fit_to(
        "np.log(horizons), costs", "np.log10(horizons), costs"
    ),
    "the axes are swapped: the horizons belong on the x axis, and the costs on the y axis.": _fit_to(
        "np.log(costs), np.log(horizons)"
    ),
    "the two logarithms have different bases. Use the same one for both.": _fit_to(
        "np.log10(horizons), np.log(costs)",
        "np.log(horizons), np.log10(costs)",
        "np.log2(horizons), np.log(costs)",
        "np.log(horizons), np.log2(costs)",
    ),
    "the slope is taken between two points only. Fit a line to all of them.": _of_logs(
        "(y[-1] - y[0]) / (x[-1] - x[0])",
        "(y[1] - y[0]) / (x[1] - x[0])",
        "(y[-1] - y[-2]) / (x[-1] - x[-2])",
    ),
    "a point is left out. Fit the line to all of them.": [
        "horizons, costs = horizons[1:], costs[1:]",
        "horizons, costs = horizons[:-1], costs[:-1]",
    ],
    "this is a median of the slopes between neighbors. Fit one line to all the points.": _of_logs(
        "np.median(np.diff(y) / np.diff(x))"
    ),
    "the points count differently: they have weights. Let all of them count the same.": [
        f"deg=1 => deg=1, w={weights}" for weights in ("costs", "np.sqrt(costs)", "horizons")
    ],
    "the horizons that are passed in have no effect. They belong on the x axis.": [
        "horizons = [10, 20, 50, 100, 200][:len(costs)]",
        "horizons = np.arange(1, len(costs) + 1)",
    ],
    "horizons and costs no longer belong together. They may come in any order: do not sort them.": [
        "costs = np.sort(costs)",
        "horizons = np.sort(horizons)",
    ],
    "this is a mean of the slopes between neighbors. Fit one line to all the points.": _of_logs(
        "np.mean(np.diff(y) / np.diff(x))", "np.mean(np.gradient(y, x))"
    ),
    "this fits a curve, not a straight line. What is the degree of a line?": _of_logs(
        "np.polyfit(x, y, 2)[0]", "np.polyfit(x, y, 2)[1]"
    ),
    "the line is forced through the origin. Let its height be free: it is the logarithm of the factor in "
    "front.": _of_logs(
        "np.sum(x * y) / np.sum(x * x)", "np.mean(y / x)", "y[-1] / x[-1]", "np.mean(y) / np.mean(x)", "y / x"
    ),
    "the line is forced through the first point. Let its height be free.": _of_logs(
        "np.sum((x - x[0]) * (y - y[0])) / np.sum((x - x[0]) ** 2)"
    ),
    "the fit is made on the plain axes, where the large costs count most. Fit a straight line to the "
    "logarithms.": [_fit_on_plain_axes],
    "this is the correlation: how straight the line is. The exponent is how steep it is.": _of_logs(
        "np.corrcoef(x, y)[0, 1]", "np.corrcoef(x, y)[0, 1] ** 2"
    ),
    "the slope is not to be turned back by exp(): it is the exponent already.": ["return np.exp(slope)"],
    "something is added before the logarithm, which bends the line. Take the plain logarithm.": _fit_to(
        "np.log1p(horizons), np.log1p(costs)", "np.log(horizons), np.log1p(costs)"
    ),
    "this is the growth of the cost per step. Do not divide the costs by the horizons.": [
        "costs = costs / horizons"
    ],
    "np.cov divides by n - 1, but np.var by n. Take np.var(x, ddof=1).": _of_logs(
        "np.cov(x, y)[0, 1] / np.var(x)"
    ),
    "the exponent is cut off, or its sign gets lost. Return the slope as it is.": [
        f"return {bounded}"
        for bounded in ("abs(slope)", "min(slope, 2)", "max(slope, 0)", "np.clip(slope, 1, 2)")
    ],
    "the exponent is rounded. Return the slope as it is.": [
        "return int(slope)",
        *(f"return round(slope, {digits})" for digits in range(4)),
        *(
            f"return round(slope + {last_digit})" for last_digit in (1e-9, -1e-9)
        ),  # it decides on 1 or 2 for 1.5
    ],
    "the fit returns slope and intercept together. Return the slope alone.": [
        f"return {FIT}",
        lambda horizons, costs: linregress(np.log(horizons), np.log(costs)),
    ],
    "Polynomial.fit() stretches the x axis. Call convert() on its result before you read the slope.": [
        "return np.polynomial.Polynomial.fit(np.log(horizons), np.log(costs), 1).coef[1]"
    ],
}

EXERCISE = Exercise(
    solution=growth_exponent,
    tested="the slope of the straight line that fits all the points best, on logarithmic axes.",
    probes=(_probe_power_laws, _probe_fit, _probe_other_powers),
    mistakes=MISTAKES,
    leftovers={
        "HORIZONS": "it reads the horizons of the lesson. Use those that are passed in.",
        "costs": "it reads the costs of the lesson. Use those that are passed in.",
    },
)
