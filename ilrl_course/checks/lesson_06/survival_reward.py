"""The check of lesson 06 on the survival reward of GAIL."""

import numpy as np

from ilrl_course.algorithms.gail import survival_reward
from ilrl_course.checks.exercise import Exercise
from ilrl_course.checks.lesson_06._results import LEFTOVERS
from ilrl_course.checks.lesson_06._rewards import mistakes_of, probes_of


def right_reward(logits: np.ndarray) -> np.ndarray:
    """-log(1 - D), where 1 - D = 1 / (1 + exp(logit))."""
    return np.logaddexp(0, logits)


MISTAKES = {
    "this is log D, the other of the two rewards: always below 0, so every step costs. Survival is paid "
    "with -log(1 - D).": ["return F.logsigmoid(expert_logits)"],
    "D and 1 - D are mixed up: -log D pays most where the learner acted. High logits mean the expert, so "
    "take -log(1 - D).": ["expert_logits = -expert_logits"],
    "the minus is missing: log(1 - D) is always below 0, and lowest where the expert acted. Take "
    "-log(1 - D).": ["return -result"],
    **mistakes_of("-log(1 - D)", "-torch.log", "1 - d"),
}

EXERCISE = Exercise(
    solution=survival_reward,
    tested="every step pays, most where it looks like the expert's, and logits of ±1000 are no trouble.",
    probes=probes_of(right_reward),
    mistakes=MISTAKES,
    leftovers=LEFTOVERS,
)
