"""Known wrong weights of the imitation term."""

from math import exp, log

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.checks.exercise import Mutant


def right_weight(iteration, config):
    """The weight in this iteration."""
    return config.imitation_coef * config.imitation_decay**iteration


def _weight(rule):
    """The cloning loss with another weight: rule(imitation_coef, imitation_decay, iteration)."""
    return lambda policy, demos, iteration, config: (
        rule(config.imitation_coef, config.imitation_decay, iteration)
        * bc_loss(policy, demos.obs, demos.actions)
    )


def _by_the_end(policy, demos, iteration, config):
    share = 1 - iteration / config.num_iterations
    return config.imitation_coef * share * bc_loss(policy, demos.obs, demos.actions)


def _added(sign):
    return lambda policy, demos, iteration, config: (
        bc_loss(policy, demos.obs, demos.actions)
        + sign * config.imitation_coef * config.imitation_decay**iteration
    )


def _into_the_config(policy, demos, iteration, config):
    config.imitation_coef *= config.imitation_decay


WEIGHTS = (
    Mutant(
        "the weight is missing. Multiply the cloning loss by imitation_coef and by the power of "
        "imitation_decay.",
        _weight(lambda coef, decay, i: 1.0),
    ),
    Mutant(
        "this is the weight alone. Multiply it by the cloning loss: bc_loss of the policy and the "
        "demonstrated steps.",
        lambda policy, demos, iteration, config: right_weight(iteration, config),
    ),
    Mutant(
        "imitation_decay has no effect, so the weight never fades. Raise it to the power of the iteration.",
        _weight(lambda coef, decay, i: coef),
    ),
    Mutant(
        "imitation_coef has no effect. The weight begins with it: multiply by it.",
        _weight(lambda coef, decay, i: decay**i),
    ),
    Mutant(
        "imitation_coef is raised to the power, too. Only imitation_decay is: multiply by the coef once.",
        _weight(lambda coef, decay, i: (coef * decay) ** i),
        _weight(lambda coef, decay, i: coef**i * decay**i * coef),
    ),
    Mutant(
        "imitation_coef and imitation_decay are swapped. It is the decay that is raised to a power.",
        _weight(lambda coef, decay, i: decay * coef**i),
        _weight(lambda coef, decay, i: coef**i),
    ),
    Mutant(
        "the weight is a multiple of the iteration, so it grows from 0. Raise imitation_decay to the power "
        "of the iteration.",
        _weight(lambda coef, decay, i: coef * decay * i),
        _weight(lambda coef, decay, i: coef * i),
        _weight(lambda coef, decay, i: coef * i**decay),
    ),
    Mutant(
        "the weight grows. It should fade: multiply by the power of imitation_decay, do not divide by it.",
        _weight(lambda coef, decay, i: coef / decay**i),
    ),
    Mutant(
        "the weight is one iteration ahead. They count from 0, and in the first one it is imitation_coef.",
        _weight(lambda coef, decay, i: coef * decay ** (i + 1)),
    ),
    Mutant(
        "the weight is one iteration behind. They count from 0: raise imitation_decay to the power of the "
        "iteration itself.",
        _weight(lambda coef, decay, i: coef * decay ** (i - 1)),
        _weight(lambda coef, decay, i: coef * decay ** max(i - 1, 0)),
    ),
    Mutant(
        "1 - imitation_decay is used, but the weight is multiplied by imitation_decay itself in each "
        "iteration.",
        _weight(lambda coef, decay, i: coef * (1 - decay) ** i),
        _weight(lambda coef, decay, i: coef * (1 - decay**i)),
        _weight(lambda coef, decay, i: coef * (1 - decay)),
    ),
    Mutant(
        "the weight falls along a straight line. Multiply by imitation_decay from iteration to iteration.",
        _by_the_end,
        _weight(lambda coef, decay, i: coef * (1 - decay * i)),
        _weight(lambda coef, decay, i: coef * max(0.0, 1 - decay * i)),
        _weight(lambda coef, decay, i: coef * (1 - (1 - decay) * i)),
        _weight(lambda coef, decay, i: coef * max(0.0, 1 - (1 - decay) * i)),
        _weight(lambda coef, decay, i: coef - decay * i),
        _weight(lambda coef, decay, i: max(0.0, coef - decay * i)),
    ),
    Mutant(
        "the weight is divided by the number of the iteration. Raise imitation_decay to its power instead.",
        _weight(lambda coef, decay, i: coef / (i + 1)),
        _weight(lambda coef, decay, i: coef * decay / (i + 1)),
        _weight(lambda coef, decay, i: coef / (1 + decay * i)),
    ),
    Mutant(
        "imitation_decay is a factor, not a rate in an exponential function. Raise it to the power of the "
        "iteration.",
        _weight(lambda coef, decay, i: coef * exp(-decay * i)),
    ),
    Mutant(
        "the weight fades once only, and then stays. Raise imitation_decay to the power of the iteration.",
        _weight(lambda coef, decay, i: coef * decay),
        _weight(lambda coef, decay, i: coef * decay ** min(i, 1)),
    ),
    Mutant(
        "the number is fixed that is raised to a power. Take config.imitation_decay.",
        *(_weight(lambda coef, decay, i, fixed=fixed: coef * fixed**i) for fixed in (0.9, 0.95, 0.99, 0.5)),
    ),
    Mutant(
        "the number is fixed that the weight begins with. Take config.imitation_coef.",
        *(_weight(lambda coef, decay, i, fixed=fixed: fixed * decay**i) for fixed in (0.1, 0.02, 0.01, 0.5)),
    ),
    Mutant(
        "the weight is subtracted from the loss, or added to it. A weight is a factor: multiply.",
        _added(sign=1),
        _added(sign=-1),
    ),
    Mutant(
        "^ is no power in Python: it compares bits. Write config.imitation_decay**iteration.",
        _weight(lambda coef, decay, i: coef * decay ^ i),
        _weight(lambda coef, decay, i: decay ^ i * coef),
        lambda policy, demos, iteration, config: (
            config.imitation_coef * config.imitation_decay
            ^ iteration * bc_loss(policy, demos.obs, demos.actions)
        ),
    ),
    Mutant(
        "a decay of 0 has no logarithm. Raise it to the power of the iteration: that needs none.",
        _weight(lambda coef, decay, i: coef * exp(i * log(decay))),
    ),
    Mutant(
        "the config cannot be changed, and need not be. Compute the weight anew, from the number of the "
        "iteration.",
        _into_the_config,
    ),
)
