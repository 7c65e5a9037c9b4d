"""A long table that a cell prints, folded away under one line."""

import contextlib
import html
import io
from collections.abc import Iterator

from IPython.display import display


@contextlib.contextmanager
def folded(title: str) -> Iterator[None]:
    """Collect what is printed, and show it as a block that opens with a click on its title."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        yield
    text = printed.getvalue()
    block = f"<details><summary>{html.escape(title)}</summary><pre>{html.escape(text)}</pre></details>"
    display({"text/plain": f"{title}:\n{text}", "text/html": block}, raw=True)
