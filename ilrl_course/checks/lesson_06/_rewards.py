"""What the checks of the two rewards that GAIL can make of a logit have in common."""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch

from ilrl_course.checks.edits import Wrong
from ilrl_course.checks.exercise import Fact, Probe
from ilrl_course.checks.lesson_06._results import (
    AVERAGED,
    MATH,
    SQUEEZED,
    facts_at_the_limits,
    in_words,
    of_each_step,
)

BETWEEN_0_AND_1 = 0.3, 0.9, 0.6, 0.1
OF_BOTH_SIGNS = 1.5, -0.7, 4.0, 0.0, -3.0
FROM_MINUS_20_TO_20 = tuple(range(-20, 21, 4))
LARGE = 50.0, -50.0, 100.0, -100.0, 1000.0, -1000.0

OVERFLOW = (
    "for large logits the reward is wrong, infinite or NaN: sigmoid rounds to 0 or 1 there, and exp "
    "overflows. Use softplus or logsigmoid of the logits."
)
CAPPED = (
    "a clamp, or a small number in the logarithm, bounds the reward. Take softplus or logsigmoid of the "
    "logits, which need neither."
)

Formula = Callable[[np.ndarray], np.ndarray]  # expert_logits (B,) -> (B,)


def probes_of(right: Formula) -> tuple[Probe, ...]:
    """Looks at the rewards of small logits, of larger ones, and of very large ones."""
    return (
        _probe(right, BETWEEN_0_AND_1, OF_BOTH_SIGNS, (0.5,)),
        _probe_large(right, FROM_MINUS_20_TO_20),
        _probe_large(right, LARGE),
    )


def _probe(right: Formula, *batches: Sequence[float]) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for logits in batches:
            yield _fact(answer, right, logits)

    return probe


def _probe_large(right: Formula, logits: Sequence[float]) -> Probe:
    return lambda answer: facts_at_the_limits(_probe(right, logits)(answer), CAPPED, OVERFLOW)


def _fact(answer: Callable, right: Formula, logits: Sequence[float]) -> Fact:
    rewards = of_each_step(answer(torch.tensor(logits, dtype=torch.float32)), len(logits))
    expected = right(np.array(logits, dtype=float))
    hint = "".join(
        f"for a logit of {logits[i]:.4g} the reward should be about {expected[i]:.4g}, but it is "
        f"{rewards[i]:.4g}."
        for i in np.flatnonzero(~np.isclose(rewards, expected, 0, 1e-4))[:1]
    )
    return Fact(f"rewards of the logits {in_words(logits)}", rewards, expected, hint)


def mistakes_of(formula: str, log: str, share: str) -> dict[str, list[Wrong]]:
    """Mistakes that both rewards have: `formula` in words, and as code, `log(share)` of D, which is d."""

    def of(expression: str, d: str = "x.sigmoid()") -> tuple[str, ...]:
        return f"x = expert_logits\nd = {d}", f"return {expression}"

    reward = f"{log}({share})"
    return _other_formulas(formula, reward, of) | _other_ends(reward, of) | _large_logits(log, share, of)


def _other_formulas(formula: str, reward: str, of: Callable) -> dict[str, list[Wrong]]:
    return {
        f"there is no logarithm: this is D itself, or 1 - D. The reward is {formula}.": list(
            map(of, ("d", "-d", "1 - d", "d - 1"))
        ),
        "this is the logit itself, log D - log(1 - D), which is another reward. Here it is "
        f"{formula} alone.": ["return expert_logits + 0"],
        f"this is minus the logit. The reward is {formula}, with D = sigmoid(expert_logits).": [
            "return -expert_logits"
        ],
        "the sigmoid is applied twice. softplus and logsigmoid hold one already: give them the logits.": [
            "expert_logits = expert_logits.sigmoid()"
        ],
        f"the logarithm has another base. The reward is {formula} with the natural one, as in torch.log.": [
            "return result / np.log(2)",
            "return result / np.log(10)",
        ],
        f"an exponential is left over. The reward is {formula} itself.": [
            "return result.abs().exp()",
            *map(of, ("x.exp()", "(-x).exp()")),
        ],
        f"D is rounded to a verdict. How sure the discriminator is matters: take {formula}.": list(
            map(of, ("x > 0", "(x > 0).float()", "x.sign()", "d.round()"))
        ),
        f"this line has a kink at 0. The reward bends smoothly: it is {formula}.": list(
            map(of, ("x.relu()", "-(-x).relu()", "x.abs()", "-x.abs()"))
        ),
        "the logits are used as probabilities. Take D = sigmoid(expert_logits), or a function that holds "
        "it, like logsigmoid.": [of(reward, "x"), of(reward, "1 - x")],
        "the steps of the batch compete, as in a softmax, but each is judged on its own. D is "
        "sigmoid(expert_logits).": [
            *map(of, ("x.softmax(0)", "x.log_softmax(0)", "-x.log_softmax(0)")),
            of(reward, "x.softmax(0)"),
        ],
    }


def _other_ends(reward: str, of: Callable) -> dict[str, list[Wrong]]:
    return {
        MATH: [lambda x: 1 / (1 + math.exp(-x))],
        AVERAGED: [
            "return result.mean()",
            "return result.sum()",
            "expert_logits = expert_logits.mean()",
            of(reward, "x.sigmoid().mean()"),
        ],
        "the rewards are normalized. Leave their mean and their scale as they are: whether they are "
        "above or below 0 matters.": [
            "return result - result.mean()",
            *(
                f"return (result - result.mean()) / (result.std(correction={correction}) + {eps})"
                for correction in (0, 1)
                for eps in (0, 1e-8)
            ),
        ],
        "there is an axis too many. The rewards are (B,), as the logits are.": [
            "return result.unsqueeze(1)",
            "return result.unsqueeze(0)",
        ],
        SQUEEZED: ["return result.squeeze()"],
    }


def _large_logits(log: str, share: str, of: Callable) -> dict[str, list[Wrong]]:
    sign = "" if log.startswith("-") else "-"  # the reward is softplus of the logits, or -softplus of -logits
    return {
        OVERFLOW: [
            *(
                of(f"{log}({share})", d)
                for d in ("x.sigmoid()", "1 / (1 + (-x).exp())", "1 - 1 / (1 + x.exp())")
            ),
            of(f"{sign}(1 + ({sign}x).exp()).log()"),
            of(f"{sign}({sign}x).exp().log1p()"),
            of(f"{sign}({sign}x + (-({sign}x)).exp().log1p())"),
        ],
        CAPPED: [
            *(of(f"{log}({share} + {floor})") for floor in (1e-5, 1e-8, 1e-12)),
            *(of(f"{log}(({share}).clamp_min({floor}))") for floor in (1e-5, 1e-8, 1e-12)),
            *(of(f"{log}({share})", f"x.sigmoid().clamp({floor}, 1 - {floor})") for floor in (1e-3, 1e-6)),
            *(f"expert_logits = expert_logits.clamp(-{bound}, {bound})" for bound in (1, 5, 10, 20)),
            *(f"return result.clamp(-{bound}, {bound})" for bound in (1, 5, 10, 20)),
        ],
    }
