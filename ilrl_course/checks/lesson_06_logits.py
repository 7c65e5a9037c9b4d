"""The check of lesson 06 on the logits of AIRL's discriminator."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from ilrl_course.algorithms.airl import airl_logits
from ilrl_course.checks.exercise import Exercise, Fact, Probe
from ilrl_course.checks.lesson_06_logits_mutants import LEFTOVERS, MUTANTS
from ilrl_course.checks.lesson_06_logits_sizes import CAPPED, OVERFLOW
from ilrl_course.checks.lesson_06_networks import fresh_net
from ilrl_course.checks.lesson_06_results import facts_at_the_limits
from ilrl_course.checks.lesson_06_steps import (
    ABSORBED,
    ALIVE,
    ALONE,
    CONTINUOUS,
    ENDING,
    Case,
    facts_about_steps,
)

OF_CHOICES = np.array([-0.4, -1.7, -0.2, -2.5, -0.9])
OF_ABSORBED = np.array([0.0, -1.7, -0.2, 0.0, -0.9])  # no choice there: log 1
OF_CONTROLS = np.array([0.6, -1.2, 1.1, -0.3, -3.0])  # a density may be above 1
UNLIKELY = np.array([-120.0, -200.0, -0.2, -150.0, -500.0])


def _facts(answer: Callable, case: Case, log_probs: np.ndarray) -> Iterator[Fact]:
    log_probs, net = log_probs[: case.num_steps], fresh_net(case.num_numbers)
    steps, given = case.transitions(), torch.tensor(log_probs, dtype=torch.float32)
    result, right = answer(net, steps, given, case.gamma), case.shaped() - log_probs
    yield from facts_about_steps(
        result, case, net, right, "the logit", lambda i: f", log_prob = {log_probs[i]:.4g}"
    )


def _probe(*cases: tuple[Case, np.ndarray]) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for case, log_probs in cases:
            yield from _facts(answer, case, log_probs)

    return probe


def _probe_unlikely(answer: Callable) -> Iterator[Fact]:
    yield from facts_at_the_limits(_facts(answer, ALIVE, UNLIKELY), CAPPED, OVERFLOW)


LOGITS = Exercise(
    solution=airl_logits,
    tested="f - log pi is right in every step, with its gradient, and for the unlikeliest of actions, too.",
    probes=(
        _probe((ALIVE, OF_CHOICES)),
        _probe((ENDING, OF_CHOICES)),
        _probe((ABSORBED, OF_ABSORBED)),
        _probe((CONTINUOUS, OF_CONTROLS), (ALONE, OF_CHOICES)),
        _probe_unlikely,
    ),
    leftovers=LEFTOVERS,
    mutants=MUTANTS,
)
