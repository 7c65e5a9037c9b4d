"""Known logits of AIRL that are right for likely actions, but not for unlikely ones."""

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_logits_parts import of_f, of_log_probs

OVERFLOW = (
    "for unlikely actions the result is wrong or infinite: their probabilities round to 0. Stay with "
    "logarithms all the way: f - log_probs."
)
CAPPED = "a clamp, or a small number in a logarithm, bounds log_probs. Subtract them as they are."


def by_division(f, log_probs):
    """D, as its formula has it."""
    return f.exp() / (f.exp() + log_probs.exp())


def _odds(d):
    return d.log() - (1 - d).log()


SIZES = (
    Mutant(
        OVERFLOW,
        of_f(lambda f, log_probs: f - log_probs.exp().log()),
        of_f(lambda f, log_probs: (f.exp() / log_probs.exp()).log()),
        of_f(lambda f, log_probs: _odds(by_division(f, log_probs))),
        of_f(lambda f, log_probs: by_division(f, log_probs).logit()),
        of_f(lambda f, log_probs: _odds((f - log_probs).sigmoid())),
        of_f(lambda f, log_probs: (f - log_probs).sigmoid().logit()),
    ),
    Mutant(
        CAPPED,
        *(
            of_log_probs(lambda log_probs, steps, gamma, low=low: log_probs.clamp(min=low))
            for low in (-1, -2, -20)
        ),
        *(of_log_probs(lambda log_probs, steps, gamma, low=low: log_probs.clamp(low, 0)) for low in (-1, -2)),
        *(
            of_log_probs(lambda log_probs, steps, gamma, eps=eps: (log_probs.exp() + eps).log())
            for eps in (1e-3, 1e-5, 1e-8)
        ),
    ),
)
