"""The checks of lesson 06 on the two rewards that GAIL can make of a logit."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch

from ilrl_course.algorithms.gail import hurry_reward, survival_reward
from ilrl_course.checks.exercise import Exercise, Fact, Mutant, Probe
from ilrl_course.checks.lesson_06_results import facts_at_the_limits, in_words, of_each_step
from ilrl_course.checks.lesson_06_rewards_mutants import HURRY_MUTANTS, SURVIVAL_MUTANTS
from ilrl_course.checks.lesson_06_rewards_sizes import CAPPED, OVERFLOW

Formula = Callable[[np.ndarray], np.ndarray]  # expert_logits (B,) -> (B,)

BETWEEN_0_AND_1 = 0.3, 0.9, 0.6, 0.1
OF_BOTH_SIGNS = 1.5, -0.7, 4.0, 0.0, -3.0
FROM_MINUS_20_TO_20 = tuple(range(-20, 21, 4))
LARGE = 50.0, -50.0, 100.0, -100.0, 1000.0, -1000.0


def right_survival(logits: np.ndarray) -> np.ndarray:
    """-log(1 - D), where 1 - D = 1 / (1 + exp(logit))."""
    return np.logaddexp(0, logits)


def right_hurry(logits: np.ndarray) -> np.ndarray:
    """log D, where D = 1 / (1 + exp(-logit))."""
    return -np.logaddexp(0, -logits)


def _probe(formula: Formula, *batches: Sequence[float]) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for logits in batches:
            yield _fact(answer, formula, logits)

    return probe


def _probe_large(formula: Formula, logits: Sequence[float]) -> Probe:
    return lambda answer: facts_at_the_limits(_probe(formula, logits)(answer), CAPPED, OVERFLOW)


def _fact(answer: Callable, formula: Formula, logits: Sequence[float]) -> Fact:
    rewards = of_each_step(answer(torch.tensor(logits, dtype=torch.float32)), len(logits))
    right = formula(np.array(logits, dtype=float))
    hint = "".join(
        f"for a logit of {logits[i]:.4g} the reward should be about {right[i]:.4g}, but it is "
        f"{rewards[i]:.4g}."
        for i in np.flatnonzero(~np.isclose(rewards, right, 0, 1e-4))[:1]
    )
    return Fact(f"rewards of the logits {in_words(logits)}", rewards, right, hint)


def _exercise(solution: Callable, formula: Formula, pays: str, mutants: tuple[Mutant, ...]) -> Exercise:
    return Exercise(
        solution=solution,
        tested=f"every step {pays} where it looks like the expert's, and logits of ±1000 are no trouble.",
        probes=(
            _probe(formula, BETWEEN_0_AND_1, OF_BOTH_SIGNS, (0.5,)),
            _probe_large(formula, FROM_MINUS_20_TO_20),
            _probe_large(formula, LARGE),
        ),
        mutants=mutants,
    )


SURVIVAL = _exercise(survival_reward, right_survival, "pays, most", SURVIVAL_MUTANTS)
HURRY = _exercise(hurry_reward, right_hurry, "costs, least", HURRY_MUTANTS)
