"""Answers that never end: they are ended, and the check says so."""

import itertools
import sys
import time

import pytest
import torch

from ilrl_course.checks import check, runner
from ilrl_course.checks.runner import GRACE, TIME_LIMIT, run_calmly
from tests.checks.answers import written
from tests.checks.conftest import students


def loops():
    while True:
        pass


def loops_and_swallows():
    while True:
        try:  # noqa: SIM105
            pass
        except:  # noqa: E722
            pass


def loops_and_prints():
    while True:
        try:  # noqa: SIM105
            print(max(3, 4))
        except BaseException:
            pass


def loops_within_loops():
    while True:
        try:
            while True:
                try:  # noqa: SIM105
                    len("")
                except:  # noqa: E722
                    pass
        except:  # noqa: E722
            pass


def loops_stubbornly():
    try:
        while True:
            pass
    except BaseException:
        loops_stubbornly()


def loops_in_torch():
    while True:
        try:  # noqa: SIM105
            torch.ones(9).sum()
        except BaseException:
            pass


def loops_over_a_generator():
    return sum(1 for _ in itertools.count())


ENDLESS = [
    loops, loops_and_swallows, loops_and_prints, loops_within_loops, loops_stubbornly, loops_in_torch,
    loops_over_a_generator,
]  # fmt: skip


def test_the_limits_add_up_to_less_than_two_seconds():
    assert TIME_LIMIT + GRACE < 2


def test_what_counts_is_computing_so_an_answer_on_a_busy_machine_gets_longer():
    assert run_calmly(lambda: time.sleep(0.3), time_limit=0.1).finished  # a sleep computes nothing


@pytest.mark.usefixtures("unchanged_state")
@pytest.mark.parametrize("function", ENDLESS)
def test_endless_code_is_ended(function):
    assert not run_calmly(function, time_limit=0.05).finished
    for thread in students():  # on a machine under load it may take a moment longer
        thread.join(10)
    assert not students()


@pytest.mark.usefixtures("unchanged_state")
def test_endless_code_gets_a_calm_answer(capsys):
    check(written("discounted_return", "print('here')\n    while True: pass"))
    assert capsys.readouterr().out == (
        "❌ discounted_return: it did not finish within 1.5 s. Is there a loop that never ends? "
        "The lesson goes on with the course's version.\nIt printed:\n   here\n"
    )
    assert not students()


def test_an_endless_generator_is_consumed_within_bounds(capsys):
    check(written("train_bc", "while True: yield {'loss': 0.0}"))
    assert capsys.readouterr().out.startswith("❌ train_bc: ")
    check(written("train_bc", "yield {'loss': 0.0}\n    while True: pass"))
    assert "did not finish" in capsys.readouterr().out


def test_a_sleeper_is_left_behind_and_dies_when_it_wakes(capsys, monkeypatch):
    """A call into C cannot be ended; what comes after it must not reach the notebook."""

    monkeypatch.setattr(runner, "PATIENCE", 2)

    def sleeps():
        try:
            time.sleep(0.8)
        finally:
            print("good morning")

    run = run_calmly(sleeps, time_limit=0.05)
    assert not run.finished
    assert students()
    print("the lesson goes on")
    for thread in students():
        thread.join(5)
    assert not students()
    assert capsys.readouterr().out == "the lesson goes on\n"
    assert type(sys.stdout).__name__ != "_Console"
