"""Lesson 08, the imitation term: slips in the loss that is weighed, written independently of the bank."""

import copy

import pytest
import torch
from torch.nn import functional as F

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.finetune import imitation_loss
from tests.checks.answers import hint_for


def lost(rule):
    """The right weight of another loss: rule(distribution, actions)."""
    return lambda policy, demos, iteration, config: (
        rule(policy(demos.obs), demos.actions) * config.imitation_coef * config.imitation_decay**iteration
    )


def changed(rule):
    """The right term, and something done to it: rule(term)."""
    return lambda *inputs: rule(imitation_loss(*inputs))


def cut_off(policy, demos, iteration, config):
    with torch.no_grad():
        return imitation_loss(policy, demos, iteration, config)


def of_a_frozen_copy(policy, demos, iteration, config):
    return imitation_loss(copy.deepcopy(policy), demos, iteration, config)


def learns_itself(policy, demos, iteration, config):
    loss = imitation_loss(policy, demos, iteration, config)
    torch.autograd.backward(loss)
    return loss


def draws_again(policy, demos, iteration, config):
    some = demos[torch.randint(len(demos), (256,))]
    return imitation_loss(policy, some, iteration, config)


def takes_the_first(policy, demos, iteration, config):
    return imitation_loss(policy, demos[:1], iteration, config)


def of_settings_above(policy, demos, iteration, config):
    return CAREFUL.imitation_coef * bc_loss(policy, demos.obs, demos.actions)  # noqa: F821


def of_other_steps(policy, demos, iteration, config):
    return config.imitation_coef * bc_loss(policy, experience.obs, experience.actions)  # noqa: F821


WRONG = [
    ("the sign is wrong", changed(lambda term: -term)),
    ("the sign is wrong", lost(lambda distribution, actions: distribution.log_prob(actions).mean())),
    ("this is the sum over the demonstrated steps", lost(lambda d, a: d.log_prob(a).sum().neg())),
    ("each demonstrated step still has a loss", lost(lambda d, a: d.log_prob(a).neg())),
    ("these are probabilities", lost(lambda d, a: -torch.exp(d.log_prob(a)).mean())),
    (
        "the policy is judged on actions that it drew itself",
        lost(lambda d, a: d.log_prob(d.sample()).mean().neg()),
    ),
    ("the policy is judged on its own favorite actions", lost(lambda d, a: d.log_prob(d.mode).mean().neg())),
    ("this is a distance between actions", lost(lambda d, a: F.mse_loss(d.mode.float(), a.float()))),
    ("this is a distance between actions", lost(lambda d, a: (d.mode != a).float().mean())),
    ("it works for discrete actions only", lost(lambda d, a: F.nll_loss(d.logits, a))),
    ("this is the entropy of the policy", lost(lambda d, a: -d.entropy().mean())),
    ("only some of the demonstrated steps are used", takes_the_first),
    ("only some of the demonstrated steps are used", draws_again),
    ("the term is cut off from the policy", cut_off),
    ("the term is cut off from the policy", changed(torch.Tensor.detach)),
    ("the term is cut off from the policy", changed(float)),
    ("the term is cut off from the policy", of_a_frozen_copy),
    ("backward() is called within the term", learns_itself),
    ("it reads the settings of the lesson", of_settings_above),
    ("it reads other steps than the demonstrated ones", of_other_steps),
    (
        "with imitation_coef = 0.6 and imitation_decay = 0.7, a cloning loss of 1.057 should count 0.634 in "
        "iteration 0, but it counts 6.34.",
        changed(lambda term: 10 * term),
    ),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("imitation_loss", function).startswith(hint)
