"""Submitting: the table tells what was measured, a failure is told calmly, and a line is written once."""

import re

import pytest
import torch

from ilrl_course.algorithms import recipes
from ilrl_course.measures.purse import Budget
from ilrl_course.measures.trial import Trial, draw_task, try_recipe
from ilrl_course.notebook import leaderboard, submission
from ilrl_course.notebook.submission import YOURS, submit
from tests.checks.cells import Notebook
from tests.desk import all_files

TASK = draw_task(0)
CHANCE, EXPERT = 2.0, 32.0


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A folder for my work; and the course's recipes reach what these tests say, without training."""
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    for variable in ("COURSE_REHEARSAL", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(submission, "try_recipe", try_quickly)
    monkeypatch.setattr(submission, "reference_returns", lambda task: (CHANCE, EXPERT))
    return tmp_path


def try_quickly(recipe, task):
    """Returns by name; those of students are called with a purse that holds nothing."""
    known = {each: 10.0 + i for i, each in enumerate(recipes.RECIPES.values())}
    known[recipes.clone_one_drive] = 6.0
    if recipe in known:
        return Trial(known[recipe], 0.5, Budget(1, 2, 3000, 4), 1.25)
    result = recipe(None, task.seed)
    return Trial(result, 0.25, Budget(3, 0, 4096, 70), 2.0, "nothing is left" if result > 20 else "")


def good(purse, seed):
    return 17.0


def poor(purse, seed):
    return 6.0


def fails(purse, seed):
    return [][seed]


def test_the_table_is_sorted_and_tells_all_that_was_measured(capsys):
    submit(good, 0)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"The task of seed 0: {TASK}."
    cells = [re.split(r"\s{2,}", line.strip()) for line in said[1:10]]
    assert cells[0] == ["score", "return", "crash rate", "seconds", "demos", "labels", "steps", "crashes"]
    names = ["the expert", "your recipe", *reversed(recipes.RECIPES), "(BC on one drive)", "chance"]
    assert [row[0] for row in cells[1:]] == names
    assert cells[1] == ["the expert", "100", "32.0"]
    assert cells[2] == ["your recipe", "50", "17.0", "25%", "2.0", "3", "0", "4,096", "70"]
    assert cells[-2] == ["(BC on one drive)", "13", "6.0", "50%", "1.2", "1", "2", "3,000", "4"]
    assert cells[-1] == ["chance", "0", "2.0"]


@pytest.mark.parametrize(
    ("reached", "mark", "says"),
    [(6.05, "✅", "beats"), (6.0, "❌", "does not beat"), (3.0, "❌", "does not beat")],
)
def test_the_bar_is_the_clone_of_one_drive_where_that_beats_chance(reached, mark, says, capsys):
    submit(lambda purse, seed: reached, 0)
    expected = f"{mark} It kept to the budget. Its return of {reached:.1f} {says} the bar of 6.0, the better"
    assert expected in capsys.readouterr().out


def test_the_bar_is_chance_where_that_beats_the_clone(capsys, monkeypatch):
    monkeypatch.setattr(submission, "reference_returns", lambda task: (8.0, EXPERT))
    submit(lambda purse, seed: 7.0, 0)
    assert "does not beat the bar of 8.0" in capsys.readouterr().out


def test_what_the_purse_refused_is_told(capsys):
    submit(lambda purse, seed: 21.0, 0)
    assert "The purse's last word was: nothing is left." in capsys.readouterr().out
    submit(good, 0)
    assert "last word" not in capsys.readouterr().out


def test_each_submission_is_a_line(capsys):
    submit(good, 0, player="Anna")
    submit(poor, 7)
    first, second = leaderboard.yours()
    assert (first.player, first.seed, first.road, first.budget) == ("Anna", 0, TASK.road, TASK.budget)
    assert (first.spent, first.score, first.mean_return) == (Budget(3, 0, 4096, 70), 50.0, 17.0)
    assert (first.bar, first.crash_rate) == (6.0, 0.25)
    assert (second.player, second.seed, second.mean_return) == ("you", 7, 6.0)
    path = leaderboard.file_of_yours()
    assert f"Added to your leaderboard, {path}, under the name Anna.\n" in capsys.readouterr().out


def test_a_recipe_that_fails_is_told_with_its_line_and_writes_nothing(desk, capsys):
    submit(fails, 5)
    said = capsys.readouterr().out
    assert "❌ The recipe raised IndexError in line " in said
    assert "`return [][seed]`: list index out of range. Nothing is added to the leaderboard." in said
    assert all_files(desk) == []


def test_an_error_of_the_course_s_own_recipes_is_not_hidden(monkeypatch):
    def broken(recipe, task):
        if recipe is recipes.clone_drives:
            raise ZeroDivisionError
        return try_quickly(recipe, task)

    monkeypatch.setattr(submission, "try_recipe", broken)
    with pytest.raises(ZeroDivisionError):
        submit(good, 0)


def test_the_stop_button_stops_it_and_writes_nothing(desk):
    def interrupted(purse, seed):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        submit(interrupted, 0)
    assert all_files(desk) == []


@pytest.mark.parametrize("player", ["", "a\nb", "x" * 50, None])
def test_a_name_that_cannot_stand_in_a_table_is_an_error_before_anything_is_run(player):
    with pytest.raises(leaderboard.LeaderboardError, match="player is"):
        submit(None, 0, player=player)


def test_the_course_s_version_is_neither_called_yours_nor_praised_nor_added(desk, capsys):
    submit(recipes.recipe, 0)
    typed = "def recipe(purse, seed):\n    ### BEGIN SOLUTION\n    return 17.0\n    ### END SOLUTION\n"
    submit(Notebook(typed)["recipe"], 0)
    said = capsys.readouterr().out
    assert said.count("This was the course's version, so it is not added") == 2
    assert said.count("(the course's recipe)") == 2
    assert "✅" not in said
    assert YOURS not in said
    assert all_files(desk) == []


@pytest.mark.parametrize("variable", ["COURSE_REHEARSAL", "NBGRADER_EXECUTION"])
def test_rehearsals_and_gradings_add_nothing(variable, desk, monkeypatch, capsys):
    monkeypatch.setenv(variable, "1")
    submit(good, 0)
    assert "it is not added to the leaderboard" in capsys.readouterr().out
    assert all_files(desk) == []


def test_where_the_folder_cannot_be_written_that_is_said(desk, monkeypatch, capsys):
    (desk / "my_work").write_text("a file where the folder should be")
    submit(good, 0)
    assert "It could not be added to " in capsys.readouterr().out


def test_a_real_recipe_is_tried_in_earnest(monkeypatch, capsys):
    """The real trial, for the student's recipe alone."""
    quick = submission.try_recipe
    monkeypatch.setattr(submission, "try_recipe", lambda r, t: (try_recipe if r is stands else quick)(r, t))
    submit(stands, 0)
    (line,) = leaderboard.yours()
    assert line.spent == Budget(2, 0, 0, 0)
    assert line.mean_return < 6


def stands(purse, seed):
    """Brakes."""
    purse.demonstrations(2)
    policy = purse.fresh_policy(seed)
    with torch.no_grad():
        [*policy.parameters()][-1].copy_(torch.tensor([0.0, -1.0]))
    return policy
