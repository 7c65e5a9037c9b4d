"""The journal loses nothing, and a verdict line can be compared between machines."""

import errno
import json
import os
import subprocess
import sys

import pytest

from ilrl_course.notebook import journal
from ilrl_course.notebook.claims import CLAIMS

SENTENCE = "varied demonstrations make better clones."


@pytest.fixture(autouse=True)
def my_work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    return tmp_path / "my_work"


def test_there_are_twelve_claims_each_with_text_and_lessons():
    assert list(CLAIMS) == [f"C{number}" for number in range(1, 13)]
    assert all(claim.text.endswith(".") and claim.lessons for claim in CLAIMS.values())


def test_predictions_come_back_as_they_were_saved():
    assert journal.load_predictions() == {}
    journal.save_predictions({"C1": "holds", "C12": "not sure"})
    assert journal.load_predictions() == {"C1": "holds", "C12": "not sure"}


def test_without_a_variable_the_journal_lies_at_the_courses_root(monkeypatch):
    monkeypatch.delenv("COURSE_JOURNAL")
    assert journal.folder().name == "my_work"
    assert (journal.folder().parent / "course.py").is_file()


@pytest.mark.parametrize(
    "changes", [{"claim": ["C8"]}, {"claim": "C13"}, {"outcome": 5}, {"sentence": None}], ids=str
)
def test_a_damaged_verdict_is_named_and_the_others_are_read(my_work, capsys, changes):
    for claim in ("C1", "C8"):
        journal.record_verdict(claim, "holds", SENTENCE, "1 [0, 2]", 8)
    path = my_work / "verdicts" / "C8.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    assert list(journal.load_verdicts()) == ["C1"]
    assert "C8.json" in capsys.readouterr().out
    damaged = path.read_bytes()
    journal.record_verdict("C8", "holds", SENTENCE, "1 [0, 2]", 8)
    assert list(journal.load_verdicts()) == ["C1", "C8"]
    assert (path.parent / "C8.damaged-1").read_bytes() == damaged


@pytest.mark.parametrize("predictions", [{"C13": "holds"}, {"C1": "perhaps"}])
def test_wrong_predictions_are_refused_and_the_old_ones_stay(predictions):
    journal.save_predictions({"C1": "holds"})
    with pytest.raises(ValueError, match="C1"):
        journal.save_predictions(predictions)
    assert journal.load_predictions() == {"C1": "holds"}


@pytest.mark.parametrize(
    "content", [b'{"C1": "hol', b"\xff\xfe\x00", b"[1]", b'{"C1": 5}', b'{"C1": ["a"]}', b""]
)
def test_reading_a_damaged_file_says_so_and_changes_nothing(my_work, capsys, content):
    my_work.mkdir()
    (my_work / "predictions.json").write_bytes(content)
    assert journal.load_predictions() == {}
    assert "predictions.json" in capsys.readouterr().out
    assert [path.read_bytes() for path in my_work.iterdir()] == [content]
    journal.save_predictions({"C1": "holds"})
    assert "kept as predictions.damaged-1" in capsys.readouterr().out
    assert (my_work / "predictions.damaged-1").read_bytes() == content


def test_predictions_of_an_unknown_claim_are_kept_when_others_are_saved(my_work):
    my_work.mkdir()
    (my_work / "predictions.json").write_text('{"C99": "holds"}')
    journal.save_predictions({"C1": "holds"})
    assert (my_work / "predictions.damaged-1").read_text() == '{"C99": "holds"}'


def test_a_rehearsal_prints_the_verdict_and_leaves_no_record(my_work, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_REHEARSAL", "1")
    journal.verdict("C8", "holds", SENTENCE, effect="1 [0, 2]", seeds=8)
    assert capsys.readouterr().out.startswith(f"Verdict C8 (earlier rule) holds: {SENTENCE}\n")
    assert not my_work.exists()


def test_saving_over_a_damaged_file_keeps_every_damaged_one(my_work):
    my_work.mkdir()
    for content in ("first {", "second {"):
        (my_work / "predictions.json").write_text(content)
        journal.save_predictions({"C1": "holds"})
    kept = {path.read_text() for path in my_work.glob("*.damaged-*")}
    assert kept == {"first {", "second {"}
    assert journal.load_predictions() == {"C1": "holds"}


def test_a_write_that_breaks_off_leaves_the_old_file_and_no_litter(my_work, monkeypatch):
    journal.save_predictions({"C1": "holds"})
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        journal.save_predictions({"C1": "not sure"})
    assert journal.load_predictions() == {"C1": "holds"}
    assert [path.name for path in my_work.iterdir()] == ["predictions.json"]


def test_a_verdict_prints_two_lines_and_is_recorded(capsys):
    journal.verdict("C8", "holds", SENTENCE, effect="+120 return [80, 160]", seeds=8, lesson="03")
    verdict_line, measured_line = capsys.readouterr().out.splitlines()
    assert verdict_line == f"Verdict C8 (earlier rule) holds: {SENTENCE}"
    assert measured_line == "Measured: +120 return [80, 160] (8 seeds)"
    (record,) = journal.load_verdicts()["C8"]
    assert (record["lesson"], record["outcome"], record["seeds"]) == ("03", "holds", 8)


@pytest.mark.parametrize("outcome", ["holds", "does not hold here", "holds only when data are scarce"])
def test_a_verdict_line_has_no_digits_but_the_claims(capsys, outcome):
    journal.verdict("C12", outcome, SENTENCE, effect="0.1 [0.0, 0.2]", seeds=16)
    line = capsys.readouterr().out.splitlines()[0]
    assert not any(letter.isdigit() for letter in line.replace("C12", "", 1))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"claim_id": "C13"}, "no claim 'C13'"),
        ({"outcome": "fails"}, "not an outcome"),
        ({"outcome": "holds only when "}, "not an outcome"),
        ({"outcome": "holds only when n > 5"}, "without digits"),
        ({"sentence": "the car crashes 3 times less."}, "without digits"),
        ({"sentence": "squared² numbers"}, "without digits"),
        ({"sentence": "two\nlines"}, "one line"),
        ({"sentence": " "}, "one line"),
        ({"effect": "much better"}, "interval"),
        ({"effect": "5\n6"}, "interval"),
        ({"seeds": 7}, "at least 8 seeds"),
        ({"lesson": "3"}, "two digits"),
        ({"lesson": "06bc"}, "two digits, and perhaps a letter"),
    ],
)
def test_a_verdict_that_cannot_stand_is_refused_and_not_recorded(changes, complaint):
    right = {"claim_id": "C8", "outcome": "holds", "sentence": SENTENCE, "effect": "1 [0, 2]", "seeds": 8}
    with pytest.raises(ValueError, match=complaint):
        journal.verdict(**(right | changes))
    assert journal.load_verdicts() == {}


def test_lessons_do_not_overwrite_each_others_verdicts():
    for lesson in ("05", "02"):
        journal.record_verdict("C3", "holds", SENTENCE, "1 [0, 2]", 8, lesson)
    journal.record_verdict("C3", "does not hold here", SENTENCE, "0 [-1, 1]", 8, "05")
    assert [r["outcome"] for r in journal.load_verdicts()["C3"]] == ["holds", "does not hold here"]


def test_processes_that_record_at_once_lose_nothing(my_work):
    code = (
        "import sys; from ilrl_course import journal\n"
        "for claim in ('C1', sys.argv[1]):\n"
        "    for _ in range(20): journal.record_verdict(claim, 'holds', 'yes.', '1 [0, 2]', 8)\n"
    )
    command = [sys.executable, "-c", code]
    processes = [subprocess.Popen([*command, claim], env=os.environ) for claim in ("C2", "C3", "C4")]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert list(journal.load_verdicts()) == ["C1", "C2", "C3", "C4"]
    assert len(list((my_work / "verdicts").iterdir())) == 4


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(0.1, 2, "holds"), (0, 2, "does not hold here"), (-2, -1, "does not hold here")],
)
def test_a_claim_holds_only_if_its_whole_interval_is_positive(low, high, outcome):
    assert journal.decide(low, high) == outcome


@pytest.mark.parametrize("interval", [(2, 1), (float("nan"), 1)])
def test_a_broken_interval_decides_nothing(interval):
    with pytest.raises(ValueError, match="not an interval"):
        journal.decide(*interval)


@pytest.mark.parametrize("fault", ["no folder", "refused", "full"])
def test_where_nothing_can_be_written_the_lesson_goes_on_and_says_so(my_work, monkeypatch, capsys, fault):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left") if fault == "full" else PermissionError("not yours")

    if fault == "no folder":
        my_work.touch()
    else:
        monkeypatch.setattr(os, "replace" if fault == "refused" else "fsync", refuse)
    monkeypatch.setattr("ilrl_course.storage.files.RETRIES", [])
    journal.verdict("C3", "holds", SENTENCE, effect="+1 [0.5, 1.5]", seeds=8)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Verdict C3 (earlier rule) holds")
    assert f"Is {my_work} yours to write" in said[2]


def test_what_belongs_to_another_user_is_named_and_reading_goes_on(my_work, monkeypatch, capsys):
    journal.save_predictions({"C1": "holds"})
    (my_work / "predictions.json").unlink()
    (my_work / "predictions.json").mkdir()  # as unreadable as another user's file, for the administrator too
    assert journal.load_predictions() == {}
    assert "predictions.json" in capsys.readouterr().out


def test_a_damaged_file_that_is_refused_twice_as_windows_does_is_set_aside_all_the_same(my_work, monkeypatch):
    journal.save_predictions({"C1": "holds"})
    (my_work / "predictions.json").write_text("damaged")
    refusals, replace = iter([True, True, False, True, True, False]), os.replace

    def busy_at_first(source, target):
        if next(refusals):
            raise PermissionError(13, "used by another process", str(source))
        replace(source, target)

    monkeypatch.setattr(os, "replace", busy_at_first)
    journal.save_predictions({"C2": "holds"})
    assert (my_work / "predictions.damaged-1").read_text() == "damaged"
    assert journal.load_predictions() == {"C2": "holds"}
