"""Choosing a tie's weight: who is asked how often, that the best wins, and how often luck decides."""

from collections import Counter
from math import ceil, log2

import numpy as np
import pytest
from scipy.stats import norm

from ilrl_course.algorithms.choose_tie import choose_tie

EIGHT = [0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]


class Judge:
    """Judgments with these means (by weight) and this noise; counts what it was asked."""

    def __init__(self, means, std=0.0, seed=0):
        self.means, self.std, self.rng, self.asked = means, std, np.random.default_rng(seed), []

    def __call__(self, beta, n):
        self.asked.append((beta, n))
        return self.means[beta] + self.std * self.rng.standard_normal(n)


@pytest.mark.parametrize("best", range(8))
def test_without_noise_the_best_wins_wherever_it_stands(best):
    judge = Judge({beta: -abs(place - best) for place, beta in enumerate(EIGHT)})
    assert choose_tie(judge, EIGHT, 240) == EIGHT[best]


def test_each_round_spends_the_same_on_half_as_many():
    judge = Judge({beta: -beta for beta in EIGHT})
    choose_tie(judge, EIGHT, 240)
    assert judge.asked[:8] == [(beta, 10) for beta in EIGHT]
    assert sorted(judge.asked[8:12]) == [(beta, 20) for beta in EIGHT[:4]]
    assert sorted(judge.asked[12:]) == [(beta, 40) for beta in EIGHT[:2]]


@pytest.mark.parametrize("num_weights", range(1, 18))
@pytest.mark.parametrize("spare", [0, 1, 37, 1000])
def test_the_budget_is_never_exceeded_and_one_is_left_however_many_there_are(num_weights, spare):
    betas = list(range(num_weights))
    budget = ceil(log2(num_weights)) * num_weights + spare
    judge = Judge(dict(zip(betas, np.random.default_rng(num_weights).permutation(num_weights), strict=True)))
    chosen = choose_tie(judge, betas, budget)
    assert judge.means[chosen] == num_weights - 1
    assert sum(n for _, n in judge.asked) <= budget


def test_the_better_half_is_rounded_up():
    judge = Judge({0: 0, 1: 1, 2: 2, 3: 3, 4: 4})
    choose_tie(judge, [0, 1, 2, 3, 4], 150)
    assert Counter(beta for beta, _ in judge.asked) == {0: 1, 1: 1, 2: 2, 3: 3, 4: 3}


def test_every_judgment_counts_as_much_as_any_other():
    early = {0: 9.0, 1: 1.0, 2: -5.0, 3: -5.0}  # of round 1: 10 judgments each; then 20

    def judge(beta, n):
        return np.full(n, early.pop(beta, {0: -2.0, 1: 1.0}.get(beta)))

    assert choose_tie(judge, [0, 1, 2, 3], 80) == 0  # (10 * 9 - 20 * 2) / 30 > 1


def test_of_two_it_errs_as_often_as_the_difference_of_two_means_does():
    gap, std, budget = 0.3, 1.0, 40
    wrong = [choose_tie(Judge({0: 0.0, 1: gap}, std, seed), [0, 1], budget) == 0 for seed in range(4000)]
    assert np.mean(wrong) == pytest.approx(norm.cdf(-gap / std * np.sqrt(budget / 4)), abs=0.02)


def test_of_eight_it_finds_the_best_more_often_than_an_equal_split():
    means = dict(zip(EIGHT, [0.0, 0.1, 0.2, 1.0, 0.6, 0.2, 0.1, 0.0], strict=True))
    halved, split = [], []
    for seed in range(1500):
        halved.append(choose_tie(Judge(means, 1.5, seed), EIGHT, 120) == 0.1)
        judge = Judge(means, 1.5, seed)
        split.append(max(EIGHT, key=lambda beta, judge=judge: judge(beta, 15).mean()) == 0.1)
    assert np.mean(halved) > np.mean(split) + 0.03


def test_a_single_weight_needs_no_judgment():
    assert choose_tie(Judge({}), [0.3], 0) == 0.3


@pytest.mark.parametrize(("num_weights", "budget"), [(2, 1), (5, 14), (8, 23)])
def test_a_budget_that_cannot_judge_all_is_refused(num_weights, budget):
    with pytest.raises(ValueError, match=f"{budget} judgments are too few"):
        choose_tie(Judge({}), range(num_weights), budget)
