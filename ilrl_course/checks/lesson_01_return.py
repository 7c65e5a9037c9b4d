"""The check of lesson 01 on the discounted return."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, Mutant, number
from ilrl_course.data import discounted_return


def _probe_return(answer: Callable) -> Iterator[Fact]:
    for rewards, gamma, expected in (
        ([3.0, 5.0, 7.0], 0.5, 7.25),  # 3 + 2.5 + 1.75
        ([3.0, 5.0, 7.0], 0.1, 3.57),
        ([3.0, 5.0, 7.0], 1.0, 15.0),
        ([3.0, 5.0, 7.0], 0.0, 3.0),
        ([4.0], 0.9, 4.0),
        ([0.0, 0.0, -10.0], 0.5, -2.5),
    ):
        name = f"rewards {rewards} with gamma {gamma}"
        yield Fact(name, number(answer(np.array(rewards), gamma), f"the return of {name}"), expected)


def _powers(rewards, gamma):
    return gamma ** np.arange(len(rewards))  # (T,)


RETURN = Exercise(
    solution=discounted_return,
    tested="each reward counts once, with the right power of gamma.",
    probes=(_probe_return,),
    mutants=(
        Mutant(
            "the first reward is discounted already. It comes at t = 0: what is gamma**0?",
            lambda rewards, gamma: sum(gamma ** (t + 1) * r for t, r in enumerate(rewards)),
        ),
        Mutant(
            "gamma has no effect: this is the plain sum. Rewards that come later should count less.",
            lambda rewards, gamma: np.sum(rewards),
        ),
        Mutant(
            "the discount runs backwards: the last reward counts in full. Which one is nearest to the start?",
            lambda rewards, gamma: (_powers(rewards, gamma)[::-1] * rewards).sum(),
        ),
        Mutant(
            "only the last reward arrives in the result. Add each one to what you have so far.",
            lambda rewards, gamma: gamma ** (len(rewards) - 1) * rewards[-1],
            lambda rewards, gamma: rewards[-1],
        ),
        Mutant(
            "only the first reward arrives in the result. Does `return` stand inside the loop?",
            lambda rewards, gamma: rewards[0],
        ),
        Mutant(
            "this is a mean. A return is a sum over the steps: do not divide by their number.",
            lambda rewards, gamma: (_powers(rewards, gamma) * rewards).mean(),
            lambda rewards, gamma: np.average(rewards, weights=_powers(rewards, gamma)),
        ),
        Mutant(
            "the first reward is missing from the sum. Where does your loop start?",
            lambda rewards, gamma: (_powers(rewards, gamma) * rewards)[1:].sum(),
            lambda rewards, gamma: (_powers(rewards[1:], gamma) * rewards[1:]).sum(),
        ),
        Mutant(
            "the last reward is missing from the sum. Where does your loop end?",
            lambda rewards, gamma: (_powers(rewards, gamma) * rewards)[:-1].sum(),
        ),
        Mutant(
            "gamma is multiplied by t. It should be multiplied with itself, once more for each step.",
            lambda rewards, gamma: sum(gamma * t * r for t, r in enumerate(rewards)),
        ),
        Mutant(
            "every later reward is discounted alike. The discount should grow with each step.",
            lambda rewards, gamma: gamma * np.sum(rewards),
            lambda rewards, gamma: rewards[0] + gamma * np.sum(rewards[1:]),
        ),
        Mutant(
            "gamma is fixed. Use the one that is passed in.",
            *(
                lambda rewards, gamma, fixed=fixed: (_powers(rewards, fixed) * rewards).sum()
                for fixed in (0.5, 0.9, 0.95, 0.99)
            ),
        ),
        Mutant(
            "step and reward are mixed up. Which of the two does enumerate() give first?",
            lambda rewards, gamma: sum(gamma**r * t for t, r in enumerate(rewards)),
        ),
        Mutant(
            "`^` is not a power in Python. A power is written with two stars.",
            lambda rewards, gamma: sum((gamma ^ t) * r for t, r in enumerate(rewards)),
            lambda rewards, gamma: ((gamma ^ np.arange(len(rewards))) * rewards).sum(),
        ),
        Mutant(
            "gamma is the part that stays, not the part that is lost. Do not use 1 - gamma or 1 + gamma.",
            lambda rewards, gamma: (_powers(rewards, 1 - gamma) * rewards).sum(),
            lambda rewards, gamma: (_powers(rewards, 1 / (1 + gamma)) * rewards).sum(),
        ),
    ),
)
