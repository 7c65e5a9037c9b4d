"""Lesson 13, choosing a tie's weight: right answers, mistakes written apart from the bank, and nonsense."""

import heapq
import math
import random

import numpy as np

from ilrl_course.checks.edits import edited
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


def keeping_too_few(judge, betas, budget):
    left, got = list(betas), {b: [] for b in betas}
    num_rounds = math.ceil(math.log2(len(betas)))
    for _ in range(num_rounds):
        n = budget // (num_rounds * len(left))
        for b in left:
            got[b] += [*judge(b, n)]
        left = sorted(left, key=lambda b: -np.mean(got[b]))[: len(left) // 2]
    return left[0]


def above_average(judge, betas, budget):
    left, got = list(betas), {b: [] for b in betas}
    num_rounds = math.ceil(math.log2(len(betas)))
    for _ in range(num_rounds):
        for b in left:
            got[b].extend(judge(b, budget // (num_rounds * len(left))))
        bar = np.mean([np.mean(got[b]) for b in left])
        left = [b for b in left if np.mean(got[b]) >= bar]
    return left[0]


def drawing_lots(judge, betas, budget):
    left, got, lots = list(betas), {b: [] for b in betas}, random.Random(3)
    num_rounds = math.ceil(math.log2(len(betas)))
    for _ in range(num_rounds):
        for b in left:
            got[b].extend(judge(b, budget // (num_rounds * len(left))))
        lots.shuffle(left)
        left = heapq.nlargest(-(-len(left) // 2), left, key=lambda b: np.mean(got[b]))
    return left[0]


def counting(judge, betas, budget):
    wins, num_rounds = np.zeros(len(betas)), math.ceil(math.log2(len(betas)))
    left = list(range(len(betas)))
    for _ in range(num_rounds):
        n = budget // (num_rounds * len(left))
        for i in left:
            answers = judge(betas[i], n)
            wins[i] += np.count_nonzero(answers)
        left.sort(key=lambda i: wins[i])
        left = left[len(left) // 2 :]
    return betas[left[0]]


def cutting_within(judge, betas, budget):
    left, got = list(betas), {b: [] for b in betas}
    num_rounds = math.ceil(math.log2(len(betas)))
    for _ in range(num_rounds):
        for b in left:
            got[b] += [*judge(b, budget // (num_rounds * len(left)))]
            means = [np.mean(got[b]) if got[b] else 0 for b in left]
            order = np.argsort(means, kind="stable")[::-1]
            left = [left[i] for i in order][: math.ceil(len(left) / 2)]
    return left[0]


def found_by_their_means(judge, betas, budget):
    left, got = list(betas), {b: [] for b in betas}
    num_rounds = math.ceil(math.log2(len(betas)))
    for _ in range(num_rounds):
        n = budget // (num_rounds * len(left))
        for b in left:
            got[b].extend(judge(b, n))
        of = {np.mean(got[b]): b for b in left}
        left = [of[mean] for mean in sorted(of)[::-1]][: -(-len(left) // 2)]
    return left[0]


HALF_UP = "len(left) // 2 => (len(left) + 1) // 2"
CUT = "left = [b for b in left if np.mean(got[b]) >= bar]"
SHARE, ORDER, KEPT = (
    "budget // rounds // len(alive)",
    "scores[beta][0] / scores[beta][1]",
    "order[len(alive) // 2:]",
)
UPDATE = "scores[beta] = (total + float(np.sum(new)), count + len(new))"
RIGHT = [
    with_arrays,
    one_judgment_at_a_time,
    edited(keeping_too_few, HALF_UP),
    drawing_lots,
    f"key=lambda beta: {ORDER} => key=lambda beta: ({ORDER}, beta)",
    f"key=lambda beta: {ORDER} => key=lambda beta: ({ORDER}, -beta)",
    "print(budget)",
    "return float(result)",
]
WRONG = {
    "the worse half stays": [f"{ORDER}) => {ORDER}, reverse=True)"],
    "nothing is halved": [f"{KEPT} => order"],
    "one weight is dropped": [f"{KEPT} => order[1:] or order"],
    "the half is rounded down": [
        f"{KEPT} => order[(len(alive) + 1) // 2:] or order[-1:]",
        keeping_too_few,
        edited(keeping_too_few, "left[0] => max(left, key=lambda b: np.mean(got[b]))"),
        edited(above_average, "bar = np.mean => bar = np.median", ">= bar => > bar"),
        (f"{KEPT} => order[(len(alive) + 1) // 2:]", "for _ in range(rounds) => while len(alive) > 1"),
    ],
    "round(2.5) is 2": [
        edited(keeping_too_few, "len(left) // 2 => round(len(left) / 2)"),
        edited(keeping_too_few, "len(left) // 2 => max(1, round(len(left) / 2))"),
        f"{KEPT} => order[-max(1, int(np.round(len(alive) / 2))):]",
    ],
    "of weights that are judged alike, more than half stay": [
        edited(above_average, "bar = np.mean => bar = np.median"),
        edited(above_average, "bar = np.mean => bar = np.median", "left[0] => left[-1]"),
        edited(
            above_average,
            "bar = np.mean([np.mean(got[b]) for b in left]) => "
            "bar = sorted(np.mean(got[b]) for b in left)[len(left) // 2]",
        ),
    ],
    "the judgments are counted": [
        counting,
        edited(counting, "np.count_nonzero(answers) => sum(answer == 1 for answer in answers)"),
        edited(counting, "np.count_nonzero(answers) => np.sum(answers > 0.5)"),
        edited(counting, "np.count_nonzero(answers) => sum(int(answer) for answer in answers)"),
        edited(counting, "np.count_nonzero(answers) => answers.astype(bool).sum()"),
        edited(counting, "np.count_nonzero(answers) => np.rint(answers).sum()"),
        f"{UPDATE} => scores[beta] = (total + np.count_nonzero(new), count + len(new))",
    ],
    "the list is cut before all": [
        cutting_within,
        edited(cutting_within, "if got[b] else 0 => if got[b] else -math.inf"),
        edited(
            cutting_within,
            "budget // (num_rounds * len(left)))] => n)]",
            "in range(num_rounds): => in range(num_rounds):\n    n = budget // (num_rounds * len(left))",
        ),
    ],
    "sort changes the list and returns None": [
        (f"{KEPT} => order.sort(key=lambda beta: {ORDER})[len(alive) // 2:]",),
        edited(keeping_too_few, "sorted(left, key= => left.sort(key="),
        edited(
            keeping_too_few,
            "left = sorted(left, key=lambda b: -np.mean(got[b]))[:len(left) // 2] => "
            "left = left.sort(key=lambda b: -np.mean(got[b]))\nleft = left[:len(left) // 2]",
        ),
    ],
    "a dict by means, or index": [
        found_by_their_means,
        edited(
            found_by_their_means,
            "{np.mean(got[b]): b for b in left} => [np.mean(got[b]) for b in left]",
            "of[mean] for mean in sorted(of)[::-1] => left[of.index(mean)] for mean in sorted(of)[::-1]",
        ),
    ],
    "what is better than the average stays": [
        above_average,
        edited(above_average, "left[0] => max(left, key=lambda b: np.mean(got[b]))"),
        edited(above_average, ">= bar => > bar"),
    ],
    "it returns the best of all weights": [
        "return max(betas, key=lambda beta: scores[beta][0] / scores[beta][1])",
        edited(
            above_average,
            f"{CUT} => left = sorted(left, key=lambda b: -np.mean(got[b]))[:(len(left) + 1) // 2]",
            "left[0] => max(got, key=lambda b: np.mean(got[b]))",
        ),
    ],
    "the number of rounds is computed anew": [
        f"{SHARE} => budget // math.ceil(math.log2(len(alive))) // len(alive)",
        f"{SHARE} => budget // ((len(alive) - 1).bit_length() * len(alive))",
    ],
    "the number of rounds is not rounded": [
        f"{SHARE} => int(budget / (math.log2(len(betas)) * len(alive)))",
        f"{SHARE} => math.floor(budget / math.log2(len(betas)) / len(alive))",
    ],
    "the judge is asked twice in a round": [
        f"{ORDER} => np.mean(judge(beta, share))",
        edited(
            keeping_too_few,
            HALF_UP,
            "sorted(left, key=lambda b: -np.mean(got[b])) => "
            "sorted(left, key=lambda b: np.mean(judge(b, n)), reverse=True)",
        ),
    ],
    "append puts the whole array": [
        edited(keeping_too_few, HALF_UP, "got[b] += [*judge(b, n)] => got[b].append(judge(b, n))")
    ],
    "a list plus an array": [
        edited(keeping_too_few, HALF_UP, "got[b] += [*judge(b, n)] => got[b] = got[b] + judge(b, n)")
    ],
    "one weight more than half": [f"{KEPT} => order[-(len(alive) // 2 + 1):]"],
    "the number of rounds is rounded down": ["math.ceil( => math.floor(", "math.ceil( => round("],
    "the logarithm has base 2": [
        "math.log(len(betas), 2) => math.log(len(betas))",
        "math.log(len(betas), 2) => math.log10(len(betas))",
    ],
    "there are too many rounds": ["math.ceil(math.log(len(betas), 2)) => len(betas)"],
    "each round spends the whole budget": [f"{SHARE} => budget // len(alive)"],
    "each weight gets what a whole round has": [f"{SHARE} => budget // rounds"],
    "each weight gets the whole budget": [f"{SHARE} => budget"],
    "each round asks as often as the first": [f"{SHARE} => budget // rounds // len(betas)"],
    "a single judgment, or a fixed number": [f"{SHARE} => 1", f"{SHARE} => 10"],
    "the number of judgments is rounded up": [f"{SHARE} => math.ceil(budget / rounds / len(alive))"],
    "the judge is asked for a float": [
        f"{SHARE} => budget / rounds / len(alive)",
        f"{SHARE} => budget // math.log2(len(betas)) // len(alive)",
    ],
    "the budget is fixed": ["budget = 200"],
    "only the newest judgments count": [f"{UPDATE} => scores[beta] = (float(np.sum(new)), len(new))"],
    "only the judgments of the first round": [f"{UPDATE} => if not count:\n    {UPDATE}"],
    "means are averaged": [
        f"{UPDATE} => scores[beta] = (total + float(np.mean(new)), count + 1)",
        f"{UPDATE} => scores[beta] = ((total + float(np.mean(new))) / 2, 1)",
    ],
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
    "it returns a list": [
        "return alive",
        "return np.array(alive)",
        edited(keeping_too_few, "left[0] => left"),
    ],
    "with 4 weights and 80 judgments, it asks for 240": [f"{SHARE} => 3 * ({SHARE})"],
    "with 3 weights and 34 judgments, 0.8, 0.6": [f"{SHARE} => {SHARE} - (len(alive) == 3)"],
}
NONSENSE = {
    "return 'low'": "with 4 weights and 80 judgments, the result should be a single number, but it is a str.",
    "return inputs[1][2]": "with 4 weights",
    "return inputs[0](0.1, 3)": "with 4 weights",
    "return max(writers, key=inputs[0])": "it asks the writers of the lesson",
    "return inputs[1][BUDGET]": "it reads the settings of the lesson",
}

TestAnswers = promises_of("choose_tie", by_hand, RIGHT, WRONG, NONSENSE)
