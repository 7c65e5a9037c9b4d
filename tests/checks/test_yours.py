"""Answers that passed are kept, and go on in later lessons where they still pass; nothing else does."""

import os
import subprocess
import sys

import cloudpickle
import pytest

from ilrl_course.checks import check, runner, your_functions
from ilrl_course.checks.exercises import LESSON_OF, exercise_named
from ilrl_course.storage import answers
from ilrl_course.storage.answers import path_of
from tests.checks.cells import Notebook
from tests.desk import all_files, move_in

NAME = "discounted_return"
PASSED = "✅ discounted_return passed: each reward counts once, with the right power of gamma.\n"
CHECK = f"{NAME} = check({NAME})"
START = "import numpy as np\nfrom ilrl_course.checks import check, your_functions"
RIGHT = f"def {NAME}(rewards, gamma):\n    return float(np.polyval(rewards[::-1], gamma))"
OTHER = f"def {NAME}(rewards, gamma):\n    return float(sum(r * gamma**t for t, r in enumerate(rewards)))"
WRONG = f"def {NAME}(rewards, gamma):\n    return float(sum(rewards))"
BLANK = f"def {NAME}(rewards, gamma):\n    raise NotImplementedError"
COURSES = "This notebook goes on with the course's discounted_return."
ADVICE = "To have your own here, run its cell and its check in that lesson, then this cell again."


@pytest.fixture(autouse=True)
def student(tmp_path, monkeypatch):
    """A student with a home folder and a folder my_work that is not in it."""
    for variable in ("NBGRADER_EXECUTION", "COURSE_REHEARSAL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    move_in(tmp_path / "home", monkeypatch)
    return tmp_path


@pytest.fixture
def said(capsys):
    """What was printed since one asked last."""
    return lambda: capsys.readouterr().out


def checked(*cells):
    """A notebook in which these cells and the check ran."""
    return Notebook(START, *cells, CHECK)


def seal(text, name=NAME):
    """Let the answer be this text, as if the course had written it."""
    answers.save(name, text)


def files():
    return {path.name for path in path_of(NAME).parent.rglob("*") if path.is_file()}


def lines_about_the_course_s_version(said):
    """Let a notebook go on with the course's version; what it says about the student's."""
    assert your_functions(NAME).discounted_return is exercise_named(NAME).solution
    first, remark, last = said().splitlines()
    assert (first, last) == (COURSES, ADVICE)
    return remark.removeprefix("  discounted_return (lesson 01): ")


# Keeping


def test_an_answer_that_passes_is_kept_without_a_word(said):
    assert checked(RIGHT)[NAME](np_rewards(), 0.5) == 2.0
    assert said() == PASSED
    assert files() == {f"{NAME}.py"}
    assert RIGHT in path_of(NAME).read_text("utf-8")


def np_rewards():
    return [1.0, 2.0]


@pytest.mark.parametrize("answer", [WRONG, BLANK, f"from ilrl_course.data import {NAME}", f"{NAME} = len"])
def test_an_answer_that_does_not_pass_is_not_kept_and_an_earlier_one_stays(answer, student):
    checked(answer)
    assert not path_of(NAME).exists()
    checked(RIGHT)
    before = all_files(student)
    checked(answer)
    assert all_files(student) == before


def test_the_same_answer_again_writes_nothing_and_another_one_leaves_the_first_behind(student, said):
    checked(RIGHT)
    before = all_files(student)
    checked("import json", RIGHT)
    assert all_files(student) == before
    checked(OTHER)
    assert said() == 3 * PASSED
    assert files() == {f"{NAME}.py", f"{NAME}-1.py"}
    assert OTHER in path_of(NAME).read_text("utf-8")
    assert RIGHT in (path_of(NAME).parent / "earlier" / f"{NAME}-1.py").read_text("utf-8")


@pytest.mark.parametrize("variable", ["NBGRADER_EXECUTION", "COURSE_REHEARSAL"])
def test_grading_and_rehearsals_keep_nothing(variable, student, monkeypatch, said):
    before = all_files(student)
    monkeypatch.setenv(variable, "1")
    checked(RIGHT)
    assert all_files(student) == before
    assert said() == PASSED


def test_the_solutions_of_the_course_are_not_kept_for_the_student_s(student, said):
    checked(RIGHT)
    before = all_files(student)
    head, body = OTHER.split("\n")
    checked(f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION")
    assert all_files(student) == before
    assert said() == 2 * PASSED


def test_functions_of_modules_are_not_kept(student):
    before = all_files(student)
    notebook = Notebook(START, RIGHT)
    notebook[NAME].__module__ = "helpers"
    assert check(notebook[NAME]) is notebook[NAME]
    assert all_files(student) == before


def test_what_cannot_be_kept_is_told_and_passes_all_the_same(said):
    uses_a_table = RIGHT.replace("\n", "\n    table\n")
    notebook = checked("table = np.ones(3)", uses_a_table)
    why = f"`{NAME}` uses `table`, a ndarray, and only imports, constants, functions and classes can be kept"
    assert said() == f"{PASSED}It is not kept for later lessons: {why}.\n"
    assert notebook[NAME]([1.0, 2.0], 0.5) == 2.0
    assert not path_of(NAME).exists()
    assert lines_about_the_course_s_version(said) == f"yours passed, but is not kept: {why}."


def test_while_the_newest_cannot_be_kept_an_earlier_one_goes_on_and_says_so(said):
    checked(RIGHT)
    checked("square = lambda x: x * x", OTHER.replace("    return", "    square; return"))
    said()
    assert your_functions(NAME).discounted_return([1.0, 2.0], 0.5) == 2.0
    first, remark, _ = said().splitlines()
    assert first == "This notebook goes on with your discounted_return."
    assert remark == (
        "  discounted_return (lesson 01): an earlier version of yours; the newest passed, but is not kept: "
        "`discounted_return` uses `square`, a lambda, instead of a function with `def`."
    )
    checked(OTHER)
    said()
    your_functions(NAME)
    assert said() == f"{first}\n"


def test_an_answer_that_lives_on_the_notebook_in_ways_that_cannot_be_seen_is_not_kept(said):
    checked("power = 1", RIGHT.replace("gamma))", "gamma ** globals()['power']))"))
    assert "It is not kept for later lessons: by itself it does not pass: it raised KeyError" in said()
    assert not path_of(NAME).exists()


def test_an_answer_whose_defaults_have_changed_since_is_not_kept(said):
    with_default = RIGHT.replace("gamma)", "gamma, start=START)", 1)
    checked("START = 3", with_default, "START = 4")
    assert "its cell ran when its defaults were others: run the cell again, and check it" in said()
    assert not path_of(NAME).exists()
    checked("START = 3", with_default)
    assert "START = 3\n" in path_of(NAME).read_text("utf-8")


@pytest.mark.parametrize(
    "hostile",
    [
        "class Hostile:\n    def __getattribute__(self, name):\n        raise ValueError(name)",
        "class Hostile:\n    @property\n    def __module__(self):\n        raise ValueError('no')",
        "class Hostile:\n    def __getattr__(self, name):\n        return self\n    def __call__(self): pass",
    ],
)
def test_whatever_the_objects_of_the_notebook_do_the_answer_passes(hostile, said):
    checked(hostile, "h = Hostile()", RIGHT.replace("    return", "    h; return"))
    first, second = said().splitlines()
    assert f"{first}\n" == PASSED
    assert second.startswith("It ")


def test_a_folder_that_cannot_be_written_does_not_stop_the_check(student, said):
    (student / "my_work").write_text("a file")
    assert checked(RIGHT)[NAME]([1.0, 2.0], 0.5) == 2.0
    first, second = said().splitlines()
    assert f"{first}\n" == PASSED
    assert second.startswith("It could not be kept for later lessons (")
    assert second.endswith(f"Is {student / 'my_work'} yours to write, and the disk not full?")


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_does_not_stop_the_check_and_leaves_what_was_there(step, student, monkeypatch, said):
    checked(RIGHT)
    before = all_files(student)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    assert checked(OTHER)[NAME]([1.0, 2.0], 0.5) == 2.0
    assert "It could not be kept for later lessons ([Errno 28] No space left on device)." in said()
    monkeypatch.undo()
    assert [entry[:2] for entry in all_files(student) if entry[1]] == [e[:2] for e in before if e[1]]


def test_without_a_home_folder_the_check_is_calm(monkeypatch, said):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("pathlib.Path.home", no_home)
    checked(RIGHT)
    assert said().startswith(f"{PASSED}It could not be kept for later lessons (")
    assert lines_about_the_course_s_version(said) == "not written yet."


# Going on


def test_your_own_function_goes_on_in_names_of_its_own(said):
    checked("A = 0\ndef help(x):\n    return x + A", RIGHT.replace("float(", "help("))
    said()
    later = Notebook(START, "A, np, help = 5, None, None", f"yours = your_functions('{NAME}')")
    assert said() == "This notebook goes on with your discounted_return.\n"
    assert later["yours"].discounted_return([1.0, 2.0], 0.5) == 2.0
    assert later.names.keys() - {"A", "np", "help", "yours"} == Notebook(START).names.keys() - {"np"}


def test_those_that_are_not_written_are_the_course_s(said):
    checked(RIGHT)
    said()
    yours = your_functions("bc_loss", NAME, "compute_gae", "warm_up_critic")
    assert list(vars(yours)) == ["bc_loss", NAME, "compute_gae", "warm_up_critic"]
    assert yours.bc_loss is exercise_named("bc_loss").solution
    assert yours.discounted_return is not exercise_named(NAME).solution
    assert said() == (
        "This notebook goes on with your discounted_return and the course's bc_loss, compute_gae and "
        "warm_up_critic.\n"
        "  bc_loss (lesson 02), compute_gae (lesson 07) and warm_up_critic (lesson 08): not written yet.\n"
        f"{ADVICE}\n"
    )


def test_reading_writes_nothing(student):
    your_functions(NAME, "bc_loss")
    assert [path.name for path, *_ in all_files(student)] == ["home"]
    checked(RIGHT)
    before = all_files(student)
    your_functions(NAME, "bc_loss")
    assert all_files(student) == before


def test_without_names_it_is_all_of_them(said):
    yours = your_functions()
    assert vars(yours).keys() == LESSON_OF.keys()
    assert said().startswith("This notebook goes on with the course's normalized_score, ")


def test_a_name_that_is_no_exercise_is_told():
    with pytest.raises(ValueError, match="there is no exercise 'bc_los': choose among normalized_score, "):
        your_functions(NAME, "bc_los")


def test_what_a_file_prints_stays_out_of_the_notebook(said):
    seal("def loud():\n    print('loud')\n    return 1\n" + RIGHT.replace("gamma)", "gamma, x=loud())", 1))
    Notebook(START, f"yours = your_functions('{NAME}')")
    assert "loud" not in said()


def test_it_can_be_sent_to_another_process(said):
    checked("A = 0\ndef help(x):\n    return x + A", RIGHT.replace("float(", "help("))
    sent = cloudpickle.dumps(your_functions(NAME).discounted_return)
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer)([1.0, 2.0], 0.5))"
    ran = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True)
    assert ran.stdout.strip() == b"2.0"


def test_a_dataclass_goes_with_it(said):
    cell = "from dataclasses import dataclass\n\n\n@dataclass\nclass Config:\n    start: float = 0.0"
    checked(cell, OTHER.replace("sum(", "Config().start + sum("))
    said()
    assert your_functions(NAME).discounted_return([1.0, 2.0], 0.5) == 2.0
    assert said() == "This notebook goes on with your discounted_return.\n"


def test_it_can_be_checked_and_kept_again(student, said):
    checked("def help(x):\n    return x", RIGHT.replace("float(", "help("))
    before = all_files(student)
    said()
    check(your_functions(NAME).discounted_return)
    assert said().endswith(PASSED)
    assert all_files(student) == before


# What does not go on


def changed(content):
    return content.replace(b"[::-1]", b"")


@pytest.mark.parametrize(
    "change", [lambda _: b"", lambda c: c[:50], changed, lambda c: b"\xff" + c, lambda _: RIGHT.encode()]
)
def test_a_file_that_was_changed_is_never_run(change, student, said):
    checked(RIGHT)
    path_of(NAME).write_bytes(change(path_of(NAME).read_bytes()))
    before = all_files(student)
    said()
    assert lines_about_the_course_s_version(said) == "its file was changed outside the notebook."
    assert all_files(student) == before


def test_code_from_elsewhere_is_never_run(student, monkeypatch, said):
    trap = student / "trap"
    move_in(student / "ben", monkeypatch)
    with_a_trap = RIGHT.replace("gamma)", "gamma, x=spring())", 1)
    seal(f"{START}\ndef spring():\n    open({str(trap)!r}, 'w')\n{with_a_trap}")
    your_functions(NAME)
    assert trap.exists(), "the trap works where it was written"
    trap.unlink()
    move_in(student / "home", monkeypatch)
    said()
    remark = lines_about_the_course_s_version(said)
    assert remark == "it was written on another computer, and code from elsewhere is never run."
    assert not trap.exists()


def test_a_folder_in_the_place_of_the_file_is_told(said):
    path_of(NAME).mkdir(parents=True)
    assert lines_about_the_course_s_version(said).startswith("its file cannot be read (")


SEALED = {
    "def discounted_return(:\n    pass": "this Python cannot read it (invalid syntax (<unknown>, line 1)).",
    "x = '\0'": "this Python cannot read it (source code string cannot contain null bytes).",
    f"print('x')\n{RIGHT}": "its file does more than define functions and constants.",
    f"import no_such_module\n{RIGHT}": "it does not run by itself (ModuleNotFoundError: No module named",
    f"from ilrl_course.data import gone\n{RIGHT}": "it does not run by itself (ImportError: cannot import",
    f"@nowhere\n{RIGHT}": "it does not run by itself (NameError: name 'nowhere' is not defined).",
    "def another():\n    pass": "its file does not define discounted_return.",
    "discounted_return = 3": "its file does not define discounted_return.",
    "": "its file does not define discounted_return.",
    WRONG: "by itself it does not pass: gamma has no effect: this is the plain sum. Rewards that come later "
    "should count less.",
    RIGHT: "by itself it does not pass: it raised NameError in line 2",
    BLANK: "by itself it does not pass: not written yet.",
    f"import sys\ndef leave():\n    sys.exit()\n@leave()\n{RIGHT}": "its file does not come to an end.",
}  # fmt: skip


@pytest.mark.parametrize("text", SEALED, ids=range(len(SEALED)))
def test_an_answer_that_is_no_good_today_is_told(text, said):
    seal(text)
    assert lines_about_the_course_s_version(said).startswith(SEALED[text])


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (
            f"def {NAME}(rewards, gamma):\n    while True:\n        pass",
            "by itself it does not pass: it did not finish within 0.2 s. Is there a loop that never ends?.",
        ),
        (
            f"def wait():\n    while True:\n        pass\n@wait()\ndef {NAME}(rewards, gamma):\n    pass",
            "its file does not come to an end.",
        ),
    ],
)
def test_an_answer_that_never_ends_is_ended(text, remark, monkeypatch, said):
    monkeypatch.setattr(runner, "TIME_LIMIT", 0.2)
    seal(text)
    assert lines_about_the_course_s_version(said) == remark


def test_one_bad_answer_does_not_hold_up_the_others(said):
    seal("import no_such_module")
    Notebook(START, "def normalized_score(score, random_score, expert_score):\n"
             "    return (score - random_score) / (expert_score - random_score)",
             "normalized_score = check(normalized_score)")  # fmt: skip
    said()
    your_functions(NAME, "normalized_score")
    assert said().startswith(
        "This notebook goes on with your normalized_score and the course's discounted_return."
    )
