"""Known wrong log-likelihoods: the value, and what is returned."""

import numpy as np

from ilrl_course.algorithms.maxent_irl import expected_visitation, log_likelihood, soft_value_iteration
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_05_likelihood_gradients import GRADIENTS
from ilrl_course.checks.lesson_05_likelihood_parts import given, likelihood_with, then, with_parts

SWAPPED = "the two results are swapped. The log-likelihood comes first, then its gradient."
NOT_SUMMED = (
    "the log-likelihood is one number, but here it is an array: a product is not summed. `@` multiplies and "
    "sums."
)


def _results_swapped(weights, mdp, demo_features, num_steps):
    _, policy = soft_value_iteration(mdp.transitions, mdp.terminal, mdp.features @ weights, num_steps)
    expected_visitation(mdp.transitions, policy, mdp.start)  # in fact these are the values


def _scaled(of_gained, of_demonstrated):
    """What the demonstrator gathers, times a power of the number of steps."""
    return lambda weights, mdp, demo_features, num_steps: likelihood_with(
        weights, mdp, demo_features, num_steps,
        gained=lambda demo, weights: demo @ weights * num_steps**of_gained,
        demonstrated=lambda demo: demo * float(num_steps) ** of_demonstrated,
    )  # fmt: skip


def _per_step(weights, mdp, demo_features, num_steps):
    value, gradient = log_likelihood(weights, mdp, demo_features, num_steps)
    return value / num_steps, gradient


VALUES = (
    Mutant(
        "both signs are turned around: this is the loss. Return the log-likelihood, which is to be made "
        "large, and its gradient.",
        then(lambda value, gradient, weights: (-value, -gradient)),
    ),
    Mutant(
        "the sign of the log-likelihood is wrong. It is what the demonstrations gained, minus the soft value "
        "of the start.",
        then(lambda value, gradient, weights: (-value, gradient)),
    ),
    Mutant(
        "the soft value of the start is added. Subtract it: the better everything else is, the less likely "
        "the demonstrations are.",
        with_parts(promised=lambda mdp, values: -mdp.start @ values),
    ),
    Mutant(
        "the soft value of the start is left out. Subtract mdp.start @ values.",
        with_parts(promised=lambda mdp, values: 0.0),
    ),
    Mutant(
        "what the demonstrations gained is left out. It is demo_features @ weights.",
        with_parts(gained=lambda demo, weights: 0.0),
        with_parts(gained=lambda demo, weights: 0.0, promised=lambda mdp, values: -mdp.start @ values),
    ),
    Mutant(
        "the distribution of the first state is not used. The value of the start is a mean: "
        "mdp.start @ values.",
        *(
            with_parts(promised=lambda mdp, values, reduce=reduce: reduce(values))
            for reduce in (np.sum, np.mean, np.max, lambda values: values[0], lambda values: values[-1])
        ),
        with_parts(promised=lambda mdp, values: values[mdp.start.argmax()]),
        with_parts(promised=lambda mdp, values: values[mdp.start > 0].mean()),
        with_parts(promised=lambda mdp, values: values[mdp.start > 0].sum()),
        with_parts(promised=lambda mdp, values: values[~mdp.terminal].mean()),
    ),
    Mutant(
        "the soft value of the start is a log of exponentials. Where a game starts is chance, not choice: "
        "take the mean, mdp.start @ values.",
        with_parts(promised=lambda mdp, values: np.log(mdp.start @ np.exp(values))),
        with_parts(promised=lambda mdp, values: np.log(np.exp(values).sum())),
        with_parts(promised=lambda mdp, values: np.log(np.exp(values).mean())),
    ),
    Mutant(
        "~mdp.terminal, the states where a game goes on, stands for those where it ends: pass mdp.terminal.",
        with_parts(ends=lambda mdp: ~mdp.terminal),
    ),
    Mutant(
        "arriving in a terminal state does not pay. Only what comes after it is worth 0: the rewards are "
        "mdp.features @ weights in all states.",
        with_parts(rewards_of=lambda mdp, weights: mdp.features @ weights * ~mdp.terminal),
    ),
    Mutant(
        "the weights are left out of what the demonstrations gained. It is demo_features @ weights.",
        with_parts(gained=lambda demo, weights: demo.sum()),
        with_parts(gained=lambda demo, weights: demo.mean()),
    ),
    Mutant(
        "what the demonstrations gained is a mean over the features. It is a sum: demo_features @ weights.",
        with_parts(gained=lambda demo, weights: (demo * weights).mean()),
    ),
    Mutant(
        "the rewards of the world are used. The learner does not know them: it plans with mdp.features @ "
        "weights.",
        with_parts(rewards_of=lambda mdp, weights: mdp.rewards),
        with_parts(rewards_of=lambda mdp, weights: mdp.rewards + mdp.features @ weights),
    ),
    Mutant(
        "num_steps has no effect. The horizon is as long as it says: use the one that is passed in.",
        *(
            given(lambda weights, mdp, demo, num_steps, fixed=fixed: (weights, mdp, demo, fixed))
            for fixed in (100, 50, 20, 10, 1)
        ),
    ),
    Mutant(
        "the horizon is one step off. Plan for num_steps steps.",
        *(
            given(lambda weights, mdp, demo, num_steps, by=by: (weights, mdp, demo, num_steps + by))
            for by in (-1, 1)
        ),
    ),
    Mutant(
        "demo_features is multiplied or divided by the number of steps. It is what a mean episode gathers, "
        "so use it as it is.",
        *(_scaled(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)),
    ),
    Mutant(
        "the log-likelihood is divided by the number of steps. It is that of a whole episode.",
        _per_step,
    ),
    Mutant(
        "this is the likelihood, not its log. Leave np.exp out.",
        then(lambda value, gradient, weights: (np.exp(value), gradient)),
    ),
    Mutant(
        "a penalty on the weights is added. The optimizer does that later: leave it out here.",
        *(
            then(lambda value, gradient, w, c=c, d=d: (value - c / 2 * w @ w, gradient - d * c * w))
            for c in (1e-5, 1e-4, 1e-2, 2e-4)
            for d in (0, 1)
        ),
    ),
)
RESULTS = (
    Mutant(
        "policy and values are swapped: soft_value_iteration returns the policy first, then the values.",
        _results_swapped,
    ),
    Mutant(SWAPPED, then(lambda value, gradient, weights: (gradient, value))),
    Mutant(
        NOT_SUMMED,
        with_parts(gained=lambda demo, weights: demo * weights),
        with_parts(promised=lambda mdp, values: mdp.start * values),
        with_parts(promised=lambda mdp, values: values),
    ),
    Mutant(
        "only the log-likelihood is returned. Return its gradient, too: `return likelihood, gradient`.",
        then(lambda value, gradient, weights: value),
    ),
    Mutant(
        "only the gradient is returned. Return the log-likelihood first: `return likelihood, gradient`.",
        then(lambda value, gradient, weights: gradient),
    ),
)
MUTANTS = VALUES + GRADIENTS + RESULTS
