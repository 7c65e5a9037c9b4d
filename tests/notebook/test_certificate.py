"""The certificate says what lies in the student's folder, and nothing that a name can change."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from ilrl_course.checks.exercises import LESSON_OF
from ilrl_course.envs import CARTPOLE
from ilrl_course.notebook import certificate as pages
from ilrl_course.notebook import leaderboard
from ilrl_course.play.recordings import Recording, Recordings
from ilrl_course.rollout import collect_trajectories
from ilrl_course.storage import answers
from tests.notebook.test_leaderboard import LINE


@pytest.fixture(autouse=True)
def my_work(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    monkeypatch.setattr(pages, "entries", list)
    return tmp_path / "my_work"


def test_it_is_written_to_the_students_folder_with_everything_that_lies_there(my_work):
    shown = pages.certificate(" Ada ")
    page = (my_work / "certificate.html").read_text(encoding="utf-8")
    assert "<h2>Ada</h2>" in page
    for text in (
        "Your recipe",
        "None submitted.",
        "no games to learn from",
        f"0 of {len(LESSON_OF)} passed.",
        "None recorded",
    ):
        assert text in page
        assert text in shown.data
    assert "Written: <code>my_work/certificate.html</code>" in shown.data


def test_only_answers_that_this_computer_sealed_count(my_work):
    answers.save("bc_loss", "def bc_loss(policy, obs, actions):\n    return 1\n")
    assert pages.exercises_passed() == f"1 of {len(LESSON_OF)} passed, in lesson 02."
    path = answers.path_of("bc_loss")
    path.write_text(path.read_text().replace("1", "2", 1))
    assert pages.exercises_passed() == f"0 of {len(LESSON_OF)} passed."


def test_a_name_cannot_bring_markup_into_the_page():
    page = pages.page("<script>alert(1)</script>", {"a": "<b>"}, date(2026, 1, 2))
    assert "<script>" not in page
    assert "<b>" not in page
    assert "2026-01-02" in page


def test_a_clone_of_the_recorded_games_is_examined_beside_them(my_work):
    (game,) = collect_trajectories(CARTPOLE.make_demonstrator("expert"), CARTPOLE.env_id, 1, seed=0)
    labeled = np.ones(len(game), dtype=bool)
    Recordings(CARTPOLE, **CARTPOLE.play_options).add(
        Recording(game, game.actions, labeled, seed=1, recorded_at=2)
    )
    assert re.fullmatch(r"Mean returns\. CartPole: \d+\.\d where you got 500\.0\.", pages.clones_of_games())


def test_the_best_of_the_submitted_recipes_is_named_with_what_it_spent(my_work):
    for score in (12.0, 71.5, 40.0):
        leaderboard.add(replace(LINE, score=score))
    best = pages.best_recipe()
    assert best.startswith("72 points")
    assert "36,864 steps" in best
    assert best.endswith("Tries in all: 3.")


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", None, 5])
def test_a_name_that_is_none_is_refused_with_a_way_out_and_writes_nothing(my_work, name):
    with pytest.raises(ValueError, match="type yours"):
        pages.certificate(name)
    assert not my_work.exists()
