"""The check of lesson 06 on the loss of the discriminator."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from ilrl_course.algorithms.adversarial import discriminator_loss
from ilrl_course.checks.exercise import Exercise, Fact, Probe, loss_value
from ilrl_course.checks.lesson_06_discriminator_mutants import CUT_OFF, MUTANTS
from ilrl_course.checks.lesson_06_discriminator_sizes import CAPPED, OVERFLOW
from ilrl_course.checks.lesson_06_results import Slope, facts_about_slopes, facts_at_the_limits, in_words
from ilrl_course.checks.lesson_07_loss_mutants import STEPS_BACK

Case = tuple[list[float], list[bool]]  # expert_logits and is_expert, each (B,)

BETWEEN_0_AND_1: Case = [0.3, 0.9, 0.6, 0.2, 0.7], [False, True, False, False, True]
OF_BOTH_SIGNS: Case = [-1.5, 2.0, 0.5, -0.4, -3.0, 1.2], [True, True, False, False, True, True]
SURE: tuple[Case, ...] = (
    ([30.0, -30.0, -30.0, 30.0], [False, True, False, True]),
    ([100.0, -100.0, 100.0, -100.0], [True, False, True, False]),
    ([1000.0, -1000.0, -100.0, 100.0], [False, True, True, False]),
)


def right_loss(logits: np.ndarray, is_expert: np.ndarray) -> tuple[float, np.ndarray]:
    """By definition: the mean of -log of the probability of what was so, and its gradient by the logits."""
    against = np.where(is_expert, -logits, logits)
    log_doubt = -np.logaddexp(0, -against)  # the logarithm of the probability of what was not so
    gradient = np.where(is_expert, -1, 1) * np.exp(log_doubt) / len(logits)
    return np.logaddexp(0, against).mean(), gradient


def _facts(answer: Callable, case: Case) -> Iterator[Fact]:
    leaf, is_expert = torch.tensor(case[0], requires_grad=True), torch.tensor(case[1])
    loss = answer(leaf.clone(), is_expert)  # a copy, as the output of a network is no leaf either
    found = loss_value(loss)
    right, gradient = right_loss(np.array(case[0]), np.array(case[1]))
    names = ", ".join("expert" if expert else "learner" for expert in case[1])
    where = f"with the logits {in_words(case[0])} of steps by {names}"
    hint = f"{where}, the loss should be about {right:.4g}, but it is {found:.4g}."
    yield Fact(where, found, right, hint)
    yield from facts_about_slopes(loss, [Slope(leaf, gradient, CUT_OFF)], where, STEPS_BACK)


def _probe(case: Case) -> Probe:
    return lambda answer: _facts(answer, case)


def _probe_sure(answer: Callable) -> Iterator[Fact]:
    for case in SURE:
        yield from facts_at_the_limits(_facts(answer, case), CAPPED, OVERFLOW)


DISCRIMINATOR = Exercise(
    solution=discriminator_loss,
    tested="value and gradient are right, also with more steps of one kind, and with logits from -1000 to "
    "1000.",
    probes=(_probe(BETWEEN_0_AND_1), _probe(OF_BOTH_SIGNS), _probe_sure),
    mutants=MUTANTS,
)
