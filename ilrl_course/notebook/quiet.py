"""What all widgets share: without a kernel they say what to run, and where no widgets are, a text stands."""

import ipywidgets as widgets

STYLE = """<style>
.ilrl-widget .jupyter-widgets-disconnected::before, .ilrl-widget::before { content: none !important }
.ilrl-widget:not(.jupyter-widgets-disconnected) > .ilrl-hint,
.ilrl-widget.jupyter-widgets-disconnected > .ilrl-status { display: none }
.ilrl-widget.jupyter-widgets-disconnected :is(button, .noUi-target, input, select) {
  pointer-events: none; opacity: 0.6
}
</style>"""


class Quiet(widgets.VBox):
    """A column of widgets with a status line, which also makes sense without a kernel.

    A page that was opened anew, or whose kernel was restarted, shows it as it was, with a `hint` instead of
    the status. Where no notebook runs, a text stands in its place that is always the same.
    """

    hint = "To use the controls, run the cells above and then this one."
    look = ""  # a subclass's own styles

    def __init__(self, children: list[widgets.Widget], status: widgets.HTML):
        hint = widgets.HTML(f"{STYLE}{self.look}<b>{self.hint}</b>")
        hint.add_class("ilrl-hint")
        status.add_class("ilrl-status")
        super().__init__([hint, *children])
        self.add_class("ilrl-widget")

    def __repr__(self) -> str:
        return "(In a running notebook there are sliders and buttons here, and what they show.)"

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": repr(self)}  # else cut to 110 characters
