"""Answers on disk: sealed, so that only what this computer wrote is taken for one, and never lost."""

import os
import stat

import pytest

from ilrl_course.storage import answers
from ilrl_course.storage.answers import SealError, path_of, read, read_note, save, save_note
from tests.desk import all_files, move_in

TEXT = "# Ümlaute, and 'quotes'\nx = 1\n"


@pytest.fixture(autouse=True)
def student(tmp_path, monkeypatch):
    """A student with a home folder and a folder my_work that is not in it."""
    move_in(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    return tmp_path


def earlier():
    return {path.name: path.read_text("utf-8") for path in path_of("f").parent.glob("earlier/*")}


def test_what_was_saved_is_read_again_and_can_be_read_by_people_and_by_python():
    save("f", TEXT)
    assert read("f") == TEXT
    text = path_of("f").read_text(encoding="utf-8")
    assert text.startswith(TEXT)
    assert text.removeprefix(TEXT).startswith("\n# Sealed on this computer: ")
    compile(text, "f", "exec")


def test_nothing_is_there_before_the_first_answer():
    with pytest.raises(FileNotFoundError):
        read("f")


def test_reading_writes_nothing_not_even_a_key(student):
    with pytest.raises(FileNotFoundError):
        read("f")
    assert read_note("f") == ""
    assert all_files(student) == [(student / "home", False, (student / "home").stat().st_mtime_ns)]
    save("f", TEXT)
    save_note("f", "a note")
    before = all_files(student)
    read("f")
    read_note("f")
    assert all_files(student) == before


def test_the_key_lies_in_the_home_folder_and_nowhere_in_my_work(student):
    save("f", TEXT)
    key = answers.key_file().read_bytes()
    assert answers.key_file().is_relative_to(student / "home")
    assert len(key) == 32
    for path in (student / "my_work").rglob("*.py"):
        assert key not in path.read_bytes()
        assert key.hex() not in path.read_text("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps home folders private by itself")
def test_the_key_is_for_the_eyes_of_its_owner_alone():
    save("f", TEXT)
    assert stat.S_IMODE(answers.key_file().parent.stat().st_mode) == 0o700


def test_the_key_stays_the_same():
    save("f", TEXT)
    key = answers.key_file().read_bytes()
    save("g", TEXT)
    assert answers.key_file().read_bytes() == key
    assert read("f") == read("g") == TEXT


def test_two_people_have_different_keys(tmp_path, monkeypatch):
    save("f", TEXT)
    key = answers.key_file().read_bytes()
    move_in(tmp_path / "ben", monkeypatch)
    save("f", TEXT)
    assert answers.key_file().read_bytes() != key


# What was kept before


def test_the_same_answer_again_writes_nothing(student):
    save("f", TEXT)
    before = all_files(student)
    save("f", TEXT)
    assert all_files(student) == before


def test_a_new_answer_takes_the_place_and_every_older_one_is_kept_under_a_number():
    for number in range(3):
        save("f", f"x = {number}\n")
    assert read("f") == "x = 2\n"
    assert {name: text.splitlines()[0] for name, text in earlier().items()} == {
        "f-1.py": "x = 0",
        "f-2.py": "x = 1",
    }


def test_answers_that_come_and_go_are_kept_once_each():
    for number in (0, 1, 0, 1, 0, 1, 2):
        save("f", f"x = {number}\n")
    assert sorted(text.splitlines()[0] for text in earlier().values()) == ["x = 0", "x = 1"]


def test_an_older_answer_that_is_put_back_by_its_owner_is_an_answer():
    save("f", "x = 0\n")
    save("f", "x = 1\n")
    (path_of("f").parent / "earlier" / "f-1.py").replace(path_of("f"))
    assert read("f") == "x = 0\n"


@pytest.mark.parametrize("found", [b"", b"x = 5  # by hand\n", b"\xff\xfe\x00", TEXT.encode()])
def test_a_file_that_is_no_answer_is_kept_too_when_an_answer_takes_its_place(found):
    path_of("f").parent.mkdir(parents=True)
    path_of("f").write_bytes(found)
    save("f", TEXT)
    assert read("f") == TEXT
    assert (path_of("f").parent / "earlier" / "f-1.py").read_bytes() == found


def test_the_older_answer_is_safe_before_the_new_one_is_written(monkeypatch):
    save("f", "x = 0\n")
    written = []

    def full_disk(path, content):
        written.append(path)
        if path == path_of("f"):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(answers, "write_atomically", full_disk)
    with pytest.raises(OSError, match="No space left"):
        save("f", "x = 1\n")
    assert [path.name for path in written] == ["f-1.py", "f.py"]
    assert read("f") == "x = 0\n"


# Files that are not as this computer wrote them


CHANGES = {
    "empty": lambda content: b"",
    "cut off in the text": lambda content: content[:5],
    "cut off before the seal": lambda content: content[: len(TEXT.encode())],
    "cut off within the name of the key": lambda content: content[:-70],
    "cut off within the seal": lambda content: content[:-10],
    "the last line end is missing": lambda content: content[:-1],
    "another number": lambda content: content.replace(b"x = 1", b"x = 2"),
    "a line more behind the seal": lambda content: content + b"import os\n",
    "a line more before the text": lambda content: b"import os\n" + content,
    "a space more": lambda content: content.replace(b"x = 1", b"x =  1"),
    "the line ends of Windows": lambda content: content.replace(b"\n", b"\r\n"),
    "no UTF-8": lambda content: content.replace(b"x = 1", b"x = '\xff'"),
    "no text": lambda content: b"\xff\xfe\x00",
    "no seal": lambda content: b"x = 1\n",
    "a seal of nothing": lambda content: content[: -65] + b"\n",
    "two seals": lambda content: content + content,
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_that_was_changed_is_told(change):
    save("f", TEXT)
    changed = change(path_of("f").read_bytes())
    path_of("f").write_bytes(changed)
    with pytest.raises(SealError, match="its file was changed outside the notebook"):
        read("f")
    assert path_of("f").read_bytes() == changed


def test_a_file_from_another_computer_is_told(tmp_path, monkeypatch):
    move_in(tmp_path / "ben", monkeypatch)
    save("f", TEXT)
    bens = path_of("f").read_bytes()
    move_in(tmp_path / "anna", monkeypatch)
    for _ in range(2):  # without a key of one's own, and with one
        with pytest.raises(SealError, match="it was written on another computer"):
            read("f")
        save("g", TEXT)
    assert path_of("f").read_bytes() == bens


def test_whoever_takes_the_key_along_takes_the_answers_along(tmp_path, monkeypatch):
    save("f", TEXT)
    key = answers.key_file().read_bytes()
    move_in(tmp_path / "new laptop", monkeypatch)
    answers.key_file().parent.mkdir()
    answers.key_file().write_bytes(key)
    assert read("f") == TEXT


@pytest.mark.parametrize("damaged", [b"", b"short"])
def test_a_damaged_key_opens_nothing_and_is_replaced_by_the_next_answer(damaged):
    save("f", TEXT)
    answers.key_file().write_bytes(damaged)
    with pytest.raises(SealError):
        read("f")
    save("f", TEXT)
    assert read("f") == TEXT


def test_the_seal_of_a_key_that_everybody_knows_opens_nothing():
    path_of("f").parent.mkdir(parents=True)
    for key in (b"", b"\0" * 32):
        path_of("f").write_bytes(answers._sealed(TEXT, key))
        with pytest.raises(SealError):
            read("f")


def test_without_a_home_folder_reading_is_calm_and_saving_says_why(monkeypatch):
    save("f", TEXT)

    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("pathlib.Path.home", no_home)
    with pytest.raises(SealError):
        read("f")
    with pytest.raises(OSError, match="HOME should name your folder"):
        save("f", "x = 2\n")


# Notes


def test_a_note_is_read_again_until_it_is_taken_away(student):
    save_note("f", "it uses `net`")
    assert read_note("f") == "it uses `net`"
    before = all_files(student)
    save_note("f", "it uses `net`")
    assert all_files(student) == before
    save_note("f", "")
    save_note("f", "")
    assert read_note("f") == ""


def test_a_note_leaves_the_answer_alone():
    save("f", TEXT)
    save_note("f", "the newest uses `net`")
    assert read("f") == TEXT
    save("f", "x = 2\n")
    assert read_note("f") == "the newest uses `net`"


def test_a_note_from_elsewhere_is_none():
    save_note("f", "it uses `net`")
    (path,) = path_of("f").parent.glob("*.txt")
    path.write_text("a joke", encoding="utf-8")
    assert read_note("f") == ""
