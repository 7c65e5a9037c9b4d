"""`course.py test release`: what is run again, what counts as green, and what the log says."""

import subprocess
import sys
import threading
from argparse import Namespace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import nbformat
import pytest

from course_tools import test
from course_tools.grading.desk import Desk, Grade, Limits
from course_tools.grading.submissions import find_submissions
from course_tools.release import grading, links, log, pythons, release
from course_tools.release.outcome import Outcome
from course_tools.workplace import ROOT, CourseError
from tests.tools.toy_course import make_course

COMMIT, LATER = "a" * 40, "b" * 40


@pytest.fixture
def root(tmp_path):
    """A course of one lesson, with a version and an empty log."""
    make_course(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / log.LOG).write_text("# The log\n\nWhat it is.\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "2.0.0"\n', encoding="utf-8")
    return tmp_path


def steps_that(results, ran):
    """Steps with these outcomes, which note that they ran; an exception is raised."""

    def step(name, result):
        ran.append(name)
        if isinstance(result, BaseException):
            raise result
        return result

    return {name: lambda name=name, result=result: step(name, result) for name, result in results.items()}


def entries(root):
    return log.ENTRY.findall((root / log.LOG).read_text(encoding="utf-8"))


# What is run, and what is green


@pytest.mark.parametrize(
    ("outcome", "is_green"),
    [
        (Outcome(3, 0), True),
        (Outcome(3, 1), False),
        (Outcome(3, 0, 1), False),
        (Outcome(0, 0), False),
        (Outcome(0, 0, was_tried=False), True),
    ],
)
def test_a_part_is_green_if_something_passed_and_nothing_failed_or_was_skipped(outcome, is_green):
    assert outcome.is_green == is_green


def test_every_part_runs_whatever_the_earlier_ones_say_and_what_cannot_run_has_failed(root, capsys):
    ran = []
    results = {"unit": Outcome(5, 1), "links": CourseError("no site"), "grading": Outcome(2, 0)}
    outcomes = release.run_steps(steps_that(results, ran), COMMIT, root)
    assert ran == ["unit", "links", "grading"]
    assert [outcome.is_green for outcome in outcomes.values()] == [False, False, True]
    assert "could not be run: no site" in capsys.readouterr().out


def test_what_was_green_at_this_commit_is_not_run_again_and_at_another_it_is(root):
    ran = []
    first = {"unit": Outcome(5, 0), "grading": Outcome(1, 1), "links": KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        release.run_steps(steps_that(first, ran), COMMIT, root)
    second = dict.fromkeys(first, Outcome(2, 0))
    outcomes = release.run_steps(steps_that(second, ran), COMMIT, root)
    assert ran == [*first, "grading", "links"]
    assert list(outcomes) == list(first)
    assert outcomes["unit"].passed == 5
    release.run_steps(steps_that(second, ran), LATER, root)
    assert ran[5:] == list(first)


def test_the_release_holds_every_part_of_the_test_and_what_takes_hours(root):
    steps = release.steps_of(test.PARTS, root)
    expected = [*test.PARTS, "links", "grading", "Python 3.11", "Python 3.12", "Python 3.13"]
    assert list(steps) == expected
    counted = release.steps_of({"unit": lambda changes: (7, 0, 1) if changes is None else None}, root)
    assert counted["unit"]() == Outcome(7, 0, 1)


def test_it_runs_alone_and_its_exit_code_says_whether_all_is_green(root, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(test, "release", lambda parts: asked.append(parts) or 1)
    assert test.run(Namespace(parts=["release"], changed=None)) == 1
    assert asked == [test.PARTS]
    for parts, changed in ((["release", "unit"], None), (["release"], "HEAD")):
        with pytest.raises(CourseError, match="runs everything"):
            test.run(Namespace(parts=parts, changed=changed))
    monkeypatch.setattr(release, "clean_commit", lambda: COMMIT)
    for result, code in ((Outcome(1, 0), 0), (Outcome(1, 0, 2), 1)):
        monkeypatch.setattr(release, "steps_of", lambda parts, root, r=result: {f"unit {r}": lambda: r})
        assert release.release({}, root) == code
    assert "Not green: unit" in capsys.readouterr().out


def test_a_folder_that_is_not_what_its_commit_says_is_refused_but_for_the_log(tmp_path, monkeypatch):
    def git(*words):
        identity = ("-c", "user.name=a", "-c", "user.email=a@b")
        return subprocess.check_output(["git", *identity, *words], cwd=tmp_path, text=True).strip()

    monkeypatch.setattr(release, "git", git)
    (tmp_path / "docs").mkdir()
    (tmp_path / log.LOG).write_text("")
    (tmp_path / "a.py").write_text("1")
    git("init")
    git("add", ".")
    git("commit", "-m", "first")
    (tmp_path / log.LOG).write_text("an entry")
    assert release.clean_commit() == git("rev-parse", "HEAD")
    (tmp_path / "new.json").write_text("{}")
    with pytest.raises(CourseError, match="commit what you have changed"):
        release.clean_commit()


# The log


def test_the_log_names_commit_version_and_machine_and_has_a_row_for_each_part(root):
    outcomes = {"unit": Outcome(1234, 0, seconds=125), "links": Outcome(3, 1, remarks=["a | b", "c\nd"])}
    log.write_entry(outcomes, ["unit", "links", "grading"], COMMIT, root)
    text = (root / log.LOG).read_text(encoding="utf-8")
    assert text.startswith("# The log\n\nWhat it is.\n\n## 2.0.0, ")
    (entry,) = entries(root)
    assert entry.splitlines()[0].endswith(": not green (links)")
    assert f"Commit `{COMMIT}`. " in entry
    assert "torch 2." in entry
    assert "| unit | 1,234 | 0 | 0 | 2 |  |" in entry
    assert "| links | 3 | 1 | 0 | 0 | a \\| b<br>c d |" in entry
    assert "| grading | | | | | not run yet |" in entry


@pytest.mark.parametrize(("names", "verdict"), [(["unit"], ": green"), (["unit", "links"], ": unfinished")])
def test_a_run_is_called_green_only_when_it_is_complete(root, names, verdict):
    log.write_entry({"unit": Outcome(1, 0)}, names, COMMIT, root)
    assert entries(root)[0].splitlines()[0].endswith(verdict)


def test_the_newest_entry_comes_first_and_replaces_only_that_of_its_own_commit(root):
    for commit, passed in ((COMMIT, 1), (LATER, 2), (LATER, 3)):
        log.write_entry({"unit": Outcome(passed, 0)}, ["unit"], commit, root)
    newest, oldest = entries(root)
    assert f"`{LATER}`" in newest
    assert "| unit | 3 |" in newest
    assert f"`{COMMIT}`" in oldest
    assert (root / log.LOG).read_text(encoding="utf-8").count("# The log") == 1


def test_the_log_that_is_there_can_be_added_to_and_the_documents_name_it():
    assert (ROOT / log.LOG).read_text(encoding="utf-8").startswith("# ")
    assert "(docs/release_log.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "course.py test release" in (ROOT / "docs" / "maintaining.md").read_text(encoding="utf-8")


# Grading


@pytest.fixture
def graded(monkeypatch):
    """A stand-in for nbgrader that gives a notebook a point for each cell that says `right`."""
    calls = []

    def grade(lesson, folder, into, limits, root):
        into.mkdir(exist_ok=True)
        calls.append((lesson, limits))
        points = {
            each.student: Grade(each.notebook.read_text(encoding="utf-8").count("right"), 2)
            for each in find_submissions(folder, lesson)
        }
        Desk(into, lesson, None).keep(points)

    monkeypatch.setattr(grading, "grade", grade)
    return calls


def notebook(*sources, points=True):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for cell in cells:
        cell.metadata["nbgrader"] = {"points": 1} if points else {}
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


def test_each_lesson_with_points_is_graded_once_with_its_solution_and_blank(root, graded):
    lessons = {"00_a": ("right", "right"), "02_b": ("right", "wrong")}
    for folder in ("notebooks", "solutions"):
        (root / folder).mkdir()
        (root / folder / "live.ipynb").write_text(notebook("right", points=False), encoding="utf-8")
        for stem, answers in lessons.items():
            text = notebook(*(answers if folder == "solutions" else ("blank", "blank")))
            (root / folder / f"{stem}.ipynb").write_text(text, encoding="utf-8")
    outcome = grading.grade_all(root)
    assert graded == [("00_a", Limits()), ("02_b", Limits())]
    assert (outcome.passed, outcome.failed) == (3, 1)
    assert outcome.remarks == ["lessons graded: 2", "02_b: the solution has 1 of 2 points"]


def test_who_gets_other_points_than_they_should_is_named_with_the_lesson(tmp_path):
    lines = [
        "lesson,student,points,of,not graded because",
        "02_a,blank,0,4,",
        "02_a,solution,4,4,",
        "03_b,blank,1,3,",
        "03_b,solution,2,3,",
        "04_c,blank,0,2,",
        "04_c,solution,,2,it runs too long",
    ]
    (tmp_path / "grades.csv").write_text("\n".join(lines), encoding="utf-8")
    assert grading.wrong_points(tmp_path / "grades.csv") == [
        "03_b: the blank has 1 of 3 points",
        "03_b: the solution has 2 of 3 points",
        "04_c: the solution was not graded: it runs too long",
    ]


# Pythons


def test_a_python_is_found_on_the_path_or_among_those_of_pyenv_and_only_if_it_runs(tmp_path, monkeypatch):
    shim = tmp_path / "shims" / "python3.12"
    installed = tmp_path / ".pyenv" / "versions" / "3.12.1" / "bin" / "python3.12"
    for path, code in ((shim, 127), (installed, 0)):
        path.parent.mkdir(parents=True)
        path.write_text(f"#!/bin/sh\nexit {code}\n")
        path.chmod(0o755)
    monkeypatch.setattr(pythons.shutil, "which", lambda name: str(shim) if name == shim.name else None)
    monkeypatch.setattr(pythons.Path, "home", lambda: tmp_path)
    assert pythons.find_python("3.12") == installed
    assert pythons.find_python("3.13") is None
    outcome = pythons.try_python("3.13", tmp_path)
    assert (outcome.is_green, outcome.remarks) == (True, ["not found on this machine"])


def toy_repository(root, course):
    root.mkdir()
    (root / "course.py").write_text(course, encoding="utf-8")
    identity = ("-c", "user.name=a", "-c", "user.email=a@b")
    for words in (["init"], ["add", "."], ["commit", "-m", "first"]):
        subprocess.run(["git", *identity, *words], cwd=root, check=True, capture_output=True)
    return root


@pytest.mark.parametrize(
    ("course", "totals"),
    [
        (
            "import sys; print('12 passed, 0 failed, 1 skipped' if 'unit' in sys.argv else 'all ready')",
            (12, 0, 1),
        ),
        ("print('12 passed, 3 failed'); raise SystemExit(1)", (12, 3, 0)),
        ("print('12 passed, 0 failed'); raise SystemExit(1)", (12, 1, 0)),
        ("raise SystemExit('no network')", (0, 1, 0)),
    ],
)
def test_the_unit_tests_run_in_a_clone_of_what_is_committed(tmp_path, course, totals):
    root = toy_repository(tmp_path / "course", course)
    (root / "course.py").write_text("raise SystemExit('not committed')")
    assert pythons.try_clone(Path(sys.executable), root, tmp_path / "clone") == totals


@pytest.mark.parametrize(("fault", "is_green"), [("", True), ("pip: no network", False)])
def test_both_the_clone_and_the_wheel_decide_about_a_python(tmp_path, monkeypatch, fault, is_green):
    (tmp_path / "requirements.txt").write_text("torch==2.13.0\n")
    monkeypatch.setattr(pythons, "find_python", lambda version: Path(sys.executable))
    monkeypatch.setattr(pythons, "build_wheel", lambda folder: folder / "toy.whl")
    monkeypatch.setattr(pythons, "try_clone", lambda python, root, clone: (12, 0, 0))
    monkeypatch.setattr(pythons, "try_wheel", lambda python, wheel, folder, torch: fault)
    outcome = pythons.try_python("3.11", tmp_path)
    assert outcome.is_green == is_green
    assert outcome.passed + outcome.failed == 13
    assert (fault or "lessons 00 and 02 run") in outcome.remarks[1]


def test_the_wheel_is_installed_after_torch_and_used_in_an_empty_folder(tmp_path, monkeypatch):
    said, fails = [], {}

    def run_quietly(command, folder, variables=None):
        words = " ".join([Path(command[0]).name, *command[1:]])
        said.append((words, Path(folder).name))
        found = next((text for part, text in fails.items() if part in words), None)
        return subprocess.CompletedProcess(command, int(found is not None), stdout=found or "")

    monkeypatch.setattr(pythons, "run_quietly", run_quietly)
    monkeypatch.setattr(pythons, "install_torch", lambda torch, root: said.append((torch, root.name)))
    monkeypatch.setattr(pythons, "run_pip", lambda root, *words: said.append((" ".join(words), root.name)))
    arguments = (Path("python3.12"), Path("a.whl"))
    assert pythons.try_wheel(*arguments, tmp_path / "empty", "torch==2.13.0") == ""
    assert [words for words, _ in said[1:]] == [
        "torch==2.13.0",
        "install a.whl",
        "ilrl-course notebooks .",
        "ilrl-course doctor",
        "jupyter execute --timeout=600 00_start_here.ipynb 02_behavioral_cloning.ipynb",
    ]
    assert [folder for _, folder in said] == ["empty", "empty", "empty", "desk", "desk", "desk"]
    fails["doctor"] = "ok\nproblem Kernel\n\n1 problem found.\n"
    fault = pythons.try_wheel(*arguments, tmp_path / "again", "torch==2.13.0")
    assert fault == "ilrl-course doctor: 1 problem found."


# Links


@pytest.fixture
def server():
    """Answers by the path: its number is the code."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(int(self.path[1:4]))
            self.end_headers()

        def log_message(self, *words):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_every_address_elsewhere_is_found_once_and_none_within_the_site(tmp_path):
    (tmp_path / "deep").mkdir()
    page = '<a href="https://a.b/c?x=1&amp;y=2#top">1</a> <a href="guide.html">2</a> <img src="http://e.f/g.png">'
    for name in ("index.html", "deep/page.html"):
        (tmp_path / name).write_text(page, encoding="utf-8")
    assert links.addresses(tmp_path) == {
        "https://a.b/c?x=1&y=2": "deep/page.html",
        "http://e.f/g.png": "deep/page.html",
    }


def test_what_is_gone_or_does_not_answer_fails_and_what_turns_programs_away_is_only_named(server):
    free = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    nobody = f"http://127.0.0.1:{free.server_port}/"
    free.server_close()
    found = {f"{server}/{code}": f"{code}.html" for code in (200, 404, 410, 403, 503)} | {nobody: "n.html"}
    outcome = links.ask_all(found)
    assert (outcome.passed, outcome.failed) == (3, 3)
    said = {remark.partition("(on ")[2].partition(".html")[0]: remark for remark in outcome.remarks}
    assert sorted(said) == ["403", "404", "410", "503", "n"]
    assert "is gone (410)" in said["410"]
    assert "would not say (403)" in said["403"]
    assert "does not answer" in said["n"]


def test_a_site_that_cannot_be_made_is_no_site_without_dead_links(tmp_path):
    (tmp_path / "course.py").write_text("raise SystemExit(1)")
    with pytest.raises(CourseError, match="site could not be made"):
        links.every_link(tmp_path)
