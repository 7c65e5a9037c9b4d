"""The check of lesson 06b on the logits of AIRL's discriminator."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from ilrl_course.algorithms.airl import airl_logits, shaped_reward
from ilrl_course.checks.edits import Wrong, wrong_answer
from ilrl_course.checks.exercise import Exercise, Fact
from ilrl_course.checks.lesson_06._results import SLIPS, facts_at_the_limits, probe_of
from ilrl_course.checks.lesson_06b import _airl as airl
from ilrl_course.checks.lesson_06b.shaped_reward import OF_F
from ilrl_course.checks.watched.shaped_steps import ABSORBED, ALIVE, ALONE, CONTINUOUS, ENDING, HARDER, Case

OF_CHOICES = np.array([-0.4, -1.7, -0.2, -2.5, -0.9, -1.3])
OF_ABSORBED = np.array([0.0, -1.7, -0.2, 0.0, -0.9, -1.3])  # no choice there: log 1
OF_CONTROLS = np.array([0.6, -1.2, 1.1, -0.3, -3.0, 0.2])  # a density may be above 1
UNLIKELY = np.array([-120.0, -200.0, -0.2, -150.0, -500.0, -1e4])
DENSE = np.array([25.0, 8.0, 3.0, 12.0, -40.0, 6.0])

NOT_FINITE = (
    "for unlikely actions the result is infinite or NaN: their probabilities round to 0, and exp overflows. "
    "Stay with logarithms all the way."
)
CAPPED = (
    "the result is bounded: by a clamp, or a small number in a logarithm. Subtract log_probs as they are."
)
ROUNDING = "Is there an exp() on the way? Stay with logarithms."


def _facts(answer: Callable, case: Case, log_probs: np.ndarray) -> Iterator[Fact]:
    log_probs, net = log_probs[: case.num_steps], case.net()
    result = answer(net, case.transitions(), torch.tensor(log_probs).float(), case.gamma)
    right = case.shaped() - log_probs
    yield from airl.facts_about_steps(result, case, net, right, "the logit", log_prob=log_probs)


def _facts_at_the_limits(answer: Callable, *case) -> Iterator[Fact]:
    yield from facts_at_the_limits(_facts(answer, *case), CAPPED, NOT_FINITE, ROUNDING)


def _of(*formulas: str) -> list[tuple[str, ...]]:
    """Something else is made of f and log_probs, of D, which is d, and of the right logits."""
    names = (
        "f = shaped_reward(net, steps, gamma)\nlogits = f - log_probs\n"
        "d = f.exp() / (f.exp() + log_probs.exp())"
    )
    return [(names, f"return {formula}") for formula in formulas]


def _less(*others: str) -> list[str]:
    """These are subtracted instead of log_probs."""
    return [f"- log_probs => - {other}" for other in others]


def _called(*calls: str) -> list[str]:
    """Another call instead of shaped_reward(net, steps, gamma)."""
    return [f"shaped_reward(net, steps, gamma) => {call}" for call in calls]


def _with(wrong: Wrong) -> Callable:
    """The logits that a wrong shaped_reward makes."""
    shaped = wrong_answer(shaped_reward, wrong)
    return lambda net, steps, log_probs, gamma: shaped(net, steps, gamma) - log_probs


WITHIN_F = {f"in f, {hint}": [*map(_with, mistakes[:4])] for hint, mistakes in OF_F.items()}
COMBINATIONS = {
    "log_probs are added. Subtract them: unlikely actions speak for the expert.": _of("f + log_probs"),
    "the logit is turned around. It should be high for the expert, so where f is large.": _of(
        "log_probs - f"
    ),
    "f has a minus. The logit should be high where f is.": _of("-f - log_probs"),
    "log_probs have no effect: this is f alone. Subtract them from it.": _of("f"),
    "f is missing. It is shaped_reward(net, steps, gamma).": _of("-log_probs", "log_probs + 0"),
    "log_probs are turned into probabilities: no exp().": _of("f - log_probs.exp()", "f + log_probs.exp()"),
    "the logarithm is taken twice, or log_probs stand where a probability belongs. They are logarithms "
    "already: subtract them from f as they are.": _of(
        *("f - log_probs.log()", "f.log() - log_probs", "f.log() - log_probs.log()"),
        *("f - (f.exp() + log_probs).log()", "(f.exp() / (f.exp() + log_probs)).logit()"),
    ),
    "f and log_probs are divided or multiplied. A quotient of probabilities is a difference of "
    "logarithms.": _of(
        *("f / log_probs", "f * log_probs", "-f * log_probs", "f / log_probs.exp()", "f * log_probs.exp()")
    ),
    "an exponential is left over. Both f and log_probs are logarithms: subtract them as they are.": _of(
        "f.exp() - log_probs", "f.exp() - log_probs.exp()", "f.exp()", "logits.exp()"
    ),
    "this is D, or 1 - D. Return the logit of D: the loss applies the sigmoid itself.": _of(
        "logits.sigmoid()", "(-logits).sigmoid()", "f.sigmoid()", "d", "1 - d"
    ),
    "this is a logarithm of D or of 1 - D. The logit is the difference of the two.": _of(
        *(f"{sign}F.{curve}(logits)" for sign in ("", "-") for curve in ("softplus", "logsigmoid")),
        *("d.log()", "f - (f.exp() + log_probs.exp()).log()"),
    ),
    "log_probs are weighed. Subtract each of them once, as it is.": _less(
        "gamma * log_probs", "log_probs / len(log_probs)", *(f"{n} * log_probs" for n in (2, 0.5, 0.1, 0.01))
    ),
    "some log_probs are left out. Those that should not count come as 0: subtract all, whatever the flags.": [
        *_less(*(f"log_probs * {by}" for by in ("~steps.terminated", "steps.terminated", "~steps.absorbed")))
    ],
    "where a step terminated, the logit is 0. Judge such steps, too.": _of("logits * ~steps.terminated"),
    "log_probs, or f, are averaged or summed. Each step has its own: leave out mean() and sum().": _of(
        *(f"f - log_probs.{one}" for one in ("mean()", "sum()")),
        *(f"f.{one} - log_probs" for one in ("mean()", "sum()")),
    ),
    "log_probs of other steps are subtracted.": _less(*(f"log_probs.{moved}" for moved in airl.MOVED)),
    "gamma multiplies f, which holds it already.": _of("gamma * f - log_probs", "gamma * logits"),
    NOT_FINITE: _of(
        *("f - log_probs.exp().log()", "f.exp().log() - log_probs", "(f.exp() / log_probs.exp()).log()"),
        *("d.log() - (1 - d).log()", "d.logit()", "logits.sigmoid().logit()"),
        "logits.sigmoid().log() - (1 - logits.sigmoid()).log()",
    ),
    CAPPED: _less(
        *(f"log_probs.clamp(min={low})" for low in (-1, -2, -20)),
        *(f"log_probs.clamp({low}, 0)" for low in (-1, -2, -20)),
        *(f"(log_probs.exp() + {eps}).log()" for eps in (1e-3, 1e-5, 1e-8)),
    ),
}
RESULTS = {
    "gamma has no effect. Pass it on: shaped_reward(net, steps, gamma).": ["gamma = 1.0"],
    airl.FIXED: airl.OTHER_GAMMAS,
    "gamma is not passed on: shaped_reward(net, steps, gamma).": _called("shaped_reward(net, steps)"),
    "shaped_reward takes other things, or in another order: shaped_reward(net, steps, gamma).": _called(
        *("shaped_reward(net, steps, log_probs, gamma)", "shaped_reward(steps, net, gamma)"),
        "shaped_reward(net, gamma, steps)",
        "shaped_reward(net, steps.obs, steps.actions, steps.next_obs, gamma)",
    ),
    "log_probs are passed for gamma, or the two have changed places after `def`. Call shaped_reward(net, "
    "steps, gamma), and subtract log_probs.": [
        f"return shaped_reward(net, steps, log_probs){end}" for end in ("", " - log_probs", " - gamma")
    ],
    airl.BOUNDED: airl.BOUNDS,
    airl.CUT_OFF: ["return result.detach()", "return result.numpy()"],
    airl.STEPS_BACK: [f"return result.sum().backward() or {then}" for then in ("result", "result.detach()")],
}

EXERCISE = Exercise(
    solution=airl_logits,
    tested="f - log pi is right in every step, with its gradient, and for the unlikeliest of actions, too.",
    probes=(
        probe_of(_facts, (ALIVE, OF_CHOICES)),
        probe_of(_facts, (ENDING, OF_CHOICES)),
        probe_of(_facts, (ABSORBED, OF_ABSORBED)),
        probe_of(_facts, (CONTINUOUS, OF_CONTROLS), (ALONE, OF_CHOICES)),
        probe_of(_facts_at_the_limits, (ALIVE, UNLIKELY), (ALIVE, DENSE)),
        probe_of(_facts, *((case, OF_CHOICES) for case in HARDER)),
    ),
    mistakes=WITHIN_F | COMBINATIONS | RESULTS | SLIPS,
    leftovers=airl.LEFTOVERS
    | {"policy": "it asks a policy. The log-probabilities of the actions are passed in: log_probs."},
)
