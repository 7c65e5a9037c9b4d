"""The widget of a game: messages in, pictures out, in one task of the kernel's loop; no browser needed."""

import asyncio
import gc
import io
import threading
import time

import numpy as np
import pytest
from PIL import Image

from ilrl_course import live
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.play import screen
from ilrl_course.play.game import OVER, READY, RUNNING
from ilrl_course.play.recordings import Recordings


@pytest.fixture(autouse=True)
def my_work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    monkeypatch.setattr(live.Play, "_current", lambda: None)  # of another test's event loop
    return tmp_path / "my_work"


class Front:
    """A front end: notes every picture, and says at once that it has painted it."""

    def __init__(self, widget, paints=True):
        self.widget, self.heads, self.pictures = widget, [], []
        self.paints, self.number = paints, 0
        widget.send = self.on_picture
        self.say(kind="hello")

    def on_picture(self, head, buffers):
        self.heads.append(head)
        self.pictures.append(buffers[0])
        if self.paints and head["asks"]:
            self.say(kind="painted", frame=head["frame"])

    def say(self, **message):
        self.widget._receive(self.widget, message, [])

    def keys(self, *down, pressed=None):
        self.number += 1
        self.say(kind="keys", down=list(down), pressed=pressed, number=self.number)


def run(session):
    asyncio.run(session())
    gc.collect()


def test_the_first_picture_comes_when_a_page_says_hello_and_again_after_a_reload():
    async def session():
        front = Front(live.play(DRIVING, seed=0))
        await asyncio.sleep(0.1)
        assert len(front.heads) == 1
        image = Image.open(io.BytesIO(front.pictures[0]))
        assert (image.format, image.size) == ("JPEG", (600, 400))
        front.say(kind="hello")
        await asyncio.sleep(0.1)
        assert len(front.heads) == 2

    run(session)


def test_where_nobody_looks_nothing_is_drawn_and_nothing_is_written(my_work):
    async def session():
        widget = live.play(CARTPOLE, seed=0)
        widget.send = lambda *message: pytest.fail("a picture for nobody")
        await asyncio.sleep(0.2)
        widget.send = lambda *message: None
        widget.stop()

    run(session)
    assert not my_work.exists()


def test_a_key_begins_the_game_and_pictures_follow_at_most_thirty_times_a_second():
    async def session():
        front = Front(live.play(DRIVING, seed=0))
        front.keys("ArrowUp", pressed="ArrowUp")
        await asyncio.sleep(0.2)
        before, start = len(front.heads), time.perf_counter()
        await asyncio.sleep(1.0)
        shown = (len(front.heads) - before) / (time.perf_counter() - start)
        assert 0 < shown < 32
        assert front.widget.game.phase == RUNNING

    run(session)


def test_a_browser_that_shows_nothing_gets_no_more_pictures_and_the_game_pauses(monkeypatch):
    monkeypatch.setattr(screen, "PATIENCE", 0.3)

    async def session():
        front = Front(live.play(DRIVING, seed=0), paints=False)
        front.keys("ArrowUp", pressed="ArrowUp")
        await asyncio.sleep(1.0)
        assert len(front.heads) <= screen.MAX_UNSEEN + 1  # the last one says that it pauses
        assert front.widget.game.phase == READY

    run(session)


def test_the_held_key_acts_and_a_lost_focus_lets_go_of_it_and_pauses():
    async def session():
        front = Front(live.play(DRIVING, seed=0))
        game = front.widget.game
        front.keys("ArrowUp", "ArrowLeft", pressed="ArrowUp")
        await asyncio.sleep(0.35)
        assert np.mean(game.actions, axis=0)[0] > 0.5
        front.say(kind="away")
        await asyncio.sleep(0.05)
        steps = len(game.actions)
        await asyncio.sleep(0.3)
        assert (game.phase, game.keys, len(game.actions)) == (READY, (), steps)

    run(session)


def test_a_finished_game_is_on_disk_at_once_and_can_be_discarded():
    async def session():
        front = Front(live.play(CARTPOLE, seed=0))
        front.keys("ArrowLeft", pressed="ArrowLeft")
        while front.widget.game.phase != OVER:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)
        assert len(Recordings(CARTPOLE).load()) == 1
        assert front.heads[-1]["kept"] == 1
        assert "Crashed" in front.heads[-1]["text"]
        front.say(kind="discard")
        await asyncio.sleep(0.05)
        assert Recordings(CARTPOLE).load() == []
        assert front.heads[-1]["kept"] == 0

    run(session)


def test_messages_from_another_thread_act_in_the_main_one():
    threads = []

    async def session():
        front = Front(live.play(DUNGEON, seed=0, layout=3))
        press = front.widget.game.press
        front.widget.game.press = lambda key: (threads.append(threading.current_thread()), press(key))
        thread = threading.Thread(target=front.keys, args=("ArrowUp",), kwargs={"pressed": "ArrowUp"})
        thread.start()
        thread.join()
        await asyncio.sleep(0.1)
        assert len(front.widget.game.actions) == 1

    run(session)
    assert threads == [threading.main_thread()]


def test_a_second_game_stops_the_first_and_says_so():
    async def session():
        first = Front(live.play(CARTPOLE, seed=0))
        await asyncio.sleep(0.05)
        second = Front(live.play(CARTPOLE, seed=0))
        first.keys("ArrowLeft", pressed="ArrowLeft")
        await asyncio.sleep(0.1)
        assert first.heads[-1]["phase"] == "closed"
        assert first.widget.game.phase == READY
        assert first.widget._task.done()
        assert second.widget.is_open

    run(session)


def test_an_error_is_shown_and_the_game_goes_on(monkeypatch):
    async def session():
        front = Front(live.play(CARTPOLE, seed=0))
        monkeypatch.setattr(front.widget.game.recordings, "add", lambda game: 1 / 0)
        front.keys("ArrowLeft", pressed="ArrowLeft")
        while front.widget.game.phase != OVER:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)
        assert "ZeroDivisionError" in front.heads[-1]["text"]
        front.keys(" ", pressed=" ")
        await asyncio.sleep(0.05)
        assert front.heads[-1]["phase"] == READY
        assert not front.widget._task.done()

    run(session)


def test_a_kernel_that_was_busy_does_not_let_the_world_run_ahead():
    async def session():
        front = Front(live.play(CARTPOLE, seed=0))
        front.keys("ArrowLeft", pressed="ArrowLeft")
        await asyncio.sleep(0.05)
        steps = len(front.widget.game.actions)
        time.sleep(0.5)  # a training in another cell
        await asyncio.sleep(0.01)
        assert len(front.widget.game.actions) - steps <= 8

    run(session)


def test_half_speed_is_half_as_many_steps():
    async def session():
        front = Front(live.play(DRIVING, seed=0, speed=0.5))
        front.keys("ArrowUp", pressed="ArrowUp")
        await asyncio.sleep(1.05)
        assert 3 <= len(front.widget.game.actions) <= 5

    run(session)


def test_a_take_over_arrives_as_labels_on_disk():
    async def session():
        front = Front(live.correct(DRIVING, lambda obs: np.tile(np.float32([1, 1]), (len(obs), 1)), seed=0))
        front.keys(" ", pressed=" ")
        await asyncio.sleep(0.2)
        front.keys("ArrowRight", pressed="ArrowRight")
        await asyncio.sleep(0.25)
        front.say(kind="again")
        await asyncio.sleep(0.1)

    run(session)
    (game,) = Recordings(DRIVING, **DRIVING.play_options).load(corrected=True)
    assert 0 < game.labeled.sum() < len(game.labeled)


def test_the_text_of_a_game_is_the_same_in_every_run():
    first, second = live.play(CARTPOLE, seed=0), live.play(DRIVING, seed=1)
    assert repr(first) == repr(second)
    assert first._repr_mimebundle_()[0]["text/plain"] == repr(first)


def test_the_end_of_a_game_is_shown_even_when_it_comes_between_two_pictures(monkeypatch):
    monkeypatch.setattr(screen, "FRAME_TIME", 0.3)  # so that time goes by with the messages

    async def session():
        front = Front(live.play(CARTPOLE, seed=0))
        front.keys("ArrowLeft", pressed="ArrowLeft")
        while front.widget.game.phase != OVER:
            front.say(kind="painted", frame=0)
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert front.heads[-1]["phase"] == OVER

    run(session)


def test_a_browser_is_waited_for_from_the_picture_on_that_it_does_not_show(monkeypatch):
    monkeypatch.setattr(screen, "PATIENCE", 0.3)

    async def session():
        front = Front(live.play(DRIVING, seed=0))
        await asyncio.sleep(0.4)  # nobody has pressed a key yet: it has had nothing to show
        front.paints = False
        front.keys("ArrowUp", pressed="ArrowUp")
        await asyncio.sleep(0.3)
        assert front.widget.game.phase == RUNNING

    run(session)
