"""Two commands at once: the second says in a sentence what it waits for, and harms nothing."""

import subprocess
import sys
from argparse import Namespace

import pytest

from course_tools import locks
from course_tools.__main__ import main
from course_tools.build import build
from course_tools.setup import install
from course_tools.workplace import ROOT, CourseError
from tests.tools.toy_course import make_course

HOLD = """
import sys, time
from pathlib import Path
from course_tools import locks
with locks.{what}:
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def hold():
    """Hold a lock in another process, which is killed at the end; returns the process."""
    started = []

    def start(what):
        code = HOLD.format(what=what)
        started.append(
            subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        )
        assert started[-1].stdout.readline() == "held\n"
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def fresh(tmp_path):
    """A course whose .venv has only just been begun."""
    for name in (install.STUDENT, install.DEVELOPER):
        (tmp_path / name).write_text("torch==2.13.0\n", encoding="utf-8")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "begun").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("setting_up(Path({root!r}))", "is being set up by another command"),
        ("in_use(Path({root!r}))", "is running in this folder. Stop it"),
    ],
)
def test_a_set_up_beside_a_set_up_or_a_running_lab_is_refused_and_touches_nothing(
    fresh, hold, what, sentence, monkeypatch
):
    monkeypatch.setattr(install, "run_quietly", None)
    hold(what.format(root=str(fresh)))
    with pytest.raises(CourseError, match=sentence):
        install.prepare(install.STUDENT, fresh)
    assert (fresh / ".venv" / "begun").exists()


def test_what_was_killed_holds_nothing_and_leaves_nothing_in_the_way(fresh, hold):
    for what in (f"setting_up(Path({str(fresh)!r}))", f"in_use(Path({str(fresh)!r}))"):
        process = hold(what)
        process.kill()
        process.wait()
    with locks.setting_up(fresh):
        assert not list((fresh / ".locks").glob("in-use-*"))
    with locks.in_use(fresh):
        pass


def test_two_commands_with_one_process_number_as_in_two_containers_run_side_by_side(fresh):
    with locks.in_use(fresh), locks.in_use(fresh):
        assert len(list((fresh / ".locks").glob("in-use-*"))) == 2


def test_commands_run_side_by_side_and_their_locks_disappear(fresh, hold):
    hold(f"in_use(Path({str(fresh)!r}))")
    before = set((fresh / ".locks").iterdir())
    with locks.in_use(fresh):
        pass
    assert set((fresh / ".locks").iterdir()) == before


def test_a_command_does_not_begin_while_the_course_is_set_up(hold, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(locks.in_use.__wrapped__, "__defaults__", (tmp_path,))
    hold(f"setting_up(Path({str(tmp_path)!r}))")
    assert main(["bench"]) == 1
    assert "is being set up by another command" in capsys.readouterr().err


def test_a_build_beside_a_build_is_refused(tmp_path, hold):
    make_course(tmp_path)
    hold(f"locked('build', '', Path({str(tmp_path)!r}))")
    with pytest.raises(CourseError, match="Another build is running"):
        build.run(Namespace(lessons=[], check=False), tmp_path)
    assert not list(tmp_path.glob("notebooks/*"))
