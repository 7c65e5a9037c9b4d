"""Lesson 12, averaging plans: right answers, mistakes written apart from the bank, and nonsense."""

import numpy as np

from ilrl_course.checks.edits import edited
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


def until_the_first_unknown(plans, known, decay):
    count = len(plans)
    actions = np.zeros((plans.shape[1], plans.shape[3]))
    for n in range(len(actions)):
        sum_of_weights = 0.0
        for p in range(count):
            if not known[p, n]:
                break
            weight = np.exp(-decay * p)
            actions[n] += weight * plans[p, n, count - 1 - p]
            sum_of_weights += weight
        actions[n] /= max(sum_of_weights, 1e-8)
    return actions


def of_the_mean(plans, known, decay):
    return np.mean([plans[p][:, len(plans) - 1 - p] for p in range(len(plans))], axis=0)


def of_those_known_everywhere(plans, known, decay):
    rest = [p for p in range(len(plans)) if known[p].all()]
    weights = np.array([np.exp(-decay * p) for p in rest])
    said = np.array([plans[p, :, len(plans) - 1 - p] for p in rest])
    return np.tensordot(weights / weights.sum(), said, axes=1)


def of_whole_plans(plans, known, decay):
    weights = np.exp(-decay * np.arange(len(plans)))[:, None] * known
    return np.einsum("pn,pnha->nha", weights / weights.sum(0), plans)


WEIGHT, SAID = "known[p] * np.exp(-decay * p)", "plans[p, :, count - 1 - p]"
END = "total / weight_of_all[:, None]"
RIGHT = [with_averages, from_the_first_known, "print(decay)"]
WRONG = {
    "the weights are the wrong way round": [
        f"{WEIGHT} => known[p] * np.exp(decay * p)",
        f"{WEIGHT} => known[p] * np.exp(-decay * (count - 1 - p))",
    ],
    "decay has no effect": [f"{WEIGHT} => known[p] * 1.0"],
    "the weights decay by another rule": [f"{WEIGHT} => known[p] * decay ** p"],
    "p stands outside of exp": [f"{WEIGHT} => known[p] * np.exp(-decay) * p"],
    "this is the plain mean": [of_the_mean],
    "a plan that is unknown in one world": [
        of_those_known_everywhere,
        f"{WEIGHT} => known[p].all() * np.exp(-decay * p) * np.ones(len(known[p]))",
    ],
    "unknown plans weigh exp(0)": [f"{WEIGHT} => np.exp(-decay * p * known[p])"],
    "it stops at the first unknown": [until_the_first_unknown],
    "where some plans are unknown, the result is NaN": [
        edited(until_the_first_unknown, "max(sum_of_weights, 1e-08) => np.float64(sum_of_weights)"),
        f"{WEIGHT} => np.where(known[p], np.exp(-decay * p), np.nan)",
    ],
    "there may be fewer plans than H": [
        "count = len(plans) => count = plans.shape[2]",
        edited(from_the_first_known, "places = np.arange(len(plans)) => places = np.arange(plans.shape[2])"),
        edited(with_averages, "np.arange(count) => np.arange(plans.shape[2])"),
    ],
    "the weights (P,) meet `known`": [
        edited(from_the_first_known, "np.exp(-decay * rank) => np.exp(-decay * np.arange(len(plans)))")
    ],
    "the weights (P, N) have no axis": [
        edited(from_the_first_known, "return (weights / weights.sum(0) * said).sum(0)")
    ],
    "whole plans are averaged": [of_whole_plans, f"{SAID} => plans[p].mean(1)"],
    "the actions are a list": ["return result.tolist()"],
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
