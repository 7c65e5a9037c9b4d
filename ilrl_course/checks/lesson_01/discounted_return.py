"""The check of lesson 01 on the discounted return."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, number
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


MISTAKES = {
    "the first reward is discounted already. It comes at t = 0: what is gamma**0?": ["return gamma * result"],
    "gamma has no effect: this is the plain sum. Rewards that come later should count less.": ["gamma = 1"],
    "the discount runs backwards: the last reward counts in full. Which one is nearest to the start?": [
        "reversed(rewards) => rewards"
    ],
    "only the last reward arrives in the result. Add each one to what you have so far.": [
        "return gamma ** (len(rewards) - 1) * rewards[-1]",
        "return rewards[-1]",
    ],
    "only the first reward arrives in the result. Does `return` stand inside the loop?": ["gamma = 0"],
    "this is a mean. A return is a sum over the steps: do not divide by their number.": [
        "return result / len(rewards)",
        "return np.average(rewards, weights=gamma ** np.arange(len(rewards)))",
    ],
    "the first reward is missing from the sum. Where does your loop start?": [
        "return result - rewards[0]",
        "rewards = rewards[1:]",
    ],
    "the last reward is missing from the sum. Where does your loop end?": ["rewards = rewards[:-1]"],
    "gamma is multiplied by t. It should be multiplied with itself, once more for each step.": [
        lambda rewards, gamma: sum(gamma * t * r for t, r in enumerate(rewards))
    ],
    "every later reward is discounted alike. The discount should grow with each step.": [
        lambda rewards, gamma: gamma * np.sum(rewards),
        lambda rewards, gamma: rewards[0] + gamma * np.sum(rewards[1:]),
    ],
    "gamma is fixed. Use the one that is passed in.": [f"gamma = {g}" for g in (0.5, 0.9, 0.95, 0.99)],
    "step and reward are mixed up. Which of the two does enumerate() give first?": [
        lambda rewards, gamma: sum(gamma**r * t for t, r in enumerate(rewards))
    ],
    "`^` is not a power in Python. A power is written with two stars.": [
        lambda rewards, gamma: sum((gamma ^ t) * r for t, r in enumerate(rewards)),
        lambda rewards, gamma: ((gamma ^ np.arange(len(rewards))) * rewards).sum(),
    ],
    "gamma is the part that stays, not the part that is lost. Do not use 1 - gamma or 1 + gamma.": [
        "gamma = 1 - gamma",
        "gamma = 1 / (1 + gamma)",
    ],
}
EXERCISE = Exercise(
    solution=discounted_return,
    tested="each reward counts once, with the right power of gamma.",
    probes=(_probe_return,),
    mistakes=MISTAKES,
)
