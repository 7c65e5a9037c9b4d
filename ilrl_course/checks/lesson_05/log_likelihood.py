"""The check of exercise 5.3, the log-likelihood and its gradient."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from ilrl_course.algorithms.maxent_irl import log_likelihood
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, number, numbers
from ilrl_course.checks.lesson_05._transitions import LEFTOVERS
from ilrl_course.checks.watched.tiny_mdps import CORRIDOR, ICE, TinyMDP, arrivals, soft_plan

WEIGHTS = np.array([-0.6, 0.9, 0.4])
DEMO_FEATURES = np.array([1.7, 0.8, -0.5])
TOLERANCE = 3e-6  # a small penalty on the weights is seen, and single precision passes

SWAPPED = "the two results are swapped. The log-likelihood comes first, then its gradient."
NOT_SUMMED = (
    "the log-likelihood is one number, but here it is an array: a product is not summed. `@` multiplies and "
    "sums."
)


@cache
def right_likelihood(mdp: TinyMDP, num_steps: int) -> tuple[float, np.ndarray]:
    """By definition: what was gained, less the soft value of the start; the gradient from arrivals."""
    rewards = (sum(f * w for f, w in zip(row, WEIGHTS, strict=True)) for row in mdp.features)
    learner = replace(mdp, rewards=tuple(rewards))
    policy, values = soft_plan(learner, num_steps)
    value = sum(w * f for w, f in zip(WEIGHTS, DEMO_FEATURES, strict=True))
    value -= sum(p * v for p, v in zip(mdp.start, values[-1], strict=True))
    visits = arrivals(learner, policy)
    gathered = sum(n * np.array(row) for n, row in zip(visits, mdp.features, strict=True))
    return value, DEMO_FEATURES - gathered


def _probe_value(answer: Callable) -> Iterator[Fact]:
    value, _ = _parts(_result(answer, CORRIDOR, 3))
    yield _value_fact(value, CORRIDOR, 3)


def _probe_gradient(answer: Callable) -> Iterator[Fact]:
    _, gradient = _parts(_result(answer, CORRIDOR, 3))
    yield _gradient_fact(gradient, CORRIDOR, 3)


def _probe(*cases: tuple[TinyMDP, int], dense: bool = False) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for mdp, num_steps in cases:
            value, gradient = _parts(_result(answer, mdp, num_steps, dense))
            yield _value_fact(value, mdp, num_steps)
            yield _gradient_fact(gradient, mdp, num_steps)

    return probe


def _result(answer: Callable, mdp: TinyMDP, num_steps: int, dense: bool = False) -> Any:
    decoys = np.linspace(-1, 2, len(mdp.moves))
    return answer(WEIGHTS.copy(), mdp.tabular(decoys, dense), DEMO_FEATURES.copy(), num_steps)


def _parts(result: Any) -> tuple[float, np.ndarray]:
    """Log-likelihood and gradient; raises WrongResult."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        what = f"{len(result)} things" if isinstance(result, tuple) else kind(result)
        what += f" of the shape {np.shape(result)}" if isinstance(result, np.ndarray) else ""
        raise WrongResult(f"it should return two things, `return likelihood, gradient`, but returns {what}.")
    if np.ndim(result[0]) == 1 and np.ndim(result[1]) == 0:
        raise WrongResult(SWAPPED)
    if np.ndim(result[0]) == 1 and np.size(result[0]) > 1:
        raise WrongResult(NOT_SUMMED)
    if isinstance(result[1], list | tuple):
        raise WrongResult("the gradient should be one array, but it is a list. Use np.array().")
    return number(result[0], "the log-likelihood"), numbers(result[1], WEIGHTS.shape, "the gradient")


def _value_fact(value: float, mdp: TinyMDP, num_steps: int) -> Fact:
    right, name = right_likelihood(mdp, num_steps)[0], f"the log-likelihood with num_steps = {num_steps}"
    return Fact(name, value, right, tolerance=TOLERANCE)


def _gradient_fact(gradient: np.ndarray, mdp: TinyMDP, num_steps: int) -> Fact:
    right, name = right_likelihood(mdp, num_steps)[1], f"the gradient with num_steps = {num_steps}"
    return Fact(name, gradient, right, tolerance=TOLERANCE)


GAINED = "demo_features @ weights -"
VALUE = "mdp.start @ values) =>"
WHOLE_VALUE = "float(demo_features @ weights - mdp.start @ values) => "
GRADIENT = "demo_features - visits @ mdp.features => "
GATHERED = "visits @ mdp.features => "
BEGIN = "policy, mdp.start) => policy, "

MISTAKES = {
    "both signs are turned around: this is the loss. Return the log-likelihood, which is to be made large, "
    "and its gradient.": ["return (-result[0], -result[1])"],
    "the sign of the log-likelihood is wrong. It is what the demonstrations gained, minus the soft value of "
    "the start.": ["return (-result[0], result[1])"],
    "the soft value of the start is added. Subtract it: the better everything else is, the less likely the "
    "demonstrations are.": ["- mdp.start @ values => + mdp.start @ values"],
    "the soft value of the start is left out. Subtract mdp.start @ values.": [" - mdp.start @ values =>"],
    "what the demonstrations gained is left out. It is demo_features @ weights.": [
        f"{GAINED} => -",
        f"{GAINED} =>",
    ],
    "the distribution of the first state is not used. The value of the start is a mean: mdp.start @ "
    "values.": [
        f"{VALUE} {reduced})"
        for reduced in (
            "values.sum()",
            "values.mean()",
            "values.max()",
            "values[0]",
            "values[-1]",
            "values[mdp.start.argmax()]",
            "values[mdp.start > 0].mean()",
            "values[mdp.start > 0].sum()",
            "values[~mdp.terminal].mean()",
        )
    ],
    "the soft value of the start is a log of exponentials. Where a game starts is chance, not choice: take "
    "the mean, mdp.start @ values.": [
        f"{VALUE} np.log(mdp.start @ np.exp(values)))",
        f"{VALUE} np.log(np.exp(values).sum()))",
        f"{VALUE} np.log(np.exp(values).mean()))",
    ],
    "~mdp.terminal, the states where a game goes on, stands for those where it ends: pass mdp.terminal.": [
        "mdp.terminal, => ~mdp.terminal,"
    ],
    "arriving in a terminal state does not pay. Only what comes after it is worth 0: the rewards are "
    "mdp.features @ weights in all states.": [
        "mdp.features @ weights => mdp.features @ weights * ~mdp.terminal"
    ],
    "the weights are left out of what the demonstrations gained. It is demo_features @ weights.": [
        f"{GAINED} => demo_features.sum() -",
        f"{GAINED} => demo_features.mean() -",
    ],
    "what the demonstrations gained is a mean over the features. It is a sum: demo_features @ weights.": [
        f"{GAINED} => (demo_features * weights).mean() -"
    ],
    "the rewards of the world are used. The learner does not know them: it plans with mdp.features @ "
    "weights.": [
        "mdp.features @ weights => mdp.rewards",
        "mdp.features @ weights => mdp.rewards + mdp.features @ weights",
    ],
    "num_steps has no effect. The horizon is as long as it says: use the one that is passed in.": [
        f"num_steps = {fixed}" for fixed in (100, 50, 20, 10, 1)
    ],
    "the horizon is one step off. Plan for num_steps steps.": ["num_steps -= 1", "num_steps += 1"],
    "demo_features is multiplied or divided by the number of steps. It is what a mean episode gathers, so "
    "use it as it is.": [
        (
            f"{GAINED} => demo_features @ weights {in_value} -",
            f"{GRADIENT}demo_features {in_gradient} - visits @ mdp.features",
        )
        for in_value in ("", "/ num_steps", "* num_steps")
        for in_gradient in ("", "/ num_steps", "* num_steps")
        if in_value or in_gradient
    ],
    "the log-likelihood is divided by the number of steps. It is that of a whole episode.": [
        "return (result[0] / num_steps, result[1])"
    ],
    "this is the likelihood, not its log. Leave np.exp out.": ["return (np.exp(result[0]), result[1])"],
    "a penalty on the weights is added. The optimizer does that later: leave it out here.": [
        f"return (result[0] - {coef} / 2 * weights @ weights, result[1] - {also} * {coef} * weights)"
        for coef in (1e-5, 1e-4, 1e-2, 2e-4)
        for also in (0, 1)
    ],
    "the sign of the gradient is wrong. It is what the demonstrator gathers, minus what the learner "
    "gathers.": ["return (result[0], -result[1])"],
    "what the learner gathers is added in the gradient. Subtract it: where both gather the same, the "
    "gradient is 0.": [f"{GRADIENT}demo_features + visits @ mdp.features"],
    "what the learner gathers is missing in the gradient. Subtract visits @ mdp.features.": [
        f"{GRADIENT}demo_features"
    ],
    "the gradient holds only what the learner gathers. Subtract that from demo_features.": [
        f"{GRADIENT}visits @ mdp.features",
        f"{GRADIENT}-visits @ mdp.features",
    ],
    "the features of the start are subtracted in the gradient. Subtract those of all the states that the "
    "learner visits: visits @ mdp.features.": [f"{GATHERED}mdp.start @ mdp.features"],
    "the start is counted as visited in the gradient. Only arrivals count, as in demo_features: use the "
    "visits as they are.": [f"{GATHERED}(visits + mdp.start) @ mdp.features"],
    "the visits begin in the wrong states. They begin where the demonstrations started: pass mdp.start to "
    "expected_visitation.": [
        f"{BEGIN}np.full(len(values), 1 / len(values)))",
        f"{BEGIN}~mdp.terminal / (~mdp.terminal).sum())",
        f"{BEGIN}np.eye(len(values))[0])",
        f"{BEGIN}np.eye(len(values))[mdp.start.argmax()])",
    ],
    "the visits of terminal states are left out of the gradient. The game arrives there, too: use the visits "
    "as they are.": [f"{GATHERED}(visits * ~mdp.terminal) @ mdp.features"],
    "the features in the gradient are not weighed by the visits. What the learner gathers is visits @ "
    "mdp.features.": [
        f"{GATHERED}mdp.features.sum(axis=0)",
        f"{GATHERED}mdp.features.mean(axis=0)",
        f"{GATHERED}visits.sum() * mdp.features.mean(axis=0)",
    ],
    "the visits are turned into shares in the gradient. They are counts, and so is demo_features: leave them "
    "as they are.": [
        f"{GATHERED}visits / visits.sum() @ mdp.features",
        f"{GATHERED}visits / num_steps @ mdp.features",
        f"{GATHERED}visits / len(visits) @ mdp.features",
    ],
    "the gradient holds only the sign of the difference, or its square. It is the plain difference of the "
    "two sums of features.": ["return (result[0], np.sign(result[1]))", "return (result[0], result[1] ** 2)"],
    "the gradient is multiplied by the weights. It is the plain difference of the two sums of features.": [
        "return (result[0], result[1] * weights)"
    ],
    "the shapes do not fit: the features are (S, F), the visits (S,). Put the visits first: visits @ "
    "mdp.features.": [
        f"{GATHERED}mdp.features @ visits",
        f"{GATHERED}mdp.features.dot(visits)",
        f"{GATHERED}mdp.features * visits",
    ],
    "the features are not summed over the states in the gradient. visits @ mdp.features is (F,), with one "
    "number for each feature.": [
        f"{GATHERED}visits[:, None] * mdp.features",
        f"{GATHERED}mdp.features",
    ],
    "the gradient has one number for each state. Multiply the visits by the features, so that it has one for "
    "each weight.": [f"{GRADIENT}visits", f"{GRADIENT}mdp.start - visits"],
    "the gradient is summed into one number. Return one number for each feature: (F,).": [
        "return (result[0], result[1].sum())"
    ],
    "policy and values are swapped: soft_value_iteration returns the policy first, then the values.": [
        "policy, values = => values, policy ="
    ],
    SWAPPED: ["return result[::-1]"],
    NOT_SUMMED: [
        f"{WHOLE_VALUE}demo_features * weights - mdp.start @ values",
        f"{WHOLE_VALUE}demo_features @ weights - mdp.start * values",
        f"{WHOLE_VALUE}demo_features @ weights - values",
    ],
    "only the log-likelihood is returned. Return its gradient, too: `return likelihood, gradient`.": [
        "return result[0]"
    ],
    "only the gradient is returned. Return the log-likelihood first: `return likelihood, gradient`.": [
        "return result[1]"
    ],
}

EXERCISE = Exercise(
    solution=log_likelihood,
    tested="value and gradient are right with 1 to 5 steps, with ends and with chance.",
    probes=(
        _probe_value,
        _probe_gradient,
        _probe((CORRIDOR, 1), (ICE, 4), dense=True),
        _probe((ICE, 5)),
    ),
    leftovers=LEFTOVERS,
    mistakes=MISTAKES,
)
