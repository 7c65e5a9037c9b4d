"""A world to play in the notebook, by keyboard or by buttons; every game that is over is recorded."""

import asyncio
import io
import time
import weakref
from collections import deque
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets
from PIL import Image

from ilrl_course.data import Actor
from ilrl_course.envs import World
from ilrl_course.play.game import RUNNING, Game
from ilrl_course.play.letting_go import new_game
from ilrl_course.play.recordings import Recordings
from ilrl_course.play.triton_first import load_triton
from ilrl_course.play.words import words

FRAME_TIME = 1 / 30  # s
MAX_UNSEEN = 6  # frames under way: a slow browser gets fewer, but new ones
ANSWERED = 3  # it answers one frame in so many, since each answer costs the notebook five messages
PATIENCE = 1.0  # s: a browser that shows nothing for so long is gone, and the game pauses


class Play(anywidget.AnyWidget):
    """A running `game` with a screen. One at a time: a new one stops the one before.

    The front end's messages may arrive in any thread, so they are only put into a queue. All else happens
    in one task of the kernel's event loop: it reads them, moves the game by the time that has passed, and
    sends a picture, as a JPEG, while the cells of the notebook may go on.
    """

    _esm = Path(__file__).with_name("screen.js")
    _css = Path(__file__).with_name("screen.css")
    buttons = traitlets.List().tag(sync=True)  # names of keys
    _current: ClassVar[Any] = lambda: None

    def __init__(self, game: Game, speed: float = 1.0):
        super().__init__(buttons=list(game.world.human_keys))
        self.game, self.speed = game, speed
        self.is_open, self.error = True, ""
        self._messages, self._wake, self._task = deque(), asyncio.Event(), None
        self._frame = self._seen = self._key = self._shown = 0
        self._is_awaited = False
        self._clock = self._due = self._sent = time.perf_counter()
        if previous := Play._current():
            previous.stop()
        Play._current = weakref.ref(self)
        self.on_msg(self._receive)
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:  # plain Python: nobody can play
            return
        self._task = self._loop.create_task(self._run())

    def __repr__(self) -> str:
        return "(In a running notebook there is a world here that you can play.)"

    def stop(self) -> None:
        """End the game; what is recorded stays."""
        self.is_open = False
        self._send_picture()
        self._wake.set()

    def _receive(self, _, message: dict, buffers) -> None:
        self._messages.append(message)
        self._loop.call_soon_threadsafe(self._wake.set)

    async def _run(self) -> None:
        while True:
            await self._wait()
            self._wake.clear()
            if not self.is_open:
                return
            self._catch_up()
            if self._is_awaited and self._frame - self._seen < MAX_UNSEEN:
                self._send_picture()

    async def _wait(self) -> None:
        """Until the next picture is due, or a message has come; where nothing moves, for a message only."""
        try:
            await asyncio.wait_for(
                self._wake.wait(), self._due - time.perf_counter() if self._is_moving() else None
            )
        except TimeoutError:
            self._is_awaited = True
            self._due = max(self._due, time.perf_counter() - FRAME_TIME) + FRAME_TIME

    def _is_moving(self) -> bool:
        return self.game.phase == RUNNING and self.game.world.pace is not None

    def _catch_up(self) -> None:
        """Let the time go by, and then do what the messages say; a mistake is shown, and the game goes on."""
        now = time.perf_counter()
        elapsed, self._clock = now - self._clock, now
        try:
            if was_moving := self._is_moving():
                self.game.advance(self.speed * min(elapsed, 3 * FRAME_TIME))  # a busy kernel: it stood still
            self._shown = self._key  # time went by with these keys, so the picture shows what they do
            while self._messages:
                message = self._messages.popleft()
                self._obey(message)
                self._is_awaited |= message["kind"] != "painted" and not self._is_moving()
            if not was_moving:
                self._shown = self._key
            if self._frame - self._seen == MAX_UNSEEN and now - self._sent > PATIENCE:
                self.game.pause()
                self._seen = self._frame  # if it is back, it has forgotten them
            self._is_awaited |= was_moving and not self._is_moving()  # it ended between two pictures
        except Exception as error:
            self.error = f"{type(error).__name__}: {error}"
            self._is_awaited = True

    def _obey(self, message: dict) -> None:
        kind = message["kind"]
        if kind == "painted":
            self._seen = max(self._seen, message["frame"])
        elif kind == "keys":
            self._key = message["number"]
            self.game.hold(message["down"])
            if message["pressed"]:
                self.error = ""
                self.game.press(message["pressed"])
        elif kind == "away":  # the focus is lost
            self.game.hold(())
            self.game.pause()
        elif kind == "again":
            self.game.start()
        elif kind == "discard":
            self.game.discard_last()
        elif kind == "hello":  # a page that was opened, or loaded anew
            self._seen = self._frame
            self.game.pause()

    def _send_picture(self) -> None:
        picture = io.BytesIO()
        Image.fromarray(self.game.picture()).save(picture, "JPEG", quality=80, subsampling=0)
        self._frame, self._is_awaited, self._sent = self._frame + 1, False, time.perf_counter()
        asks = self._frame % ANSWERED == 0 or not self._is_moving()
        head = {
            "frame": self._frame,
            "asks": asks,
            "key": self._shown,
            **words(self.game, self.is_open, self.error),
        }
        self.send(head, [picture.getvalue()])


def play(world: World, seed: int, speed: float = 1.0, **options) -> Play:
    """Play a world yourself; `options` are the world's (its `play_options`), `speed` 0.5 is half as fast.

    Each game that is over is recorded in the folder `my_work/recordings`.
    """
    load_triton()
    options = options or world.play_options
    recordings = Recordings(world, **options)
    return Play(new_game(world, seed, recordings, **options), speed)


def correct(world: World, policy: Actor, seed: int, speed: float = 1.0, **options) -> Play:
    """Watch a policy, and correct it; what you do is recorded, as labels. Each call is a round."""
    load_triton()
    options = options or world.play_options
    recordings = Recordings(world, **options)
    return Play(new_game(world, seed, recordings, policy, **options), speed)
