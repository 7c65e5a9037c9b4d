"""Lesson 08, the imitation term: right answers, mistakes written independently of the bank, and nonsense."""

import copy  # noqa: F401 (for an edit)
import math

import pytest
import torch

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.finetune import imitation_loss
from ilrl_course.checks import check
from tests.checks.answers import hint_for, written, wrong_answers


def by_hand(policy, demos, iteration, config):
    distribution, actions = policy(demos.obs), demos.actions
    loss = -distribution.log_prob(actions).sum() / len(demos)
    return loss * config.imitation_coef * config.imitation_decay**iteration


def factor_by_factor(policy, demos, iteration, config):
    weight = config.imitation_coef
    for _ in range(iteration):
        weight *= config.imitation_decay
    return weight * bc_loss(policy, demos.obs, demos.actions)


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


RIGHT = [by_hand, factor_by_factor, every_step_weighed, by_tensors, with_an_early_end]


def weighed(rule):
    """The cloning loss, weighed by rule(config, iteration)."""
    return lambda policy, demos, iteration, config: (
        bc_loss(policy, demos.obs, demos.actions) * rule(config, iteration)
    )


def takes_bits_for_powers(policy, demos, iteration, config):
    return (
        bc_loss(policy, demos.obs, demos.actions) * config.imitation_coef * config.imitation_decay ^ iteration
    )


def cut_off(policy, demos, iteration, config):
    with torch.no_grad():
        return imitation_loss(policy, demos, iteration, config)


WRONG = {
    "the weight is missing": ["return loss"],
    "this is the weight alone": [
        lambda _, demos, k, c: c.imitation_coef * c.imitation_decay**k,
        lambda _, demos, k, c: torch.tensor(c.imitation_decay**k * c.imitation_coef),
    ],
    "^ is no power in Python": [
        weighed(lambda c, k: c.imitation_coef * (c.imitation_decay ^ k)),
        weighed(lambda c, k: c.imitation_decay ^ k * c.imitation_coef),
        takes_bits_for_powers,
        "return config.imitation_decay ^ iteration * config.imitation_coef * loss",
    ],
    "imitation_decay has no effect": ["return loss * config.imitation_coef"],
    "imitation_coef has no effect": [weighed(lambda c, k: pow(c.imitation_decay, k))],
    "imitation_coef is raised to the power, too": [
        "return (config.imitation_decay * config.imitation_coef) ** iteration * loss"
    ],
    "imitation_coef and imitation_decay are swapped": [
        weighed(lambda c, k: c.imitation_coef**k),
        weighed(lambda c, k: c.imitation_coef**k * c.imitation_decay),
    ],
    "the weight is a multiple of the iteration": ["** => *"],
    "the weight grows": [
        "** iteration => ** -iteration",
        "* config.imitation_decay => * (1 / config.imitation_decay)",
    ],
    "the weight is one iteration ahead": ["** iteration => ** (1 + iteration)"],
    "the weight is one iteration behind": ["** iteration => ** (iteration - 1)"],
    "1 - imitation_decay is used": ["config.imitation_decay => (1 - config.imitation_decay)"],
    "the weight falls along a straight line": [
        weighed(lambda c, k: c.imitation_coef * (1 - k / c.num_iterations)),
        weighed(lambda c, k: max(0, c.imitation_coef - k * c.imitation_decay)),
        weighed(lambda c, k: c.imitation_coef * (1 - k * c.imitation_decay)),
    ],
    "the weight is divided by the number": [weighed(lambda c, k: c.imitation_coef / (1 + k))],
    "imitation_decay is a factor, not a rate": [
        weighed(lambda c, k: c.imitation_coef * math.exp(-c.imitation_decay * k))
    ],
    "the weight fades once only": ["** iteration =>"],
    "the number is fixed that is raised": ["config.imitation_decay => 0.95"],
    "the number is fixed that the weight begins": [
        "config.imitation_coef => 0.02",
        "config.imitation_coef => 0.1",
    ],
    "a decay of 0 has no logarithm": [
        weighed(lambda c, k: math.exp(math.log(c.imitation_decay) * k) * c.imitation_coef)
    ],
    "the weight is subtracted from the loss, or added": ["loss * => loss - ", "loss * => loss + "],
    "the config cannot be changed": [
        "config.imitation_coef = config.imitation_coef * config.imitation_decay"
    ],
    "the sign is wrong": ["return -result", "-distribution => distribution"],
    "this is the sum over the demonstrated steps": [" / len(demos) =>"],
    "each demonstrated step still has a loss": [".sum() / len(demos) =>"],
    "these are probabilities": [".log_prob(actions) => .log_prob(actions).exp()"],
    "the policy is judged on actions that it drew itself": [
        ".log_prob(actions) => .log_prob(distribution.sample())"
    ],
    "the policy is judged on its own favorite actions": [
        ".log_prob(actions) => .log_prob(distribution.mode)"
    ],
    "this is a distance between actions": [
        "loss = - => loss = torch.nn.functional.mse_loss(distribution.mode.float(), actions.float()) #",
        "loss = - => loss = (distribution.mode != actions).float().mean() #",
    ],
    "it works for discrete actions only": [
        "loss = - => loss = torch.nn.functional.nll_loss(distribution.logits, actions) #"
    ],
    "this is the entropy of the policy": ["loss = - => loss = -distribution.entropy().mean() #"],
    "only some of the demonstrated steps are used": [
        "demos = demos[:1]",
        "demos = demos[torch.randint(len(demos), (256,))]",
    ],
    "the term is cut off from the policy": [
        cut_off,
        "return result.detach()",
        "return float(result)",
        "policy(demos.obs) => copy.deepcopy(policy)(demos.obs)",
    ],
    "backward() is called within the term": ["return (torch.autograd.backward(result), result)[1]"],
    "it reads the settings of the lesson": ["return CAREFUL.imitation_coef * loss"],
    "it reads other steps than the demonstrated ones": ["demos.actions => experience.actions"],
    "with imitation_coef = 0.6 and imitation_decay = 0.7, a cloning loss of 1.057 should count 0.634 in "
    "iteration 0, but it counts 6.34.": ["return 10 * result"],
}


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("imitation_loss", function) == ""


@pytest.mark.parametrize(("hint", "function"), wrong_answers(by_hand, WRONG))
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
