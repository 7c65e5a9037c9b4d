"""Best of n: draw n episodes, and keep the one that a judge likes most. Nothing is trained."""

from math import log

import torch
from torch import Tensor


def best_of_n(scores: Tensor, values: Tensor, n: int) -> float:
    """What the best of n is worth on average: E episodes, `scores` (E,) by the judge, `values` (E,) truly.

    It is the mean over all choices of n among the E episodes, so that one sample serves for every n (an
    estimate without bias, as in Nakano et al. 2021). Where the judge likes two equally, the later one counts
    as better. Raises ValueError unless n is from 1 to E.
    """
    size = len(scores)
    if not 1 <= n <= size or values.shape != scores.shape:
        raise ValueError(
            f"n is {n} with {size} scores and values of shape {tuple(values.shape)}: n from 1 to the "
            "number of episodes is expected, and a value for each score"
        )
    below = torch.arange(size, dtype=torch.float64)  # (E,) how many the judge likes less
    # the chance that the best of n is this one: C(below, n - 1) / C(E, n), where below >= n - 1
    chances = torch.exp(_log_choices(below.clamp_min(n - 1), n - 1) - _log_choices(torch.tensor(size), n))
    order = torch.sort(scores, stable=True).indices
    return float((chances * (below >= n - 1) * values[order]).sum())


def best_of_n_kl(n: int) -> float:
    """At most so far, in nats, is the best of n from the policy that draws: log n - (n - 1) / n.

    It is the KL itself if no two episodes were alike, and a bound otherwise (Beirami et al. 2024).
    """
    return log(n) - (n - 1) / n


def _log_choices(size: Tensor, n: int) -> Tensor:
    """The logarithm of the number of ways to choose n of `size`."""
    size, n = size.double(), torch.tensor(float(n), dtype=torch.float64)
    return torch.lgamma(size + 1) - torch.lgamma(n + 1) - torch.lgamma(size - n + 1)
