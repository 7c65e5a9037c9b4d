"""Exercise 5.3, likelihood and gradient: right but unusual answers, and mistakes written independently."""

import time

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.maxent_irl import expected_visitation, soft_value_iteration
from tests.checks.answers import hint_for, written, wrong_answers

NAME = "log_likelihood"


def right(w, mdp, demo, T, soft=soft_value_iteration, visitation=expected_visitation):
    policy, values = soft(mdp.transitions, mdp.terminal, np.matmul(mdp.features, w), T)
    visits = visitation(mdp.transitions, policy, mdp.start)
    value = np.dot(w, demo) - np.sum(mdp.start * values)
    gradient = demo - mdp.features.T @ visits
    return value, gradient


def in_loops(weights, mdp, demo_features, num_steps):
    num_states, num_features = mdp.features.shape
    rewards = np.zeros(num_states)
    for s in range(num_states):
        for f in range(num_features):
            rewards[s] += mdp.features[s, f] * weights[f]
    policy, values = soft_value_iteration(mdp.transitions, mdp.terminal, rewards, num_steps)
    visits = expected_visitation(mdp.transitions, policy, mdp.start)
    value, gradient = 0.0, [0.0] * num_features
    for f in range(num_features):
        value += weights[f] * demo_features[f]
        gradient[f] = demo_features[f]
        for s in range(num_states):
            gradient[f] -= visits[s] * mdp.features[s, f]
    for s in range(num_states):
        value -= mdp.start[s] * values[s]
    return value, np.array(gradient)


def with_einsum(weights, mdp, demo_features, num_steps):
    rewards = np.einsum("sf,f->s", mdp.features, weights)
    policy, values = soft_value_iteration(mdp.transitions, mdp.terminal, rewards, num_steps)
    visits = expected_visitation(mdp.transitions, policy, mdp.start)
    gradient = demo_features - np.einsum("s,sf->f", visits, mdp.features)
    return [np.array(np.inner(demo_features, weights) - np.inner(mdp.start, values)), gradient]


def by_finite_differences(weights, mdp, demo_features, num_steps):
    def value(weights):
        rewards = mdp.features @ weights
        _, values = soft_value_iteration(mdp.transitions, mdp.terminal, rewards, num_steps)
        return demo_features @ weights - mdp.start @ values

    rows = np.eye(len(weights)) * 1e-5
    return value(weights), np.array([(value(weights + row) - value(weights - row)) / 2e-5 for row in rows])


def by_autograd(weights, mdp, demo_features, num_steps):
    table = mdp.transitions if isinstance(mdp.transitions, np.ndarray) else mdp.transitions.toarray()
    leaf, values = torch.tensor(weights, requires_grad=True), torch.zeros(len(mdp.start), dtype=torch.float64)
    for _ in range(num_steps):
        q = (torch.tensor(table) @ (torch.tensor(mdp.features) @ leaf + values)).reshape(len(values), -1)
        values = torch.logsumexp(q, dim=1) * torch.tensor(~mdp.terminal)
    value = torch.tensor(demo_features) @ leaf - torch.tensor(mdp.start) @ values
    value.backward()
    return value.item(), leaf.grad.numpy()


def in_single_precision(weights, mdp, demo_features, num_steps):
    value, gradient = with_einsum(weights, mdp, demo_features, num_steps)
    return np.float32(value), gradient.astype(np.float32)


RIGHT = [right, in_loops, with_einsum, by_finite_differences, by_autograd, in_single_precision]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for(NAME, function) == ""


def value(is_now):
    return f"np.dot(w, demo) - np.sum(mdp.start * values) => {is_now}"


def gradient(is_now):
    return f"demo - mdp.features.T @ visits => {is_now}"


def visits_from(start):
    return f"policy, mdp.start) => policy, {start})"


def rewards(are_now):
    return f"np.matmul(mdp.features, w) => {are_now}"


NO_START = value("demo @ w - values.mean()")
SHARES = gradient("demo - visits / T @ mdp.features")

WRONG = {
    "both signs are turned around": [
        (value("mdp.start @ values - demo @ w"), gradient("visits @ mdp.features - demo"))
    ],
    "the sign of the log-likelihood": [value("mdp.start @ values - demo @ w")],
    "the sign of the gradient": [gradient("visits @ mdp.features - demo")],
    "the soft value of the start is added": [value("demo @ w + mdp.start @ values")],
    "the soft value of the start is left out": [value("(demo * w).sum()")],
    "what the demonstrations gained is left out": [
        value("-(mdp.start @ values)"),
        value("mdp.start @ values"),
    ],
    "the distribution of the first state": [
        value("demo @ w - values.sum()"),
        value("demo @ w - np.mean(values)"),
        value("demo @ w - values[0]"),
        (value("demo @ w - np.mean(values)"), visits_from("np.full(len(values), 1 / len(values))")),
        (NO_START, SHARES),
    ],
    "the weights are left out": [value("np.sum(demo) - mdp.start @ values")],
    "the rewards of the world are used": [rewards("mdp.rewards")],
    "num_steps has no effect": ["T = 100"],
    "the horizon is one step off": ["T = T - 1"],
    "demo_features is multiplied or divided": ["demo = demo / T", "demo = T * demo"],
    "the log-likelihood is divided": ["return (value / T, gradient)"],
    "this is the likelihood, not its log": ["return (np.exp(value), gradient)"],
    "a penalty on the weights": ["return (value - 0.5e-4 * (w**2).sum(), gradient - 1e-4 * w)"],
    "what the learner gathers is added": [gradient("demo + mdp.features.T @ visits")],
    "what the learner gathers is missing": [gradient("demo.copy()")],
    "the gradient holds only what the learner": [
        gradient("visits @ mdp.features"),
        gradient("-visits @ mdp.features"),
    ],
    "the features of the start": [gradient("demo - mdp.start @ mdp.features")],
    "the start is counted": [gradient("demo - (visits + mdp.start) @ mdp.features")],
    "the features in the gradient are not weighed": [gradient("demo - mdp.features.sum(0)")],
    "the visits are turned into shares": [SHARES, gradient("demo - visits / visits.sum() @ mdp.features")],
    "the shapes do not fit": [
        gradient("demo - mdp.features @ visits"),
        gradient("demo - mdp.features.dot(visits)"),
    ],
    "the features are not summed": [gradient("demo - (visits * mdp.features.T).T")],
    "the gradient has one number for each state": [gradient("-visits")],
    "the gradient is summed": ["return (value, gradient.sum())"],
    "the two results are swapped": ["return result[::-1]"],
    "only the log-likelihood is returned": ["return float(value)"],
    "only the gradient is returned": ["return gradient"],
    "the log-likelihood is one number, but": [value("demo * w - mdp.start @ values")],
    "it should return two things": ["return (value, gradient, 0)"],
    "the gradient should be one array": ["return (value, [*gradient])"],
    "it changes its inputs in place": ["demo -= 1"],
    "it reads `table`, the world of the lesson": [visits_from("table.start")],
    "the soft value of the start is a log": [
        value("demo @ w - np.logaddexp.reduce(np.log(mdp.start + 1e-300) + values)")
    ],
    "policy and values are swapped": ["policy, values => values, policy"],
    "~mdp.terminal": ["mdp.terminal => np.logical_not(mdp.terminal)"],
    "arriving in a terminal state does not pay": [rewards("np.where(mdp.terminal, 0, mdp.features @ w)")],
    "the visits begin in the wrong states": [
        visits_from("np.ones(len(values)) / len(values)"),
        visits_from("np.eye(len(values))[0]"),
    ],
    "the visits of terminal states are left out": [
        gradient("demo - visits[~mdp.terminal] @ mdp.features[~mdp.terminal]")
    ],
    "the log-likelihood with num_steps = 3: expected about": ["return (value + 0.25, gradient)"],
}


@pytest.fixture(scope="module", autouse=True)
def _warm():
    hint_for(NAME, right)  # the first call of all loads parts of the libraries


@pytest.mark.parametrize(("hint", "function"), wrong_answers(right, WRONG))
def test_a_mistake_written_in_another_way_gets_the_same_hint_within_a_second(hint, function):
    begin = time.process_time()
    assert hint_for(NAME, function).startswith(hint)
    assert time.process_time() - begin < 1.0


def test_a_wrong_sign_beside_another_mistake_is_not_taken_for_both_signs():
    ((_, answer),) = wrong_answers(right, {"": [(value("mdp.start @ values - demo @ w"), SHARES)]})
    assert not hint_for(NAME, answer).startswith("both signs")


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("pass", "it returned nothing"),
        ("return 'a', 'b'", "the log-likelihood should be a single number, but it is"),
        ("return float('nan'), inputs[0]", "the log-likelihood is NaN"),
        ("return 0.0, inputs[0][:2]", "the gradient should be 3 numbers, but it has the shape (2,)."),
        ("while True: pass", "it did not finish"),
    ],
)
def test_nonsense_gets_a_calm_answer(body, hint):
    assert hint_for(NAME, written(NAME, body)).startswith(hint)
