"""Known wrong logits of AIRL: what is made of f and the log-probabilities, and what is returned."""

import torch
from torch.nn.functional import logsigmoid, softplus

from ilrl_course.algorithms.airl import airl_logits
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_logits_parts import of_f, of_log_probs, then
from ilrl_course.checks.lesson_06_logits_shaped import SHAPED
from ilrl_course.checks.lesson_06_logits_sizes import SIZES, by_division
from ilrl_course.checks.lesson_06_results import AVERAGED, SQUEEZED
from ilrl_course.checks.lesson_06_shaped_calls import LEFTOVERS as OF_SHAPED
from ilrl_course.checks.lesson_06_steps import STEPS_BACK

LEFTOVERS = OF_SHAPED | {
    "policy": "it asks a policy. The log-probabilities of the actions are passed in: log_probs.",
}


def _with_backward(net, steps, log_probs, gamma):
    logits = airl_logits(net, steps, log_probs, gamma)
    logits.sum().backward()
    return logits


COMBINATIONS = (
    Mutant(
        "log_probs are added. Subtract them: an action that the learner likes less tells more for the "
        "expert.",
        of_f(lambda f, log_probs: f + log_probs),
    ),
    Mutant(
        "the logit is turned around: log pi - f is high for the learner. It should be high for the expert: "
        "f - log pi.",
        of_f(lambda f, log_probs: log_probs - f),
    ),
    Mutant(
        "f has a minus. The logit is f - log pi: high where the reward is.",
        of_f(lambda f, log_probs: -f - log_probs),
    ),
    Mutant(
        "log_probs have no effect: this is f alone. Subtract log_probs, so that the learner's own choice is "
        "taken out.",
        of_f(lambda f, log_probs: f),
        of_log_probs(lambda log_probs, steps, gamma: log_probs - log_probs),
    ),
    Mutant(
        "f is missing: these are log_probs alone. The logit is f - log pi, with f = shaped_reward(net, "
        "steps, gamma).",
        of_f(lambda f, log_probs: -log_probs),
        of_f(lambda f, log_probs: log_probs + 0),
    ),
    Mutant(
        "log_probs are turned into probabilities. Subtract the logarithms as they are: f is one, too.",
        of_f(lambda f, log_probs: f - log_probs.exp()),
        of_f(lambda f, log_probs: f + log_probs.exp()),
    ),
    Mutant(
        "the logarithm is taken twice, or log_probs stand where a probability belongs. They are logarithms "
        "already, as their name says: subtract them from f as they are.",
        of_f(lambda f, log_probs: f - log_probs.log()),
        of_f(lambda f, log_probs: f.log() - log_probs),
        of_f(lambda f, log_probs: f.log() - log_probs.log()),
    ),
    Mutant(
        "f and log_probs are divided or multiplied. A quotient of probabilities is a difference of "
        "logarithms: f - log_probs.",
        of_f(lambda f, log_probs: f / log_probs),
        of_f(lambda f, log_probs: f * log_probs),
        of_f(lambda f, log_probs: -f * log_probs),
        of_f(lambda f, log_probs: f / log_probs.exp()),
        of_f(lambda f, log_probs: f * log_probs.exp()),
    ),
    Mutant(
        "an exponential is left over. f is the logarithm of a weight, and log_probs are logarithms: subtract "
        "them as they are.",
        of_f(lambda f, log_probs: f.exp() - log_probs),
        of_f(lambda f, log_probs: f.exp() - log_probs.exp()),
        of_f(lambda f, log_probs: f.exp()),
        then(torch.exp),
    ),
    Mutant(
        "this is D, or 1 - D. Return the logit of D: the loss applies the sigmoid itself.",
        then(torch.sigmoid),
        then(lambda logits: (-logits).sigmoid()),
        of_f(lambda f, log_probs: f.sigmoid()),
        of_f(by_division),
        of_f(lambda f, log_probs: 1 - by_division(f, log_probs)),
    ),
    Mutant(
        "this is a logarithm of D or of 1 - D. The logit is the difference of the two: f - log_probs.",
        *(then(lambda logits, sign=sign: sign * softplus(logits)) for sign in (-1, 1)),
        *(then(lambda logits, sign=sign: sign * logsigmoid(logits)) for sign in (-1, 1)),
        of_f(lambda f, log_probs: by_division(f, log_probs).log()),
        of_f(lambda f, log_probs: f - (f.exp() + log_probs.exp()).log()),
    ),
    Mutant(
        "log_probs are weighed. Subtract each of them once, as it is.",
        of_log_probs(lambda log_probs, steps, gamma: gamma * log_probs),
        of_log_probs(lambda log_probs, steps, gamma: 2 * log_probs),
        of_log_probs(lambda log_probs, steps, gamma: log_probs / 2),
        of_log_probs(lambda log_probs, steps, gamma: log_probs / len(log_probs)),
        *(
            of_log_probs(lambda log_probs, steps, gamma, weight=weight: weight * log_probs)
            for weight in (0.01, 0.1)
        ),
    ),
    Mutant(
        "where a step terminated, its log_prob is left out. The action was chosen all the same: subtract it.",
        of_log_probs(lambda log_probs, steps, gamma: log_probs * ~steps.terminated),
        of_log_probs(lambda log_probs, steps, gamma: log_probs * steps.terminated),
    ),
    Mutant(
        "log_probs are averaged or summed. Each step has its own: subtract them step by step.",
        of_log_probs(lambda log_probs, steps, gamma: log_probs.mean()),
        of_log_probs(lambda log_probs, steps, gamma: log_probs.sum()),
        of_f(lambda f, log_probs: f.mean() - log_probs),
        of_f(lambda f, log_probs: f.sum() - log_probs),
    ),
)
RESULTS = (
    Mutant(AVERAGED, then(torch.mean), then(torch.sum)),
    Mutant(
        "an axis too many makes (B, 1) and (B,) into (B, B): each step meets the log_probs of all. Keep "
        "everything (B,).",
        of_f(lambda f, log_probs: f.unsqueeze(1) - log_probs),
        of_f(lambda f, log_probs: f - log_probs.unsqueeze(1)),
        then(lambda logits: logits.unsqueeze(1)),
    ),
    Mutant(SQUEEZED, then(torch.squeeze)),
    Mutant(STEPS_BACK, _with_backward, lambda *inputs: _with_backward(*inputs).detach()),
)
MUTANTS = COMBINATIONS + SIZES + SHAPED + RESULTS
