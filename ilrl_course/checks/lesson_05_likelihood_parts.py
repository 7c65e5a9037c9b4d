"""The log-likelihood with its parts made exchangeable: known mistakes are made of them."""

from ilrl_course.algorithms.maxent_irl import expected_visitation, log_likelihood, soft_value_iteration


def likelihood_with(
    weights, mdp, demo_features, num_steps, *,
    rewards_of=lambda mdp, weights: mdp.features @ weights,
    ends=lambda mdp: mdp.terminal,
    gained=lambda demo_features, weights: demo_features @ weights,
    promised=lambda mdp, values: mdp.start @ values,
    begin=lambda mdp: mdp.start,
    counted=lambda visits, mdp, num_steps: visits,
    gathered=lambda visits, mdp: visits @ mdp.features,
    demonstrated=lambda demo_features: demo_features,
):  # fmt: skip
    """The value and the gradient with one part exchanged."""
    rewards = rewards_of(mdp, weights)  # (S,)
    policy, values = soft_value_iteration(mdp.transitions, ends(mdp), rewards, num_steps)
    visits = counted(expected_visitation(mdp.transitions, policy, begin(mdp)), mdp, num_steps)  # (S,)
    value = gained(demo_features, weights) - promised(mdp, values)
    return value, demonstrated(demo_features) - gathered(visits, mdp)


def with_parts(**parts):
    """The value and the gradient with these parts exchanged."""
    return lambda *inputs: likelihood_with(*inputs, **parts)


def given(change):
    """The right value and gradient of other inputs: change(weights, mdp, demo_features, num_steps)."""
    return lambda *inputs: log_likelihood(*change(*inputs))


def then(change):
    """The right value and gradient, changed afterwards: change(value, gradient, weights)."""
    return lambda weights, *rest: change(*log_likelihood(weights, *rest), weights)
