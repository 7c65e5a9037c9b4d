"""A line for a guess before an experiment, and the guess once more beside the result."""

import html
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from ilrl_course.notebook.quiet import Quiet
from ilrl_course.storage import kept
from ilrl_course.storage.my_work import folder

KEY = re.compile(r"[0-9a-z]{2}[a-z]?-[a-z0-9_]+")
PLACEHOLDER = "your guess: a number, a word, a reason"
LOOK = """<style>
.ilrl-widget.ilrl-guess { flex-flow: row wrap; align-items: baseline; padding-left: 6px }
.ilrl-guess > .ilrl-hint { order: 1 }
.ilrl-guess > .widget-text { display: contents }
.ilrl-guess .widget-label {
  flex: 0 0 100%; max-width: none; height: auto; margin: 0;
  text-align: left; white-space: normal; line-height: 1.6; font-size: var(--jp-content-font-size1)
}
.ilrl-guess > .widget-text > .widget-input { flex: 0 1 36em; margin-right: 0.8em }
</style>"""
BREAKING = {"Cc", "Cs", "Zl", "Zp"}  # in Unicode: control characters, halves of characters, ends of lines


class Guess(Quiet):
    """A question, a line for the answer, and whether that is saved."""

    look = LOOK
    hint = "To type here, run the cells above and then this one."

    def __init__(self, key: str, question: str):
        self.key, self.question = key, " ".join(question.split())
        self.set_aside: list[str] = []  # what was said about damaged files
        notes: list[str] = []
        guess = _load(notes.append).get(key, "")
        self.field = widgets.Text(
            guess,
            placeholder=PLACEHOLDER,
            description=f"<span class=mathjax_ignore><b>Predict</b> {html.escape(self.question)}</span>",
            description_allow_html=True,
            style={"description_width": "100%"},
        )
        self.status = widgets.HTML(html.escape(notes[0]) if notes else "saved" if guess else "")
        self.field.observe(self._save, names="value")
        super().__init__([self.field, self.status], self.status)
        self.add_class("ilrl-guess")

    def __repr__(self) -> str:
        return f"Predict: {self.question}"

    def _save(self, change) -> None:
        try:
            _keep(self.key, change["new"], self.set_aside.append)
        except OSError as error:
            why = f"{error.strerror or error}. Is {folder()} yours to write, and the disk not full?"
            self.status.value = f"<b>not saved:</b> {html.escape(why)}"
        else:
            result = ["saved"] if change["new"].strip() else []
            self.status.value = html.escape("; ".join([*result, *self.set_aside]))


def predict(key: str, question: str) -> Guess:
    """A question with a line that keeps the student's guess under a key such as "02-cartpole"."""
    _check(key)
    return Guess(key, question)


def show_guess(key: str) -> None:
    """Print what the student guessed for this key; without a guess print nothing."""
    _check(key)
    text = _load(tell=lambda _: None).get(key, "")
    line = "".join(" " if unicodedata.category(letter) in BREAKING else letter for letter in text)
    if words := line.split():
        print("You predicted:", *words)


def _check(key: str) -> None:
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise ValueError(
            f"{key!r} is no key of a guess: the two characters of a lesson, a dash and a word in small "
            "letters are expected, such as '02-cartpole'"
        )


def _load(tell: Callable[[str], Any]) -> dict[str, str]:
    return kept.read(folder() / "guesses.json", _are_guesses, tell) or {}


def _keep(key: str, text: str, tell: Callable[[str], Any]) -> None:
    """Add a guess to those in the file, which another notebook may have changed; remove an empty one."""
    guesses = _load(tell=lambda _: None) | {key: _whole(text)}
    filled = {name: guesses[name] for name in sorted(guesses) if guesses[name].strip()}
    kept.write(folder() / "guesses.json", filled, _are_guesses, tell)


def _are_guesses(stored: Any) -> bool:
    return isinstance(stored, dict) and all(
        isinstance(text, str) and text == _whole(text) for pair in stored.items() for text in pair
    )


def _whole(text: str) -> str:
    """The text with "?" for half a character, which no file can hold."""
    return text.encode(errors="replace").decode()
