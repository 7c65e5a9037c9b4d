"""Best of n: against all choices of n, one by one, and against its closed forms."""

from itertools import combinations

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.best_of_n import best_of_n, best_of_n_kl

SCORES = torch.tensor([0.3, -1.0, 2.0, 0.7, 0.1, 5.0])
VALUES = torch.tensor([1.0, 4.0, -2.0, 3.0, 0.0, 0.5])


@pytest.mark.parametrize("n", range(1, 7))
def test_it_is_the_mean_over_all_choices_of_n(n):
    best = [max(rows, key=lambda row: SCORES[row]) for rows in combinations(range(6), n)]
    assert best_of_n(SCORES, VALUES, n) == pytest.approx(np.mean([VALUES[row] for row in best]))


def test_one_of_one_is_the_mean_and_the_best_of_all_is_the_favorite():
    assert best_of_n(SCORES, VALUES, 1) == pytest.approx(VALUES.mean().item())
    assert best_of_n(SCORES, VALUES, 6) == 0.5


def test_where_two_please_alike_the_later_one_counts_as_better():
    assert best_of_n(torch.zeros(3), torch.tensor([1.0, 2.0, 6.0]), 3) == 6


@pytest.mark.parametrize("n", [4, 64])
def test_the_best_of_n_uniform_numbers_is_n_by_n_plus_1(n):
    scores = torch.rand(20_000, generator=torch.Generator().manual_seed(0))
    assert best_of_n(scores, scores, n) == pytest.approx(n / (n + 1), abs=0.01)


@pytest.mark.parametrize("n", [0, 7])
def test_other_numbers_are_refused(n):
    with pytest.raises(ValueError, match="n from 1 to the number of episodes"):
        best_of_n(SCORES, VALUES, n)


def test_a_value_is_needed_for_each_score():
    with pytest.raises(ValueError, match="a value for each score"):
        best_of_n(SCORES, VALUES[:5], 2)


@pytest.mark.parametrize("n", [1, 2, 16])
def test_its_kl_is_that_of_the_maximum_of_n_draws_where_no_two_are_alike(n):
    ranks = np.arange(1, 100_001) / 100_000
    chances = np.diff(ranks**n, prepend=0)  # of being the best of n
    assert best_of_n_kl(n) == pytest.approx((chances * np.log(chances * 100_000)).sum(), abs=1e-3)


def test_where_episodes_are_alike_its_kl_is_smaller():
    chances = np.array([0.25, 0.75])  # that both of two draws are the worse one, or not
    assert (chances * np.log(chances / 0.5)).sum() < best_of_n_kl(2)
