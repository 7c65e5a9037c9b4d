"""The schedule of the imitation term: hold, straight line, nothing."""

from itertools import pairwise

import pytest

from ilrl_course.algorithms.finetune import imitation_schedule

LENGTHS = [(0, 1), (0, 4), (1, 1), (3, 5), (7, 3), (30, 20)]
all_lengths = pytest.mark.parametrize(("num_hold", "num_fade"), LENGTHS)


def shares(num_hold, num_fade):
    return [imitation_schedule(k, num_hold, num_fade) for k in range(num_hold + num_fade + 10)]


def test_a_schedule_worked_out_by_hand():
    assert shares(2, 4) == [1, 1, 1, 0.75, 0.5, 0.25] + 10 * [0]


@all_lengths
def test_all_of_it_counts_until_the_hold_is_over(num_hold, num_fade):
    assert shares(num_hold, num_fade)[: num_hold + 1] == (num_hold + 1) * [1]


@all_lengths
def test_each_iteration_of_the_fade_takes_the_same_amount(num_hold, num_fade):
    fading = shares(num_hold, num_fade)[num_hold : num_hold + num_fade + 1]
    steps = [now - later for now, later in pairwise(fading)]
    assert steps == pytest.approx(num_fade * [1 / num_fade])


@all_lengths
def test_nothing_is_left_from_the_end_of_the_fade_on(num_hold, num_fade):
    assert shares(num_hold, num_fade)[num_hold + num_fade :] == 10 * [0]
    assert imitation_schedule(10**9, num_hold, num_fade) == 0


@all_lengths
def test_the_share_never_rises_and_stays_within_its_limits(num_hold, num_fade):
    schedule = shares(num_hold, num_fade)
    assert schedule == sorted(schedule, reverse=True)
    assert all(0 <= share <= 1 for share in schedule)


@all_lengths
def test_a_longer_hold_only_shifts_the_fade(num_hold, num_fade):
    assert shares(num_hold + 6, num_fade) == 6 * [1] + shares(num_hold, num_fade)


def test_half_of_it_counts_in_the_middle_of_the_fade():
    assert imitation_schedule(40, 30, 20) == 0.5


def test_a_fade_of_one_iteration_is_a_step():
    assert shares(2, 1)[:5] == [1, 1, 1, 0, 0]


def test_the_share_is_a_float_in_every_part():
    assert all(isinstance(imitation_schedule(k, 3, 5), float) for k in (0, 3, 5, 8, 20))
