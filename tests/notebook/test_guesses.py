"""A guess is kept as it is typed, is there again another day, and stands beside the result as one line."""

import errno
import json
import os
import re

import pytest

from ilrl_course.notebook.guesses import predict, show_guess

QUESTION = "how long does the pole stand?"


@pytest.fixture(autouse=True)
def my_work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    return tmp_path / "my_work"


@pytest.fixture
def file(my_work):
    return my_work / "guesses.json"


@pytest.fixture
def shown(capsys):
    """What `show_guess` prints for a key."""

    def show(key="02-pole"):
        capsys.readouterr()
        show_guess(key)
        return capsys.readouterr().out

    return show


def type_into(line, text):
    """As in a browser, letter by letter."""
    for end in range(1, len(text) + 1):
        line.field.value = text[:end]


def test_what_is_typed_is_saved_at_once_and_stands_there_another_day(file, shown):
    line = predict("02-pole", QUESTION)
    type_into(line, "400 steps")
    assert line.status.value == "saved"
    assert json.loads(file.read_text(encoding="utf-8")) == {"02-pole": "400 steps"}
    again = predict("02-pole", QUESTION)
    assert (again.field.value, again.status.value) == ("400 steps", "saved")
    assert shown() == "You predicted: 400 steps\n"


def test_without_a_guess_nothing_is_printed_and_nothing_written(my_work, capsys):
    line = predict("02-pole", QUESTION)
    show_guess("02-pole")
    assert (line.field.value, line.status.value) == ("", "")
    assert capsys.readouterr() == ("", "")
    assert not my_work.exists()


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_emptied_line_removes_its_guess_and_no_other(file, shown, empty):
    predict("02-crash", QUESTION).field.value = "never"
    line = predict("02-pole", QUESTION)
    line.field.value = "400"
    line.field.value = empty
    assert line.status.value == ""
    assert json.loads(file.read_text()) == {"02-crash": "never"}
    assert predict("02-pole", QUESTION).field.value == ""
    assert shown() == ""


def test_notebooks_side_by_side_keep_each_others_guesses(file):
    lines = [predict(key, QUESTION) for key in ("02-pole", "03-crash")]
    for text in ("1", "12", "123"):
        for line in lines:
            line.field.value = text
    assert json.loads(file.read_text()) == {"02-pole": "123", "03-crash": "123"}


def test_saving_prints_nothing_and_is_the_same_in_a_rehearsal(monkeypatch, capsys, shown):
    monkeypatch.setenv("COURSE_REHEARSAL", "1")
    type_into(predict("02-pole", QUESTION), "400")
    assert capsys.readouterr() == ("", "")
    assert shown() == "You predicted: 400\n"


@pytest.mark.parametrize(
    "content",
    [
        b'{"02-pole": "4',
        b"\xff\xfe",
        b"[1]",
        b"7",
        b'{"02-pole": 4}',
        b'{"02-pole": "\\ud800"}',
        b"",
        b"[" * 10**5,
    ],
    ids=["cut off", "no text", "a list", "a number", "no words", "half a character", "empty", "deep"],
)
def test_a_damaged_file_is_named_and_is_kept_when_something_new_is_saved(
    my_work, file, shown, capsys, content
):
    my_work.mkdir()
    file.write_bytes(content)
    assert shown() == ""
    line = predict("02-pole", QUESTION)
    assert line.field.value == ""
    assert "guesses.json" in line.status.value
    assert [path.read_bytes() for path in my_work.iterdir()] == [content]
    type_into(line, "400")
    assert line.status.value.startswith("saved; guesses.json")
    assert "kept as guesses.damaged-1" in line.status.value
    assert (my_work / "guesses.damaged-1").read_bytes() == content
    assert shown() == "You predicted: 400\n"
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("fault", ["no folder", "refused", "full"])
def test_a_disk_that_refuses_is_said_and_the_next_letter_tries_again(my_work, monkeypatch, shown, fault):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No <space> left") if fault == "full" else PermissionError("not yours")

    line = predict("02-pole", QUESTION)
    line.field.value = "4"
    with monkeypatch.context() as patch:
        patch.setattr("ilrl_course.storage.files.RETRIES", [])
        if fault == "no folder":
            patch.setenv("COURSE_JOURNAL", str(my_work / "guesses.json"))
        else:
            patch.setattr(os, "replace" if fault == "refused" else "fsync", refuse)
        line.field.value = "40"
    assert line.status.value.startswith("<b>not saved:</b> ")
    assert f"Is {my_work}" in line.status.value
    assert "<space>" not in line.status.value
    assert shown() == "You predicted: 4\n"
    line.field.value = "400"
    assert line.status.value == "saved"
    assert shown() == "You predicted: 400\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("two\nlines", "two lines"),
        ("a\r\n\tb\x0b\x0c\x1b[31mc\x85\u2028\u2029d\x00", "a b [31mc d"),
        ("  100 %, ¾ \u2265 \N{PILE OF POO}  ", "100 %, ¾ \u2265 \N{PILE OF POO}"),
        ("می\u200cروم", "می\u200cروم"),
        ("<b>{x}</b> \\n %s", "<b>{x}</b> \\n %s"),
        ("half \ud83d", "half ?"),
    ],
    ids=["lines", "control characters", "symbols", "Persian", "code", "half a character"],
)
def test_whatever_was_typed_is_shown_as_one_line(shown, text, words):
    line = predict("02-pole", QUESTION)
    line.field.value = text
    assert line.status.value == "saved"
    assert shown() == f"You predicted: {words}\n"


def test_a_guess_of_control_characters_alone_is_none(shown):
    predict("02-pole", QUESTION).field.value = "\x00\x1b"
    assert shown() == ""


@pytest.mark.parametrize(
    "key", ["pole", "2-pole", "002-pole", "02", "02-", "02_pole", "02-Pole", "02-a b", "02-a\n", 2]
)
@pytest.mark.parametrize(
    "function", [lambda key: predict(key, QUESTION), show_guess], ids=["predict", "show"]
)
def test_a_wrong_key_is_refused_and_the_message_shows_a_right_one(function, key):
    with pytest.raises(ValueError, match=re.escape(repr(key)) + ".*'02-cartpole'"):
        function(key)


@pytest.mark.parametrize("key", ["02-cartpole", "6b-two_worlds", "12-c51"])
def test_a_right_key_is_taken(key, shown):
    predict(key, QUESTION).field.value = "yes"
    assert shown(key) == "You predicted: yes\n"


def test_html_in_the_question_is_shown_as_it_is_and_the_question_is_the_label_of_the_line():
    line = predict("02-pole", 'is a < b & <img src="x">?')
    assert "<b>Predict</b> is a &lt; b &amp; &lt;img src=&quot;x&quot;&gt;?" in line.field.description


def test_where_no_notebook_runs_the_question_stands_whatever_was_guessed():
    line = predict("02-pole", "how long does\n    the pole stand?")
    line.field.value = "400"
    for shown in (line, predict("02-pole", QUESTION)):
        assert shown._repr_mimebundle_()["text/plain"] == f"Predict: {QUESTION}"
