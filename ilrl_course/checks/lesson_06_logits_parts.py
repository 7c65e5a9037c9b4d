"""The logits of AIRL, made of f and of the log-probabilities: known mistakes are made of them."""

from ilrl_course.algorithms.airl import airl_logits, shaped_reward


def less_log_probs(shaped):
    """The logits with another f: shaped(net, steps, gamma)."""
    return lambda net, steps, log_probs, gamma: shaped(net, steps, gamma) - log_probs


def of_f(combine):
    """What is made of the right f and of the log-probabilities: combine(f, log_probs)."""
    return lambda net, steps, log_probs, gamma: combine(shaped_reward(net, steps, gamma), log_probs)


def of_log_probs(change):
    """The right logits of other log-probabilities: change(log_probs, steps, gamma)."""
    return lambda net, steps, log_probs, gamma: airl_logits(
        net, steps, change(log_probs, steps, gamma), gamma
    )


def then(change):
    """The right logits, changed afterwards: change(logits)."""
    return lambda *inputs: change(airl_logits(*inputs))
