"""Known wrong clipped objectives: what is compared, and how."""

import torch
from torch.distributions import Categorical, Normal

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_07_loss_clips import CLIPS
from ilrl_course.checks.lesson_07_loss_parts import (
    choose_is,
    log_prob_is,
    loss_with,
    of_advantages,
    plus,
    ratio_is,
    reduce_is,
)
from ilrl_course.checks.lesson_07_slips import scaled

CUT_OFF = (
    "the loss is cut off from the policy, so nothing can be learned from it. Take the new log-probabilities "
    "without detach(), no_grad() or item()."
)
STEPS_BACK = (
    "backward() is called within the loss. A loss only computes the number: the update does the rest."
)


def _with_backward(*inputs):
    loss = loss_with(*inputs)
    loss.backward()
    return loss


def _of_a_single_number(distribution, actions):
    """The mean log-probability of the numbers of a continuous action."""
    if actions.ndim == 1:
        return distribution.log_prob(actions)
    return Normal(distribution.mean, distribution.stddev).log_prob(actions).mean(-1)


def _old_ones_anew(cut):
    """Takes for the old log-probabilities those of the policy as it is."""

    def answer(policy, obs, actions, old_log_probs, advantages, clip_coef):
        again = cut(policy(obs).log_prob(actions))
        return loss_with(policy, obs, actions, again, advantages, clip_coef)

    return answer


def _of_the_past_alone(policy, obs, actions, old_log_probs, advantages, clip_coef):
    return -(policy(obs).log_prob(actions) * advantages).mean()


RATIOS = (
    Mutant(STEPS_BACK, _with_backward, lambda *inputs: _with_backward(*inputs).item()),
    Mutant(
        CUT_OFF,
        reduce_is(lambda objective: -objective.mean().detach()),
        log_prob_is(lambda distribution, actions: distribution.log_prob(actions).detach()),
    ),
    Mutant(
        "the ratio is upside down. It is the new probability by the old one: exp(new - old).",
        ratio_is(lambda new, old: (old - new).exp()),
    ),
    Mutant(
        "the ratio is a difference of logarithms. Turn it into a ratio of probabilities with exp().",
        ratio_is(lambda new, old: new - old),
        ratio_is(lambda new, old: old - new),
    ),
    Mutant(
        "one logarithm is divided by the other. The ratio of the probabilities is exp(new - old).",
        ratio_is(lambda new, old: new / old),
        ratio_is(lambda new, old: (new / old).exp()),
        ratio_is(lambda new, old: old / new),
    ),
    Mutant(
        "old_log_probs are logarithms, as their name says, but they are used as probabilities.",
        ratio_is(lambda new, old: new.exp() / old),
        ratio_is(lambda new, old: new.exp() - old),
    ),
    Mutant(
        "this is a difference of probabilities. Divide the new one by the old one.",
        ratio_is(lambda new, old: new.exp() - old.exp()),
    ),
    Mutant(
        "old_log_probs have no effect. The ratio says how much likelier an action has become since it was "
        "taken.",
        ratio_is(lambda new, old: new.exp()),
        ratio_is(lambda new, old: new),
        _of_the_past_alone,
    ),
    Mutant(
        "the ratio is always 1, because the policy is compared with itself. Compare it with old_log_probs.",
        _old_ones_anew(lambda log_probs: log_probs),
        _old_ones_anew(torch.Tensor.detach),
    ),
    Mutant(
        "these are the log-probabilities of actions that are drawn anew. Take those of the actions that are "
        "passed in.",
        log_prob_is(lambda distribution, actions: distribution.log_prob(distribution.sample())),
    ),
    Mutant(
        "these are the log-probabilities of the likeliest actions. Take those of the actions that are passed "
        "in.",
        log_prob_is(lambda distribution, actions: distribution.log_prob(distribution.mode)),
    ),
    Mutant(
        "the actions got an extra axis, so (B, 1) is compared with (B,). Pass them as they are.",
        log_prob_is(lambda distribution, actions: distribution.log_prob(actions.unsqueeze(1))),
    ),
    Mutant(
        "an axis too many makes (B, 1) and (B,) into (B, B): each step meets the advantages of all. Keep "
        "everything (B,).",
        of_advantages(lambda advantages, c: advantages.unsqueeze(1)),
        ratio_is(lambda new, old: (new - old.unsqueeze(1)).exp()),
        ratio_is(lambda new, old: (new.unsqueeze(1) - old).exp()),
        ratio_is(lambda new, old: (new - old).exp().unsqueeze(1)),
    ),
    Mutant(
        "the log-probabilities of an action's numbers are averaged. Add them up, or ask the distribution for "
        "log_prob: it does.",
        log_prob_is(_of_a_single_number),
    ),
    Mutant(
        "it works for discrete actions only. Every distribution has log_prob, also the Gaussian one.",
        log_prob_is(lambda distribution, actions: Categorical(logits=distribution.logits).log_prob(actions)),
        log_prob_is(lambda distribution, actions: distribution.probs.gather(1, actions[:, None])[:, 0].log()),
        lambda policy, *inputs: loss_with(lambda obs: Categorical(logits=policy.logits(obs)), *inputs),
    ),
    Mutant(
        "the advantages have no effect. They say which actions should become likelier, and which less so.",
        choose_is(lambda ratio, clipped, advantages: torch.min(ratio, clipped)),
        choose_is(lambda ratio, clipped, advantages: ratio),
        lambda policy, obs, actions, *rest: -policy(obs).log_prob(actions).mean(),
    ),
    Mutant(
        "the advantages are normalized here. That is done before they are passed in: use them as they are.",
        *(of_advantages(lambda advantages, c, n=n: scaled(advantages, n)) for n in (0, 1)),
        *(of_advantages(lambda a, c, n=n: (a - a.mean()) / a.std(correction=n)) for n in (0, 1)),
        of_advantages(lambda advantages, c: advantages - advantages.mean()),
    ),
    Mutant(
        "a bonus for entropy is added. It is added elsewhere: return the clipped loss alone.",
        *(
            plus(lambda distribution, weight=weight: weight * distribution.entropy().mean())
            for weight in (-0.01, -0.001, -0.1, -0.5, -1.0, 0.01)
        ),
    ),
    Mutant(
        "the sign is wrong. An optimizer makes the loss small, but the mean product should become large.",
        reduce_is(lambda objective: objective.mean()),
    ),
    Mutant(
        "this is the sum over the batch. Take the mean, so that the size of the batch does not change the "
        "step.",
        reduce_is(lambda objective: -objective.sum()),
    ),
    Mutant(
        "each step still has a loss of its own. Reduce them to one number.",
        reduce_is(lambda objective: -objective),
    ),
)
MUTANTS = RATIOS + CLIPS
