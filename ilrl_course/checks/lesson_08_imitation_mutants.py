"""Known wrong imitation terms."""

import torch
from torch.nn.functional import cross_entropy

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_08_imitation_weights import WEIGHTS, right_weight

STEPS_BACK = (
    "backward() is called within the term. A loss only computes the number: the update does the rest."
)
CUT_OFF = (
    "the term is cut off from the policy, so nothing can be learned from it. Return the tensor, without "
    "item(), detach() or no_grad()."
)
LEFTOVERS = {
    **dict.fromkeys(
        ("BEGINNER", "CAREFUL", "CONFIG"),
        "it reads the settings of the lesson. Use the config that is passed in.",
    ),
    **dict.fromkeys(
        ("rollout", "experience", "minibatch", "batch", "clones"),
        "it reads other steps than the demonstrated ones. Use demos.obs and demos.actions as given.",
    ),
}


def _term(loss):
    """The right weight, and another loss of the distributions and the demonstrated actions."""
    return lambda policy, demos, iteration, config: (
        right_weight(iteration, config) * loss(policy(demos.obs), demos.actions)
    )


def _of_other_steps(draw):
    def term(policy, demos, iteration, config):
        rows = draw(len(demos))
        return right_weight(iteration, config) * bc_loss(policy, demos.obs[rows], demos.actions[rows])

    return term


def _without_gradient(policy, demos, iteration, config):
    with torch.no_grad():
        return right_weight(iteration, config) * bc_loss(policy, demos.obs, demos.actions)


def _with_backward(policy, demos, iteration, config):
    term = right_weight(iteration, config) * bc_loss(policy, demos.obs, demos.actions)
    term.backward()
    return term


LOSSES = (
    Mutant(
        "the sign is wrong: the policy is pushed away from the demonstrations. Use bc_loss as it is.",
        _term(lambda distribution, actions: distribution.log_prob(actions).mean()),
    ),
    Mutant(
        "this is the sum over the demonstrated steps. Take the mean, as bc_loss does.",
        _term(lambda distribution, actions: -distribution.log_prob(actions).sum()),
    ),
    Mutant(
        "each demonstrated step still has a loss of its own. Take their mean, as bc_loss does.",
        _term(lambda distribution, actions: -distribution.log_prob(actions)),
    ),
    Mutant(
        "these are probabilities. Take their logarithm, as bc_loss does.",
        _term(lambda distribution, actions: -distribution.log_prob(actions).exp().mean()),
        _term(lambda distribution, actions: 1 - distribution.log_prob(actions).exp().mean()),
    ),
    Mutant(
        "the policy is judged on actions that it drew itself. Judge it on the demonstrated ones.",
        _term(lambda distribution, actions: -distribution.log_prob(distribution.sample()).mean()),
    ),
    Mutant(
        "the policy is judged on its own favorite actions. Judge it on the demonstrated ones.",
        _term(lambda distribution, actions: -distribution.log_prob(distribution.mode).mean()),
    ),
    Mutant(
        "this is a distance between actions. Use the log-probability of what was demonstrated: bc_loss.",
        _term(lambda distribution, actions: (distribution.mode - actions).float().square().mean()),
        _term(lambda distribution, actions: (distribution.mean - actions).square().mean()),
        _term(lambda distribution, actions: (distribution.mode != actions).float().mean()),
    ),
    Mutant(
        "it works for discrete actions only, but cars steer. bc_loss works for both kinds.",
        _term(lambda distribution, actions: cross_entropy(distribution.logits, actions)),
    ),
    Mutant(
        "this is the entropy of the policy, which the demonstrated actions do not enter. Use bc_loss.",
        _term(lambda distribution, actions: distribution.entropy().mean()),
        _term(lambda distribution, actions: -distribution.entropy().mean()),
    ),
    Mutant(
        "only some of the demonstrated steps are used. demos is a minibatch already: use all of it.",
        _of_other_steps(lambda size: slice(0, 1)),
        _of_other_steps(lambda size: torch.randint(size, (256,))),
        _of_other_steps(lambda size: torch.randint(size, (512,))),
    ),
    Mutant(
        CUT_OFF,
        lambda *inputs: _without_gradient(*inputs).item(),
        _without_gradient,
    ),
    Mutant(STEPS_BACK, _with_backward),
)
MUTANTS = WEIGHTS + LOSSES
