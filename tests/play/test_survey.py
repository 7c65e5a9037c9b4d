"""Asking pair after pair: what is chosen is kept, goes on another day, and can be taken up again."""

import pytest

from ilrl_course.play.choices import Choice
from ilrl_course.play.kept_choices import Choices
from ilrl_course.play.survey import Survey

FIRST = [f"first {letter}" for letter in "abcdefgh"]
SECOND = [f"second {letter}" for letter in "abcdefgh"]
PAIRS = [{a, b} for a, b in zip(FIRST, SECOND, strict=True)]


@pytest.fixture
def shelf(tmp_path):
    return Choices(tmp_path / "text.jsonl")


@pytest.fixture
def begin(shelf):
    def begin_it(num_choices=5, seed=0, first=FIRST, second=SECOND):
        return Survey(first, second, num_choices, seed, shelf)

    return begin_it


def test_each_choice_is_on_disk_at_once_with_the_sides_that_were_seen(begin, shelf):
    survey = begin()
    for number, prefers_left in enumerate((True, False, False), start=1):
        left, right = survey.shown
        survey.choose(prefers_left)
        newest = shelf.load("you")[-1]
        assert (newest.first, newest.second, newest.prefers_first) == (left, right, prefers_left)
        assert newest.chosen_at > 1_700_000_000
        assert len(shelf.load()) == len(survey.made) == number


def test_the_pairs_come_in_order_and_their_sides_are_drawn_from_the_seed(begin):
    def shown(seed):
        survey, pairs = begin(100, seed, FIRST * 9, [f"{line} z" for line in FIRST * 9]), []
        while len(pairs) < 72:
            pairs.append(survey.shown)
            survey.skip()
        return pairs

    pairs = shown(0)
    assert pairs == shown(0)
    assert pairs != shown(1)
    assert [set(pair) for pair in pairs] == [{line, f"{line} z"} for line in FIRST * 9]
    assert 20 < sum(pair[0].endswith("z") for pair in pairs) < 52


def test_it_ends_when_there_are_enough_and_takes_no_more(begin, shelf):
    survey = begin(num_choices=2)
    for _ in range(2):
        survey.choose(True)
    assert survey.shown is None
    survey.choose(True)
    survey.skip()
    assert len(shelf.load()) == 2


def test_another_day_goes_on_where_it_was_and_asks_nothing_twice(begin):
    survey = begin()
    asked = [survey.shown]
    survey.choose(True)
    asked.append(survey.shown)
    survey.choose(False)
    survey = begin()
    assert [set(pair) for pair in asked] == PAIRS[:2]
    assert set(survey.shown) == PAIRS[2]
    assert len(survey.made) == 2
    survey = begin(seed=1, first=SECOND, second=FIRST)  # the other way round, with other sides
    assert set(survey.shown) == PAIRS[2]
    assert begin(num_choices=2).shown is None


def test_choices_about_other_lines_count_and_those_of_others_do_not(begin, shelf):
    shelf.add(Choice("old", "older", True))
    shelf.add(Choice("first a", "second a", True, chooser="Anna"))
    survey = begin()
    assert len(survey.made) == 1
    assert set(survey.shown) == PAIRS[0]


def test_a_skipped_pair_comes_again_after_the_others_and_is_no_choice(begin, shelf):
    survey = begin(num_choices=8)
    survey.skip()
    for number in range(1, 8):
        assert set(survey.shown) == PAIRS[number]
        survey.choose(True)
    assert set(survey.shown) == PAIRS[0]
    survey.skip()
    assert set(survey.shown) == PAIRS[0]
    assert len(shelf.load()) == 7
    survey.choose(True)
    assert survey.shown is None


def test_where_the_pairs_run_out_it_ends_and_no_pair_comes_twice_or_of_lines_that_are_alike(begin):
    survey = begin(first=["a", "b", "a", "c", "d"], second=["a", "c", "d", "b", "a"])
    assert set(survey.shown) == {"b", "c"}
    survey.choose(True)
    survey.choose(True)
    assert survey.shown is None
    assert len(survey.made) == 2


def test_going_back_asks_once_more_and_the_new_choice_takes_the_place_of_the_old(begin, shelf):
    survey = begin(num_choices=2)
    first = survey.shown
    survey.choose(True)
    second = survey.shown
    survey.choose(True)
    survey.go_back()
    assert survey.shown == second
    survey.go_back()
    assert survey.shown == first
    survey.go_back()
    assert survey.shown == first
    survey.choose(False)
    assert survey.shown == second
    survey.skip()  # it stays as it was
    assert survey.shown is None
    assert {choice.first: choice.prefers_first for choice in shelf.load()} == {
        first[0]: False,
        second[0]: True,
    }
    assert len(survey.made) == 2


def test_going_back_works_on_another_day_and_without_choices_it_does_nothing(begin):
    survey = begin()
    survey.go_back()
    assert set(survey.shown) == PAIRS[0]
    shown = survey.shown
    survey.choose(True)
    survey = begin()
    survey.go_back()
    assert survey.shown == shown
    survey.choose(False)
    assert [choice.prefers_first for choice in survey.made] == [False]


def test_a_pair_that_two_kernels_ask_about_counts_once(begin):
    one, other = begin(), begin()
    one.choose(True)
    other.choose(False)
    assert len(other.made) == 1
    assert set(other.shown) == PAIRS[1]
    one.choose(True)
    other.choose(True)
    assert len(other.made) == 2


def test_where_the_disk_refuses_a_choice_it_is_asked_for_again(begin, shelf, monkeypatch):
    survey = begin()
    shown = survey.shown

    def refuse(choice):
        raise OSError("full")

    with monkeypatch.context() as broken:
        broken.setattr(shelf, "add", refuse)
        with pytest.raises(OSError, match="full"):
            survey.choose(True)
    assert survey.shown == shown
    assert survey.made == []
    survey.choose(True)
    assert len(shelf.load()) == 1


def test_a_damaged_line_is_told_when_it_begins_and_not_with_every_choice(begin, shelf, capsys):
    shelf.path.write_text("nothing\n")
    survey = begin()
    assert "line 1 holds no choice" in capsys.readouterr().out
    survey.choose(True)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("first", "second", "num_choices", "message"),
    [
        (["a"], [], 20, "1 first lines, 0 second ones"),
        (["a"], ["b"], 0, "at least one choice"),
        (["a"], ["Hello!"], 20, "small letters and spaces"),
    ],
)
def test_what_nobody_can_be_asked_is_refused_at_once(begin, first, second, num_choices, message):
    with pytest.raises(ValueError, match=message):
        begin(num_choices, 0, first, second)
