"""Things to click in a notebook: the form for predictions, and demos that answer to sliders.

Without a front end (in tests, in an export, on a code host) a widget shows nothing. So a lesson shows what
matters as a picture of its own, and a demo only adds to it.
"""

import asyncio
import html
import inspect
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
from IPython.display import HTML

from ilrl_course import journal
from ilrl_course.claims import CLAIMS
from ilrl_course.video import Picture

RUNNING = "<b>running …</b>"
WIDE = widgets.Layout(width="100%")


class _Quiet(widgets.VBox):
    """A column of widgets; where no notebook runs, a text stands in its place that is always the same."""

    def __repr__(self) -> str:
        return "(In a running notebook there are sliders and buttons here, and what they show.)"

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": repr(self)}  # else cut to 110 characters


class PredictionForm(_Quiet):
    """One question for each claim; every answer is saved at once, and shown again next time."""

    def __init__(self):
        saved = journal.load_predictions()
        self.status = widgets.HTML(f"{len(saved)} of {len(CLAIMS)} predictions are saved.")
        self.answers = {
            claim.id: widgets.ToggleButtons(
                options=journal.ANSWERS, value=saved.get(claim.id), style={"button_width": "11em"}
            )
            for claim in CLAIMS.values()
        }
        rows = []
        for claim_id, buttons in self.answers.items():
            _tick(buttons)
            buttons.observe(self._save, names="value")
            text = f"<b>{claim_id}</b>&ensp;{html.escape(CLAIMS[claim_id].text)}"
            rows.append(widgets.VBox([widgets.HTML(text, layout=WIDE), buttons]))
        super().__init__([*rows, self.status])

    def __repr__(self) -> str:
        claims = "\n".join(f"{claim.id:4}{claim.text}" for claim in CLAIMS.values())
        return (
            f"(In a running notebook there is a form here, with a row of buttons for each claim.)\n{claims}"
        )

    def _save(self, change) -> None:
        _tick(change["owner"])
        predictions = {claim_id: b.value for claim_id, b in self.answers.items() if b.value is not None}
        try:
            journal.save_predictions(predictions)
            self.status.value = f"Saved: {len(predictions)} of {len(CLAIMS)} predictions."
        except OSError as error:
            self.status.value = f"<b>Not saved:</b> {html.escape(str(error))}. Is the folder writable?"


def _tick(buttons: widgets.ToggleButtons) -> None:
    """Put a check mark on the chosen answer, since a shade alone is easily overlooked."""
    buttons.icons = tuple("check" if option == buttons.value else "" for option in buttons.options)


def prediction_form() -> PredictionForm:
    """The form on which a student predicts what the course will find about every claim."""
    return PredictionForm()


def predictions_table() -> HTML:
    """What the student predicted in the first lesson, as a table."""
    predictions = journal.load_predictions()
    if not predictions:
        return HTML("<p>No predictions are saved yet: fill in the form of lesson 00.</p>")
    head = "".join(f"<th style='text-align: left'>{title}</th>" for title in ("claim", "you predicted"))
    rows = "".join(
        f"<tr><td><b>{c.id}</b></td><td style='text-align: left'>{html.escape(c.text)}</td>"
        f"<td style='text-align: left; white-space: nowrap'>{predictions.get(c.id, '–')}</td></tr>"
        for c in CLAIMS.values()
    )
    return HTML(f"<table><tr><th></th>{head}</tr>{rows}</table>")


class Demo(_Quiet):
    """Controls, a line that says what is going on, and the result of the last run.

    The function runs in the kernel's main thread, between cells, never twice at once: while it runs the
    callbacks only note the newest values, which are then run next, and those in between are skipped.
    """

    def __init__(self, function: Callable[..., Any], controls: dict[str, widgets.Widget]):
        self.function, self.controls = function, controls
        self.error: Exception | None = None
        self.status = widgets.HTML(layout={"min_height": "2.2em"})  # empty or not, nothing jumps
        self.result = widgets.HTML()
        self._is_stale, self._task = False, None
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:  # plain Python: there is nothing to wait for
            self._loop = None
        super().__init__([widgets.VBox(list(controls.values())), self.status, self.result])
        self.run()
        for control in controls.values():
            control.observe(self._on_change, names="value")

    def run(self) -> None:
        """Call the function with the controls' values and show what it returns, or what went wrong."""
        self._is_stale, self.error = False, None
        self.status.value = RUNNING
        try:
            self.result.value = _to_html(self.function(**{n: c.value for n, c in self.controls.items()}))
            self.status.value = ""
        except Exception as error:
            self.error = error
            self.result.value = ""
            message = html.escape(f"{type(error).__name__}: {error}")
            self.status.value = f"This setting did not work: {message}. Try another one."

    def _on_change(self, change) -> None:
        self._is_stale = True
        self.status.value = RUNNING
        if self._loop is None:
            self.run()
        else:  # this may be another thread, so it only leaves a message
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        if self._task is None or self._task.done():
            self._task = self._loop.create_task(self._run_newest())

    async def _run_newest(self) -> None:
        while self._is_stale:
            await asyncio.sleep(0.05)  # lets messages in, so that the newest values are known
            self.run()


def demo(function: Callable[..., Any], **controls) -> Demo:
    """Let a reader turn the knobs of a function, which returns a `Picture`, a text, or a tuple of them.

    A control is a widget, or (low, high) for a slider over whole numbers, or a list of choices. It starts at
    the function's own default. The first run happens in the cell, so keep it within two seconds.
    """
    parameters = inspect.signature(function).parameters
    unknown = set(controls) - set(parameters)
    if unknown:
        raise ValueError(f"{function.__name__} has no parameter {sorted(unknown)}: it has {list(parameters)}")
    return Demo(function, {n: _control(n, c, parameters[n].default) for n, c in controls.items()})


def _control(name: str, choice: Any, default: Any) -> widgets.Widget:
    start = {} if default is inspect.Parameter.empty else {"value": default}
    look = {"description": name.replace("_", " "), "style": {"description_width": "10em"}}
    wide = {"layout": widgets.Layout(width="36em", max_width="100%"), "continuous_update": False}
    if isinstance(choice, widgets.Widget):
        if hasattr(choice, "continuous_update"):
            choice.continuous_update = False
        return choice
    if isinstance(choice, tuple):
        low, high = choice
        return widgets.IntSlider(min=low, max=high, **start, **look, **wide)
    if all(isinstance(option, int | float) for option in choice):
        return widgets.SelectionSlider(options=choice, **start, **look, **wide)
    return widgets.ToggleButtons(options=choice, layout={"width": "max-content"}, **start, **look)


def _to_html(result: Any) -> str:
    if isinstance(result, tuple):
        return "".join(_to_html(part) for part in result)
    if isinstance(result, Picture):
        return f"<div>{result.to_html()}</div>"
    return f"<p>{html.escape(str(result))}</p>"
