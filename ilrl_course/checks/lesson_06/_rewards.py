"""What the checks of the two rewards that GAIL can make of a logit have in common."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch

from ilrl_course.checks.edits import Wrong
from ilrl_course.checks.exercise import Fact, Probe
from ilrl_course.checks.lesson_06 import _results as results
from ilrl_course.checks.lesson_06._results import in_words, of_each_step, probe_of, should_be
from ilrl_course.checks.slips import with_gradient

BETWEEN_0_AND_1 = 0.3, 0.9, 0.6, 0.1
OF_BOTH_SIGNS = 1.5, -0.7, 4.0, 0.0, -3.0
FROM_MINUS_20_TO_20 = tuple(range(-20, 21, 4))
LARGE = 50.0, -50.0, 100.0, -100.0, 1000.0, -1000.0

NOT_FINITE = (
    "for large logits the reward is infinite or NaN: either D is rounded to 0 or 1, or exp overflows. Use "
    "softplus or logsigmoid of the logits."
)
ROUNDING = "Is D rounded on the way? Use softplus or logsigmoid of the logits."
CAPPED = (
    "for large logits the reward is too close to 0: a clamp, or a small number in the logarithm, bounds it. "
    "Use softplus or logsigmoid of the logits, which need neither."
)
CARRIES_GRADIENT = with_gradient("a reward")


def probes_of(right: Callable[[np.ndarray], np.ndarray]) -> tuple[Probe, ...]:
    """Looks at the rewards of small logits, of larger ones, and of very large ones: right(logits) (B,)."""

    def facts(answer: Callable, *logits: float) -> Iterator[Fact]:
        rewards = of_each_step(answer(torch.tensor(logits, dtype=torch.float32)), len(logits))
        expected = right(np.array(logits, dtype=float))
        hint = "".join(
            f"for a logit of {logits[i]:.4g} {should_be('the reward', expected[i], rewards[i])}"
            for i in np.flatnonzero(~np.isclose(rewards, expected, 1e-5, 1e-4))[:1]
        )
        yield Fact(f"rewards of the logits {in_words(logits)}", rewards, expected, hint)

    def at_the_limits(answer: Callable, *logits: float) -> Iterator[Fact]:
        yield from results.facts_at_the_limits(facts(answer, *logits), CAPPED, NOT_FINITE, ROUNDING)

    return (
        probe_of(facts, BETWEEN_0_AND_1, OF_BOTH_SIGNS, (0.5,)),
        probe_of(at_the_limits, FROM_MINUS_20_TO_20),
        probe_of(at_the_limits, LARGE),
        _probe_gradient,
    )


def _probe_gradient(answer: Callable) -> Iterator[Fact]:
    carries = answer(torch.tensor(BETWEEN_0_AND_1)).requires_grad
    yield Fact("carries a gradient", carries, False, CARRIES_GRADIENT)


def mistakes_of(formula: str, log: str, share: str) -> dict[str, list[Wrong]]:
    """Mistakes that both rewards have: `formula` in words, and as code, `log(share)` of D, which is d."""

    def of(*expressions: str, d: str = "x.sigmoid()") -> list[Wrong]:
        return [(f"x = expert_logits\nd = {d}", f"return {expression}") for expression in expressions]

    reward = f"{log}({share})"
    others = _other_formulas(formula, reward, of) | _other_logits(reward, of)
    return others | _large_logits(log, share, of) | results.SLIPS


def _other_formulas(formula: str, reward: str, of: Callable) -> dict[str, list[Wrong]]:
    return {
        f"there is no logarithm: this is D itself, or 1 - D. The reward is {formula}.": of(
            "d", "-d", "1 - d", "d - 1"
        ),
        "this is the logit itself, log D - log(1 - D), which is another reward. Here it is "
        f"{formula} alone.": of("x + 0"),
        f"this is minus the logit. The reward is {formula}, with D = sigmoid(expert_logits).": of("-x"),
        f"this holds both log D and log(1 - D), or D as a weight. The reward is {formula} alone.": of(
            "d.log() + (1 - d).log()", "-d.log() - (1 - d).log()", f"d * {reward}", f"(1 - d) * {reward}"
        ),
        "the sigmoid is applied twice. softplus and logsigmoid hold one already: give them the logits.": [
            "expert_logits = expert_logits.sigmoid()"
        ],
        f"the logarithm has another base. The reward is {formula} with the natural one, as in torch.log.": [
            "return result / np.log(2)",
            "return result / np.log(10)",
        ],
        f"an exponential is left over. The reward is {formula} itself.": [
            "return result.abs().exp()",
            *of("x.exp()", "(-x).exp()"),
        ],
        f"D is rounded to a verdict. How sure the discriminator is matters: take {formula}.": of(
            "x > 0", "(x > 0).float()", "x.sign()", "d.round()"
        ),
        f"this line has a kink at 0. The reward bends smoothly: it is {formula}.": of(
            "x.relu()", "-(-x).relu()", "x.abs()", "-x.abs()"
        ),
    }


def _other_logits(reward: str, of: Callable) -> dict[str, list[Wrong]]:
    return {
        "the logits are used as probabilities. Take D = sigmoid(expert_logits), or a function that holds "
        "it, such as logsigmoid.": of(reward, d="x") + of(reward, d="1 - x"),
        "the steps of the batch compete, as in a softmax, but each is judged on its own. D is "
        "sigmoid(expert_logits).": of("d", "d.log()", "-d.log()", reward, d="x.softmax(0)"),
        "the logits are scaled, centered or squashed first. Use them as they are.": [
            f"expert_logits = {change}"
            for change in ("expert_logits / 2", "2 * expert_logits", "expert_logits.tanh()")
        ],
        "the mean of the logits is taken first. Each step has a reward of its own.": [
            "expert_logits = expert_logits.mean().expand_as(expert_logits)",
            "expert_logits = expert_logits - expert_logits.mean()",
        ],
        results.MATH: [lambda x: 1 / (1 + math.exp(-x))],
        CARRIES_GRADIENT: ["return result.requires_grad_()"],
    }


def _large_logits(log: str, share: str, of: Callable) -> dict[str, list[Wrong]]:
    s = "" if log.startswith("-") else "-"  # the reward is softplus of the logits, or -softplus of -logits
    return {
        NOT_FINITE: [
            *of(f"{log}({share})"),
            *of(f"{log}({share})", d="1 / (1 + (-x).exp())"),
            *of(f"{log}({share})", d="x.exp() / (1 + x.exp())"),
            *of(f"{s}(1 + ({s}x).exp()).log()", f"{s}({s}x).exp().log1p()"),
            *of(f"{s}({s}x + (-({s}x)).exp().log1p())"),
        ],
        CAPPED: [
            *of(*(f"{log}({share} + {floor})" for floor in (1e-5, 1e-8, 1e-12))),
            *of(*(f"{log}(({share}).clamp_min({floor}))" for floor in (1e-5, 1e-8, 1e-12))),
            *(f"expert_logits = expert_logits.clamp(-{bound}, {bound})" for bound in (1, 5, 10, 20)),
            *(f"return result.clamp(-{bound}, {bound})" for bound in (1, 5, 10, 20)),
        ],
    }
