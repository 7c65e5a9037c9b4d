"""The lessons as they are written: those that stand, and those that wait for their records."""

import re

from course_tools.workplace import ROOT

EXERCISE = re.compile(r'^# %% exercise="([\w.]+)"', re.MULTILINE)


def texts_in(folder):
    """The text of each lesson in a folder, by its name."""
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("[0-9]*.py"))}


STANDING = texts_in(ROOT / "lessons")
WAITING = {
    name: text for name, text in texts_in(ROOT / "lessons" / "waiting").items() if name not in STANDING
}
LESSONS = STANDING | WAITING
