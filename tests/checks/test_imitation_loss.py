"""Lesson 08, the imitation term: right answers, wrong weights and nonsense, independent of the bank."""

import math

import pytest
import torch

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.checks import check
from tests.checks.answers import hint_for, written


def by_hand(policy, demos, iteration, config):
    weight = config.imitation_coef
    for _ in range(iteration):
        weight *= config.imitation_decay
    log_probs = policy(demos.obs).log_prob(demos.actions)
    return -weight * log_probs.sum() / len(demos)


def every_step_weighed(policy, demos, iteration, config):
    weights = torch.full((len(demos),), config.imitation_coef * pow(config.imitation_decay, iteration))
    return (weights * -policy(demos.obs).log_prob(demos.actions)).mean()


def by_tensors(policy, demos, iteration, config):
    fading = torch.tensor(config.imitation_decay).pow(iteration)
    return fading.mul(config.imitation_coef) * bc_loss(policy, demos.obs, demos.actions)


def with_an_early_end(policy, demos, iteration, config):
    loss = bc_loss(policy, demos.obs, demos.actions)
    if iteration == 0:
        return config.imitation_coef * loss
    return math.prod([config.imitation_decay] * iteration, start=config.imitation_coef) * loss


RIGHT = [by_hand, every_step_weighed, by_tensors, with_an_early_end]


def weighed(rule):
    """The cloning loss, weighed by rule(config, iteration)."""
    return lambda policy, demos, iteration, config: (
        bc_loss(policy, demos.obs, demos.actions) * rule(config, iteration)
    )


def forgets_the_weight(policy, demos, iteration, config):
    return bc_loss(policy, demos.obs, demos.actions)


def subtracts(policy, demos, iteration, config):
    fading = config.imitation_coef * config.imitation_decay**iteration
    return bc_loss(policy, demos.obs, demos.actions) - fading


def adds(policy, demos, iteration, config):
    fading = config.imitation_decay**iteration * config.imitation_coef
    return fading + bc_loss(policy, demos.obs, demos.actions)


def changes_the_config(policy, demos, iteration, config):
    config.imitation_coef = config.imitation_coef * config.imitation_decay
    return config.imitation_coef * bc_loss(policy, demos.obs, demos.actions)


def takes_bits_for_powers(policy, demos, iteration, config):
    return (
        bc_loss(policy, demos.obs, demos.actions) * config.imitation_coef * config.imitation_decay ^ iteration
    )


def takes_bits_of_the_loss(policy, demos, iteration, config):
    return config.imitation_decay ^ iteration * config.imitation_coef * bc_loss(
        policy, demos.obs, demos.actions
    )


WRONG = [
    ("the weight is missing", forgets_the_weight),
    ("this is the weight alone", lambda _, demos, k, c: c.imitation_coef * c.imitation_decay**k),
    (
        "this is the weight alone",
        lambda _, demos, k, c: torch.tensor(c.imitation_decay**k * c.imitation_coef),
    ),
    ("^ is no power in Python", weighed(lambda c, k: c.imitation_coef * (c.imitation_decay ^ k))),
    ("^ is no power in Python", weighed(lambda c, k: c.imitation_decay ^ k * c.imitation_coef)),
    ("^ is no power in Python", takes_bits_for_powers),
    ("^ is no power in Python", takes_bits_of_the_loss),
    ("imitation_decay has no effect", weighed(lambda c, k: c.imitation_coef)),
    ("imitation_coef has no effect", weighed(lambda c, k: pow(c.imitation_decay, k))),
    (
        "imitation_coef is raised to the power, too",
        weighed(lambda c, k: (c.imitation_decay * c.imitation_coef) ** k),
    ),
    ("imitation_coef and imitation_decay are swapped", weighed(lambda c, k: c.imitation_coef**k)),
    (
        "imitation_coef and imitation_decay are swapped",
        weighed(lambda c, k: c.imitation_coef**k * c.imitation_decay),
    ),
    (
        "the weight is a multiple of the iteration",
        weighed(lambda c, k: k * c.imitation_decay * c.imitation_coef),
    ),
    ("the weight grows", weighed(lambda c, k: c.imitation_coef * (1 / c.imitation_decay) ** k)),
    ("the weight grows", weighed(lambda c, k: c.imitation_coef * c.imitation_decay ** (-k))),
    (
        "the weight is one iteration ahead",
        weighed(lambda c, k: c.imitation_coef * c.imitation_decay ** (1 + k)),
    ),
    (
        "the weight is one iteration behind",
        weighed(lambda c, k: c.imitation_coef * c.imitation_decay ** (k - 1)),
    ),
    ("1 - imitation_decay is used", weighed(lambda c, k: c.imitation_coef * (1.0 - c.imitation_decay) ** k)),
    (
        "the weight falls along a straight line",
        weighed(lambda c, k: c.imitation_coef * (1 - k / c.num_iterations)),
    ),
    (
        "the weight falls along a straight line",
        weighed(lambda c, k: max(0, c.imitation_coef - k * c.imitation_decay)),
    ),
    (
        "the weight falls along a straight line",
        weighed(lambda c, k: c.imitation_coef * (1 - k * c.imitation_decay)),
    ),
    ("the weight is divided by the number", weighed(lambda c, k: c.imitation_coef / (1 + k))),
    (
        "imitation_decay is a factor, not a rate",
        weighed(lambda c, k: c.imitation_coef * math.exp(-c.imitation_decay * k)),
    ),
    ("the weight fades once only", weighed(lambda c, k: c.imitation_coef * c.imitation_decay)),
    ("the number is fixed that is raised", weighed(lambda c, k: c.imitation_coef * 0.95**k)),
    ("the number is fixed that the weight begins", weighed(lambda c, k: 0.02 * c.imitation_decay**k)),
    ("the number is fixed that the weight begins", weighed(lambda c, k: 0.1 * c.imitation_decay**k)),
    (
        "a decay of 0 has no logarithm",
        weighed(lambda c, k: math.exp(math.log(c.imitation_decay) * k) * c.imitation_coef),
    ),
    ("the weight is subtracted from the loss, or added", subtracts),
    ("the weight is subtracted from the loss, or added", adds),
    ("the config cannot be changed", changes_the_config),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("imitation_loss", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("imitation_loss", function).startswith(hint)


NONSENSE = [
    ("pass", "it returned nothing"),
    ("return 'low'", "it should return the weighted loss, a tensor with one number, but it returns a str."),
    (
        "return inputs",
        "it should return the weighted loss, a tensor with one number, but it returns a tuple.",
    ),
    ("return inputs[0](inputs[1].obs)", "it should return the weighted loss"),
    ("return inputs[1].obs", "the loss should be a single number, but it has the shape (3, 2)."),
    ("return 0.0", "with imitation_coef = 0.6"),
    ("return float('nan')", "the loss is NaN"),
    ("return float('inf')", "with imitation_coef = 0.6"),
    ("inputs[1].obs[:] = 0\n    return 0.0", "it changes its inputs in place"),
    ("raise StopIteration", "it raised StopIteration"),
    ("exit()", "it asks Python to exit"),
    ("while True: pass", "it did not finish within 1.5 s."),
]


@pytest.mark.usefixtures("unchanged_state")
@pytest.mark.parametrize(("body", "hint"), NONSENSE)
def test_nonsense_gets_a_calm_answer(body, hint, capsys):
    check(written("imitation_loss", body))
    assert capsys.readouterr().out.startswith(f"❌ imitation_loss: {hint}")


def test_the_blank_stub_is_not_written_yet(capsys):
    check(written("imitation_loss", arguments="policy, demos, iteration, config"))
    assert capsys.readouterr().out.startswith("✏️ imitation_loss is not written yet.")
