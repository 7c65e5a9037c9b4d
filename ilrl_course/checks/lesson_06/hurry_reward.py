"""The check of lesson 06 on the hurry reward of GAIL."""

import numpy as np

from ilrl_course.algorithms.gail import hurry_reward
from ilrl_course.checks.exercise import Exercise
from ilrl_course.checks.lesson_06._results import LEFTOVERS
from ilrl_course.checks.lesson_06._rewards import mistakes_of, probes_of


def right_reward(logits: np.ndarray) -> np.ndarray:
    """The logarithm of D = 1 / (1 + exp(-logit))."""
    return -np.logaddexp(0, -logits)


MISTAKES = {
    "this is -log(1 - D), the other of the two rewards: always above 0, so every step pays. A "
    "learner that should hurry gets log D.": ["return F.softplus(expert_logits)"],
    "D and 1 - D are mixed up: log(1 - D) costs least where the learner acted. High logits mean the "
    "expert, so take log D.": ["expert_logits = -expert_logits"],
    "there is a minus too many: -log D is always above 0, and highest where the learner acted. Take log D.": [
        "return -result"
    ],
    **mistakes_of("log D", "torch.log", "d"),
}

EXERCISE = Exercise(
    solution=hurry_reward,
    tested="every step costs, least where it looks like the expert's, and logits of ±1000 are no trouble.",
    probes=probes_of(right_reward),
    mistakes=MISTAKES,
    leftovers=LEFTOVERS,
)
