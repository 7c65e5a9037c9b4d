"""Lesson 12, averaging plans: right answers, mistakes written apart from the bank, and nonsense."""

import numpy as np

from tests.checks.answers import promises_of


def by_hand(plans, known, decay):
    total, weight_of_all = (0.0, 0.0)
    count = len(plans)
    for p in range(count):
        weight = known[p] * np.exp(-decay * p)
        total = total + weight[:, None] * plans[p, :, count - 1 - p]
        weight_of_all = weight_of_all + weight
    return total / weight_of_all[:, None]


def with_averages(plans, known, decay):
    count = len(plans)
    said = np.stack([plans[p][:, count - 1 - p] for p in range(count)])
    weights = np.where(known, np.exp(-decay * np.arange(count))[:, None], 0.0)
    return np.array([np.average(said[:, n], axis=0, weights=weights[:, n]) for n in range(plans.shape[1])])


def from_the_first_known(plans, known, decay):
    rank = known.cumsum(0) - 1
    weights = np.exp(-decay * rank) * known
    places = np.arange(len(plans))[::-1]
    said = plans[np.arange(len(plans)), :, places]
    return np.einsum("pn,pna->na", weights / weights.sum(0), said)


WEIGHT, SAID = "known[p] * np.exp(-decay * p)", "plans[p, :, count - 1 - p]"
END = "total / weight_of_all[:, None]"
RIGHT = [with_averages, from_the_first_known, "print(decay)", "return result.tolist()"]
WRONG = {
    "the weights are the wrong way round": [
        f"{WEIGHT} => known[p] * np.exp(decay * p)",
        f"{WEIGHT} => known[p] * np.exp(-decay * (count - 1 - p))",
    ],
    "decay has no effect": [f"{WEIGHT} => known[p] * 1.0"],
    "the weights decay by another rule": [f"{WEIGHT} => known[p] * decay ** p"],
    "the decay is fixed": ["decay = 0.1", "decay = 0.01"],
    "the weights do not sum to 1": [f"{END} => total"],
    "the weights are divided by their number": [f"{END} => total / count"],
    "the weights are divided by the sum over all worlds": [f"{END} => total / weight_of_all.sum()"],
    "plans of the last episode count": [f"{WEIGHT} => np.exp(-decay * p) * np.ones(len(known[p]))"],
    "the places in the plans are the wrong way round": [f"{SAID} => plans[p, :, p]"],
    "each plan gives its first action": [f"{SAID} => plans[p, :, 0]"],
    "each plan gives its last action": [f"{SAID} => plans[p, :, -1]"],
    "the action is one place too late": [f"{SAID} => plans[p, :, count - p]"],
    "the action is one place too early": [f"{SAID} => plans[p, :, count - 2 - p]"],
    "only the newest plan counts": ["return plans[-1, :, 0]"],
    "all worlds get the same": ["return np.broadcast_to(result[0], result.shape)"],
    "it changes its inputs in place": ["plans *= 2"],
    "the actions with 3 plans": ["return result + 0.3"],
    "the result should be an array of the shape (2, 2)": ["return result[0]"],
}
NONSENSE = {
    "return 'low'": "the result should be an array of the shape (2, 2), but it is a str.",
    "return inputs[0]": "the result should be an array of the shape (2, 2)",
    "return policy.act(obs)": "it reads a variable of the lesson",
}

TestAnswers = promises_of("average_plans", by_hand, RIGHT, WRONG, NONSENSE)
