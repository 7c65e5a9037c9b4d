"""A file is replaced as a whole, or not at all."""

import os

import pytest

from ilrl_course.storage.files import write_atomically


def interrupt(*_):
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupted_write_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch, step):
    path = tmp_path / "file"
    write_atomically(path, "old")
    monkeypatch.setattr(os, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_target_that_is_busy_for_a_moment_is_replaced_all_the_same(tmp_path, monkeypatch):
    path, refusals, replace = tmp_path / "file", iter([True, True, False]), os.replace

    def busy_at_first(source, target):
        if next(refusals):
            raise PermissionError
        replace(source, target)

    monkeypatch.setattr(os, "replace", busy_at_first)
    write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "new"


def test_missing_folders_are_made_and_lines_end_alike_everywhere(tmp_path):
    write_atomically(tmp_path / "a" / "b" / "file", "one\ntwo\n")
    assert (tmp_path / "a" / "b" / "file").read_bytes() == b"one\ntwo\n"


def test_bytes_are_written_as_they_are(tmp_path):
    content = bytes(range(256)) + b"\r\n"
    write_atomically(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == content
