"""Choices that nobody can make are refused, pairs are what was chosen, and a script says that it is one."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.preferences import learned_return
from ilrl_course.envs.text.alphabet import MAX_LENGTH, OBS_DIM, as_demonstration, decode
from ilrl_course.envs.text.reader import NAME, ScriptedReader
from ilrl_course.networks import ValueNet
from ilrl_course.play.choices import Choice, choose_by_script, pairs_of
from ilrl_course.play.learned_taste import learned_taste

YOURS = Choice("low rinhervis", "teham", prefers_first=False, chosen_at=12)
FULL = Choice("a" * MAX_LENGTH, "", prefers_first=True, chooser="Anna", chosen_at=13)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"first": "No!"}, "small letters and spaces"),
        ({"prefers_first": "yes"}, "True or False"),
        ({"chooser": 5}, "are texts"),
        ({"first": ["a"]}, "are texts"),
        ({"chosen_at": -3}, "seconds"),
    ],
)
def test_a_choice_that_nobody_can_make_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        Choice(**vars(YOURS) | changes)


def test_pairs_hold_the_lines_in_their_places_and_the_choices():
    pairs = pairs_of([YOURS, FULL])
    assert pairs.prefers_first.tolist() == [False, True]
    assert pairs.first.running.sum(1).tolist() == [14, 16]
    assert pairs.second.running.sum(1).tolist() == [6, 1]
    written = [
        decode(row[running]) for row, running in zip(pairs.second.actions, pairs.second.running, strict=True)
    ]
    assert written == ["teham", ""]


def test_no_choices_make_no_pairs():
    with pytest.raises(ValueError, match="make at least one"):
        pairs_of([])


def test_a_script_s_choices_are_the_reader_s_and_are_said_to_be_a_script_s():
    first, second = ["bado", "stf", "a"], ["brr", "o", "lume"]
    choices = choose_by_script(ScriptedReader("melodious", 0.5, 1), first, second)
    answers = ScriptedReader("melodious", 0.5, 1).prefers_first(first, second)
    assert [choice.prefers_first for choice in choices] == answers.tolist()
    assert {choice.chooser for choice in choices} == {NAME}
    assert [(choice.first, choice.second) for choice in choices] == list(zip(first, second, strict=True))
    assert all(choice.chosen_at > 1_700_000_000 for choice in choices)


def test_a_learned_taste_gives_each_line_the_return_of_its_episode():
    torch.manual_seed(0)
    net = ValueNet(OBS_DIM)
    taste = learned_taste(lambda episodes: learned_return(net, episodes).detach())
    lines = ["teham", "", "a" * MAX_LENGTH]
    found = taste(lines)
    assert found.dtype == np.float64
    for line, score in zip(lines, found, strict=True):
        after = torch.from_numpy(as_demonstration(line).obs[1:])
        assert score == pytest.approx(net(after).sum().item(), abs=1e-4)
