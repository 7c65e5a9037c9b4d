import errno
import sys
from types import SimpleNamespace

import pytest

import course
from course_tools import COMMANDS, start
from course_tools.setup import faults as setup_faults
from course_tools.setup import install as setup
from course_tools.site import environment
from course_tools.workplace import CourseError


def test_old_python_is_told_what_to_do(monkeypatch, capsys):
    old = SimpleNamespace(version_info=(3, 8, 1), stderr=sys.stderr)
    monkeypatch.setattr(course, "sys", old)
    monkeypatch.setattr(course, "runs", lambda name: name == "python3.12")
    assert course.main(["lab"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The course needs Python 3.11 or newer, and this is Python 3.8.1.")
    assert said.endswith("Type python3.12 instead of python3.\n")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["help"]])
def test_help_lists_every_command_and_sets_nothing_up(arguments, capsys, monkeypatch):
    monkeypatch.setattr(start, "prepare", None)
    assert course.main(arguments) == 0
    said = capsys.readouterr().out
    assert all(f"course.py {name}" in said for name in COMMANDS)


def test_unknown_command_is_named_with_those_that_exist(capsys, monkeypatch):
    monkeypatch.setattr(start, "prepare", None)
    assert course.main(["labb"]) == 2
    said = capsys.readouterr().err
    assert "no command 'labb'" in said
    assert "course.py lab " in said


@pytest.mark.parametrize(
    ("raised", "code", "sentence"),
    [
        (KeyboardInterrupt(), 130, "Stopped."),
        (CourseError("What is wrong."), 1, "What is wrong."),
        (OSError(errno.ENOSPC, "No space"), 1, "not enough space"),
        (PermissionError(errno.EACCES, "denied", "file"), 1, "Not allowed to use file"),
        (OSError(errno.EIO, "Broken"), 1, "delete the folder .venv"),
    ],
)
def test_set_up_that_fails_or_is_stopped_ends_with_a_sentence(raised, code, sentence, capsys, monkeypatch):
    def prepare(requirements):
        raise raised

    monkeypatch.setattr(start, "prepare", prepare)
    assert start.start(["lab"]) == code
    assert sentence in capsys.readouterr().err


def test_doctor_installs_nothing(capsys, monkeypatch):
    monkeypatch.setattr(start, "prepare", None)
    monkeypatch.setattr(start, "is_ready", lambda requirements: False)
    assert start.start(["doctor"]) == 1
    assert "Run: python3 course.py lab" in capsys.readouterr().err


def test_doctor_says_why_the_course_cannot_even_be_set_up(capsys, monkeypatch):
    monkeypatch.setattr(start, "prepare", None)
    monkeypatch.setattr(start, "is_ready", lambda requirements: False)
    monkeypatch.setattr(setup_faults.importlib.util, "find_spec", lambda name: None)
    assert start.start(["doctor"]) == 1
    assert "lacks its venv module" in capsys.readouterr().err


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_command_gets_the_set_up_that_it_needs(command, monkeypatch):
    prepared, handed = [], []
    monkeypatch.setattr(start, "is_ready", lambda requirements: True)
    monkeypatch.setattr(start, "prepare", prepared.append)
    monkeypatch.setattr(start, "prepare_site", lambda: prepared.append("site"))
    monkeypatch.setattr(start, "hand_over", lambda *how: handed.append(how) or 7)
    assert start.start([command, "--option"]) == 7
    python = environment.site_python() if command == "site" else setup.python_path()
    assert handed == [([command, "--option"], python)]
    wanted = {"test": ["site", setup.DEVELOPER], "site": ["site"]}
    wanted |= {maker: [setup.DEVELOPER] for maker in ("build", "wheel")}
    assert prepared == wanted.get(command, [setup.STUDENT])


def test_ctrl_c_is_left_to_the_program_that_was_started(monkeypatch):
    class Child:
        waited = 0

        def wait(self):
            self.waited += 1
            if self.waited == 1:
                raise KeyboardInterrupt
            return -2

    monkeypatch.setattr(start.subprocess, "Popen", lambda command, env: Child())
    assert start.hand_over(["lab"], setup.python_path()) == 130
