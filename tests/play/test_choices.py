"""Choices survive the disk one by one, damaged files are refused, and pairs are what was chosen."""

import json

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.preferences import learned_return
from ilrl_course.envs.text.alphabet import MAX_LENGTH, OBS_DIM, as_demonstration, decode
from ilrl_course.envs.text.reader import NAME, ScriptedReader
from ilrl_course.networks import ValueNet
from ilrl_course.play.choices import Choice, Choices, choose_by_script, pairs_of
from ilrl_course.play.learned_taste import learned_taste

YOURS = Choice("low rinhervis", "teham", prefers_first=False, chosen_at=12)
FULL = Choice("a" * MAX_LENGTH, "", prefers_first=True, chooser="Anna", chosen_at=13)


@pytest.fixture
def shelf(tmp_path):
    return Choices(tmp_path / "choices" / "text.json")


def test_what_is_read_is_what_was_chosen_oldest_first(shelf):
    for choice in (YOURS, FULL, YOURS):
        shelf.add(choice)
    assert shelf.load() == [YOURS, FULL, YOURS]
    assert shelf.load("you") == [YOURS, YOURS]
    assert shelf.load("Anna") == [FULL]


def test_without_a_file_there_are_no_choices_and_reading_makes_none(shelf, capsys):
    assert shelf.load() == []
    assert not shelf.path.parent.exists()
    assert capsys.readouterr().out == ""


def test_they_lie_with_a_student_s_own_work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path))
    Choices().add(YOURS)
    assert (tmp_path / "choices" / "text.json").is_file()


def stored(**changes):
    content = vars(YOURS) | changes
    return {"choices": [{name: value for name, value in content.items() if value is not ...}]}


DAMAGED = {
    "cut off": '{"choices": [{"first": "a',
    "no object": "[]",
    "another name": {"picks": []},
    "a line of another world": stored(first="Hello!"),
    "a line that is too long": stored(second="a" * 17),
    "no line": stored(first=3),
    "a number for a choice": stored(prefers_first=1),
    "no chooser": stored(chooser=None),
    "a time before all times": stored(chosen_at=-1),
    "half a second": stored(chosen_at=1.5),
    "a field too few": stored(chosen_at=...),
    "a field too many": stored(mood="good"),
    "no list": {"choices": 5},
    "a list of texts": {"choices": ["a"]},
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_named_and_kept_when_a_new_one_begins(shelf, content, capsys):
    shelf.path.parent.mkdir()
    text = content if isinstance(content, str) else json.dumps(content)
    shelf.path.write_text(text)
    assert shelf.load() == []
    assert "cannot be read" in capsys.readouterr().out
    assert shelf.path.read_text() == text
    shelf.add(FULL)
    assert shelf.load() == [FULL]
    assert shelf.path.with_name("text.damaged-1").read_text() == text


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


def test_what_a_script_chose_can_be_kept(shelf):
    for choice in choose_by_script(ScriptedReader("short", 0.5, 1), ["a"], ["bb"]):
        shelf.add(choice)
    assert len(shelf.load(NAME)) == 1


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
