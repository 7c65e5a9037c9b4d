"""Known wrong rewards of GAIL: which of the probabilities is meant, and with which sign."""

from torch.nn.functional import logsigmoid, softplus

from ilrl_course.algorithms.gail import hurry_reward, survival_reward
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_06_rewards_sizes import sizes_of
from ilrl_course.checks.lesson_06_rewards_slips import curves_beside, formulas_beside, inputs_of, results_of


def _slips(reward, formula, of_d):
    return (
        *formulas_beside(reward, formula),
        *curves_beside(reward, formula),
        *inputs_of(of_d),
        *results_of(reward, of_d),
    )


SURVIVAL_MUTANTS = (
    Mutant(
        "this is log D, the other of the two rewards: always below 0, so every step costs. Survival is paid "
        "with -log(1 - D).",
        logsigmoid,
    ),
    Mutant(
        "D and 1 - D are mixed up: -log D pays most where the learner acted. High logits mean the expert, so "
        "take -log(1 - D).",
        lambda x: softplus(-x),
    ),
    Mutant(
        "the minus is missing: log(1 - D) is always below 0, and lowest where the expert acted. Take "
        "-log(1 - D).",
        lambda x: -softplus(x),
    ),
    *_slips(survival_reward, "-log(1 - D)", lambda d: -(1 - d).log()),
    *sizes_of(survival_reward, lambda p: -p.log(), lambda d: 1 - d),
)
HURRY_MUTANTS = (
    Mutant(
        "this is -log(1 - D), the other of the two rewards: always above 0, so every step pays. Whoever "
        "should hurry gets log D.",
        softplus,
    ),
    Mutant(
        "D and 1 - D are mixed up: log(1 - D) costs least where the learner acted. High logits mean the "
        "expert, so take log D.",
        lambda x: -softplus(x),
    ),
    Mutant(
        "there is a minus too many: -log D is always above 0, and highest where the learner acted. Take log "
        "D.",
        lambda x: softplus(-x),
    ),
    *_slips(hurry_reward, "log D", lambda d: d.log()),
    *sizes_of(hurry_reward, lambda p: p.log(), lambda d: d),
)
