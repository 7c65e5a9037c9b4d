"""What the notes on a critic's warm-up tell: which rows came, how often, and what they were pulled to."""

from collections.abc import Sequence

import numpy as np

from ilrl_course.checks.lesson_08_warmup_watched import BLOCK, COLD, NUM_ENVS, NUM_STEPS, Call, block


def rows_of(calls: Sequence[Call], iteration: int) -> np.ndarray:
    """The rows of the flattened block, in the order in which they were learned from; -1 for any other."""
    situations = block(iteration).obs.reshape(BLOCK, 3)
    used = [call.obs[call.pulled] for call in calls]
    same = (np.concatenate([*used, np.zeros((0, 3))])[:, None] == situations).all(axis=2)  # (R, B)
    return np.where(same.any(axis=1), same.argmax(axis=1), -1)


def sizes(calls: Sequence[Call]) -> list[int]:
    """How many steps each gradient was computed of."""
    return [len(call.pulled) for call in calls]


def how_often(rows: np.ndarray) -> list[str]:
    """For each B rows in turn, in words: how often does each of the block's rows come?"""
    words = {(1, 1): "each once", (0, 1): "some never"}
    counts = [
        np.bincount(rows[i : i + BLOCK] + 1, minlength=BLOCK + 1)[1:] for i in range(0, len(rows), BLOCK)
    ]
    return [words.get((count.min(), count.max()), "some twice") for count in counts]


def targets_by_row(calls: Sequence[Call], iteration: int) -> np.ndarray:
    """What the rows of the block are pulled to, (T, N); NaN for those that never came."""
    targets = np.full(BLOCK + 1, np.nan)
    targets[rows_of(calls, iteration)] = np.concatenate([call.targets for call in calls])
    return targets[:BLOCK].reshape(NUM_STEPS, NUM_ENVS)


def age_of_targets(calls: Sequence[Sequence[Call]]) -> str:
    """Which critic forecast what comes after the record, by the calls of each iteration.

    right: the one at the beginning of the epoch, or of the iteration; every minibatch: the one just then;
    cold: the untrained one; or other.
    """
    fitting = {"epoch", "iteration", "every minibatch", "cold"}
    for iteration, of_iteration in enumerate(calls):
        num_rows, critics = 0, {"iteration": of_iteration[0].weights, "cold": COLD}
        for call in of_iteration:
            if num_rows % BLOCK == 0:
                critics["epoch"] = call.weights
            critics["every minibatch"] = call.weights
            num_rows += len(call.pulled)
            rows = rows_of([call], iteration)
            for name in [*fitting]:
                right = block(iteration).targets(critics[name]).flatten()[rows]
                if not np.allclose(call.targets, right, rtol=1e-3, atol=1e-3):
                    fitting.remove(name)
    if fitting & {"epoch", "iteration"}:
        return "right"
    return next(iter(fitting), "other")


def adam(calls: Sequence[Call], learning_rate: float) -> np.ndarray:
    """Where one step for each call takes the critic's weights (4,) (Kingma and Ba 2015, algorithm 1)."""
    weights, mean, square = COLD.copy(), np.zeros(4), np.zeros(4)
    for t, call in enumerate(calls, start=1):
        slope = np.append(call.gradient @ call.obs, call.gradient.sum())
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights -= learning_rate * mean / (1 - 0.9**t) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
    return weights
