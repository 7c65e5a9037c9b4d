"""Pong and Lunar Lander are played in a real browser as the course's own worlds are."""

import pytest

from ilrl_course.envs.elsewhere import LUNAR_LANDER, PONG
from ilrl_course.play.recordings import Recordings
from tests.browser.screen import Screen
from tests.envs.elsewhere.borrowed import needs

IMPORTS = """from ilrl_course.envs.elsewhere import LUNAR_LANDER, PONG
from ilrl_course.play.screen import play
"""
ACTIONS = "*map(int, game.game.actions)"

pytestmark = pytest.mark.xdist_group("playing")


@needs(PONG)
def test_the_paddle_moves_while_a_key_is_held_and_a_game_that_is_over_is_recorded(open_notebook, journal):
    notebook = open_notebook(IMPORTS + "game = play(PONG, seed=0, points=1, sticky=0.0); game")
    notebook.run_cell(0)
    screen = Screen(notebook)
    before = screen.picture()
    screen.click()
    notebook.page.keyboard.down("ArrowDown")
    screen.await_phase("running")
    screen.wait(1)
    assert set(screen.python(ACTIONS).split()) == {"2"}
    assert screen.picture() != before
    notebook.page.keyboard.up("ArrowDown")
    screen.wait(0.5)
    assert screen.python(ACTIONS).split()[-1] == "0"
    screen.hold_until_over("ArrowUp")
    assert "Space: the next game" in screen.text()
    (game,) = Recordings(PONG, journal / "recordings", points=1, sticky=0.0).load()
    assert abs(game.trajectory.total_reward) == 1
    assert {0, 1, 2} == set(game.trajectory.actions.tolist())
    assert notebook.complaints == []


@needs(LUNAR_LANDER)
def test_who_fires_one_engine_all_the_time_crashes_and_reads_so(open_notebook, journal):
    notebook = open_notebook(IMPORTS + "game = play(LUNAR_LANDER, seed=0, speed=2.0); game")
    notebook.run_cell(0)
    screen = Screen(notebook)
    screen.click()
    screen.hold_until_over("ArrowLeft")
    assert "Crashed" in screen.text()
    (game,) = Recordings(LUNAR_LANDER, journal / "recordings").load()
    assert game.trajectory.crashed
    assert notebook.complaints == []
