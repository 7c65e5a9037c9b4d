"""Lesson 13, choosing a tie's weight: right answers, mistakes written apart from the bank, and nonsense."""

import math

import numpy as np

from tests.checks.answers import promises_of


def by_hand(judge, betas, budget):
    scores = dict.fromkeys(betas, (0.0, 0))
    alive = list(betas)
    rounds = math.ceil(math.log(len(betas), 2))
    for _ in range(rounds):
        share = budget // rounds // len(alive)
        for beta in alive:
            new = judge(beta, share)
            total, count = scores[beta]
            scores[beta] = (total + float(np.sum(new)), count + len(new))
        order = sorted(alive, key=lambda beta: scores[beta][0] / scores[beta][1])
        alive = order[len(alive) // 2 :]
    return alive[-1]


def one_judgment_at_a_time(judge, betas, budget):
    remaining, seen = list(betas), [[] for _ in betas]
    rounds = (len(betas) - 1).bit_length()
    for _ in range(rounds):
        for _ in range(budget // (rounds * len(remaining))):
            for beta in remaining:
                seen[betas.index(beta)] += [judge(beta, 1)[0]]
        keep = (len(remaining) + 1) // 2
        while len(remaining) > keep:
            remaining.remove(min(remaining, key=lambda beta: np.mean(seen[betas.index(beta)])))
    return remaining[0]


def with_arrays(judge, betas, budget):
    rest = np.arange(len(betas))
    sums = np.zeros(len(betas))
    rounds = int(np.ceil(np.log2(len(betas))))
    for _ in range(rounds):
        sums[rest] += [judge(betas[i], int(budget // (rounds * len(rest)))).sum() for i in rest]
        rest = rest[np.argsort(-sums[rest])][: -(-len(rest) // 2)]
    return np.float64(betas[rest[0]])


SHARE, ORDER, KEPT = (
    "budget // rounds // len(alive)",
    "scores[beta][0] / scores[beta][1]",
    "order[len(alive) // 2:]",
)
UPDATE = "scores[beta] = (total + float(np.sum(new)), count + len(new))"
RIGHT = [with_arrays, one_judgment_at_a_time, "print(budget)", "return float(result)"]
WRONG = {
    "the worse half stays": [f"{ORDER}) => {ORDER}, reverse=True)"],
    "nothing is halved": [f"{KEPT} => order"],
    "one weight is dropped": [f"{KEPT} => order[1:] or order"],
    "the half is rounded down": [f"{KEPT} => order[(len(alive) + 1) // 2:] or order[-1:]"],
    "one weight more than half": [f"{KEPT} => order[-(len(alive) // 2 + 1):]"],
    "the number of rounds is rounded down": ["math.ceil( => math.floor("],
    "there are too many rounds": ["math.ceil(math.log(len(betas), 2)) => len(betas)"],
    "each round spends the whole budget": [f"{SHARE} => budget // len(alive)"],
    "each weight gets what a whole round has": [f"{SHARE} => budget // rounds"],
    "each weight gets the whole budget": [f"{SHARE} => budget"],
    "each round asks as often as the first": [f"{SHARE} => budget // rounds // len(betas)"],
    "a single judgment, or a fixed number": [f"{SHARE} => 1", f"{SHARE} => 10"],
    "the number of judgments is rounded up": [f"{SHARE} => math.ceil(budget / rounds / len(alive))"],
    "the judge is asked for a number": [f"{SHARE} => budget / rounds / len(alive)"],
    "the budget is fixed": ["budget = 200"],
    "only the newest judgments count": [f"{UPDATE} => scores[beta] = (float(np.sum(new)), len(new))"],
    "only the judgments of the first round": [f"{UPDATE} => if not count:\n    {UPDATE}"],
    "each round counts equally": [f"{UPDATE} => scores[beta] = (total + float(np.mean(new)), count + 1)"],
    "weights are compared by their median, or by a single": [
        f"{UPDATE} => scores[beta] = (float(new[-1]), 1)"
    ],
    "the weights are sorted by size": [f"{ORDER} => beta"],
    "it returns the first, the last": ["return betas[0]"],
    "it returns a place": [
        "return betas.index(result)",
        "judge(beta, share) => judge(betas.index(beta), share)",
    ],
    "it returns a number that is none": ["return 100 + result"],
    "it changes the list": ["alive = list(betas) => alive = betas\nalive.sort()"],
    "with 4 weights and 80 judgments, the result should be a single number": ["return alive"],
    "with 4 weights and 80 judgments, it asks for 240": [f"{SHARE} => 3 * ({SHARE})"],
    "with 5 weights and 151 judgments, 0.7, 0.05": [f"{SHARE} => {SHARE} - (len(alive) == 3)"],
}
NONSENSE = {
    "return 'low'": "with 4 weights and 80 judgments, the result should be a single number, but it is a str.",
    "return inputs[1][2]": "with 4 weights",
    "return inputs[0](0.1, 3)": "with 4 weights",
    "return max(writers, key=inputs[0])": "it asks the writers of the lesson",
    "return inputs[1][BUDGET]": "it reads the settings of the lesson",
}

TestAnswers = promises_of("choose_tie", by_hand, RIGHT, WRONG, NONSENSE)
