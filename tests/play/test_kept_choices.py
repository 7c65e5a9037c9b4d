"""Choices survive the disk one by one, whoever else writes there; what is damaged is named, and kept."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from course_tools import recordings as command
from ilrl_course.envs.text.alphabet import MAX_LENGTH
from ilrl_course.envs.text.reader import NAME, ScriptedReader
from ilrl_course.play.choices import Choice, choose_by_script
from ilrl_course.play.kept_choices import Choices, your_choices

YOURS = Choice("low rinhervis", "teham", prefers_first=False, chosen_at=12)
FULL = Choice("a" * MAX_LENGTH, "", prefers_first=True, chooser="Anna", chosen_at=13)


@pytest.fixture
def shelf(tmp_path):
    return Choices(tmp_path / "choices" / "text.jsonl")


def write(shelf, *lines):
    shelf.path.parent.mkdir(exist_ok=True)
    shelf.path.write_bytes(b"".join(line if isinstance(line, bytes) else line.encode() for line in lines))


def stored(**changes):
    content = vars(YOURS) | changes
    return json.dumps({name: value for name, value in content.items() if value is not ...})


def test_what_is_read_is_what_was_chosen_oldest_first(shelf):
    for choice in (YOURS, FULL):
        shelf.add(choice)
    assert shelf.load() == [YOURS, FULL]
    assert shelf.load("you") == [YOURS]
    assert shelf.load("Anna") == [FULL]


def test_of_two_choices_between_the_same_lines_the_later_counts_whatever_their_sides(shelf):
    again = Choice("teham", "low rinhervis", prefers_first=False, chosen_at=14)
    of_anna = Choice("teham", "low rinhervis", prefers_first=True, chooser="Anna")
    for choice in (YOURS, of_anna, Choice("a", "b", True), again):
        shelf.add(choice)
    assert shelf.load("you") == [Choice("a", "b", True), again]
    assert shelf.load("Anna") == [of_anna]
    assert len(shelf.path.read_text().splitlines()) == 4


def test_without_a_file_there_are_no_choices_and_reading_makes_none(shelf, capsys):
    assert shelf.load() == []
    assert not shelf.path.parent.exists()
    assert capsys.readouterr().out == ""


def test_they_lie_with_a_student_s_own_work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path))
    Choices().add(YOURS)
    assert (tmp_path / "choices" / "text.jsonl").is_file()


DAMAGED = {
    "cut off": '{"first": "a',
    "no object": "[]",
    "a number": "5",
    "nested without end": "[" * 100_000,
    "another object": '{"picks": []}',
    "no text": b"\xff\xfe\x00",
    "half a character": '{"first": "\\ud800", "second": "a", "prefers_first": true}',
    "a line of another world": stored(first="Hello!"),
    "a line that is too long": stored(second="a" * 17),
    "no line": stored(first=3),
    "a number for a choice": stored(prefers_first=1),
    "no chooser": stored(chooser=None),
    "a time before all times": stored(chosen_at=-1),
    "half a second": stored(chosen_at=1.5),
    "a line too few": stored(second=...),
    "a field too many": stored(mood="good"),
}


@pytest.mark.parametrize("line", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_line_is_named_and_kept_and_costs_no_other(shelf, line, capsys):
    write(shelf, stored(), "\n\n", line, "\n", stored(first="ab"), "\n")
    before = shelf.path.read_bytes()
    assert [choice.first for choice in shelf.load()] == ["low rinhervis", "ab"]
    assert capsys.readouterr().out.startswith(f"In {shelf.path}, line 3 holds no choice.")
    shelf.add(FULL)
    assert shelf.path.read_bytes().startswith(before)
    assert shelf.load()[-1] == FULL


def test_a_line_that_a_power_failure_cut_off_does_not_swallow_the_next_choice(shelf, capsys):
    write(shelf, stored(), "\n", stored()[:20])
    shelf.add(FULL)
    assert shelf.load() == [YOURS, FULL]
    assert "line 2 holds" in capsys.readouterr().out


def test_a_file_that_holds_something_else_is_named_briefly_and_kept(shelf, capsys):
    write(shelf, "Dear diary,\n" * 1000)
    assert shelf.load() == []
    told = capsys.readouterr().out
    assert "lines 1, 2, 3, 4, 5, ... hold no choice" in told
    assert len(told) < len(str(shelf.path)) + 150
    shelf.add(YOURS)
    assert shelf.load() == [YOURS]
    assert shelf.path.read_text().startswith("Dear diary,\n" * 1000)


def test_lines_that_another_system_ended_in_its_own_way_are_read(shelf, capsys):
    write(shelf, stored(), "\r\n", stored(first="ab"), "\r\n")
    assert len(shelf.load()) == 2
    assert capsys.readouterr().out == ""


def test_what_cannot_be_opened_is_named_and_refuses_a_choice(shelf, capsys):
    shelf.path.mkdir(parents=True)
    assert shelf.load() == []
    assert "cannot be read, and stays as it is" in capsys.readouterr().out
    with pytest.raises(OSError, match="directory"):
        shelf.add(YOURS)


def test_two_kernels_that_write_at_once_lose_nothing(shelf):
    code = """import sys
from pathlib import Path
from ilrl_course.play.choices import Choice
from ilrl_course.play.kept_choices import Choices
for number in range(30):
    line = "".join("ab"[int(bit)] for bit in f"{number:b}")
    Choices(Path(sys.argv[1])).add(Choice(line, "c", True, sys.argv[2]))"""
    choosers = ("Anna", "Ben")
    kernels = [subprocess.Popen([sys.executable, "-c", code, shelf.path, name]) for name in choosers]
    assert [kernel.wait() for kernel in kernels] == [0, 0]
    assert [len(shelf.load(name)) for name in choosers] == [30, 30]


def test_what_a_script_chose_can_be_kept(shelf):
    for choice in choose_by_script(ScriptedReader("short", 0.5, 1), ["a"], ["bb"]):
        shelf.add(choice)
    assert len(shelf.load(NAME)) == 1


def test_your_choices_are_gone_on_with_and_those_of_others_are_not_yours(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path))
    Choices().add(FULL)
    Choices().add(YOURS)
    assert your_choices(ScriptedReader("short", 0.5, 1), ["a"], ["bb"]) == [YOURS]
    assert capsys.readouterr().out == "Going on with your choices: 1.\n"


def test_without_choices_a_script_chooses_and_is_said_to_be_one(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path))
    choices = your_choices(ScriptedReader("short", 1e-3, 1), ["a", "bbb"], ["bb", "c"])
    assert [choice.prefers_first for choice in choices] == [True, False]
    assert {choice.chooser for choice in choices} == {NAME}
    assert "2 choices that a SCRIPT made" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_the_command_that_lists_recordings_lists_your_choices_too(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path))
    options = SimpleNamespace(rename=False)
    assert command.run(options) == 0
    assert "choices" not in capsys.readouterr().out
    Choices().add(FULL)
    Choices().add(YOURS)
    assert command.run(options) == 0
    assert f"Your choices between two lines, in {Choices().path}: 1" in capsys.readouterr().out
