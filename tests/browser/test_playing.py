"""Playing for real: a headless Chromium opens JupyterLab, clicks the world, and presses keys."""

import numpy as np
import pytest

from ilrl_course.envs import CARTPOLE, DRIVING
from ilrl_course.play.recordings import Recordings
from tests.browser.screen import IMPORTS, Screen

ACTIONS = "print(np.mean(game.game.actions, axis=0).round(2).tolist(), len(game.game.actions))"
UNPACK_LATE = """() => {
  const [unpack, delays] = [window.createImageBitmap, [320, 300, 260]]
  let number = 0
  window.createImageBitmap = async (file) => {
    const delay = delays[number++ % delays.length]
    await new Promise((resolve) => setTimeout(resolve, delay))
    return unpack(file)
  }
}"""

pytestmark = pytest.mark.xdist_group("playing")  # one after the other: here time matters


@pytest.fixture
def recorded(journal):
    def load(world, corrected=False, **options):
        return Recordings(world, journal / "recordings", **options).load(corrected=corrected)

    return load


def test_a_held_key_drives_the_car_until_the_focus_is_lost(open_notebook):
    notebook = open_notebook(IMPORTS + "import numpy as np\ngame = play(DRIVING, seed=1); game", ACTIONS)
    notebook.run_cell(0)
    screen = Screen(notebook)
    screen.click()
    notebook.page.keyboard.down("ArrowUp")
    screen.await_phase("running")
    for _ in range(4):  # pictures of the car on its way, however late a busy machine shows them
        seen = screen.picture()
        assert screen.becomes(lambda seen=seen: screen.picture() != seen), "the picture did not change"
    notebook.page.locator(".jp-Notebook-cell").nth(1).locator(".cm-content").click()
    screen.await_phase("ready")
    frozen = screen.picture()
    screen.wait(0.4)
    assert screen.picture() == frozen, "the clock went on without the focus"
    notebook.run_cell(1)
    mean, count = notebook.output(1).rsplit(maxsplit=1)
    assert mean == "[0.0, 1.0]"
    assert int(count) >= 3
    notebook.page.keyboard.up("ArrowUp")
    assert notebook.complaints == []


def test_no_shortcut_of_the_notebook_fires_while_one_plays(open_notebook):
    notebook = open_notebook(IMPORTS + "play(DUNGEON, seed=0, layout=3)")
    notebook.run_cell(0)
    screen = Screen(notebook)
    screen.click()
    for key in ("ArrowUp", "ArrowDown", " ", "d", "d", "a", "x"):
        notebook.page.keyboard.press(key)
    assert screen.settles(screen.turns, on="2 turns")
    assert notebook.page.locator(".jp-Notebook-cell").count() == 1


def test_a_finished_game_is_on_disk_and_the_next_one_begins_with_space(open_notebook, recorded):
    notebook = open_notebook(IMPORTS + "play(CARTPOLE, seed=1, pole_length=1.5)")
    notebook.run_cell(0)
    screen = Screen(notebook)
    screen.drop_the_pole()
    (game,) = recorded(CARTPOLE, pole_length=1.5)
    assert game.trajectory.crashed
    assert "Crashed" in screen.text()
    assert "1 recorded" in screen.facts()
    notebook.page.keyboard.press(" ")
    screen.await_phase("ready")
    assert "attempt 2" in screen.facts()
    screen.button("Discard the last").click()
    assert screen.settles(lambda: recorded(CARTPOLE, pole_length=1.5), on=[])
    assert notebook.complaints == []


def test_the_buttons_act_like_the_keys(open_notebook):
    notebook = open_notebook(
        IMPORTS + "import numpy as np\ngame = play(DRIVING, seed=1, grip=0.9); game", ACTIONS
    )
    notebook.run_cell(0)
    screen = Screen(notebook)
    screen.button("up").hover()
    notebook.page.mouse.down()
    screen.wait(0.6)
    screen.await_phase("running")
    notebook.page.mouse.up()
    screen.button("Start over").click()
    screen.await_phase("ready")
    screen.button("left").hover()
    notebook.page.mouse.down()
    screen.wait(0.4)
    notebook.page.mouse.up()
    screen.wait(0.1)
    notebook.run_cell(1)
    assert float(notebook.output(1).split(",")[0].strip("[")) > 0.4


def test_a_cell_that_runs_again_closes_its_old_game(open_notebook):
    notebook = open_notebook(
        IMPORTS + "games = globals().get('games', []) + [play(CARTPOLE, seed=2)]; games[-1]",
        "print([game.is_open for game in games])",
    )
    notebook.run_cell(0)
    Screen(notebook).click()
    notebook.run_cell(0)
    screen = Screen(notebook)
    screen.await_phase("ready")
    assert notebook.page.locator(".ilrl-game").count() == 1
    notebook.run_cell(1)
    assert notebook.output(1).strip() == "[False, True]"


def test_another_cell_with_a_game_closes_the_first_and_says_so(open_notebook):
    notebook = open_notebook(IMPORTS + "play(CARTPOLE, seed=2)", IMPORTS + "play(CARTPOLE, seed=2)")
    notebook.run_cell(0)
    Screen(notebook).click()
    notebook.run_cell(1)
    for phase in ("closed", "ready"):
        notebook.page.locator(f".ilrl-game[data-phase={phase}]").wait_for()
    games = notebook.page.locator(".ilrl-game")
    assert games.count() == 2
    assert games.nth(0).get_attribute("data-phase") == "closed"
    assert "Run the cell again" in games.nth(0).locator(".ilrl-text").inner_text()
    assert games.nth(1).get_attribute("data-phase") == "ready"


def test_a_page_that_is_loaded_anew_shows_the_game_and_goes_on(open_notebook):
    notebook = open_notebook(IMPORTS + "play(DUNGEON, seed=0, layout=4)")
    notebook.run_cell(0)
    screen = Screen(notebook)
    screen.click()
    notebook.page.keyboard.press("ArrowUp")
    assert screen.settles(screen.turns, on="1 turn")
    before = screen.picture()
    notebook.command("docmanager:save")
    screen.wait(1.5)
    notebook.reload()
    screen = Screen(notebook)
    screen.await_phase("running")
    assert screen.picture() == before
    screen.click()
    notebook.page.keyboard.press("ArrowUp")
    assert screen.settles(screen.turns, on="2 turns")


def test_a_saved_game_whose_kernel_is_gone_says_what_to_do(open_notebook):
    notebook = open_notebook(IMPORTS + "play(DUNGEON, seed=0, layout=4)")
    notebook.run_cell(0)
    Screen(notebook).await_phase("ready")
    notebook.save()
    notebook.reopen()
    screen = Screen(notebook)
    veil = screen.root.locator(".ilrl-veil")
    assert veil.inner_text() == "Run this cell to play"
    screen.click()  # to look at it is no question
    notebook.page.keyboard.press("Tab")
    notebook.page.locator(".jp-Notebook-cell").last.locator(".cm-content").click()
    screen.wait(2)
    assert screen.text() == ""
    screen.click()
    notebook.page.keyboard.press("ArrowUp")
    screen.root.get_by_text("Python does not answer").wait_for(timeout=5000)
    assert veil.is_visible()
    assert notebook.complaints == []
    notebook.run_cell(0)
    screen.await_phase("ready")
    assert veil.inner_text() == "Click here to play"


def test_an_interrupt_leaves_the_recordings_whole(open_notebook, recorded):
    notebook = open_notebook(
        IMPORTS + "play(CARTPOLE, seed=3, gravity=9.0)",
        "import time\nwhile True: time.sleep(0.01)",
        "print('alive')",
    )
    notebook.run_cell(0)
    screen = Screen(notebook)
    for _ in range(2):
        screen.drop_the_pole()
    notebook.page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1 }")
    notebook.command("notebook:run-cell")
    screen.wait(0.5)
    notebook.command("notebook:interrupt-kernel")
    notebook.await_idle(20)
    notebook.run_cell(2)
    assert notebook.output(2).strip() == "alive"
    assert len(recorded(CARTPOLE, gravity=9.0)) == 2
    screen.drop_the_pole()
    assert len(recorded(CARTPOLE, gravity=9.0)) == 3


def test_a_clone_learns_from_what_was_just_recorded(open_notebook):
    notebook = open_notebook(
        IMPORTS + "play(DUNGEON, seed=0)",
        "from ilrl_course.play.stand_ins import your_games\n"
        "from ilrl_course.clones import clone_of\n"
        "clone = clone_of(DUNGEON, [game.steps() for game in your_games(DUNGEON)], seed=0)\n"
        "import gymnasium as gym\n"
        "obs, _ = gym.make(DUNGEON.env_id, layout=3).reset(seed=0)\n"
        "print('the clone goes', clone.act(obs[None])[0])",
    )
    notebook.run_cell(0)
    screen = Screen(notebook)
    screen.click()
    for _ in range(100):
        notebook.page.keyboard.press("ArrowLeft", delay=5)
    screen.await_phase("over")
    notebook.run_cell(1)
    assert "Going on with your recorded games: 1 of Dungeon" in notebook.output(1)
    assert "the clone goes 3" in notebook.output(1)


def test_a_take_over_arrives_as_labels(open_notebook, recorded):
    notebook = open_notebook(
        IMPORTS + "expert = DRIVING.make_demonstrator('biased')\ncorrect(DRIVING, expert, seed=1, track=7)"
    )
    notebook.run_cell(0)
    screen = Screen(notebook)
    screen.click()
    notebook.page.keyboard.press(" ")
    screen.await_phase("running")
    screen.wait(0.5)
    screen.hold_until_over("ArrowUp")  # straight on, ever faster: the first bend ends it
    (game,) = recorded(DRIVING, corrected=True, track=7)
    assert not game.labeled[:3].any()
    assert game.labeled[-1]
    assert np.allclose(game.labels[game.labeled][1:], [0, 1])


def test_a_browser_that_unpacks_pictures_late_and_in_disorder_shows_the_game_to_its_end(open_notebook):
    notebook = open_notebook(
        IMPORTS + "expert = DRIVING.make_demonstrator('expert')\ncorrect(DRIVING, expert, seed=1, track=7)"
    )
    notebook.run_cell(0)
    notebook.page.evaluate(UNPACK_LATE)
    screen = Screen(notebook)
    screen.click()
    notebook.page.keyboard.press(" ")
    screen.await_phase("running")
    screen.wait(4)
    assert screen.phase() == "running", "it has not paused"
    screen.hold_until_over("ArrowUp")
    assert "Crashed" in screen.text()
