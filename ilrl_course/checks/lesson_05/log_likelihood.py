"""The check of exercise 5.3, the log-likelihood and its gradient."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from ilrl_course.algorithms.maxent_irl import expected_visitation, log_likelihood, soft_value_iteration
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, number, numbers
from ilrl_course.checks.lesson_05 import _shared as shared
from ilrl_course.checks.lesson_05._shared import instead
from ilrl_course.checks.watched.tiny_mdps import CAVE, CORRIDOR, ICE, TinyMDP, arrivals, soft_plan
from ilrl_course.data import TabularMDP

WEIGHTS = np.array([-0.6, 0.9, 0.4])
DEMO_FEATURES = np.array([1.7, 0.8, -0.5])
TOLERANCE = 3e-6  # a small penalty on large weights is seen, and single precision passes
PARTS = ("the log-likelihood", "the gradient")

SWAPPED = "the two results are swapped. The log-likelihood comes first, then its gradient."
NOT_SUMMED = (
    "the log-likelihood is one number, but here it is an array: a product is not summed. `@` multiplies and "
    "sums."
)
ONLY_VALUE = "only the log-likelihood is returned. Return its gradient, too: `return likelihood, gradient`."
ONLY_GRADIENT = (
    "only the gradient is returned. Return the log-likelihood first: `return likelihood, gradient`."
)
OTHER_SOFT_VALUES = (
    "soft_value_iteration_fn, which is passed in, is not used for the log-likelihood. Call it by this name: "
    "it may be another function than yours."
)
OTHER_VISITS = (
    "expected_visitation_fn, which is passed in, is not used for the gradient. Call it by this name: it may "
    "be another function than yours."
)


@cache
def right_likelihood(mdp: TinyMDP, num_steps: int, scale: float = 1.0) -> tuple[float, np.ndarray]:
    """By definition: what was gained, less the soft value of the start; the gradient from arrivals."""
    weights, demo_features = _inputs(mdp, scale)
    rewards = (sum(f * w for f, w in zip(row, weights, strict=True)) for row in mdp.features)
    learner = replace(mdp, rewards=tuple(rewards))
    policy, values = soft_plan(learner, num_steps)
    value = sum(w * f for w, f in zip(weights, demo_features, strict=True))
    value -= sum(p * v for p, v in zip(mdp.start, values[-1], strict=True))
    visits = arrivals(learner, policy)
    return value, demo_features - sum(n * np.array(row) for n, row in zip(visits, mdp.features, strict=True))


def _inputs(mdp: TinyMDP, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Weights and demo_features, (F,) each."""
    num_features = len(mdp.features[0])
    return scale * WEIGHTS[:num_features], DEMO_FEATURES[:num_features].copy()


def _tabular(mdp: TinyMDP, transitions: Any) -> TabularMDP:
    """With rewards that have nothing to do with the weights."""
    rewards = np.linspace(-1, 2, len(mdp.moves))
    return TabularMDP(transitions, mdp.terminal, rewards, np.array(mdp.features), np.array(mdp.start))


def _probe(*cases: tuple[TinyMDP, int], parts: tuple[int, ...] = (0, 1), scale: float = 1.0) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for mdp, num_steps in cases:

            def call(transitions: Any, mdp: TinyMDP = mdp, num_steps: int = num_steps) -> Any:
                weights, demo_features = _inputs(mdp, scale)
                return answer(weights, _tabular(mdp, transitions), demo_features, num_steps)

            right = right_likelihood(mdp, num_steps, scale)
            for result in (yield from shared.with_both_kinds(call, mdp)):
                found = _looked_at(result, mdp)
                for i in parts:
                    name = f"{PARTS[i]} with num_steps = {num_steps}"
                    yield Fact(name, found[i], right[i], tolerance=TOLERANCE)

    return probe


def _probe_functions(answer: Callable) -> Iterator[Fact]:
    """Do other functions make another result? They are the course's own, and move what these return."""
    weights, demo_features = _inputs(CAVE)
    inputs = weights, _tabular(CAVE, CAVE.sparse()), demo_features, 2
    value, gradient = _looked_at(answer(*inputs), CAVE)

    def other_plan(*inputs, **named):
        policy, values = soft_value_iteration(*inputs, **named)
        return policy, values + 1

    def other_visits(*inputs, **named):
        return expected_visitation(*inputs, **named) + 1

    try:
        other_value, _ = _looked_at(answer(*inputs, other_plan, expected_visitation), CAVE)
        _, other_gradient = _looked_at(answer(*inputs, soft_value_iteration, other_visits), CAVE)
    except TypeError:  # it does not take them, which is noticed anyway
        other_value, other_gradient = np.inf, np.inf
    right_value, right_gradient = right_likelihood(CAVE, 2)
    ignored = np.allclose(value, right_value) and np.allclose(other_value, right_value)
    yield Fact("is soft_value_iteration_fn ignored in a right value?", ignored, False, OTHER_SOFT_VALUES)
    ignored = np.allclose(gradient, right_gradient) and np.allclose(other_gradient, right_gradient)
    yield Fact("is expected_visitation_fn ignored in a right gradient?", ignored, False, OTHER_VISITS)


def _looked_at(result: Any, mdp: TinyMDP) -> tuple[float, np.ndarray]:
    """Log-likelihood and gradient; raises WrongResult."""
    shape = (len(mdp.features[0]),)
    if isinstance(result, float | np.ndarray) and np.shape(result) in ((), shape):
        raise WrongResult(ONLY_GRADIENT if np.ndim(result) else ONLY_VALUE)
    if not isinstance(result, tuple | list) or len(result) != 2:
        what = f"{len(result)} things" if isinstance(result, tuple) else kind(result)
        what += f" of the shape {np.shape(result)}" if isinstance(result, np.ndarray) else ""
        raise WrongResult(f"it should return two things, `return likelihood, gradient`, but returns {what}.")
    shared.refuse_tensors(*result)
    if np.ndim(result[0]) == 1 and np.ndim(result[1]) == 0:
        raise WrongResult(SWAPPED)
    if np.ndim(result[0]) == 1 and np.size(result[0]) > 1:
        raise WrongResult(NOT_SUMMED)
    if isinstance(result[1], list | tuple):
        raise WrongResult("the gradient should be one array, but it is a list. Use np.array().")
    return number(result[0], PARTS[0]), numbers(result[1], shape, PARTS[1])


REWARDS, GAINED, PROMISED = "mdp.features @ weights", "demo_features @ weights", "mdp.start @ values"
GATHERED = "visits @ mdp.features"
VALUE, GRADIENT = f"float({GAINED} - {PROMISED})", f"demo_features - {GATHERED}"
SOFT_VALUES = instead("soft_value_iteration_fn(mdp", "soft_value_iteration(mdp")
VISITS = instead("expected_visitation_fn(mdp", "expected_visitation(mdp")

MISTAKES = {
    "both signs are turned around: this is the loss. Return the log-likelihood, which is to be made large, "
    "and its gradient.": ["return (-result[0], -result[1])"],
    "the sign of the log-likelihood is wrong. It is what the demonstrations gained, minus the soft value of "
    "the start.": ["return (-result[0], result[1])"],
    "the soft value of the start is added. Subtract it: the better everything else is, the less likely the "
    "demonstrations are.": instead(f"- {PROMISED}", f"+ {PROMISED}"),
    "the soft value of the start is left out. Subtract mdp.start @ values.": [f" - {PROMISED} =>"],
    "what the demonstrations gained is left out. It is demo_features @ weights.": [
        f"{GAINED} - => -",
        f"{GAINED} - =>",
    ],
    "the distribution of the first state is not used. The value of the start is a mean: "
    "mdp.start @ values.": [
        *instead(PROMISED, "values.sum()", "values.mean()", "values.max()", "values[0]", "values[-1]"),
        *instead(PROMISED, "values[mdp.start.argmax()]", "values[~mdp.terminal].mean()", "visits @ values"),
    ],
    "the soft value of the start is a log of exponentials. Where a game starts is chance, not choice: take "
    "the mean, mdp.start @ values.": [
        *instead(PROMISED, "np.log(mdp.start @ np.exp(values))"),
        *instead(PROMISED, "np.log(np.exp(values).sum())", "np.log(np.exp(values).mean())"),
    ],
    "the logarithm of the soft value is taken. A soft value is a logarithm already: subtract "
    "mdp.start @ values.": instead(PROMISED, f"np.log({PROMISED})"),
    "the learner's mean reward is subtracted in the log-likelihood. The soft value of the start holds its "
    "entropy, too: mdp.start @ values.": instead(PROMISED, "visits @ rewards"),
    "~mdp.terminal, the states where a game goes on, stands for those where it ends: pass mdp.terminal.": [
        "mdp.terminal, => ~mdp.terminal,"
    ],
    "arriving in a terminal state does not pay. Only what comes after it is worth 0: the rewards are "
    "mdp.features @ weights in all states.": instead(REWARDS, f"{REWARDS} * ~mdp.terminal"),
    "the weights are left out of what the demonstrations gained. It is demo_features @ weights.": instead(
        GAINED, "demo_features.sum()", "demo_features.mean()"
    ),
    "the log-likelihood holds what the learner gathers. What counts there is what the demonstrations gained, "
    "demo_features @ weights; the learner's features belong to the gradient.": instead(
        GAINED, f"({GATHERED}) @ weights", "visits @ rewards"
    ),
    "what the demonstrations gained is a mean over the features. It is a sum: "
    "demo_features @ weights.": instead(GAINED, "(demo_features * weights).mean()"),
    "the rewards of the world are used. The learner does not know them: it plans with "
    "mdp.features @ weights.": instead(REWARDS, "mdp.rewards", f"mdp.rewards + {REWARDS}"),
    "num_steps has no effect. The horizon is as long as it says: use the one that is passed in.": [
        f"num_steps = {fixed}" for fixed in (100, 50, 20, 10, 1)
    ],
    "the horizon is one step off. Plan for num_steps steps.": ["num_steps -= 1", "num_steps += 1"],
    "demo_features is multiplied or divided by the number of steps. It is what a mean episode gathers, so "
    "use it as it is.": [
        (f"{GAINED} => {GAINED} {first}", f"{GRADIENT} => demo_features {second} - {GATHERED}")
        for first in ("", "/ num_steps", "* num_steps")
        for second in ("", "/ num_steps", "* num_steps")
        if first or second
    ],
    "the log-likelihood is divided by the number of steps. It is that of a whole episode.": [
        "return (result[0] / num_steps, result[1])"
    ],
    "the soft value of the start is multiplied or divided by the number of steps. It is that of an episode: "
    "use it as it is.": instead(PROMISED, f"{PROMISED} / num_steps", f"num_steps * ({PROMISED})"),
    "this is the likelihood, not its log. Leave np.exp out.": ["return (np.exp(result[0]), result[1])"],
    "a penalty on the weights is added. The optimizer does that later: leave it out here.": [
        f"return (result[0] - {i} * {coef} / 2 * weights @ weights, result[1] - {j} * {coef} * weights)"
        for coef in (1e-5, 1e-4, 1e-3, 1e-2, 2e-4)
        for i, j in ((1, 0), (0, 1), (1, 1))
    ],
    "the sign of the gradient is wrong. It is what the demonstrator gathers, minus what the learner "
    "gathers.": ["return (result[0], -result[1])"],
    "what the learner gathers is added in the gradient. Subtract it: where both gather the same, the "
    "gradient is 0.": instead(GRADIENT, f"demo_features + {GATHERED}"),
    "what the learner gathers is missing in the gradient. Subtract visits @ mdp.features.": instead(
        GRADIENT, "demo_features"
    ),
    "the gradient holds only what the learner gathers. Subtract that from demo_features.": instead(
        GRADIENT, GATHERED, f"-{GATHERED}"
    ),
    "the features of the start are subtracted in the gradient. Subtract those of all the states that the "
    "learner visits: visits @ mdp.features.": instead(GATHERED, "mdp.start @ mdp.features"),
    "the start is counted as visited in the gradient. Only arrivals count, as in demo_features: use the "
    "visits as they are.": instead(GATHERED, "(visits + mdp.start) @ mdp.features"),
    "the visits begin in the wrong states. They begin where the demonstrations started: pass mdp.start to "
    "expected_visitation.": [
        *instead("policy, mdp.start", "policy, np.full(len(values), 1 / len(values))"),
        *instead("policy, mdp.start", "policy, ~mdp.terminal / (~mdp.terminal).sum()"),
        *instead(
            "policy, mdp.start", *(f"policy, np.eye(len(values))[{s}]" for s in ("0", "mdp.start.argmax()"))
        ),
    ],
    "the visits are not those of the learner's own policy. Pass on the policy (T, S, A) as it came from "
    "soft_value_iteration_fn.": [
        *instead("policy, mdp", "np.full_like(policy, 1 / policy.shape[2]), mdp", "policy[::-1], mdp"),
        *instead("policy, mdp", "np.eye(policy.shape[2])[policy.argmax(axis=2)], mdp"),
        *instead("policy, mdp", "np.repeat(policy[:1], num_steps, axis=0), mdp"),
        *instead("policy, mdp", "policy[0], mdp", "policy[-1], mdp"),
    ],
    "the visits of terminal states are left out of the gradient. The game arrives there, too: use the visits "
    "as they are.": instead(GATHERED, "(visits * ~mdp.terminal) @ mdp.features"),
    "the features in the gradient are not weighed by the visits. What the learner gathers is "
    "visits @ mdp.features.": instead(
        GATHERED,
        "mdp.features.sum(axis=0)",
        "mdp.features.mean(axis=0)",
        "visits.sum() * mdp.features.mean(axis=0)",
        "num_steps * mdp.features.mean(axis=0)",
        "values @ mdp.features",
        "rewards @ mdp.features",
    ),
    "the visits are turned into shares in the gradient. They are counts, and so is demo_features: leave them "
    "as they are.": instead(
        GATHERED,
        *(f"visits / {all_} @ mdp.features" for all_ in ("visits.sum()", "num_steps", "len(visits)")),
    ),
    "the gradient holds only the sign of the difference, or its square. It is the plain difference of the "
    "two sums of features.": ["return (result[0], np.sign(result[1]))", "return (result[0], result[1] ** 2)"],
    "the gradient is multiplied by the weights. It is the plain difference of the two sums of features.": [
        "return (result[0], result[1] * weights)"
    ],
    "the gradient is scaled, to length 1 or by F. It is the plain difference of the two sums of features.": [
        "return (result[0], result[1] / np.linalg.norm(result[1]))",
        "return (result[0], result[1] / len(weights))",
    ],
    "the shapes do not fit in the rewards: the features are (S, F), the weights (F,). Put the features "
    "first: mdp.features @ weights.": instead(
        REWARDS, "weights @ mdp.features", "mdp.features.T @ weights", "weights.dot(mdp.features)"
    ),
    "the weights are changed before they are used. Take them as they are: their size counts, too.": [
        "weights = weights / np.linalg.norm(weights)",
        "weights = weights.clip(-1, 1)",
        "weights = np.abs(weights)",
    ],
    "the sign of the rewards is turned around. They are mdp.features @ weights.": instead(
        REWARDS, f"-{REWARDS}"
    ),
    "the weights are left out of the rewards. They are mdp.features @ weights.": instead(
        REWARDS, "mdp.features.sum(axis=1)"
    ),
    "the rewards are not summed over the features. mdp.features @ weights is (S,), with one number for each "
    "state.": instead(REWARDS, "mdp.features * weights"),
    "rewards and terminal are swapped: soft_value_iteration_fn takes transitions, terminal, rewards and "
    "num_steps, in this order.": instead("mdp.terminal, rewards", "rewards, mdp.terminal"),
    "policy and start are swapped: expected_visitation_fn takes transitions, policy and start, in this "
    "order.": instead("policy, mdp.start", "mdp.start, policy"),
    "the shapes do not fit: the features are (S, F), the visits (S,). Put the visits first: "
    "visits @ mdp.features.": instead(
        GATHERED, "mdp.features @ visits", "mdp.features.dot(visits)", "mdp.features * visits"
    ),
    "the features are not summed over the states in the gradient. visits @ mdp.features is (F,), with one "
    "number for each feature.": instead(GATHERED, "visits[:, None] * mdp.features", "mdp.features"),
    "the gradient has one number for each state. Multiply the visits by the features, so that it has one for "
    "each weight.": instead(GRADIENT, "visits", "mdp.start - visits"),
    "the gradient is summed into one number. Return one number for each feature: (F,).": [
        "return (result[0], result[1].sum())",
        f"{GATHERED} => ({GATHERED}).sum()",
    ],
    "policy and values are swapped: soft_value_iteration returns the policy first, then the values.": [
        "policy, values = => values, policy ="
    ],
    NOT_SUMMED: [*instead(VALUE, f"{GAINED} - values", f"float({GAINED} - values)")],
    OTHER_SOFT_VALUES: [*SOFT_VALUES, (*SOFT_VALUES, *VISITS)],
    OTHER_VISITS: VISITS,
}

EXERCISE = Exercise(
    solution=log_likelihood,
    tested="value and gradient are right with 1 to 8 steps, with ends and with chance.",
    probes=(
        _probe((CORRIDOR, 3), parts=(0,)),
        _probe((CORRIDOR, 3), parts=(1,)),
        _probe((CORRIDOR, 1), (ICE, 4)),
        _probe((ICE, 5)),
        _probe((CAVE, 8)),
        _probe((CAVE, 4), scale=0.0),
        _probe((CAVE, 4), scale=30.0),
        _probe_functions,
    ),
    leftovers=shared.LEFTOVERS,
    mistakes=MISTAKES,
)
