import importlib
import json
import socket
import subprocess
from argparse import Namespace
from pathlib import Path

import pytest

from course_tools import COMMANDS, test
from course_tools.__main__ import main
from course_tools.lab import lab
from course_tools.records import bench, provenance
from course_tools.records.scripts import load_script
from course_tools.setup import doctor
from course_tools.workplace import CourseError


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_its_module(command):
    module = importlib.import_module(COMMANDS[command][0])
    assert callable(module.run)
    assert callable(module.add_arguments)


def test_command_that_fails_prints_its_sentence_and_no_traceback(capsys):
    assert main(["bench", "nonsense"]) == 1
    assert "no benchmarks/nonsense.py" in capsys.readouterr().err


def test_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert lab.free_port(port) > port
    with pytest.raises(CourseError, match="no port 0"):
        lab.free_port(0)


def test_jupyterlab_listens_on_this_machine_only_with_its_token_and_without_news():
    first = lab.ROOT / "notebooks" / "00_a.ipynb"
    options = lab.arguments(lab.ROOT, first, Path("settings"), 8890, no_browser=True)
    assert "--ServerApp.ip=127.0.0.1" in options
    assert "--ServerApp.port=8890" in options
    assert "--LabApp.default_url=/lab/tree/notebooks/00_a.ipynb" in options
    assert "--LabApp.news_url=None" in options
    assert "--no-browser" in options
    assert {f"--{name}={value}" for name, value in lab.SERVER.items()} <= set(options)
    assert not any("token" in option or "password" in option for option in options)


def test_lab_opens_the_first_lesson_or_says_how_to_make_it(tmp_path):
    with pytest.raises(CourseError, match=r"course\.py build"):
        lab.first_notebook(tmp_path)
    for name in ("01_b.ipynb", "00_a.ipynb"):
        (tmp_path / name).touch()
    assert lab.first_notebook(tmp_path).name == "00_a.ipynb"


def test_lab_opens_the_lesson_of_a_number_or_says_which_there_are(tmp_path):
    for name in ("06_a.ipynb", "06b_b.ipynb", "live.ipynb"):
        (tmp_path / name).touch()
    assert lab.notebook_of("06b", tmp_path).name == "06b_b.ipynb"
    assert lab.notebook_of("06_a", tmp_path).name == "06_a.ipynb"
    assert lab.notebook_of("live", tmp_path).name == "live.ipynb"
    with pytest.raises(CourseError, match=r"no lesson '6'\. Lessons: 06, 06b, live\."):
        lab.notebook_of("6", tmp_path)


BENCHMARK = '''
"""Compares."""

def add_arguments(parser):
    parser.add_argument("--peers", type=int, default=1)

def run(arguments):
    print("noise")
    rows = [{"name": "course", "steps/s": 1234567.0}, {"name": "peer", "steps/s": 2.5}]
    return {"title": "Steps a second", "rows": rows, "speedup": {"peer": 3.0 * arguments.peers}}
'''


def test_bench_prints_the_same_figures_as_a_table_and_as_json(tmp_path, capsys):
    (tmp_path / "toy.py").write_text(BENCHMARK, encoding="utf-8")
    assert bench.run(Namespace(name="toy", json=False, rest=["--peers", "2"]), tmp_path) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line]
    assert lines[:4] == [
        ["Steps", "a", "second"],
        ["name", "steps/s"],
        ["course", "1,234,567"],
        ["peer", "2.5"],
    ]
    assert lines[4:] == [["Speedup:"], ["peer:", "6"]]
    assert bench.run(Namespace(name="toy", json=False, rest=["--json", "--peers", "2"]), tmp_path) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["rows"][0] == {"name": "course", "steps/s": 1234567.0}
    assert report["speedup"] == {"peer": 6.0}
    assert report["versions"]["torch"].startswith("2.13.0")


def test_pytest_and_its_notebooks_keep_out_of_the_students_journal(monkeypatch):
    monkeypatch.delenv("COURSE_JOURNAL", raising=False)
    started = []
    monkeypatch.setattr(test.subprocess, "call", lambda command, cwd, env: started.append(env) or 0)
    test.unit_tests(None)
    test.notebooks(None)
    homes = [Path(environment["COURSE_JOURNAL"]) for environment in started]
    assert len(homes) == 3
    assert not any(home.is_relative_to(test.ROOT) or home.exists() for home in homes)


def test_solutions_run_in_full_and_the_students_notebooks_are_rehearsed(monkeypatch):
    monkeypatch.delenv("COURSE_REHEARSAL", raising=False)
    started = []
    monkeypatch.setattr(
        test.subprocess, "call", lambda command, cwd, env: started.append((command, env)) or 0
    )
    test.notebooks(None)
    in_full, rehearsed = started
    assert any("solutions/02" in word for word in in_full[0])
    assert "COURSE_REHEARSAL" not in in_full[1]
    assert any("notebooks/02" in word for word in rehearsed[0])
    assert rehearsed[1]["COURSE_REHEARSAL"]


def test_only_what_a_change_touches_is_run_where_that_is_asked_for(monkeypatch):
    started = []
    monkeypatch.setattr(test, "_pytest", lambda *arguments, **options: started.append(arguments) or (1, 0, 0))
    assert test.unit_tests(["README.md"]) == test.browser(["README.md"]) == (0, 0, 0)
    assert test.notebooks(["README.md"]) == (0, 0, 0)
    assert started == []
    test.unit_tests(["tests/test_rollout.py"])
    test.notebooks(["lessons/live.py"])
    assert started[0][0] == "tests/test_rollout.py"
    assert [arguments[-1] for arguments in started[1:]] == ["solutions/live.ipynb", "notebooks/live.ipynb"]


def test_doctor_finds_missing_and_wrong_packages():
    requirements = "numpy>=1  # arrays\n\n-e .\nno-such-package\npytest<1\n"
    found = list(doctor.packages(requirements))
    assert [(name, text.split()[-1]) for name, text, _ in found] == [
        ("no-such-package", "installed"),
        ("pytest", "<1"),
    ]
    assert all("delete the folder .venv" in remedy for _, _, remedy in found)
    assert [remedy for _, _, remedy in doctor.packages("numpy>=1")] == [""]


def test_doctor_says_what_to_do_about_each_problem(capsys, monkeypatch):
    assert doctor.python((3, 8, 1), in_venv=True)[2]
    assert doctor.python((3, 12, 0), in_venv=False)[2]
    assert doctor.disk(free=10**8)[2] == "free at least 1 GB"
    monkeypatch.setattr(doctor, "findings", lambda: [doctor.disk(10**12), doctor.disk(10**8)])
    assert doctor.run(None) == 1
    said = capsys.readouterr().out
    assert said.startswith(
        "ok      Disk: 1000.0 GB free\nproblem Disk: 0.1 GB free. To do: free at least 1 GB."
    )
    assert "1 problem found" in said


def test_totals_come_from_the_reports_and_end_the_output(tmp_path, capsys, monkeypatch):
    report = tmp_path / "report.xml"
    assert test.read_totals(report) == (0, 0, 0)
    suites = '<testsuites><testsuite tests="9" failures="1" errors="1" skipped="2"/></testsuites>'
    report.write_text(suites, encoding="utf-8")
    assert test.read_totals(report) == (5, 2, 2)
    monkeypatch.setattr(test, "PARTS", {"unit": lambda _: (5, 0, 0), "lint": lambda _: (1, 1, 0)})
    assert test.run(Namespace(parts=[], changed=None)) == 1
    said = capsys.readouterr().out
    assert "Not passed: lint" in said
    assert said.splitlines()[-1] == "6 passed, 1 failed"
    assert said.count(" times a yardstick of ") == 2
    assert test.run(Namespace(parts=["unit"], changed=None)) == 0
    with pytest.raises(CourseError, match="no part 'unitt'"):
        test.run(Namespace(parts=["unitt"], changed=None))


def test_the_functions_of_a_script_run_in_worker_processes(tmp_path):
    (tmp_path / "squares.py").write_text(
        "from ilrl_course.measures.seeds import run_seeds\n\n\ndef square(seed):\n    return seed**2\n\n\n"
        "def run():\n    return {'seeds': [0, 1, 2], 'squares': run_seeds(square, range(3))}\n"
    )
    assert load_script(tmp_path, "squares").run()["squares"] == [0, 1, 4]


def test_a_stamp_tells_changed_and_new_code_from_committed_code(tmp_path, monkeypatch):
    def git(*arguments):
        identity = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    assert provenance.commit() == "unknown"
    script = tmp_path / "script.py"
    script.write_text("1")
    git("init")
    git("add", ".")
    git("commit", "-m", "first")
    assert len(provenance.commit()) == 40
    (tmp_path / "result.json").write_text("{}")
    assert len(provenance.commit()) == 40
    script.write_text("2")
    assert provenance.commit().endswith("+changes")
    git("commit", "-am", "second")
    (tmp_path / "new.py").write_text("3")
    assert provenance.commit().endswith("+changes")
