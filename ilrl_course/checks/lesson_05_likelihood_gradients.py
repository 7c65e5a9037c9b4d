"""Known wrong gradients of the log-likelihood, beside a right value."""

import numpy as np

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_05_likelihood_parts import likelihood_with, then, with_parts


def _of_the_rewards(change):
    """A gradient by the rewards (S,) instead of the weights: change(visits, mdp)."""

    def answer(weights, mdp, demo_features, num_steps):
        found = []

        def noted(visits, mdp):
            found.append(change(visits, mdp))
            return visits @ mdp.features

        value, _ = likelihood_with(weights, mdp, demo_features, num_steps, gathered=noted)
        return value, found[0]

    return answer


GRADIENTS = (
    Mutant(
        "the sign of the gradient is wrong. It is what the demonstrator gathers, minus what the learner "
        "gathers.",
        then(lambda value, gradient, weights: (value, -gradient)),
    ),
    Mutant(
        "what the learner gathers is added in the gradient. Subtract it: where both gather the same, the "
        "gradient is 0.",
        with_parts(gathered=lambda visits, mdp: -visits @ mdp.features),
    ),
    Mutant(
        "what the learner gathers is missing in the gradient. Subtract visits @ mdp.features.",
        with_parts(gathered=lambda visits, mdp: 0.0),
    ),
    Mutant(
        "the gradient holds only what the learner gathers. Subtract that from demo_features.",
        with_parts(demonstrated=np.zeros_like),
        with_parts(demonstrated=np.zeros_like, gathered=lambda visits, mdp: -visits @ mdp.features),
    ),
    Mutant(
        "the features of the start are subtracted in the gradient. Subtract those of all the states that the "
        "learner visits: visits @ mdp.features.",
        with_parts(gathered=lambda visits, mdp: mdp.start @ mdp.features),
    ),
    Mutant(
        "the start is counted as visited in the gradient. Only arrivals count, as in demo_features: use the "
        "visits as they are.",
        with_parts(counted=lambda visits, mdp, num_steps: visits + mdp.start),
    ),
    Mutant(
        "the visits begin in the wrong states. They begin where the demonstrations started: pass mdp.start "
        "to expected_visitation.",
        with_parts(begin=lambda mdp: np.full(len(mdp.start), 1 / len(mdp.start))),
        with_parts(begin=lambda mdp: ~mdp.terminal / (~mdp.terminal).sum()),
        with_parts(begin=lambda mdp: np.eye(len(mdp.start))[0]),
        with_parts(begin=lambda mdp: np.eye(len(mdp.start))[mdp.start.argmax()]),
    ),
    Mutant(
        "the visits of terminal states are left out of the gradient. The game arrives there, too: use the "
        "visits as they are.",
        with_parts(counted=lambda visits, mdp, num_steps: visits * ~mdp.terminal),
    ),
    Mutant(
        "the features in the gradient are not weighed by the visits. What the learner gathers is "
        "visits @ mdp.features.",
        with_parts(gathered=lambda visits, mdp: mdp.features.sum(axis=0)),
        with_parts(gathered=lambda visits, mdp: mdp.features.mean(axis=0)),
        with_parts(gathered=lambda visits, mdp: visits.sum() * mdp.features.mean(axis=0)),
    ),
    Mutant(
        "the visits are turned into shares in the gradient. They are counts, and so is demo_features: leave "
        "them as they are.",
        with_parts(counted=lambda visits, mdp, num_steps: visits / visits.sum()),
        with_parts(counted=lambda visits, mdp, num_steps: visits / num_steps),
        with_parts(counted=lambda visits, mdp, num_steps: visits / len(visits)),
    ),
    Mutant(
        "the gradient holds only the sign of the difference, or its square. It is the plain difference of "
        "the two sums of features.",
        then(lambda value, gradient, weights: (value, np.sign(gradient))),
        then(lambda value, gradient, weights: (value, gradient**2)),
    ),
    Mutant(
        "the gradient is multiplied by the weights. It is the plain difference of the two sums of features.",
        then(lambda value, gradient, weights: (value, gradient * weights)),
    ),
    Mutant(
        "the shapes do not fit: the features are (S, F), the visits (S,). Put the visits first: "
        "visits @ mdp.features.",
        with_parts(gathered=lambda visits, mdp: mdp.features @ visits),
        with_parts(gathered=lambda visits, mdp: mdp.features.dot(visits)),
        with_parts(gathered=lambda visits, mdp: mdp.features * visits),
    ),
    Mutant(
        "the features are not summed over the states in the gradient. visits @ mdp.features is (F,), with "
        "one number for each feature.",
        with_parts(gathered=lambda visits, mdp: visits[:, None] * mdp.features),
        with_parts(gathered=lambda visits, mdp: mdp.features),
    ),
    Mutant(
        "the gradient has one number for each state. Multiply the visits by the features, so that it has "
        "one for each weight.",
        _of_the_rewards(lambda visits, mdp: visits),
        _of_the_rewards(lambda visits, mdp: mdp.start - visits),
    ),
    Mutant(
        "the gradient is summed into one number. Return one number for each feature: (F,).",
        then(lambda value, gradient, weights: (value, gradient.sum())),
    ),
)
