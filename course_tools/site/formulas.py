"""Formulas: LaTeX becomes MathML, which browsers draw, and screen readers read, without any script.

A page that is read from a folder may not load a font from another folder in every browser. So the font, cut
down to the letters that occur, stands in the style sheet itself.
"""

import base64
import importlib.util
import io
import re
from html import unescape
from pathlib import Path

from course_tools.workplace import CourseError

INLINE = re.compile(r"\$(?P<latex>[^$\n]+)\$")
TAG = re.compile(r"<[^>]+>")
ITALICS = {*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C), 0x210E}  # drawn for x, written as plain x
PLAIN = set(range(0x20, 0x7F))
LONG = 24  # letters that fit on a line of a phone
FONT = "fonts/STIXTwoMath-Regular.ttf"
CSS = """/* STIX Two Math, cut down to the letters that occur.
   Copyright 2001-2021 The STIX Fonts Project Authors; SIL Open Font License 1.1 */
@font-face {{ font-family: "Course Math"; src: url(data:font/woff2;base64,{data}) format("woff2"); }}
math {{ font-family: "Course Math", math; font-size: 1.08em; }}
"""


class Formulas:
    """Converts formulas, and remembers the letters that they need."""

    def __init__(self):
        from math_core import LatexToMathML  # of .venv-site

        self._converter = LatexToMathML(fancy_error=False)
        self._letters: set[int] = set()

    def display(self, latex: str) -> str:
        """A formula on a line of its own."""
        return f'<div class="formula">{self._mathml(latex, is_display=True)}</div>'

    def inline(self, latex: str) -> str:
        """A formula within a line; a long one, in which browsers break no line, may scroll on a phone."""
        markup = self._mathml(latex, is_display=False)
        is_long = len(_letters_of(markup)) > LONG
        return f'<span class="long-formula">{markup}</span>' if is_long else markup

    def _mathml(self, latex: str, is_display: bool) -> str:
        """The formula as a <math> element; raises CourseError for LaTeX that is not understood."""
        from math_core import LatexError

        try:
            markup = self._converter.convert_with_local_state(latex, displaystyle=is_display)
        except LatexError as error:
            raise CourseError(f"The formula {latex!r} cannot be shown: {error}") from None
        self._letters |= set(map(ord, _letters_of(markup)))
        return markup

    def within(self, text: str) -> str:
        """A line of HTML, with $...$ in it as formulas."""
        return INLINE.sub(lambda match: self.inline(unescape(match["latex"])), text)

    def style_sheet(self) -> str:
        """The style sheet with the font, for the formulas so far."""
        data = base64.b64encode(_subset(self._letters | ITALICS | PLAIN)).decode()
        return CSS.format(data=data)


def _letters_of(markup: str) -> str:
    return unescape(TAG.sub("", markup))


def _subset(letters: set[int]) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    folder = Path(importlib.util.find_spec("ziamath").origin).parent
    font = TTFont(folder / FONT, recalcTimestamp=False)
    options = subset.Options(layout_features=["*"], hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()
