"""Demos that answer to sliders and buttons."""

import asyncio
import html
import inspect
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from ilrl_course.notebook.quiet import Quiet
from ilrl_course.notebook.video import Picture

COMPUTING = "<b>running …</b>"


class Demo(Quiet):
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
        column = [widgets.VBox(list(controls.values())), self.status, self.result]
        super().__init__(column, self.status)
        self.run()
        for control in controls.values():
            control.observe(self._on_change, names="value")

    def run(self) -> None:
        """Call the function with the controls' values and show what it returns, or what went wrong."""
        self._is_stale, self.error = False, None
        self.status.value = COMPUTING
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
        self.status.value = COMPUTING
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
    look = {"description": name.replace("_", " "), "style": {"description_width": "13em"}}
    wide = {"layout": widgets.Layout(width="39em", max_width="100%"), "continuous_update": False}
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
