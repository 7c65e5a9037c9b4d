"""What a tie to a reference makes of a policy, in both directions of the KL: exact, for a handful of actions.

Lesson 08's imitation and forward tie hold KL(reference || policy) small, a tie in the reward holds
KL(policy || reference) small. Where the policy cannot be like the reference, one covers all that the
reference does, the other seeks one part of it.
"""

import numpy as np
from scipy.optimize import brentq, minimize


def tied_by_reverse_kl(reference: np.ndarray, rewards: np.ndarray, beta: float) -> np.ndarray:
    """The policy (A,) with the largest E[reward] - beta * KL(policy || reference): reference * e^(r / beta).

    `reference` (A,) are chances above 0, `rewards` (A,) those of the actions.
    """
    logits = np.log(reference) + rewards / beta  # (A,)
    weights = np.exp(logits - logits.max())
    return weights / weights.sum()


def tied_by_forward_kl(reference: np.ndarray, rewards: np.ndarray, beta: float) -> np.ndarray:
    """The policy (A,) with the largest E[reward] - beta * KL(reference || policy).

    Each chance is beta * reference / (c - reward), with the c above all rewards for which they sum to 1.
    """

    def chances(excess: float) -> np.ndarray:
        return beta * reference / (rewards.max() + excess - rewards)

    smallest = beta * reference[rewards.argmax()]  # the best action alone would have all of the chance
    excess = brentq(lambda excess: chances(excess).sum() - 1, smallest, beta, xtol=1e-15)
    return chances(excess)


def covering_gaussian(values: np.ndarray, density: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of the Gaussian with the smallest KL(density || Gaussian): the moments.

    `values` (n,) lie at equal distances, `density` (n,) is known up to a factor.
    """
    chances = density / density.sum()
    mean = chances @ values
    return float(mean), float(np.sqrt(chances @ (values - mean) ** 2))


def seeking_gaussian(values: np.ndarray, density: np.ndarray, start: float) -> tuple[float, float]:
    """Mean and standard deviation of a Gaussian with the smallest KL(Gaussian || density) around.

    There may be several; the search begins at the mean `start` with the standard deviation 1.
    """
    log_density = np.log(density)

    def kl(parameters: np.ndarray) -> float:
        mean, log_std = parameters
        log_chances = -0.5 * ((values - mean) / np.exp(log_std)) ** 2
        chances = np.exp(log_chances - log_chances.max())
        chances /= chances.sum()
        return float(chances @ (np.log(chances + 1e-300) - log_density))

    mean, log_std = minimize(kl, (start, 0.0), method="Nelder-Mead").x
    return float(mean), float(np.exp(log_std))
