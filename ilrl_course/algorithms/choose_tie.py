"""Choose one of several policies by few true judgments: halve the field, and ask more about the rest."""

from collections.abc import Callable, Sequence
from math import ceil, log2

import numpy as np


def choose_tie(judge: Callable[[float, int], np.ndarray], betas: Sequence[float], budget: int) -> float:
    """The weight of a tie whose policy is judged best, by at most `budget` judgments: sequential halving.

    `judge(beta, n)` gives n new judgments (n,) of the policy that was trained with this weight; the higher,
    the better. K weights need M = ceil(log2 K) rounds. In each, all that are left are judged equally often:
    budget / (M * number left) times, rounded down. Then the better half of them stays, rounded up, by the
    mean of all judgments so far. Of weights that are judged alike, either may stay.

    Karnin et al. 2013, where only the last round's judgments count. Raises ValueError for a budget below
    M * K, with which nothing would be judged in the first round.
    """
    left = list(betas)
    num_rounds = ceil(log2(len(left)))
    if budget < num_rounds * len(left):
        raise ValueError(
            f"{budget} judgments are too few for {num_rounds} rounds that begin with {len(left)} weights: "
            f"at least {num_rounds * len(left)} are expected"
        )
    judgments = {beta: [] for beta in left}
    for _ in range(num_rounds):
        num_new = budget // (num_rounds * len(left))
        for beta in left:
            judgments[beta].extend(judge(beta, num_new))
        left.sort(key=lambda beta: np.mean(judgments[beta]), reverse=True)
        left = left[: ceil(len(left) / 2)]
    return left[0]
