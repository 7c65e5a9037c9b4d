"""The leaderboard: no line is ever lost, and a file from elsewhere is right in every field or refused."""

import json
import re
from dataclasses import asdict, replace

import pytest

from ilrl_course.measures.purse import KINDS, Budget
from ilrl_course.notebook.leaderboard import (
    LONGEST_NAME,
    MAX_BYTES,
    Leaderboard,
    LeaderboardError,
    Line,
    add,
    file_of_yours,
    leaderboard,
    read,
    yours,
)
from tests.desk import all_files

LINE = Line(
    player="Anna",
    seed=3,
    road="a wet, narrow road",
    budget=Budget(5, 1000, 40_960, 300),
    spent=Budget(5, 0, 36_864, 230),
    score=71.5,
    mean_return=24.0,
    bar=9.5,
    crash_rate=0.125,
    submitted_at=1_764_320_000,
)


@pytest.fixture(autouse=True)
def my_work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    return tmp_path / "my_work"


def as_text(line=LINE, **changes):
    return json.dumps(asdict(line) | changes)


def file_of(folder, *texts, name="theirs.jsonl"):
    path = folder / name
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


# Your own file


def test_before_the_first_line_there_is_none_and_reading_writes_nothing(my_work):
    assert yours() == []
    assert repr(leaderboard()) == "Nobody has submitted a recipe yet."
    assert leaderboard()._repr_html_() == "<p>Nobody has submitted a recipe yet.</p>"
    assert not my_work.exists()


def test_lines_come_back_as_they_were_written_in_their_order(my_work):
    lines = [replace(LINE, score=float(score)) for score in (3, 1, 2)]
    for line in lines:
        add(line)
    before = all_files(my_work)
    assert yours() == lines == leaderboard().lines
    assert all_files(my_work) == before


@pytest.mark.parametrize(
    "before", ["", "\n", "garbage", "garbage\n", as_text(), as_text()[:30], "\x00\n\n", "ü"]
)
def test_adding_keeps_what_was_there_to_the_last_byte(before, my_work, capsys):
    my_work.mkdir()
    file_of_yours().write_bytes(before.encode())
    for score in (1.0, 2.0):
        add(replace(LINE, score=score))
    assert file_of_yours().read_bytes().startswith(before.encode())
    assert [line.score for line in yours()][-2:] == [1.0, 2.0]
    assert len(yours()) == 2 + (before == as_text())


def test_a_line_of_yours_that_is_damaged_is_named_and_stays(my_work, capsys):
    add(LINE)
    with file_of_yours().open("ab") as file:
        file.write(b'{"player": "An\n\xff\xfe\n')
    add(replace(LINE, seed=4))
    before = all_files(my_work)
    assert [line.seed for line in yours()] == [3, 4]
    said = capsys.readouterr().out.splitlines()
    assert [text.split(" is skipped")[0] for text in said] == [
        f"Line {n} of {file_of_yours()}" for n in (2, 3)
    ]
    assert all_files(my_work) == before


# Files of others


def test_files_and_folders_of_others_are_shown_with_yours_and_nothing_is_written(tmp_path, my_work):
    add(LINE)
    (tmp_path / "class").mkdir()
    file_of(tmp_path / "class", as_text(player="Ben"), "", as_text(player="Cem"), name="b.jsonl")
    file_of(tmp_path / "class", as_text(player="Ben"), name="again.jsonl")
    file_of(tmp_path / "class", "no leaderboard at all", name="notes.txt")
    alone = file_of(tmp_path, as_text(player="Dora"))
    before = all_files(tmp_path)
    players = [line.player for line in leaderboard(tmp_path / "class", str(alone)).lines]
    assert players == ["Anna", "Ben", "Cem", "Dora"]
    assert all_files(tmp_path) == before


def test_who_calls_themselves_you_is_a_guest_elsewhere(tmp_path):
    path = file_of(tmp_path, as_text(player="you"))
    assert [line.player for line in leaderboard(path).lines] == ["a guest"]


def test_your_own_file_among_those_of_the_class_counts_once_and_stays_yours():
    add(replace(LINE, player="you"))
    assert [line.player for line in leaderboard(file_of_yours()).lines] == ["you"]
    assert [line.player for line in leaderboard(file_of_yours().parent).lines] == ["you"]


WRONG = [
    ("player", 3), ("player", ""), ("player", " Anna"), ("player", "A" * (LONGEST_NAME + 1)),
    ("player", None),
    ("player", "An\nna"), ("player", "An\x1b[31mna"), ("player", "\u202eanna"), ("player", ["Anna"]),
    ("seed", -1), ("seed", 1.5), ("seed", True), ("seed", "3"), ("seed", 10**30), ("seed", None),
    ("road", "the moon"), ("road", ["a wet, narrow road"]), ("road", {}), ("road", None), ("road", 10**300),
    ("score", "71"), ("score", float("nan")), ("score", float("inf")), ("score", True), ("score", 1e300),
    ("mean_return", None), ("mean_return", [1.0]), ("mean_return", -float("inf")),
    ("bar", {}), ("bar", "high"), ("crash_rate", 1.5), ("crash_rate", -0.1), ("crash_rate", "0"),
    ("submitted_at", -5), ("submitted_at", 0.5), ("submitted_at", 10**400),
    ("budget", None), ("budget", 5), ("budget", [5, 1000, 40_960, 300]), ("budget", {}),
    ("budget", {"demonstrations": 5}), ("spent", "all"), ("spent", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_field_that_is_wrong_is_refused_by_name(tmp_path, name, value):
    path = file_of(tmp_path, as_text(), as_text(**{name: value}))
    with pytest.raises(LeaderboardError, match=rf"theirs\.jsonl, line 2: {name}\b") as caught:
        leaderboard(path)
    assert len(str(caught.value)) < len(str(path)) + 300


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [-1, 1.0, True, None, "1", [1], 10**30])
@pytest.mark.parametrize("which", ["budget", "spent"])
def test_an_amount_that_is_wrong_is_refused_by_name(tmp_path, which, kind, number):
    amounts = vars(LINE.budget if which == "budget" else LINE.spent) | {kind: number}
    with pytest.raises(LeaderboardError, match=f"line 1: {kind} in {which} is "):
        read(file_of(tmp_path, as_text(**{which: amounts})))


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_has_spent_more_than_there_was(tmp_path, kind):
    whole = vars(LINE.budget)
    assert read(file_of(tmp_path, as_text(spent=whole)))
    with pytest.raises(LeaderboardError, match=f"{kind} in spent is {whole[kind] + 1}, but a whole number"):
        read(file_of(tmp_path, as_text(spent=whole | {kind: whole[kind] + 1})))


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "3", "null", '"Anna"', "[" * 100_000, '{"player": "Anna"}', as_text(more=1),
        as_text().replace('"seed"', '"sead"'), "import os", "__import__('os').abort()", "9" * 5000,
        "{}", f"[{as_text()}]", as_text() + as_text(),
    ],
)  # fmt: skip
def test_what_is_no_line_is_refused(tmp_path, text):
    with pytest.raises(LeaderboardError, match=r"line 2: it .*\. Ask for the file again") as caught:
        read(file_of(tmp_path, as_text(), text))
    assert len(str(caught.value)) < len(str(tmp_path)) + 400


def test_a_file_that_is_no_text_too_large_or_not_there_is_refused(tmp_path):
    binary, large = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    binary.write_bytes(b"\x80\x04\x95pickle")
    large.write_text("\n" * (MAX_BYTES + 1))
    for path, fault in (
        (binary, "cannot be read"),
        (large, "holds more than"),
        (tmp_path / "c", "there is no"),
    ):
        with pytest.raises(LeaderboardError, match=fault):
            leaderboard(path)


def test_a_folder_that_is_named_like_a_file_is_refused(tmp_path):
    (tmp_path / "class" / "x.jsonl").mkdir(parents=True)
    with pytest.raises(LeaderboardError, match="there is no file"):
        leaderboard(tmp_path / "class")


# How it looks


def rows(*lines):
    return Leaderboard(lines).tables()


def test_each_task_has_its_table_and_each_player_their_best_line_with_the_number_of_tries():
    lines = [
        replace(LINE, player="Ben", score=50.0),
        replace(LINE, score=20.0),
        replace(LINE, score=60.0, submitted_at=LINE.submitted_at + 1),
        replace(LINE, score=40.0, submitted_at=LINE.submitted_at + 2),
        replace(LINE, seed=4, score=90.0),
        replace(LINE, seed=4, budget=Budget(6, 1000, 40_960, 300), score=10.0),
    ]
    tables = rows(*lines)
    assert [[(row[0], row[1], row[2], row[-1]) for row in table] for table in tables.values()] == [
        [("1.", "Anna", "60", "3"), ("2.", "Ben", "50", "1")],
        [("1.", "Anna", "90", "1")],
        [("1.", "Anna", "10", "1")],
    ]
    assert next(iter(tables)) == f"Seed 3: a wet, narrow road; {LINE.budget}"


def test_of_equals_the_earlier_one_stands_first():
    later, earlier = replace(LINE, player="Ben", submitted_at=9), replace(LINE, player="Cem", submitted_at=8)
    (table,) = rows(later, earlier).values()
    assert [row[1] for row in table] == ["Cem", "Ben"]


def test_a_row_tells_what_was_reached_and_spent():
    (((_, *row),),) = rows(LINE).values()
    assert row == ["Anna", "72", "24.0", "12%", "5", "0", "36,864", "230", "1"]
    (((_, *row),),) = rows(replace(LINE, mean_return=9.5)).values()
    assert row[1] == "72 (below the bar)"


def test_a_text_table_lines_up_and_says_the_task_once():
    text = repr(Leaderboard([LINE, replace(LINE, player="Benedikt", score=1.0)]))
    title, head, *body = text.splitlines()
    assert title.startswith("Seed 3: ")
    assert len(body) == 2
    assert [line.index("36,864") for line in body] == [head.index("steps spent")] * 2


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "</td><img src=x>", "\"&'", "Åsa & Tom"])
def test_names_of_others_are_escaped(tmp_path, name):
    path = file_of(tmp_path, as_text(player=name))
    shown = leaderboard(path)._repr_html_()
    assert name in repr(leaderboard(path))
    assert name not in shown
    assert set(re.findall(r"</?(\w+)", shown)) == {"p", "b", "table", "tr", "th", "td"}


def test_even_a_line_that_nobody_checked_is_escaped():
    line = replace(LINE)
    object.__setattr__(line, "road", "<img>")
    assert "<img>" not in Leaderboard([line])._repr_html_()
