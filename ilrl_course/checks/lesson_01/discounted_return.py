"""The check of lesson 01 on the discounted return."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, number
from ilrl_course.data import discounted_return

LONG = [1.5, -2.25, 4.75, 0.5, -1.25, 3.5, 2.75, -0.75]  # no whole numbers, and of both signs


def _probe_return(answer: Callable) -> Iterator[Fact]:
    for rewards, gamma, expected in (
        ([3.0, 5.0, 7.0], 0.5, 7.25),  # 3 + 2.5 + 1.75
        ([3.0, 5.0, 7.0], 0.1, 3.57),
        ([3.0, 5.0, 7.0], 1.0, 15.0),
        ([3.0, 5.0, 7.0], 0.0, 3.0),
        ([4.0], 0.9, 4.0),
        ([0.0, 0.0, -10.0], 0.5, -2.5),
        (LONG, 0.5, 1.693359375),
        (LONG, 0.9, 6.036330075),
    ):
        name = f"rewards {rewards} with gamma {gamma}"
        yield Fact(name, number(answer(np.array(rewards), gamma), f"the return of {name}"), expected)


def _weighted(*weights: str) -> list[str]:
    """Sums in which the reward of step t has another weight than gamma**t."""
    return [f"t = np.arange(len(rewards))\nreturn (({weight}) * rewards).sum()" for weight in weights]


MISTAKES = {
    "the first reward is discounted already. It comes at t = 0: what is gamma**0?": ["return gamma * result"],
    "gamma has no effect: this is the plain sum. Rewards that come later should count less.": ["gamma = 1"],
    "the discount runs backwards: the last reward counts in full. Which one is nearest to the start?": [
        "reversed(rewards) => rewards",
        *_weighted("gamma ** (len(t) - t)"),
    ],
    "only the last reward arrives in the result. Add each one to what you have so far.": [
        "return gamma ** (len(rewards) - 1) * rewards[-1]"
    ],
    "only the last reward arrives in the result. Add each one to what you have so far, and return after the "
    "loop.": ["return rewards[-1]"],
    "only the first reward arrives in the result. Does `return` stand inside the loop?": ["gamma = 0"],
    "there is one number for each step. The return is a single one: add up the discounted rewards.": [
        "return rewards"
    ],
    "this is a mean. A return is a sum over the steps: do not divide by their number.": [
        *_weighted("gamma ** t / len(t)", "gamma ** t / (gamma ** t).sum()", "(1 - gamma) * gamma ** t")
    ],
    "the first reward is missing from the sum. Where does your loop start?": [
        *_weighted("gamma ** t * (t > 0)"),
        "rewards = rewards[1:]",
    ],
    "the last reward is missing from the sum. Where does your loop end?": ["rewards = rewards[:-1]"],
    "gamma is multiplied by t. It should be multiplied with itself, once more for each step.": _weighted(
        "gamma * t"
    ),
    "every later reward is discounted alike. The discount should grow with each step.": _weighted(
        "gamma + 0 * t", "gamma ** len(t) + 0 * t", "gamma ** (len(t) - 1) + 0 * t", "gamma ** (t > 0)"
    ),
    "the powers of gamma are not 0, 1, 2, 3, ... Multiply the discount by gamma once in each step, and leave "
    "gamma as it is.": _weighted(
        *(f"gamma ** ({power})" for power in ("2 * t", "t ** 2", "t * (t + 1) / 2", "t * (t - 1) / 2")),
        *(
            f"gamma ** ({power})"
            for power in ("np.maximum(t - 1, 0)", "2 ** t - 1", "2 * 2 ** t - 2", "2.0 ** t")
        ),
    ),
    "base and exponent are swapped: the weight of step t is gamma**t, not t**gamma.": _weighted("t ** gamma"),
    "gamma = 0 has no logarithm. Use the power gamma**t itself.": _weighted("np.exp(t * np.log(gamma))"),
    "the rewards lose what is behind the point. They are not whole numbers.": [
        "rewards = rewards.astype(int)"
    ],
    "the result is rounded. Return all of its digits.": [
        "return int(result)",
        *(f"return round(result, {n})" for n in range(4)),
    ],
    "negative rewards do not count as they are. A punishment lowers the return.": [
        "rewards = np.abs(rewards)",
        "rewards = np.maximum(rewards, 0)",
    ],
    "gamma is fixed. Use the one that is passed in.": [
        f"gamma = {fixed}" for fixed in (0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
    ],
    "step and reward are mixed up. Which of the two does enumerate() give first?": [
        "t = np.arange(len(rewards))\nreturn (gamma ** rewards * t).sum()"
    ],
    "`^` is not a power in Python. A power is written with two stars.": [
        "gamma ^ 0",
        *_weighted("gamma ^ t"),
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
