"""Which plan reaches a wanted score at the lowest cost, when five things have a price.

A plan is a method with its number of demonstrations. `ilrl_course/notebook/price_map.js` computes the same
for a whole map of prices; tests compare the two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

QUANTITIES = ("demo", "label", "step", "crash", "second")  # what has a price; of steps, 1,000 at once
TABLES = ("score", "labels", "steps", "crashes", "seconds")  # of a run, each (S, E)
NUM_RESAMPLES = 200
LEFT_OUT = 5  # resamples at each end of an interval: 95 % are left
MODULUS, MULTIPLIER = 2**31 - 1, 48271  # of the random numbers


@dataclass(frozen=True)
class Cheapest:
    """The cheapest plan, and how sure that is; plans are positions in the record's `runs`."""

    plan: int | None  # None if no plan reaches the score
    cost: float  # the median over all seeds
    interval: tuple[float, float]  # 95 %, from the bootstrap over seeds
    share: float  # of the resamples in which the plan's method wins; or no plan at all, if there is none
    runner_up: int | None  # the cheapest plan of any other method


def cheapest_plan(record: dict, prices: Mapping[str, float], wanted: float) -> Cheapest:
    """The cheapest plan of a world's scoreboard at these prices, where a score of `wanted` is good enough.

    `prices` names each of QUANTITIES; `math.inf` is the price of what cannot be had. A run costs what it has
    spent at its first examination with a score of at least `wanted`, and infinity if there is none; before
    its first step a method that will act in the world has not begun (it may be a clone until then). A plan
    reaches the score if at least 80 % of its seeds have a finite cost. Its cost is their median, the lowest
    wins, and in a tie the first.
    """
    _check_prices(prices)
    check_record(record)
    runs = record["runs"]
    costs = np.stack([costs_of(run, prices, wanted) for run in runs])  # (P, S)
    methods = np.array([run["method"] for run in runs])  # (P,)
    medians = median_costs(costs)  # (P,)
    resampled = costs[:, draws(costs.shape[1])]  # (P, NUM_RESAMPLES, S)
    bids = median_costs(resampled)  # (P, NUM_RESAMPLES)
    winners, is_open = bids.argmin(axis=0), np.isinf(bids.min(axis=0))  # (NUM_RESAMPLES,)
    best = int(medians.argmin())
    if np.isinf(medians[best]):
        return Cheapest(None, np.inf, (np.inf, np.inf), float(is_open.mean()), None)
    others = np.where(methods == methods[best], np.inf, medians)  # (P,)
    runner_up = None if np.isinf(others.min()) else int(others.argmin())
    ordered = np.sort(np.median(resampled[best], axis=-1))  # (NUM_RESAMPLES,)
    interval = float(ordered[LEFT_OUT]), float(ordered[-1 - LEFT_OUT])
    share = np.mean((methods[winners] == methods[best]) & ~is_open)
    return Cheapest(best, float(medians[best]), interval, float(share), runner_up)


def costs_of(run: dict, prices: Mapping[str, float], wanted: float) -> np.ndarray:
    """What each seed of a plan has spent when it first reaches `wanted`, (S,); infinity if it never does."""
    score, *tables = (np.asarray(run[name], dtype=float) for name in TABLES)  # (S, E) each
    steps = tables[1]
    has_begun = (steps > 0) | (steps[:, -1:] == 0)  # (S, E)
    arrived = (score >= wanted) & has_begun  # (S, E)
    first = arrived.argmax(axis=1)  # (S,), but 0 in a row without any True
    labels, steps, crashes, seconds = (table[np.arange(len(first)), first] for table in tables)
    total = np.zeros(len(first))  # (S,)
    amounts = (np.full(len(first), run["demos"]), labels, steps / 1000, crashes, seconds)
    for name, amount in zip(QUANTITIES, amounts, strict=True):
        total += np.where(amount == 0, 0, prices[name]) * amount  # nothing of it costs nothing
    return np.where(arrived.any(axis=1), total, np.inf)


def median_costs(costs: np.ndarray) -> np.ndarray:
    """The median over seeds of costs (..., S); infinity unless at least 80 % of the seeds arrive."""
    arrived = np.isfinite(costs).sum(axis=-1)
    return np.where(5 * arrived >= 4 * costs.shape[-1], np.median(costs, axis=-1), np.inf)


@cache
def draws(num_seeds: int) -> np.ndarray:
    """Positions of seeds drawn with replacement, (NUM_RESAMPLES, num_seeds): the same for all plans."""
    numbers = random_numbers(NUM_RESAMPLES * num_seeds)
    return np.array([number * num_seeds // MODULUS for number in numbers]).reshape(NUM_RESAMPLES, num_seeds)


def random_numbers(count: int) -> Iterator[int]:
    """Whole numbers from 1 to MODULUS - 1, always the same.

    Park and Miller's generator (1988, Communications of the ACM 31) with their later multiplier of 1993: no
    number in it exceeds 2^53, so that JavaScript computes it exactly.
    """
    number = 1
    for _ in range(count):
        number = number * MULTIPLIER % MODULUS
        yield number


def check_record(record: dict) -> None:
    """Raises ValueError unless all tables of a run have one shape, with a row for each of the seeds."""
    num_seeds = len(record["seeds"])
    for run in record["runs"]:
        shapes = {name: (len(run[name]), *sorted({len(row) for row in run[name]})) for name in TABLES}
        shape = shapes["score"]
        if set(shapes.values()) != {shape} or len(shape) != 2 or shape[0] != num_seeds or not shape[1]:
            found = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            raise ValueError(
                f"the tables of {run['method']} with {run['demos']} demonstrations have the shapes {found}, "
                f"but one and the same, ({num_seeds}, examinations), is expected: a row for each of the seeds"
            )


def _check_prices(prices: Mapping[str, float]) -> None:
    if set(prices) != set(QUANTITIES):
        raise ValueError(
            f"the prices are those of {sorted(prices)}, but one for each of {QUANTITIES} is expected: 0 is "
            "free, math.inf is not to be had"
        )
    for name, price in prices.items():
        if not price >= 0:
            raise ValueError(
                f"the price of a {name} is {price}, but a number from 0 on is expected: 0 is free, and "
                "math.inf is not to be had"
            )
