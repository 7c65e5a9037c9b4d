"""What `course.py bench hub` concludes from its rounds; tests/tools/test_hub.py measures on a real hub."""

import os
import subprocess
import sys
from argparse import Namespace

import numpy as np
import pytest

from course_tools.records.bench import as_text
from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT, CourseError

MB = 10**6


@pytest.fixture(scope="module")
def bench():
    return load_script(ROOT / "benchmarks", "hub")


def a_round(bench, seconds, each=400 * MB, hub=200 * MB):
    """A round in which these students (S, C) need so much memory each."""
    seconds = np.array(seconds, dtype=float)
    return bench.Round(seconds, np.full(len(seconds), each, dtype=float), hub)


def test_a_cell_is_compared_with_its_own_time_and_short_ones_are_not_counted(bench):
    alone = a_round(bench, [[0.1, 1.0, 2.0, 4.0]])
    crowd = a_round(bench, [[9.0, 1.0, 3.0, 8.0], [9.0, 2.0, 3.0, 16.0], [9.0, 1.5, 99.0, 12.0]])
    assert bench.slowdowns(alone, crowd) == (1.5, 3.0)  # medians: 1.5, 1.5 and 3 times as long
    assert bench.slowdowns(alone, alone) == (1.0, 1.0)
    with pytest.raises(CourseError, match=r"no cell of this notebook takes 0\.5 s"):
        bench.slowdowns(a_round(bench, [[0.1]]), a_round(bench, [[9.0]]))


@pytest.mark.parametrize(
    ("figures", "fit"), [([1.0, 1.4, 2.0, 2.1], 3), ([1.0, 2.5, 1.9], 1), ([1.0, 1.2], 2)]
)
def test_students_fit_up_to_the_first_round_that_takes_more_than_twice_as_long(bench, figures, fit):
    assert bench.at_once(figures) == fit


def test_a_further_student_takes_what_the_line_through_all_rounds_rises_by(bench):
    # Each has 300 MB of their own; 100 MB of torch are shared, in equal parts; the hub has 200 MB.
    rounds = [a_round(bench, [[1.0]] * n, each=300 * MB + 100 * MB / n) for n in (1, 2, 3, 4)]
    size, rest = bench.per_student(rounds)
    assert size == pytest.approx(300 * MB)
    assert rest == pytest.approx(300 * MB)
    assert bench.per_student(rounds[:1]) == (400 * MB, 200 * MB)


def test_as_many_compute_at_once_as_chance_gives(bench):
    draws = np.random.default_rng(0).binomial(200, 0.03, size=200_000)
    assert bench.busy_at_once(200, 0.03) == np.quantile(draws, 0.99)
    assert bench.busy_at_once(200, 1.0) == bench.busy_at_once(200, 7.0) == 200


def test_processors_grow_with_those_who_compute_and_never_below_what_was_measured(bench):
    assert bench.processors_for(12, fit=4, processors=2) == 6
    assert bench.processors_for(13, fit=4, processors=2) == 7
    assert bench.processors_for(1, fit=4, processors=2) == 2


def test_the_report_says_how_many_fit_what_one_takes_and_what_200_need(bench):
    paces = (1.0, 1.2, 1.9, 2.6)
    rounds = [
        a_round(bench, [[20 * pace, 40 * pace]] * n, each=300 * MB + 100 * MB / n)
        for n, pace in enumerate(paces, start=1)
    ]
    report = bench.summary(rounds, minutes=90, processors=2)
    assert [row["students at once"] for row in report["rows"]] == [1, 2, 3, 4]
    assert [row["typical cell, times as long"] for row in report["rows"]] == pytest.approx(paces)
    assert report["rows"][0]["lesson (s)"] == 60
    assert report["rows"][3]["MB in all"] == pytest.approx(4 * 325 + 200)
    text = as_text(report)
    assert "before the typical cell takes twice its time: 3; before any cell does: 3." in text
    assert "One more student takes 300 MB; 300 MB are there without any." in text
    assert "A hub for 200 needs 60 GB of memory" in text
    busy = bench.busy_at_once(200, 3 * 60 / (90 * 60))
    need = bench.processors_for(busy, 3, 2)
    assert f"no more than {busy} of 200 compute at once, 99% of the time: {need} processors." in text
    assert "If all 200 run a cell at once: 134." in text
    assert "twice its time: at least 2;" in bench.summary(rounds[:2], 90, 2)["notes"][0]


def test_one_more_student_joins_in_each_round_until_it_takes_more_than_twice_as_long(bench, monkeypatch):
    came, runs = [], []

    class Student:
        def __init__(self, room, name):
            self.name = name

        def sit_down(self):
            came.append(self.name)

    def work(students, cells, at_the_end=lambda: None):
        runs.append(len(students))
        at_the_end()
        return np.full((len(students), 1), float(len(students)))

    monkeypatch.setattr(bench, "Student", Student)
    monkeypatch.setattr(bench, "work", work)
    monkeypatch.setattr(
        bench, "memory_by_user", lambda pid: {0: 5, **{1000 + n: 7 for n in range(len(came))}}
    )
    room = Namespace(process=Namespace(pid=1))
    rounds = bench.fill(room, ["a", "b", "c", "d"], ["cell"])
    assert came == ["a", "b", "c"]
    assert runs == [1, 1, 2, 3]  # the first of all is not counted: it reads files that nobody has read yet
    assert [each.num_students for each in rounds] == [1, 2, 3]
    assert (rounds[2].of_students.tolist(), rounds[2].of_hub) == ([7, 7, 7], 5)


@pytest.mark.skipif(sys.platform != "linux", reason="the hub is for Linux")
def test_memory_counts_a_process_and_all_below_it(bench):
    code = "held = bytearray(60_000_000)\nprint(1, flush=True)\ninput()"
    outer_code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {code!r}])"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", outer_code], **pipes) as outer:
        outer.stdout.readline()
        inner = bench.with_children(outer.pid)
        found = bench.memory_by_user(outer.pid)
        outer.communicate(b"\n")
    assert inner[0] == outer.pid
    assert len(inner) == 2
    assert list(found) == [os.getuid()]
    assert 60 * MB < found[os.getuid()] < 200 * MB


def test_the_cells_are_those_of_the_solution_and_the_minutes_those_of_the_lesson(bench):
    cells = bench.cells_of(ROOT / "solutions" / "02_behavioral_cloning.ipynb")
    assert len(cells) > 30
    assert any("bc_loss = check(bc_loss)" in cell for cell in cells)
    lesson = (ROOT / "lessons" / "02_behavioral_cloning.py").read_text(encoding="utf-8")
    assert bench.minutes_of(lesson) == 110


def test_without_the_rights_to_make_accounts_it_says_what_it_needs(bench, monkeypatch):
    monkeypatch.setattr(bench, "is_root", lambda: False)
    with pytest.raises(CourseError, match=r"sudo python3 course\.py bench hub"):
        bench.run(Namespace(lesson="02", most=2))
