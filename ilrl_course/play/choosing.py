"""Two lines side by side in the notebook, to choose from by keys or by buttons; every choice is kept."""

import asyncio
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from ilrl_course.play.kept_choices import Choices
from ilrl_course.play.survey import Survey


class Choosing(anywidget.AnyWidget):
    """A `survey` with a screen. One at a time: a new one closes the one before.

    The front end's messages may arrive in any thread, so each is handed to the kernel's event loop, which
    obeys it, between cells. What is to be shown is a trait, which a page that is loaded anew asks for itself.
    """

    _esm = Path(__file__).with_name("choosing.js")
    _css = Path(__file__).with_name("choosing.css")
    news = traitlets.Dict().tag(sync=True)
    _current: ClassVar[Any] = lambda: None

    def __init__(self, survey: Survey):
        super().__init__()
        self.survey, self.is_open = survey, True
        self._number, self._shown = 0, None  # of the pair that is shown, counted from the first; and the pair
        self._answers = 0  # so that an answer that says the same as the last one arrives, too
        self._tell()
        if previous := Choosing._current():
            previous.close_down()
        Choosing._current = weakref.ref(self)
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:  # plain Python: nobody can choose
            return
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return "(In a running notebook there are two lines here, and you choose the better one.)"

    def close_down(self) -> None:
        """Take no more choices; those that were made stay."""
        self.is_open = False
        self._tell()

    def _receive(self, _, message: dict, buffers) -> None:
        self._loop.call_soon_threadsafe(self._obey, message)

    def _obey(self, message: dict) -> None:
        error = ""
        is_of_now = message["number"] == self._number  # a key that was hit twice is no second choice
        try:
            if self.is_open and is_of_now:
                self._act(message["kind"])
        except OSError as refused:
            error = f"Not saved: {refused.strerror or refused}. Is the folder writable, and is the disk full?"
        self._tell(error)

    def _act(self, kind: str) -> None:
        if kind in ("left", "right"):
            self.survey.choose(prefers_left=kind == "left")
        elif kind == "skip":
            self.survey.skip()
        elif kind == "back":
            self.survey.go_back()

    def _tell(self, error: str = "") -> None:
        shown = self.survey.shown if self.is_open else None
        if shown != self._shown:
            self._number, self._shown = self._number + 1, shown
        left, right = shown or ("", "")
        phase = "choosing" if shown else "over" if self.is_open else "closed"
        news = {"left": left, "right": right, "number": self._number, "phase": phase}
        news |= {"kept": len(self.survey.made), "wanted": self.survey.num_choices}
        self._answers += 1
        self.news = news | {"text": error or _text(phase, self.survey), "answer": self._answers}


def _text(phase: str, survey: Survey) -> str:
    if phase == "closed":
        return "This one is closed: another one was opened. Run the cell again to choose here."
    if phase == "over" and len(survey.made) < survey.num_choices:
        return "There are no more pairs here. Every choice is kept: run the cells below."
    if phase == "over":
        return "That is all, thank you. Every choice is kept: run the cells below."
    if survey.reopened:
        return "Once more: which one do you like better? Skip leaves it as it was."
    return "Which one do you like better? Click it; after a click here, ◀ and ▶ choose, too."


def choose(first: Sequence[str], second: Sequence[str], num_choices: int, seed: int) -> Choosing:
    """Choose the better one of two lines, until you have made `num_choices`, those of earlier days included.

    Each choice is on disk at once, in the folder `my_work/choices`; left and right are drawn from `seed`.
    """
    return Choosing(Survey(first, second, num_choices, seed, Choices()))
