"""What a recipe costs until it is good enough, and which one to choose under a budget."""

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

RELIABLE = 0.8  # a recipe keeps its promise if at least this share of its runs does


@dataclass(frozen=True)
class Prices:
    """What is paid for, all in one currency."""

    demo: float  # of one recorded game
    step: float  # of 1,000 environment steps
    crash: float  # of one crash in training

    def __post_init__(self):
        for name, price in vars(self).items():
            if isinstance(price, bool) or not isinstance(price, Real) or not 0 <= price < np.inf:
                raise ValueError(
                    f"the price {name} is {price!r}, but a finite number from 0 on is expected: give 0 for "
                    "what is free"
                )


@dataclass(frozen=True)
class RecordedRuns:
    """The training runs of one recipe: S seeds, each examined E times."""

    num_demos: int  # recorded games, the same for every run
    returns: np.ndarray  # (S, E) mean return in each examination
    env_steps: np.ndarray  # (S, E) from the beginning of the training to that examination
    crashes: np.ndarray  # (S, E) likewise

    def __post_init__(self):
        if isinstance(self.num_demos, bool) or not isinstance(self.num_demos, Integral) or self.num_demos < 0:
            raise ValueError(
                f"num_demos is {self.num_demos!r}, but a whole number from 0 on is expected: count the "
                "recorded games"
            )
        names = ("returns", "env_steps", "crashes")
        shapes = [getattr(getattr(self, name), "shape", None) for name in names]  # None if it is no array
        if len(set(shapes)) > 1 or shapes[0] is None or len(shapes[0]) != 2 or 0 in shapes[0]:
            found = ", ".join(
                f"{name} {shape or 'no array'}" for name, shape in zip(names, shapes, strict=True)
            )
            raise ValueError(
                f"the shapes are {found}, but one and the same, (seeds, examinations), is expected: give "
                "arrays with a row for each seed and a column for each examination"
            )
        for name in ("env_steps", "crashes"):
            if not (np.diff(getattr(self, name), axis=1, prepend=0) >= 0).all():
                raise ValueError(
                    f"{name} falls below 0 or below an earlier examination, but it counts from the beginning "
                    "of the training: add up what came before, as np.cumsum does"
                )


def choose_recipe(
    recipes: dict[str, RecordedRuns], prices: Prices, target: float, budget: float
) -> str | None:
    """The name of the cheapest recipe that reaches the target reliably within the budget, or None.

    A run costs what it has spent when an examination first shows a return of at least `target`: its recorded
    games, its steps in thousands, and its crashes, each times its price. If no examination does, it costs
    infinity.

    A recipe keeps its promise if a share of at least RELIABLE of its runs gets there for `budget` or less. Of
    the recipes that do, choose the one with the lowest median cost over all its runs; in a tie, the first.
    """
    median_costs = {}  # of the recipes that keep their promise
    for name, runs in recipes.items():
        arrived = runs.returns >= target  # (S, E)
        reached = arrived.any(axis=1)  # (S,)
        first = arrived.argmax(axis=1)  # (S,), but 0 in a row without any True
        seeds = np.arange(len(first))
        steps, crashes = runs.env_steps[seeds, first], runs.crashes[seeds, first]  # (S,)
        spent = runs.num_demos * prices.demo + steps / 1000 * prices.step + crashes * prices.crash
        costs = np.where(reached, spent, np.inf)  # (S,)
        if np.mean(reached & (costs <= budget)) >= RELIABLE:
            median_costs[name] = np.median(costs)
    return min(median_costs, key=median_costs.get, default=None)
