"""Exercise 5.3, likelihood and gradient: right but unusual answers, and mistakes written independently."""

import numpy as np
import torch  # noqa: F401 (for edits)

from ilrl_course.algorithms.maxent_irl import expected_visitation, soft_value_iteration
from ilrl_course.checks.lesson_05._shared import instead
from tests.checks.answers import hint_for, promises_of, wrong_answers

NAME = "log_likelihood"


def right(
    weights,
    mdp,
    demo_features,
    num_steps,
    soft_value_iteration_fn=soft_value_iteration,
    expected_visitation_fn=expected_visitation,
):
    w, demo, T = weights, demo_features, num_steps
    r = np.matmul(mdp.features, w)
    policy, values = soft_value_iteration_fn(mdp.transitions, mdp.terminal, r, T)
    visits = expected_visitation_fn(mdp.transitions, policy, mdp.start)
    value = np.dot(w, demo) - np.sum(mdp.start * values)
    gradient = demo - mdp.features.T @ visits
    return value, gradient


def value(*is_now):
    return instead("np.dot(w, demo) - np.sum(mdp.start * values)", *is_now)


def gradient(*is_now):
    return instead("demo - mdp.features.T @ visits", *is_now)


def visits_from(*start):
    return instead("policy, mdp.start)", *(f"policy, {states})" for states in start))


def rewards(*are_now):
    return instead("np.matmul(mdp.features, w)", *are_now)


SLOPES = (
    "def likelihood(w):\n    _, v = soft_value_iteration_fn(mdp.transitions, mdp.terminal, mdp.features @ w, "
    "num_steps)\n    return w @ demo_features - mdp.start @ v\nrows = 1e-5 * np.eye(len(weights))",
    *gradient("np.array([likelihood(w + row) - likelihood(w - row) for row in rows]) / 2e-5"),
)
UNUSUAL = [
    "",
    (
        *rewards("np.array([sum(f * x for f, x in zip(row, w)) for row in mdp.features])"),
        *value("sum(x * y for x, y in zip(w, demo)) - sum(p * v for p, v in zip(mdp.start, values))"),
        *gradient("np.array([d - sum(visits * f) for d, f in zip(demo, mdp.features.T)])"),
    ),
    (*value("np.array(np.inner(demo, w) - np.inner(mdp.start, values))"), "return [value, gradient]"),
    *gradient("demo - np.einsum('s,sf->f', visits, mdp.features)"),
    "return (np.float32(value), gradient.astype(np.float32))",
    "print(soft_value_iteration_fn(mdp.transitions, mdp.terminal, mdp.features @ weights, num_steps))",
    ("mdp.terminal, r, T => num_steps=T, rewards=r, terminal=mdp.terminal", *visits_from("start=mdp.start")),
]


NEGATIVE = value("mdp.start @ values - demo @ w")
SHARES = gradient("demo - visits / T @ mdp.features")

WRONG = {
    "both signs are turned around": [(*NEGATIVE, *gradient("visits @ mdp.features - demo"))],
    "the sign of the log-likelihood": NEGATIVE,
    "the sign of the gradient": gradient("visits @ mdp.features - demo"),
    "the soft value of the start is added": value("demo @ w + mdp.start @ values"),
    "the soft value of the start is left out": value("(demo * w).sum()"),
    "the soft value of the start is multiplied": value("demo @ w - mdp.start @ values / T"),
    "the soft value of the start is a log": value(
        "demo @ w - np.logaddexp.reduce(np.log(mdp.start + 1e-300) + values)"
    ),
    "the logarithm of the soft value": value("demo @ w - np.log(mdp.start @ values)"),
    "the learner's mean reward": value("(demo - visits @ mdp.features) @ w"),
    "the log-likelihood holds what the learner gathers": value(
        "visits @ (mdp.features @ w) - mdp.start @ values"
    ),
    "what the demonstrations gained is left": value("-(mdp.start @ values)", "mdp.start @ values"),
    "the distribution of the first state": [
        (*value("demo @ w - np.mean(values)"), *visits_from("np.full(len(values), 1 / len(values))")),
        (*value("demo @ w - values.mean()"), *SHARES),
    ],
    "the weights are left out": value("np.sum(demo) - mdp.start @ values"),
    "the weights are changed": ["weights = np.clip(weights, -1, 1)"],
    "the weights are left out of the rewards": rewards("np.sum(mdp.features, axis=1)"),
    "the rewards of the world are used": rewards("mdp.rewards"),
    "the sign of the rewards": rewards("mdp.features @ -w"),
    "the rewards are not summed": rewards("w * mdp.features"),
    "the shapes do not fit in the rewards": rewards("w @ mdp.features", "np.dot(w, mdp.features)"),
    "arriving in a terminal state does not pay": rewards("np.where(mdp.terminal, 0, mdp.features @ w)"),
    "~mdp.terminal": ["mdp.terminal => np.logical_not(mdp.terminal)"],
    "rewards and terminal are swapped": ["mdp.terminal, r, T => r, mdp.terminal, T"],
    "policy and values are swapped": ["policy, values => values, policy"],
    "demo_features is multiplied or divided": ["demo_features = demo_features / num_steps"],
    "demo_features is multiplied": ["demo_features = num_steps * demo_features"],
    "the log-likelihood is divided": ["return (value / T, gradient)"],
    "this is the likelihood, not its log": ["return (np.exp(value), gradient)"],
    "a penalty on the weights": ["return (value - 0.5e-4 * (w**2).sum(), gradient - 1e-4 * w)"],
    "what the learner gathers is added": gradient("demo + mdp.features.T @ visits"),
    "what the learner gathers is missing": gradient("demo.copy()"),
    "the gradient holds only what": gradient("visits @ mdp.features", "-visits @ mdp.features"),
    "the features of the start": gradient("demo - mdp.start @ mdp.features"),
    "the start is counted": gradient("demo - (visits + mdp.start) @ mdp.features"),
    "the features in the gradient are not weighed": gradient("demo - mdp.features.sum(0)"),
    "the visits are turned into shares": [*SHARES, *gradient("demo - visits / visits.sum() @ mdp.features")],
    "the visits begin in the wrong": visits_from("0 * values + 1 / len(values)", "np.eye(len(values))[0]"),
    "the visits are not those": ["policy, mdp.start => np.ones_like(policy) / policy.shape[2], mdp.start"],
    "the visits of terminal states": gradient("demo - visits[~mdp.terminal] @ mdp.features[~mdp.terminal]"),
    "the shapes do not fit": gradient("demo - mdp.features @ visits", "demo - mdp.features.dot(visits)"),
    "the features are not summed": gradient("demo - (visits * mdp.features.T).T"),
    "the gradient has one number for each state": gradient("-visits"),
    "the gradient is summed": ["return (value, gradient.sum())"],
    "the gradient is scaled": ["return (value, gradient / np.sqrt(gradient @ gradient))"],
    "the gradient should be 2 numbers": gradient("np.resize(demo - mdp.features.T @ visits, 3)"),
    "the gradient should be one array": ["return (value, [*gradient])"],
    "the two results are swapped": ["return result[::-1]"],
    "only the log-likelihood is returned": ["return float(value)", "return value"],
    "only the gradient is returned": ["return gradient"],
    "the log-likelihood is one number, but": value(
        "demo * w - mdp.start @ values", "float(demo @ w - mdp.start * values)"
    ),
    "it returns a torch tensor": ["return (torch.tensor(value), gradient)"],
    "it returns a torch tensor, but arrays are expected": ["return (value, torch.tensor(gradient))"],
    "it should return two things": ["return (value, gradient, 0)"],
    "it changes its inputs in place": ["demo_features -= 1"],
    "it reads `table`, the world of the lesson": visits_from("table.start"),
    "expected_visitation_fn, which is": [SLOPES, "expected_visitation_fn(mdp => expected_visitation(mdp"],
    "the log-likelihood with num_steps = 3: expected about": ["return (value + 0.25, gradient)"],
}


def test_a_wrong_sign_beside_another_mistake_is_not_taken_for_both_signs():
    ((_, answer),) = wrong_answers(right, {"": [(*NEGATIVE, *SHARES)]})
    assert not hint_for(NAME, answer).startswith("both signs")


NONSENSE = {
    "return 'a', 'b'": "the log-likelihood should be a single number, but it is",
    "return float('nan'), inputs[0]": "the log-likelihood is NaN",
    "return 0.0, inputs[0][:2]": "the gradient should be 3 numbers, but it has the shape (2,).",
    "while True: pass": "it did not finish",
}

TestAnswers = promises_of("log_likelihood", right, UNUSUAL, WRONG, NONSENSE)
