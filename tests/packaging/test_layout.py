"""Notebooks in a student's folder: an upgrade replaces what is untouched, and nothing that was changed."""

import json
import os
import shutil

import pytest

from course_tools.wheel import command
from course_tools.wheel.layout import NOTEBOOKS, RECORD, LaidOut, lay_out
from course_tools.workplace import ROOT
from tests.desk import all_files

OLD_WORK = ROOT / "tests" / "students" / "from_0b2daf4" / "my_work"


@pytest.fixture
def course(tmp_path):
    """Where a version of the course has its notebooks; call it to release another version."""
    folder = tmp_path / "course"

    def release(**notebooks):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, text in notebooks.items():
            (folder / f"{name}.ipynb").write_bytes(text.encode())
        return folder

    return release


@pytest.fixture
def desk(tmp_path):
    return tmp_path / "desk"


def on(desk):
    """Name -> text of the notebooks in a folder."""
    return {path.stem: path.read_bytes().decode() for path in desk.glob("*.ipynb")}


def test_an_empty_folder_gets_every_notebook_and_a_missing_one_is_made(desk, course):
    laid_out = lay_out(desk / "deep", course(a="a1", b="b1"))
    assert on(desk / "deep") == {"a": "a1", "b": "b1"}
    assert laid_out == LaidOut(new=["a.ipynb", "b.ipynb"])


def test_a_second_time_nothing_is_written(desk, course):
    lay_out(desk, course(a="a1", b="b1"))
    (desk / "b.ipynb").write_text("mine")
    before = [entry for entry in all_files(desk) if entry[0].suffix == ".ipynb"]
    assert lay_out(desk, course(a="a1", b="b1")) == LaidOut()
    assert [entry for entry in all_files(desk) if entry[0].suffix == ".ipynb"] == before


def test_an_upgrade_replaces_the_unchanged_keeps_the_changed_and_brings_the_new(desk, course):
    lay_out(desk, course(a="a1", b="b1", c="c1"))
    (desk / "b.ipynb").write_text("mine")
    (desk / "c.ipynb").write_text("mine, and there is no newer one")
    laid_out = lay_out(desk, course(a="a2", b="b2", c="c1", d="d1"))
    assert on(desk) == {
        "a": "a2",
        "b": "mine",
        "b.new": "b2",
        "c": "mine, and there is no newer one",
        "d": "d1",
    }
    assert laid_out == LaidOut(["d.ipynb"], ["a.ipynb"], {"b.ipynb": "b.new.ipynb"})


def test_a_deleted_notebook_comes_back_as_it_is_now(desk, course):
    lay_out(desk, course(a="a1"))
    (desk / "a.ipynb").unlink()
    assert lay_out(desk, course(a="a2")).new == ["a.ipynb"]
    assert on(desk) == {"a": "a2"}


def test_the_new_version_that_the_student_deleted_does_not_come_back(desk, course):
    lay_out(desk, course(a="a1"))
    (desk / "a.ipynb").write_text("mine")
    lay_out(desk, course(a="a2"))
    (desk / "a.new.ipynb").unlink()
    assert lay_out(desk, course(a="a2")) == LaidOut()
    assert on(desk) == {"a": "mine"}


def test_a_new_version_gives_way_to_a_newer_one_unless_the_student_works_in_it(desk, course):
    lay_out(desk, course(a="a1"))
    (desk / "a.ipynb").write_text("mine")
    lay_out(desk, course(a="a2"))
    lay_out(desk, course(a="a3"))
    assert on(desk) == {"a": "mine", "a.new": "a3"}
    (desk / "a.new.ipynb").write_text("mine, too")
    assert lay_out(desk, course(a="a4")).kept == {"a.ipynb": "a.new2.ipynb"}
    assert on(desk) == {"a": "mine", "a.new": "mine, too", "a.new2": "a4"}


def test_the_student_who_moves_on_to_the_new_version_gets_the_next_one_in_its_place(desk, course):
    lay_out(desk, course(a="a1"))
    (desk / "a.ipynb").write_text("mine")
    lay_out(desk, course(a="a2"))
    shutil.copy(desk / "a.new.ipynb", desk / "a.ipynb")
    assert lay_out(desk, course(a="a3")).replaced == ["a.ipynb"]


def test_a_notebook_of_the_student_s_own_that_has_the_name_of_a_lesson_is_kept(desk, course):
    desk.mkdir()
    (desk / "a.ipynb").write_text("mine, from before")
    lay_out(desk, course(a="a1"))
    assert on(desk) == {"a": "mine, from before", "a.new": "a1"}


@pytest.mark.parametrize("damage", ["", "{", "[1]", b"\xff\xfe", None])
def test_where_the_record_is_lost_or_damaged_all_that_differs_is_kept(desk, course, damage):
    lay_out(desk, course(a="a1", b="b1"))
    if damage is None:
        (desk / RECORD).unlink()
    else:
        (desk / RECORD).write_bytes(damage if isinstance(damage, bytes) else damage.encode())
    lay_out(desk, course(a="a2", b="b1"))
    assert on(desk) == {"a": "a1", "a.new": "a2", "b": "b1"}
    assert json.loads((desk / RECORD).read_text()).keys() == {"a.ipynb", "a.new.ipynb", "b.ipynb"}


@pytest.mark.parametrize("number", range(3))
def test_an_upgrade_that_is_interrupted_is_completed_the_next_time(desk, course, monkeypatch, number):
    lay_out(desk, course(a="a1", b="b1"))
    (desk / "b.ipynb").write_text("mine")
    left, fsync = iter(range(number)), os.fsync

    def power_cut(file):
        if next(left, None) is None:
            raise KeyboardInterrupt
        fsync(file)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", power_cut)
        with pytest.raises(KeyboardInterrupt):
            lay_out(desk, course(a="a2", b="b2"))
    lay_out(desk, course(a="a2", b="b2"))
    assert on(desk) == {"a": "a2", "b": "mine", "b.new": "b2"}


def test_an_older_my_work_and_whatever_else_is_there_stay_as_they_are(desk, course):
    shutil.copytree(OLD_WORK, desk / "my_work")
    (desk / "notes.txt").write_text("mine")
    before = all_files(desk)
    lay_out(desk, course(a="a1"))
    lay_out(desk, course(a="a2"))
    assert [entry for entry in all_files(desk) if entry[0].name not in {"a.ipynb", RECORD}] == before


# The command


def test_the_command_lays_out_all_lessons_and_says_what_it_did(desk, capsys):
    assert command.main(["notebooks", str(desk)]) == 0
    names = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
    assert sorted(path.name for path in desk.glob("*.ipynb")) == names
    assert capsys.readouterr().out == f"The notebooks are in {desk}.\nNew: {', '.join(names)}.\n"
    (desk / names[1]).write_text("mine")
    assert command.main(["notebooks", str(desk)]) == 0
    assert capsys.readouterr().out == f"The notebooks are in {desk}.\n"


def test_what_an_upgrade_did_is_said_in_sentences(desk):
    laid_out = LaidOut(["d.ipynb"], ["a.ipynb"], {"b.ipynb": "b.new.ipynb"})
    assert command.describe(laid_out, desk).splitlines()[1:] == [
        "New: d.ipynb.",
        "Updated: a.ipynb.",
        "b.ipynb stays as you have changed it; the new version is b.new.ipynb.",
    ]


def test_a_file_in_the_folder_s_place_is_named(tmp_path, capsys):
    (tmp_path / "desk").write_text("")
    assert command.main(["notebooks", str(tmp_path / "desk")]) == 1
    assert "desk is a file, and the notebooks need a folder" in capsys.readouterr().err
    assert command.main(["notebooks", str(tmp_path / "desk" / "inner")]) == 1
    assert "give another name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("PermissionError(13, 'denied', 'theirs')", "You may not write theirs: name a folder of your own."),
        ("OSError(30, 'Read-only file system', 'theirs')", "You may not write theirs: name a folder"),
        ("OSError(28, 'No space left on device')", "There is not enough space on the disk"),
        ("OSError(5, 'Input/output error')", "This failed: "),
    ],
)
@pytest.mark.parametrize("name", ["notebooks", "lab"])
def test_what_the_operating_system_refuses_is_a_sentence(desk, capsys, monkeypatch, name, error, sentence):
    def refuse(*_, **__):
        raise eval(error)

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    assert command.main([name, str(desk)]) == 1
    assert sentence in capsys.readouterr().err


def test_the_course_s_own_folder_is_refused(capsys):
    assert command.main(["notebooks", str(ROOT)]) == 1
    assert "start it there with `python3 course.py lab`" in capsys.readouterr().err
    assert not (ROOT / RECORD).exists()


def test_an_unknown_lesson_is_refused_before_anything_is_written(desk, capsys):
    assert command.main(["lab", str(desk), "--lesson", "99"]) == 1
    assert "There is no lesson '99'. Lessons: 00, 01, " in capsys.readouterr().err
    assert not desk.exists()


def test_without_a_home_folder_the_command_says_what_is_missing(capsys, monkeypatch, tmp_path):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("pathlib.Path.home", homeless)
    assert command.main(["lab", str(tmp_path / "desk")]) == 1
    assert "the variable HOME should name your folder" in capsys.readouterr().err
