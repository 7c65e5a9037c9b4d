"""What all widgets share: where no notebook runs, a text stands in their place."""

import ipywidgets as widgets


class Quiet(widgets.VBox):
    """A column of widgets; where no notebook runs, a text stands in its place that is always the same."""

    def __repr__(self) -> str:
        return "(In a running notebook there are sliders and buttons here, and what they show.)"

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": repr(self)}  # else cut to 110 characters
